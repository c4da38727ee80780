"""An edition as its page and its print show it."""

from dataclasses import replace
from typing import Any

from django.http import Http404

from zhoudao.conduct.flows.versions import version_of
from zhoudao.conduct.handbooks.content import Page, pages
from zhoudao.conduct.handbooks.models import Edition
from zhoudao.conduct.handbooks.queries import edition_of, step_names
from zhoudao.doors.desk.flows.filling import team_names
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.languages import pick


def edition_or_404(edition_id: Any) -> Edition:
    """The edition with its people."""
    edition = edition_of(edition_id)
    if edition is None:
        raise Http404
    return edition


def seen_by(edition: Edition, viewer: Viewer) -> bool:
    """Whether it is theirs to read: people of the team, and whoever reads flows or sees all teams."""
    return viewer.may("flows:read") or viewer.is_everywhere or edition.team_id in viewer.teams_worked_in


def shown(edition: Edition, language: str) -> dict[str, Any]:
    """The whole text in a language."""
    version = version_of(edition.version_id)
    changed = edition.changes
    return {
        "edition": edition,
        "flow_name": pick(version.names, language),
        "version": version,
        "pages": _named(pages(version, edition.team.code, language), language),
        "fresh": {*changed.get("added", ()), *changed.get("changed", ())},
        "added": step_names(edition, changed.get("added", ())),
        "changed": step_names(edition, changed.get("changed", ())),
        "removed": step_names(edition, changed.get("removed", ()), from_before=True),
    }


def _named(found: tuple[Page, ...], language: str) -> tuple[Page, ...]:
    """Choices that are teams by their names."""
    names = team_names([field for page in found for field in page.fields], language)
    return tuple(
        replace(
            page,
            fields=tuple(
                replace(field, options=tuple(names.get(one, one) for one in field.options)) for field in page.fields
            ),
        )
        for page in found
    )
