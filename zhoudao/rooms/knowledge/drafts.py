"""An article as somebody wants it: its texts and the terms on which it is read."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from zhoudao.ground.accounts.models import Team
from zhoudao.kit.frozen import frozen
from zhoudao.kit.grams import grams
from zhoudao.kit.ids import uuid7
from zhoudao.kit.text import clip, fold
from zhoudao.rooms.knowledge.models import Audience, Version
from zhoudao.rooms.knowledge.refusals import CodeUnsound, TermsUnsound
from zhoudao.rooms.knowledge.texts import Text, heading_of, kept, words_of
from zhoudao.rooms.knowledge.topics import TOPICS

MOST_SKUS, MOST_GRAMS, NOTE = 200, 20_000, 300
_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])")
_GAPS = re.compile(r"[^a-z0-9]+")


@frozen
class Terms:
    """Whom an article is for, what it is about, and from and until which day (both included) it is read."""

    audience: str = Audience.PUBLIC
    skus: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None


@frozen
class Draft:
    """A version as somebody wants it; `note` says what is new in it."""

    texts: Mapping[str, Text]
    terms: Terms = Terms()
    note: str = ""


def sound_code(code: str) -> str:
    """Raises: CodeUnsound"""
    if not _CODE.fullmatch(code):
        raise CodeUnsound
    return code


def code_for(title: str) -> str:
    """A code made of the Latin words of a title, else of nothing in particular; not looked up."""
    made = _GAPS.sub("-", fold(title)).strip("-")[:50].strip("-")
    return made if _CODE.fullmatch(made) and len(made) > 3 else f"a-{uuid7().hex[-10:]}"


def fill(version: Version, draft: Draft, *, is_release: bool) -> None:
    """This will have a version say this, and be found by it; it is not saved.

    Raises: NothingWritten, TextTooLong, TermsUnsound
    """
    terms = _sound(draft.terms, is_release=is_release)
    version.texts = kept(draft.texts)
    version.audience, version.valid_from, version.valid_until = terms.audience, terms.valid_from, terms.valid_until
    version.skus, version.topics, version.teams = list(terms.skus), list(terms.topics), list(terms.teams)
    version.note = clip(draft.note.replace("\0", "").strip(), NOTE)
    version.heading = heading_of(version.texts)
    version.words = words_of(version.article.code, version.texts)


def index_of(version: Version) -> str:
    """The grams of a version, a line each."""
    return "\n".join(grams(version.words)[:MOST_GRAMS])


def terms_of(version: Version) -> Terms:
    """The terms of a version."""
    lists: dict[str, Any] = {name: tuple(getattr(version, name)) for name in ("skus", "topics", "teams")}
    return Terms(audience=version.audience, valid_from=version.valid_from, valid_until=version.valid_until, **lists)


def _sound(terms: Terms, *, is_release: bool) -> Terms:
    skus = tuple(dict.fromkeys(one.strip() for one in terms.skus if one.strip()))
    is_bad = len(skus) > MOST_SKUS or any(len(one) > 80 or not one.isprintable() for one in skus)
    is_bad = is_bad or terms.audience not in Audience.values or not set(terms.topics) <= set(TOPICS)
    is_bad = is_bad or (is_release and terms.audience != Audience.STAFF)
    if terms.valid_from and terms.valid_until and terms.valid_until < terms.valid_from:
        is_bad = True
    teams = set(terms.teams)
    if is_bad or (teams and Team.objects.filter(code__in=teams).count() != len(teams)):
        raise TermsUnsound
    topics = tuple(one for one in TOPICS if one in terms.topics)
    return Terms(terms.audience, skus, topics, tuple(sorted(teams)), terms.valid_from, terms.valid_until)
