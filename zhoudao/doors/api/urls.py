"""Addresses of the API."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from zhoudao.doors.api import page, problems
from zhoudao.doors.api.schema import api, written
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC


@permit(PUBLIC)
def openapi(request: HttpRequest) -> HttpResponse:
    """The API's description, for everybody: it tells nothing of this installation."""
    return HttpResponse(written(), content_type="application/json")


@csrf_exempt  # there is nothing to forge here
@permit(PUBLIC)
def nothing(request: HttpRequest, elsewhere: str) -> HttpResponse:
    """What answers at an address the API does not have: a problem like any other."""
    return problems.problem(404, "not_found", "There is nothing here.")


urlpatterns = [
    path("openapi.json", openapi, name="api_schema"),
    path("docs", page.docs, name="api_docs"),
    path("", api.urls),
    path("<path:elsewhere>", nothing),
]
