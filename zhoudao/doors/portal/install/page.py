"""The manifest, the service worker and the page for when there is no connection: the same for everybody."""

import hashlib
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhoudao.doors.portal.languages import speak
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.kit.languages import pick, tag

_SOURCE = Path(__file__).resolve().parents[3] / "static_src/widget/worker.js"
_FILES = ("widget/tokens.css", "widget/pages.css", "widget/portal.css", "mark.svg")
_ACCENT, _GROUND = "#335ab4", "#f7f7f5"
_ICONS = ((192, "any"), (512, "any"), (512, "maskable"))


@permit(PUBLIC)
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """The company's name, our icons; read anew within the hour after the name was changed."""
    speak(request, "")
    name = pick(clock.company(), get_language()) or "周到"
    content = {
        "id": reverse("portal:home"),
        "name": _("{company} service").format(company=name),
        "short_name": name[:12],
        "lang": tag(get_language()),
        "start_url": reverse("portal:home"),
        "scope": reverse("portal:home"),
        "display": "standalone",
        "theme_color": _ACCENT,
        "background_color": _GROUND,
        "icons": [_icon(size, purpose) for size, purpose in _ICONS],
        "shortcuts": [{"name": _("My cases"), "url": reverse("portal:cases")}],
    }
    answer = JsonResponse(content, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "public, max-age=3600"
    answer["Vary"] = "Accept-Language, Cookie"
    return answer


@permit(PUBLIC)
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; its version is its content's, so a new one replaces the old with all it kept."""
    answer = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@permit(PUBLIC)
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Shown by the worker when there is no connection: nobody's page, in all languages."""
    answer = render(request, "install/offline.html", {"company": clock.company()})
    answer["Cache-Control"] = "no-cache"
    return answer


def _icon(size: int, purpose: str) -> dict[str, str]:
    name = f"widget/icon-{'maskable-' if purpose == 'maskable' else ''}{size}.png"
    return {"src": static(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@cache
def _worker() -> str:
    files = [reverse("portal:offline"), *(static(name) for name in _FILES)]
    text = _SOURCE.read_text(encoding="utf-8")
    version = hashlib.sha256((text + "".join(files)).encode()).hexdigest()[:12]
    listed = ", ".join(f'"{file}"' for file in files)
    return text.replace("/*version*/", version, 1).replace("/*files*/", listed, 1)
