"""The API, put together."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from zhoudao.doors.api import (
    calls,
    case_joining,
    case_work,
    cases,
    conversations,
    customer_writing,
    events,
    flows,
    messages,
    metrics,
    organisations,
    problems,
    search,
    tasks,
    webhook_deliveries,
    webhooks,
)
from zhoudao.doors.api.scopes import Nobody
from zhoudao.ground.accounts.permits import permit, permit_module
from zhoudao.ground.accounts.roles import PUBLIC

_DESCRIPTION = """\
Authorization: `Bearer zd_…` (`zhoudao token create`). Errors are `application/problem+json` with a stable `code`.
Every POST honours `Idempotency-Key` for 24 hours. Lists give `next`: send it as `cursor` for the following page.
"""
_KEY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}


class Api(NinjaAPI):
    """Says in its description that errors are problems, and which operations honour a key."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _describe(method, operation)
        return schema


def _describe(method: str, operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if int(status) >= 400 and "application/json" in response.get("content", {}):
            response["content"] = {problems.CONTENT_TYPE: response["content"].pop("application/json")}
    if method == "post":
        operation.setdefault("parameters", []).append(_KEY_HEADER)


def _assembled() -> Api:
    api = Api(
        title="周到 Zhoudao",
        version="1",
        description=_DESCRIPTION,
        docs_url=None,
        openapi_url=None,
        auth=Nobody(),
        urls_namespace="api",
    )
    problems.install(api)
    api.add_router("/messages", messages.router)
    api.add_router("/calls", calls.router)
    api.add_router("/conversations", conversations.router)
    api.add_router("/cases", cases.router)
    api.add_router("/cases", case_work.router)
    api.add_router("/cases", case_joining.router)
    api.add_router("/tasks", tasks.router)
    api.add_router("/customers", customer_writing.router)  # one router: an address has all its methods in one place
    api.add_router("/organisations", organisations.router)
    api.add_router("/metrics", metrics.router)
    api.add_router("/events", events.router)
    api.add_router("/search", search.router)
    api.add_router("/flows", flows.router)
    api.add_router("/webhooks", webhooks.router)
    api.add_router("/webhooks", webhook_deliveries.router)
    return api


permit_module("ninja.", PUBLIC)  # the middleware lets them through: each operation checks its own scope
api = _assembled()


@permit(PUBLIC)
def openapi(request: HttpRequest) -> JsonResponse:
    """The API's description, for everybody: it tells nothing of this installation."""
    return JsonResponse(_description())


@cache
def _description() -> dict[str, Any]:
    return dict(api.get_openapi_schema())


@csrf_exempt  # there is nothing to forge here
@permit(PUBLIC)
def nothing(request: HttpRequest, elsewhere: str) -> HttpResponse:
    """What answers at an address the API does not have: a problem like any other."""
    return problems.problem(404, "not_found", "There is nothing here.")


urlpatterns = [path("openapi.json", openapi), path("", api.urls), path("<path:elsewhere>", nothing)]
