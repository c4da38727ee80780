"""What an article says: as somebody wrote it, as it is kept, and as it is shown in a language."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import opencc

from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import FALLBACK, LANGUAGES, tag
from zhoudao.kit.markup import marked, plain_of, tidy
from zhoudao.kit.text import fold
from zhoudao.rooms.knowledge.refusals import NothingWritten, TextTooLong

TITLE, SUMMARY, SOURCE = 120, 300, 100_000
MOST_PHRASINGS, PHRASING = 30, 200
_TRADITIONAL = "zh-Hant"


@frozen
class Text:
    """An article in one language; `source` is small Markdown or HTML, `phrasings` the questions it answers."""

    title: str = ""
    summary: str = ""
    source: str = ""
    phrasings: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written in this language."""
        return not (self.title.strip() or self.summary.strip() or self.source.strip() or self.phrasings)


@frozen
class Shown:
    """An article in the language nearest to the one asked for. `is_converted`: made from simplified by rules."""

    language: str
    title: str
    summary: str
    body: str
    phrasings: tuple[str, ...]
    is_converted: bool

    @property
    def plain(self) -> str:
        """Its text without mark-up, a line for each block."""
        return plain_of(self.body)


def kept(texts: Mapping[str, Text]) -> dict[str, Any]:
    """The texts as a version keeps them: tidy, their bodies harmless; traditional made of simplified where missing.

    Raises: NothingWritten, TextTooLong
    """
    found = {language: _kept(texts[language]) for language in LANGUAGES if not texts.get(language, Text()).is_empty}
    if not found or not all(one["title"] and one["body"] for one in found.values()):
        raise NothingWritten
    if FALLBACK in found and _TRADITIONAL not in found:
        found[_TRADITIONAL] = {**_converted(found[FALLBACK]), "is_converted": True}
    return found


def written(texts: Mapping[str, Any]) -> dict[str, Text]:
    """What somebody wrote, out of what is kept; not what was converted."""
    return {
        language: Text(one["title"], one["summary"], one["source"], tuple(one["phrasings"]))
        for language, one in texts.items()
        if not one.get("is_converted")
    }


def shown(texts: Mapping[str, Any], language: str) -> Shown:
    """In this language, else simplified Chinese, else any."""
    wanted = tag(language)
    told = next(one for one in (wanted, FALLBACK, *LANGUAGES) if one in texts)
    one = texts[told]
    is_converted = bool(one.get("is_converted"))
    return Shown(told, one["title"], one["summary"], one["body"], tuple(one["phrasings"]), is_converted)


def heading_of(texts: Mapping[str, Any]) -> str:
    """Titles and phrasings of all languages, folded: a word found here counts more."""
    return fold("\n".join(line for one in texts.values() for line in (one["title"], *one["phrasings"])))


def words_of(code: str, texts: Mapping[str, Any]) -> str:
    """Everything it says in all languages, folded; traditional folds to simplified, so it stands there once."""
    told = {
        fold("\n".join([one["title"], one["summary"], plain_of(one["body"]), *one["phrasings"]])): None
        for one in texts.values()
    }
    return "\n".join([code, *told])


def _kept(text: Text) -> dict[str, Any]:
    title, summary, source = tidy(text.title).strip(), tidy(text.summary).strip(), tidy(text.source).strip()
    phrasings = [one for one in (tidy(each).strip() for each in text.phrasings) if one]
    is_long = len(title) > TITLE or len(summary) > SUMMARY or len(source) > SOURCE
    if is_long or len(phrasings) > MOST_PHRASINGS or any(len(one) > PHRASING for one in phrasings):
        raise TextTooLong
    return {"title": title, "summary": summary, "source": source, "body": marked(source), "phrasings": phrasings}


def _converted(one: Mapping[str, Any]) -> dict[str, Any]:
    convert = _to_traditional().convert
    plain = {name: convert(one[name]) for name in ("title", "summary", "source", "body")}
    return {**plain, "phrasings": [convert(each) for each in one["phrasings"]]}


@cache
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2twp")
