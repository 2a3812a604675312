"""Every text that a page asks for exists, and every text that exists is asked for."""

import re
from pathlib import Path

from services.gateway.words import DEFAULT_LANGUAGE, load_texts

GATEWAY = Path("services/gateway")
TEXTS = load_texts(DEFAULT_LANGUAGE)
AREAS = "|".join(sorted({key.partition(".")[0] for key in TEXTS}))
# A whole key in quotes; the beginning of one that goes on with a value ('states.' ~ name, f"errors.{reason}").
WHOLE = re.compile(rf"""["'`]((?:{AREAS})\.[\w.]+)["'`]""")
BEGUN = re.compile(rf"""["'`]((?:{AREAS})\.[\w.]*)(?:["'`]\s*[~+]|\{{|\$\{{)""")
ASKED = re.compile(rf"""\b(?:t|words|say)\(\s*["']((?:{AREAS})\.[\w.]+)["']\s*[,)]""")
ENDED_BY_VALUE = re.compile(rf"""["'`]((?:{AREAS})[\w.]*)["'`]\s*[~+]""")


def sources() -> dict[str, str]:
    files = [
        *GATEWAY.glob("*.py"),
        *GATEWAY.glob("pages/**/*.py"),
        *GATEWAY.glob("papers/**/*.py"),
        *GATEWAY.glob("uploads/**/*.py"),
        *GATEWAY.glob("templates/**/*.html"),
        *GATEWAY.glob("web/src/**/*.ts"),
    ]
    return {str(file): file.read_text(encoding="utf-8") for file in files}


def test_every_text_that_a_page_asks_for_exists() -> None:
    missing = {f"{file}: {key}" for file, text in sources().items() for key in ASKED.findall(text) if key not in TEXTS}
    assert missing == set()


def test_every_text_is_asked_for_somewhere() -> None:
    whole: set[str] = set()
    begun: set[str] = set()
    for text in sources().values():
        whole |= set(WHOLE.findall(text))
        begun |= set(BEGUN.findall(text)) | set(ENDED_BY_VALUE.findall(text))
    prefixes = tuple(begun | {f"{key}." for key in whole})
    unused = {key for key in TEXTS if key not in whole and not key.startswith(prefixes)}
    assert unused == set()
