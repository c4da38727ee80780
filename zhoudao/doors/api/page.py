"""The API for people: every operation out of the OpenAPI schema, and what webhooks are told."""

from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_GET

from zhoudao.doors.api.describing import groups
from zhoudao.doors.api.limits import TOKENS
from zhoudao.doors.api.schema import description
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.webhooks.catalogue import catalogue
from zhoudao.ground.webhooks.payload import example

_HERE = Path(__file__).parent / "examples"


@require_GET
@permit(PUBLIC)
def docs(request: HttpRequest) -> HttpResponse:
    """For everybody, like the schema it is made of: it tells nothing of this installation's people.

    Whoever is signed in reads it in the language of their workspace.
    """
    viewer = viewer_of(request)
    with translation.override(viewer.language if viewer.user_id else translation.get_language()):
        return _drawn(request)


def _drawn(request: HttpRequest) -> HttpResponse:
    events = [(group, [(kind, example(kind.type)) for kind in group.kinds]) for group in catalogue()]
    context = {
        "groups": groups(description()),
        "events": events,
        "python": _text("verify.py"),
        "javascript": _text("verify.mjs"),
        "per_second": round(TOKENS.per_second),
        "burst": round(TOKENS.burst),
    }
    return render(request, "api/docs.html", context)


@cache
def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
