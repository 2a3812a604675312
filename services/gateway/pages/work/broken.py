"""The rule of its label schema that an answer breaks, as the services name it, in words."""

from __future__ import annotations

from services.gateway.pages.work.annotated import Said
from services.gateway.words import Words


def broken_words(words: Words, rule: str, mark_no: int) -> str:
    """The rule by its name, and at which mark (0: none); empty for a rule that has no words."""
    key = f"bench.rule.{rule}"
    if not words.has(key):
        return ""
    return words("bench.rule_at", number=mark_no, words=words(key)) if mark_no else words(key)


def broken_field(said: Said, mark_no: int) -> str:
    """The form's field of the control whose mark that is; empty where it is none of them."""
    return f"answer.{said.marks[mark_no - 1]['control']}" if 0 < mark_no <= len(said.marks) else ""
