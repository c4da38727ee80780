"""`/demo/shop/`: there in a demo company only."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhoudao.doors.portal.languages import speak
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation.models import Installation

_AS_A_THIRD_PARTY = "default-src 'none'; script-src 'self'; frame-src 'self'; style-src 'self'; img-src 'self'"


@permit(PUBLIC)
@require_safe
def shop(request: HttpRequest) -> HttpResponse:
    """A shop's page with nothing of ours but the widget's script."""
    company = Installation.objects.filter(id=1, is_demo=True).first()
    if company is None:
        raise Http404
    language = speak(request, "")
    answer = render(request, "demo_shop/shop.html", {"language": language})
    answer["Content-Security-Policy"] = _AS_A_THIRD_PARTY
    return answer
