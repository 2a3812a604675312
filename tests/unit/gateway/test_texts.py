"""Every text that a page asks for exists, and every text that exists is asked for."""

import re
from pathlib import Path

from services.gateway.words import DEFAULT_LANGUAGE, load_texts

GATEWAY = Path("services/gateway")
TEXTS = load_texts(DEFAULT_LANGUAGE)
AREAS = "|".join(sorted({key.partition(".")[0] for key in TEXTS}))
# "work.jobs", f"states.{name}", `work.${name}_text`: a key in quotes, with values in it or without.
QUOTED = re.compile(rf"""["'`]((?:{AREAS})\.(?:[\w.]|\$?\{{[^{{}}]*\}})*)["'`]""")
ASKED = re.compile(rf"""\b(?:t|words|say)\(\s*["']((?:{AREAS})\.[\w.]+)["']\s*[,)]""")
# 'states.' ~ name, "work." + name ~ '_text': keys made of quoted parts and of values, which stand here for any word.
JOINED = re.compile(
    rf"""["'`]((?:{AREAS})\.[\w.]*)["'`]((?:\s*[~+]\s*(?:\([^()]*\)|["'`][\w.]*["'`]|[\w.]+(?:\|\w+(?:\([^()]*\))?|\([^()]*\))*))+)"""
)
PIECE = re.compile(r"""[~+]\s*(?:["'`]([\w.]*)["'`])?""")
VALUE = r"\w+"
SCRIPTS_OWN = re.compile(r"""["'`](\w+(?:\$\{)?)""")
HOLE = re.compile(r"\$?\{[^{}]*\}")


def sources(ending: str = "*") -> dict[str, str]:
    files = [
        *GATEWAY.glob("*.py"),
        *GATEWAY.glob("pages/**/*.py"),
        *GATEWAY.glob("papers/**/*.py"),
        *GATEWAY.glob("uploads/**/*.py"),
        *GATEWAY.glob("templates/**/*.html"),
        *GATEWAY.glob("web/src/**/*.ts"),
    ]
    return {str(file): file.read_text(encoding="utf-8") for file in files if file.match(ending)}


def asked_in(text: str) -> set[str]:
    """Patterns of the keys that a source names; a value in one stands for any word."""
    patterns = {VALUE.join(re.escape(part) for part in HOLE.split(key)) for key in QUOTED.findall(text)}
    for begin, rest in JOINED.findall(text):
        parts = [re.escape(piece) if piece else VALUE for piece in PIECE.findall(rest)]
        patterns.add(re.escape(begin) + "".join(parts))
    return patterns


def asked_by_scripts() -> set[str]:
    """The keys under <area>.js that scripts name: whole, or by their beginning."""
    named = {name for text in sources("*.ts").values() for name in SCRIPTS_OWN.findall(text)}
    begun = tuple(name.removesuffix("${") for name in named if name.endswith("${"))
    own = {key for key in TEXTS if (name := key.partition(".js.")[2]) and (name in named or name.startswith(begun))}
    return own | asked_by_islands()


def asked_by_islands() -> set[str]:
    """An island's script names the keys of its own area without the area."""
    folders = GATEWAY / "web/src/islands"
    asked = set()
    for key in TEXTS:
        area, _, name = key.partition(".")
        texts = [file.read_text(encoding="utf-8") for file in folders.glob(f"{area}/*.ts")]
        shared = [file.read_text(encoding="utf-8") for file in folders.glob("overlay/*.ts")] if texts else []
        named = {found for text in texts + shared for found in re.findall(r"[\"'`]([\w.]+(?:\$\{)?)", text)}
        begun = tuple(found.removesuffix("${") for found in named if found.endswith("${"))
        if name in named or key in named or (begun and name.startswith(begun)):
            asked.add(key)
    return asked


def test_every_text_that_a_page_asks_for_exists() -> None:
    missing = {f"{file}: {key}" for file, text in sources().items() for key in ASKED.findall(text) if key not in TEXTS}
    assert missing == set()


def test_every_text_is_asked_for_somewhere() -> None:
    patterns = {pattern for text in sources().values() for pattern in asked_in(text)}
    asked = re.compile("|".join(sorted(patterns)))
    # A key that is a value from its first letter asks for a whole area: only where values of contracts have their words.
    assert {area for area in AREAS.split("|") if rf"{area}\.{VALUE}" in patterns} == {"errors", "states"}
    unasked = {key for key in TEXTS if not asked.fullmatch(key)}
    assert unasked - asked_by_scripts() == set()
