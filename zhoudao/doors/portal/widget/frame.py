"""The script for the host page and the frame it opens, which only allowed pages may embed."""

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from zhoudao.doors.portal.languages import known
from zhoudao.doors.portal.widget.words import in_all_languages
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation.models import Installation
from zhoudao.kit.languages import pick
from zhoudao.rooms.conversations.models import Channel

POLL_MILLISECONDS = 4000
FILES_A_MESSAGE = 5
_ORIGIN = re.compile(r"\*|https?://(?:\*\.)?[A-Za-z0-9.-]+(?::(?:\d+|\*))?")
_LOADER = Path(__file__).resolve().parents[3] / "static_src/widget/loader.js"


@permit(PUBLIC)
@require_safe
def loader(request: HttpRequest) -> HttpResponse:
    """`/widget.js`: small, without dependencies, the same for everybody."""
    answer = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "public, max-age=3600"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@permit(PUBLIC)
@require_safe
@xframe_options_exempt
def frame(request: HttpRequest, code: str) -> HttpResponse:
    """The chat's own page; its policy names who may embed it."""
    channel = channel_of(code)
    if channel is None:
        raise Http404
    language = known(request.GET.get("language", "")) or translation.get_language() or settings.LANGUAGE_CODE
    company = Installation.objects.filter(id=1).first()
    names = channel.names or (company.name if company else {})
    answer = render(
        request,
        "widget/frame.html",
        {"config": config_of(channel, language), "name": pick(names, language), "languages": settings.LANGUAGES},
    )
    answer["Content-Security-Policy"] = policy_of(channel.config.get("origins") or ["*"])
    answer["Cache-Control"] = "private, no-cache"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def channel_of(code: str) -> Channel | None:
    """A web chat that is switched on."""
    return Channel.objects.filter(code=code, kind="webchat", is_active=True).first()


def config_of(channel: Channel, language: str) -> dict[str, object]:
    """What the chat's page is told."""
    words = {tag: dict(texts) for tag, texts in in_all_languages("chat").items()}
    for tag, texts in words.items():
        texts["welcome"] = pick(channel.config.get("welcome", {}), tag) or texts["welcome"]
    return {
        "channel": channel.code,
        "path": f"/widget/{channel.code}/",
        "live": f"{settings.LIVE_URL}/live/visitor",
        "language": language,
        "words": words,
        "file_bytes": settings.FILE_LIMIT_BYTES,
        "files_limit": FILES_A_MESSAGE,
        "poll_ms": POLL_MILLISECONDS,
    }


def policy_of(framed_by: Sequence[str]) -> str:
    """The page's policy: what it may load, and who may embed it."""
    origins = [origin for origin in framed_by if _ORIGIN.fullmatch(origin)]
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob: data:",
            f"connect-src 'self' {_origin_of(settings.LIVE_URL)}",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors " + (" ".join(origins) or "'none'"),
        ]
    )


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@cache
def _script() -> str:
    words = json.dumps(in_all_languages("launcher"), ensure_ascii=False)
    return _LOADER.read_text(encoding="utf-8").replace("/*words*/ {}", words, 1)
