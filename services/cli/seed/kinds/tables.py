"""Tables of made-up people with some cells that cannot be right: Faker makes the people, we spoil the cells."""

from __future__ import annotations

import random
from collections.abc import Callable

from services.cli.running import CommandError
from services.cli.seed.kinds.made import Made, chance

COLUMNS = ("이름", "생년월일", "전화번호", "전자우편", "사는 곳", "신청 금액")
ROWS_MIN, ROWS_MAX = 5, 7
WRONG_MIN, WRONG_MAX = 1, 3
WON_STEP, WON_MAX = 1000, 90


def table(number: int) -> Made:
    """A table of five to seven people, of whose cells one to three are wrong.

    Raises:
        CommandError: Faker is not installed.
    """
    rng = chance("tables", number)
    rows = _people(rng, number, rng.randint(ROWS_MIN, ROWS_MAX))
    places = [(row, column) for row in range(len(rows)) for column in _SPOILED]
    wrong = sorted(rng.sample(places, rng.randint(WRONG_MIN, WRONG_MAX)))
    for row, column in wrong:
        rows[row][column] = _SPOILED[column](rows[row][column], rng)
    truth = tuple(
        {
            "id": f"t{place + 1}",
            "control": "wrong",
            "type": "cell",
            "label": "wrong",
            "value": {"row": row, "column": column},
        }
        for place, (row, column) in enumerate(wrong)
    )
    return Made(f"tables-{number:04}", {"table": {"columns": list(COLUMNS), "rows": rows}}, truth)


def _people(rng: random.Random, number: int, count: int) -> list[list[str]]:
    try:
        from faker import Faker  # noqa: PLC0415  (an extra, and slow to import)
    except ImportError:
        raise CommandError("the demo's tables need Faker: install Ilgam with the extra 'local'") from None
    people = Faker("ko_KR")
    people.seed_instance(number)
    return [
        [
            people.name(),
            f"{rng.randint(1945, 2006)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
            f"010-{rng.randint(2000, 9999)}-{rng.randint(0, 9999):04}",
            f"{people.user_name()}@example.com",
            f"{people.city()} {people.borough()}",
            f"{rng.randint(1, WON_MAX) * WON_STEP:,}",
        ]
        for _ in range(count)
    ]


def _no_date(date: str, rng: random.Random) -> str:
    year, month, day = date.split("-")
    return rng.choice(
        (f"{year}-{rng.randint(13, 19)}-{day}", f"{year}-{month}-{rng.randint(32, 39)}", f"2{year}-{month}-{day}")
    )


def _no_number(number: str, rng: random.Random) -> str:
    return rng.choice((number[:-1], number.replace("010", "01O", 1), f"{number}{rng.randint(0, 9)}"))


def _no_address(address: str, rng: random.Random) -> str:
    return rng.choice((address.replace("@", ""), address.replace("@", "@@"), address.removesuffix(".com")))


def _no_amount(amount: str, rng: random.Random) -> str:
    return rng.choice((f"-{amount}", f"{amount}개", amount.replace(",", ",,")))


_SPOILED: dict[int, Callable[[str, random.Random], str]] = {1: _no_date, 2: _no_number, 3: _no_address, 5: _no_amount}
