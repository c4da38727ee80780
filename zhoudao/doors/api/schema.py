"""The API, put together, and what it says of itself."""

import json
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from zhoudao.doors.api import (
    articles,
    bends,
    bookings,
    calls,
    case_joining,
    case_work,
    cases,
    conversations,
    customer_writing,
    events,
    flows,
    holds,
    incidents,
    messages,
    metrics,
    on_call,
    orders,
    orders_bulk,
    organisations,
    pickups,
    problems,
    products,
    repairs,
    return_labels,
    returns,
    search,
    shipments,
    stock,
    tasks,
    tracking_events,
    webhook_deliveries,
    webhooks,
)
from zhoudao.doors.api.scopes import Nobody
from zhoudao.ground.accounts.permits import permit_module
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
        schema["components"]["schemas"] |= problems.schemas() | orders_bulk.schemas()
        for operations in schema["paths"].values():
            if "post" in operations:
                operations["post"].setdefault("parameters", []).append(_KEY_HEADER)
        return schema


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
    api.add_router("/cases", bends.router)
    api.add_router("/bookings", bookings.router)
    api.add_router("/orders", orders_bulk.router)  # before `/orders/{order_number}`
    api.add_router("/orders", orders.router)
    api.add_router("/tasks", tasks.router)
    api.add_router("/customers", customer_writing.router)  # one router: an address has all its methods in one place
    api.add_router("/organisations", organisations.router)
    api.add_router("/metrics", metrics.router)
    api.add_router("/events", events.router)
    api.add_router("/on-call", on_call.router)
    api.add_router("/search", search.router)
    api.add_router("/stock", stock.router)
    api.add_router("/products", products.router)
    api.add_router("/shipments", shipments.router)
    api.add_router("/tracking-events", tracking_events.router)
    api.add_router("/holds", holds.router)
    api.add_router("/repairs", repairs.router)
    api.add_router("/returns", returns.router)
    api.add_router("/returns", pickups.router)
    api.add_router("/returns", return_labels.router)
    api.add_router("/flows", flows.router)
    api.add_router("/incidents", incidents.router)
    api.add_router("/articles", articles.router)
    api.add_router("/webhooks", webhooks.router)
    api.add_router("/webhooks", webhook_deliveries.router)
    return api


permit_module("ninja.", PUBLIC)  # the middleware lets them through: each operation checks its own scope
api = _assembled()


def made() -> bytes:
    """What the API says of itself (OpenAPI, JSON), put together anew: every model's schema is made, and stays: 5 MB."""
    return json.dumps(api.get_openapi_schema(), cls=DjangoJSONEncoder).encode()


def written() -> bytes:
    """The same, out of the file that is written when the pages' files are collected, if it is there."""
    try:
        return settings.API_DESCRIPTION.read_bytes()
    except FileNotFoundError:
        return made()


def description() -> dict[str, Any]:
    """The same as a tree: it is large, and read seldom."""
    return dict(json.loads(written()))
