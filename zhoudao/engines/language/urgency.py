"""Whether a message must be seen at once, and for what: words of harm, weighed with what denies or explains them.

A word alone is never enough: a lighter, a hotpot and "legal size paper" press for nothing, nor does somebody who asks
whether a thing could burn. What is told as having happened, or as a step already taken, does.
"""

import re
from dataclasses import dataclass
from typing import Final

from zhoudao.engines.language.lexicon import lexicon
from zhoudao.engines.language.taxonomy import Urgency

_LISTS: Final = lexicon("urgency")
_HARMLESS: Final = re.compile(_LISTS["harmless"])  # what holds such a word and means something else
_DENIED: Final = re.compile(_LISTS["denied"])
_ASKED: Final = re.compile(_LISTS["asked"])
_PAST: Final = re.compile(_LISTS["past"])
_NO_HURRY: Final = re.compile(r"(?:不|没)(?:急|着急|赶)|不用(?:赶|急)|\bno rush\b|\bnot urgent\b")
_CLAUSE: Final = re.compile(r"[,，。!?！？;；\n]|(?:\.(?=\s|$))")
_WORST_FIRST: Final[tuple[Urgency, ...]] = ("injury", "fire", "security", "legal", "deadline")
_PRESSING: Final = {kind: re.compile(_LISTS[kind], re.ASCII) for kind in _WORST_FIRST}


@dataclass(frozen=True, slots=True)
class Pressing:
    """What it presses for, and where the opened text (digits kept) says so; a text that tells nothing is `none`."""

    urgency: Urgency
    start: int = 0
    end: int = 0


def pressing(text: str) -> Pressing:
    """The worst a text tells, opened with its digits kept."""
    plain = _HARMLESS.sub(lambda found: "〇" * len(found[0]), text)
    for kind, words in _PRESSING.items():
        for found in words.finditer(plain):
            if found.end() > found.start() and not _is_excused(kind, plain, found.start(), found.end()):
                return Pressing(kind, *found.span())
    return Pressing("none")


def _is_excused(kind: Urgency, text: str, start: int, end: int) -> bool:
    """Denied, asked, feared or long past, in its own clause."""
    marks = [one.end() for one in _CLAUSE.finditer(text, 0, start)]
    first = marks[-1] if marks else 0
    after = _CLAUSE.search(text, end)
    last = after.end() if after else len(text)
    before, clause = text[first:start], text[first:last]
    if kind == "deadline":
        return bool(_NO_HURRY.search(text))
    if _DENIED.search(before):
        return True
    if kind == "legal":
        return False
    return bool(_ASKED.search(clause) or _PAST.search(text[max(0, first - 12) : last]))
