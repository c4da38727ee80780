"""Filters of a report's cases as they stand in an address and are said in words. No step, value or name of a person
stands in an address: each is called by a token of its name, the same however often the report is made.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhoudao.conduct.insight.spans import MINUTE, span

FILTERS = "<!-- filters -->"
"""Where in a report's page its filters stand."""
MOST, VALUES = 12, 8
_Sentence = Callable[["Narrow", dict[str, Any], Mapping[str, str]], str]
TIMES = ("begun", "ended", "touching", "within")
_TOKEN, _DAY, _MINUTES = "[0-9a-f]{12}", r"(?:\d{4}-\d\d-\d\d)?", r"\d{1,7}"
_WAY = "[0-9a-f]{16}"
_SHAPES = {
    **dict.fromkeys(TIMES, rf"({_DAY})\.({_DAY})"),
    "value": rf"({_TOKEN})((?:\.{_TOKEN}){{1,{VALUES}}})",
    "with": f"({_TOKEN})",
    "next": rf"({_TOKEN})\.({_TOKEN})",
    "later": rf"({_TOKEN})\.({_TOKEN})",
    "way": f"({_WAY})",
    "often": "([1-9][0-9]?)",
    "took": rf"((?:{_MINUTES})?)\.((?:{_MINUTES})?)",
    "wait": rf"({_TOKEN})\.({_TOKEN})\.({_MINUTES})",
}


def token_of(name: str) -> str:
    """What a step, a column or a value is called in an address."""
    return hashlib.blake2b(name.encode(), digest_size=6).hexdigest()


@dataclass(frozen=True)
class Narrow:
    """One filter: cases that are so, or with `is_not` all but these. `args` by kind: days (each may be empty; both are
    within), tokens, percent, minutes.
    """

    kind: str
    args: tuple[str, ...]
    is_not: bool = False

    def __str__(self) -> str:
        return f"{'-' if self.is_not else ''}{self.kind}.{'.'.join(self.args)}"


def narrows_in(texts: Sequence[str]) -> tuple[list[Narrow], int]:
    """The filters of an address in their order, each once, no more than `MOST`; and how many could not be read."""
    found: dict[Narrow, None] = {}
    unread = 0
    for text in texts:
        narrow = _narrow_in(text)
        if narrow is None or (narrow not in found and len(found) == MOST):
            unread += 1
        else:
            found[narrow] = None
    return list(found), unread


def _narrow_in(text: str) -> Narrow | None:
    kind, _dot, rest = text.removeprefix("-").partition(".")
    match = re.fullmatch(_SHAPES[kind], rest, re.ASCII) if kind in _SHAPES else None
    if match is None or not any(match.groups()):
        return None
    args = tuple(rest.split("."))
    return Narrow(kind, args, text.startswith("-")) if kind not in TIMES or all(map(_is_day, args)) else None


def _is_day(text: str) -> bool:
    try:
        return not text or date.fromisoformat(text).year > 1
    except ValueError:
        return False


def said(narrow: Narrow, names: Mapping[str, str]) -> str:
    """A filter in words; `names` of steps, columns, values and ways by their tokens."""
    words: dict[str, Any] = {"n": narrow.args[0]}
    words |= {key: f"“{names.get(arg, '?')}”" for key, arg in zip(("one", "other"), narrow.args, strict=False)}
    return _sentences()[narrow.kind](narrow, words, names)


def names_of(chosen: dict[str, Any]) -> dict[str, str]:
    """Everything that may be chosen in words, by token; a value by its column's and its own."""
    names = dict[str, str](chosen["steps"]) | dict[str, str](chosen["ways"])
    for token, word, values in chosen["columns"]:
        names[token] = word
        names |= {f"{token}.{value}": name for value, name in values}
    return names


def _sentences() -> dict[str, _Sentence]:
    return {
        **dict.fromkeys(TIMES, _said_of_time), "value": _said_of_value, "way": _said_of_way, "took": _said_of_length,
        "wait": _said_of_wait,
        **dict.fromkeys(("with", "next", "later", "often"), _said_plainly),
    }  # fmt: skip


def _said_plainly(narrow: Narrow, words: dict[str, Any], _names: Mapping[str, str]) -> str:
    pairs = {
        "with": (_("With {one}"), _("Without {one}")),
        "next": (_("{other} directly after {one}"), _("Never {other} directly after {one}")),
        "later": (_("{other} some time after {one}"), _("Never {other} some time after {one}")),
        "often": (_("The most frequent ways, that {n} % go"), _("All but the most frequent ways, that {n} % go")),
    }
    return pairs[narrow.kind][narrow.is_not].format(**words)


def _said_of_time(narrow: Narrow, _words: dict[str, Any], _names: Mapping[str, str]) -> str:
    since, until = narrow.args
    stretch = _("from {since} to {until}") if since and until else _("from {since}") if since else _("to {until}")
    kinds = {
        "begun": _("Begun {stretch}"), "ended": _("Ended {stretch}"), "touching": _("With an event {stretch}"),
        "within": _("Begun and ended {stretch}"),
    }  # fmt: skip
    text = kinds[narrow.kind].format(stretch=stretch.format(since=since, until=until))
    return _("Not: {filter}").format(filter=text) if narrow.is_not else text


def _said_of_value(narrow: Narrow, _words: dict[str, Any], names: Mapping[str, str]) -> str:
    text = _("{column} is none of {values}") if narrow.is_not else _("{column} is {values}")
    column, *values = narrow.args
    return text.format(
        column=names.get(column, "?"), values=" / ".join(f"“{names.get(f'{column}.{value}', '?')}”" for value in values)
    )


def _said_of_way(narrow: Narrow, words: dict[str, Any], names: Mapping[str, str]) -> str:
    way = names.get(narrow.args[0], _("one way"))
    return (_("Not the way: {way}") if narrow.is_not else _("Only the way: {way}")).format(way=way)


def _said_of_length(narrow: Narrow, _words: dict[str, Any], _names: Mapping[str, str]) -> str:
    least, most = (span(int(each) * MINUTE) if each else "" for each in narrow.args)
    text = _("Took {least} to {most}") if least and most else _("Took at least {least}")
    text = (text if least else _("Took at most {most}")).format(least=least, most=most)
    return _("Not: {filter}").format(filter=text) if narrow.is_not else text


def _said_of_wait(narrow: Narrow, words: dict[str, Any], _names: Mapping[str, str]) -> str:
    words["span"] = span(int(narrow.args[2]) * MINUTE)
    if narrow.is_not:
        return _("Never {span} or longer from {one} to {other}").format(**words)
    return _("Waited {span} or longer from {one} to {other}").format(**words)
