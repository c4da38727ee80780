"""Facts: frozen dataclasses in the rooms' `events.py`, with one sentence for people."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, ClassVar

from django.utils.functional import Promise as LazyText
from django.utils.timezone import localtime

from zhoudao.kit.frozen import frozen

_facts: dict[str, type["Fact"]] = {}
_codes: dict[str, LazyText | str] = {}


@frozen
class Fact:
    """Base of all facts. Attributes are ids, codes and amounts, never a person's words.

    `name` is the stored type (`cases.CaseOpened`); `words` a gettext_lazy template over the fields; a fact
    with `is_quiet` stays out of the customer's timeline.
    """

    name: ClassVar[str]
    words: ClassVar[LazyText | str]
    schema: ClassVar[int] = 1
    is_quiet: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" in cls.__dict__:
            _facts[cls.name] = cls

    def attributes(self) -> dict[str, Any]:
        """What is stored."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def known_facts() -> dict[str, type[Fact]]:
    """Every fact by its stored type."""
    return dict(_facts)


def sentence(type_: str, attributes: dict[str, Any]) -> str:
    """The fact in the reader's language; a type no code knows any more keeps its name."""
    fact = _facts.get(type_)
    if fact is None:
        return type_
    try:
        return str(fact.words) % {key: _said(key, value) for key, value in attributes.items()}
    except (KeyError, ValueError, TypeError):
        return str(fact.words)


def name_codes(codes: Mapping[str, LazyText | str]) -> None:
    """This will have sentences say these words for a room's codes (kinds, tiers, promises)."""
    _codes.update(codes)


def word_of(code: str) -> str:
    """What a code is called in the reader's language; what is none stays as it is."""
    return str(_codes.get(code, code))


def _said(key: str, value: Any) -> str:
    if value is None:
        return "—"
    if key.endswith("_at") or key == "until":
        return f"{localtime(datetime.fromisoformat(value)):%m-%d %H:%M}"
    return word_of(str(value))
