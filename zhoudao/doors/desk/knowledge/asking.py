"""An article out of a form, and a form out of an article."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.http import Http404, QueryDict

from zhoudao.ground.accounts.models import Team, User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import LANGUAGES
from zhoudao.rooms.knowledge.drafts import Draft, Terms
from zhoudao.rooms.knowledge.models import Article, Audience, Version
from zhoudao.rooms.knowledge.queries.listing import article_of
from zhoudao.rooms.knowledge.refusals import TermsUnsound
from zhoudao.rooms.knowledge.texts import Text, written
from zhoudao.rooms.knowledge.topics import TOPICS

_LIST = ",，、\n "


@frozen
class Column:
    """One language of the editor."""

    language: str
    name: str
    text: Text
    phrasings: str


def draft_of(given: QueryDict) -> Draft:
    """What a form says. Raises: TermsUnsound (a day that is none)"""
    texts = {
        language: Text(
            given.get(f"title-{language}", ""),
            given.get(f"summary-{language}", ""),
            given.get(f"source-{language}", ""),
            tuple(line.strip() for line in given.get(f"phrasings-{language}", "").splitlines() if line.strip()),
        )
        for language in LANGUAGES
    }
    terms = Terms(
        audience=given.get("audience", ""),
        skus=_listed(given.get("skus", "")),
        topics=tuple(given.getlist("topics")),
        teams=tuple(given.getlist("teams")),
        valid_from=_day(given.get("valid_from", "")),
        valid_until=_day(given.get("valid_until", "")),
    )
    return Draft(texts, terms, given.get("note", ""))


def form_of(draft: Draft, *, is_release: bool) -> dict[str, Any]:
    """What the editor shows of a draft, and what may be chosen (one statement)."""
    texts = {language: draft.texts.get(language, Text()) for language in LANGUAGES}
    return {
        "columns": [
            Column(language, LANGUAGES[language], text, "\n".join(text.phrasings)) for language, text in texts.items()
        ],
        "terms": draft.terms,
        "skus": ", ".join(draft.terms.skus),
        "note": draft.note,
        "audiences": Audience.choices,
        "topics": [(code, words) for code, (words, _icon) in TOPICS.items()],
        "teams": Team.objects.order_by("code") if is_release else [],
        "is_release": is_release,
    }


def found_or_404(code: str, viewer: Viewer) -> tuple[Article, list[Version]]:
    """An article with its versions; for who only reads, only what is published exists (two statements)."""
    found = article_of(code)
    if found is None or (found[0].live_id is None and not viewer.may("articles:write")):
        raise Http404
    for version in found[1]:
        version.article = found[0]
    return found


def written_draft(version: Version) -> Mapping[str, Text]:
    """What somebody wrote in a version."""
    return written(version.texts)


def moment_of(text: str) -> datetime | None:
    """When the version that was opened had been written, out of its form."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def people() -> list[User]:
    """Who may own an article: everybody who works here, by name (one statement)."""
    rows = User.objects.filter(is_active=True, grants__isnull=False)
    return list(rows.distinct().order_by("name", "email"))


def _listed(text: str) -> tuple[str, ...]:
    for mark in _LIST:
        text = text.replace(mark, ",")
    return tuple(one for one in text.split(",") if one)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise TermsUnsound from error
