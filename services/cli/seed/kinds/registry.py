"""Every maker by its name."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from services.cli.seed.kinds.entities import sentence
from services.cli.seed.kinds.made import Made
from services.cli.seed.kinds.matching import matching
from services.cli.seed.kinds.moving import clip
from services.cli.seed.kinds.notices import notice
from services.cli.seed.kinds.pairs import polite_pair, sharp_pair
from services.cli.seed.kinds.scattered import coin_picture, paper_picture
from services.cli.seed.kinds.speech import recording
from services.cli.seed.kinds.tables import table

MAKERS: dict[str, Callable[[int], Made]] = {
    "coins": coin_picture,
    "papers": paper_picture,
    "entities": sentence,
    "speech": recording,
    "moving": clip,
    "tables": table,
    "polite": polite_pair,
    "sharp": sharp_pair,
    "matching": matching,
    "notices": notice,
}
AT_ONCE = 2


@cache
def made(maker: str, begin: int, count: int) -> tuple[Made, ...]:
    """So many items of a maker, from a number on: other numbers are other items."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return tuple(pool.map(MAKERS[maker], range(begin, begin + count)))
