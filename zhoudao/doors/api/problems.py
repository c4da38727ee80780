"""Errors as `application/problem+json`: every refusal has a status and a code that programs can rely on."""

import json
import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, Throttled, ValidationError
from pydantic import ValidationError as PydanticError

from zhoudao.conduct.flows import refusals as flows
from zhoudao.ground.files.store import FileEmpty
from zhoudao.ground.webhooks import refusals as webhooks
from zhoudao.rooms.aftersales import refusals as aftersales
from zhoudao.rooms.bookings import refusals as bookings
from zhoudao.rooms.cases import refusals as cases
from zhoudao.rooms.cases.transfers import REASONS
from zhoudao.rooms.catalogue import refusals as catalogue
from zhoudao.rooms.complaints.endings import EndingUnknown
from zhoudao.rooms.conversations import refusals as conversations
from zhoudao.rooms.customers import commands as customers
from zhoudao.rooms.customers.commands import organisations
from zhoudao.rooms.knowledge import refusals as knowledge
from zhoudao.rooms.orders import refusals as orders
from zhoudao.rooms.parcels import refusals as parcels
from zhoudao.rooms.pickups import refusals as pickups
from zhoudao.rooms.repairs import refusals as repairs
from zhoudao.rooms.return_labels import refusals as return_labels
from zhoudao.rooms.stock import refusals as stock

Handler = Callable[[HttpRequest, Any], HttpResponse]
CONTENT_TYPE = "application/problem+json"
PLACE = "#/components/schemas/{model}"  # in the API's description
_INVALID = "Some fields are not acceptable."
_TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    409: "Conflict",
    413: "Too large",
    422: "Not acceptable",
    429: "Too many requests",
}
_STATUS: dict[type[Exception], int] = {
    conversations.Kept: 422,
    conversations.MessageTooLong: 413,
    conversations.ChannelUnknown: 422,
    conversations.FilesTooMany: 422,
    conversations.FilesTooLarge: 413,
    FileEmpty: 422,
    conversations.CallUnsound: 422,
    conversations.CallerUnknown: 422,
    conversations.StillInFlight: 409,
    conversations.ConversationNotFound: 404,
    conversations.MessageNotFound: 422,
    conversations.NothingToSplit: 422,
    bookings.BookingRefused: 422,
    bookings.BookingNotFound: 404,
    bookings.ServiceUnknown: 404,
    bookings.SlotTaken: 409,
    bookings.BookingOver: 409,
    knowledge.KnowledgeRefused: 422,
    knowledge.ArticleNotFound: 404,
    knowledge.CodeTaken: 409,
    knowledge.NotADraft: 409,
    knowledge.NotInReview: 409,
    knowledge.OwnArticle: 403,
    catalogue.CatalogueRefused: 422,
    catalogue.CategoryUnknown: 404,
    catalogue.ProductUnknown: 404,
    catalogue.SkuTaken: 409,
    stock.StockRefused: 422,
    stock.WarehouseUnknown: 404,
    stock.WarehouseClosed: 409,
    stock.NotEnough: 409,
    stock.KeyReused: 409,
    orders.OrderRefused: 422,
    orders.OrderNotFound: 404,
    orders.OrderOver: 409,
    orders.AlreadyOnItsWay: 409,
    orders.OrderHeld: 409,
    orders.OrdersStillOpen: 409,
    aftersales.AftersalesRefused: 422,
    aftersales.ReturnsStillOpen: 409,
    pickups.PickupRefused: 422,
    pickups.PickupNotFound: 404,
    pickups.PickupNotOffered: 409,
    pickups.PickupThere: 409,
    pickups.PickupTooFar: 409,
    pickups.FeeChanged: 409,
    pickups.PickupsStillOpen: 409,
    return_labels.LabelRefused: 422,
    return_labels.LabelNotFound: 404,
    return_labels.LabelNotOffered: 409,
    return_labels.LabelFeeChanged: 409,
    return_labels.CourierComes: 409,
    repairs.RepairRefused: 422,
    repairs.RepairNotFound: 404,
    repairs.AlreadyInRepair: 409,
    repairs.RepairsStillOpen: 409,
    aftersales.ReturnNotFound: 404,
    aftersales.WarehouseUnknown: 404,
    aftersales.AlreadyDecided: 409,
    aftersales.AlreadyOver: 409,
    aftersales.NotAgreed: 409,
    aftersales.NothingHere: 409,
    aftersales.MoreThanDelivered: 409,
    aftersales.OwnRefund: 403,
    orders.NotReadyTogether: 409,
    orders.GoesWithAnother: 409,
    orders.OthersGoWithIt: 409,
    orders.PickingBegun: 409,
    orders.SentInParts: 409,
    orders.ShopOwnsIt: 409,
    orders.LineSpokenFor: 409,
    aftersales.SentForReturn: 409,
    orders.NothingTogether: 409,
    orders.HoldNotFound: 404,
    orders.HoldOver: 409,
    orders.HoldTaken: 409,
    orders.HoldAlreadyOpen: 409,
    orders.AlreadyApproved: 409,
    parcels.ParcelRefused: 422,
    parcels.ParcelNotFound: 404,
    parcels.ParcelOver: 409,
    parcels.OrderNotApproved: 409,
    parcels.TrackingNumberTaken: 409,
    parcels.GoodsNotThere: 409,
    parcels.BatchStopped: 409,
    parcels.BatchUnsaid: 409,
    cases.CaseRefusal: 422,
    cases.CaseNotFound: 404,
    cases.CaseAlreadyClosed: 409,
    cases.CaseMerged: 409,
    cases.CasesStillOpen: 409,
    cases.CustomerForgotten: 409,
    cases.NotYours: 403,
    cases.TransferNotAllowed: 403,
    customers.CustomerNotFound: 404,
    customers.IdentitiesDisagree: 409,
    customers.NothingAsserted: 422,
    customers.ProfileUnsound: 422,
    organisations.OrganisationRefusal: 422,
    organisations.OrganisationNotFound: 404,
    organisations.AlreadyContact: 409,
    customers.WholeCompanyOnly: 403,
    flows.FlowRefusal: 422,
    flows.TaskNotFound: 404,
    flows.TaskAlreadyDone: 409,
    flows.RunNotMoving: 409,
    flows.StepNotOpen: 409,
    flows.BendOver: 409,
    flows.BendNotFound: 404,
    flows.BendNotAllowed: 403,
    flows.BendLimitReached: 403,
    flows.FlowChangedMeanwhile: 409,
    flows.BeyondYourStores: 403,
    webhooks.WebhookRefusal: 422,
    webhooks.WebhookNotFound: 404,
    webhooks.SendingNotFound: 404,
    webhooks.StoreBeyondReach: 403,
    webhooks.TooManyWebhooks: 409,
    webhooks.StillBeingSent: 409,
    webhooks.TooHasty: 409,
}


class FieldProblem(Schema):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(Schema):
    """Why something was not done (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] = []
    delivery_id: str | None = None


def schemas() -> dict[str, Any]:
    """What the API's description says of a problem, by name."""
    said = Problem.model_json_schema(ref_template=PLACE, mode="serialization")
    return {**said.pop("$defs"), Problem.__name__: said}


def described(status: int) -> dict[str, Any]:
    """What the description says of an answer that is a problem."""
    content = {CONTENT_TYPE: {"schema": {"$ref": PLACE.format(model=Problem.__name__)}}}
    return {"description": _TITLES[status], "content": content}


class Refused(Exception):
    """The request cannot be served."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


class TooLarge(Refused):
    """The request is larger than the API takes."""

    def __init__(self, detail: str = "A message has at most 25 MB, a file at most 20 MB.") -> None:
        super().__init__(413, "too_large", detail)


def problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """An error as programs want it."""
    body = {"type": "about:blank", "title": _TITLES[status], "status": status, "detail": detail, "code": code} | more
    response = HttpResponse(json.dumps(body), status=status, content_type=CONTENT_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="zhoudao"'
    return response


def install(api: NinjaAPI) -> None:
    """This will have every error of the API answered as a problem."""
    handlers: dict[type[Exception], Handler] = {
        **dict.fromkeys(_STATUS, _refused),
        ValidationError: _invalid,
        HttpError: _http_error,
        Throttled: _throttled,
        Refused: lambda _, error: problem(error.status, error.code, error.detail),
        RequestDataTooBig: lambda _, error: problem(413, "too_large", str(TooLarge())),
        Http404: lambda _, error: problem(404, "not_found", "There is nothing here."),
        PermissionDenied: lambda _, error: problem(403, "forbidden", "You may not do this."),
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def told(refusal: orders.OrderRefused | customers.CustomerNotFound) -> dict[str, Any]:
    """Why an order among others was not taken."""
    faults = _faults(refusal) if isinstance(refusal, orders.OrderUnsound) else []
    return {"code": _code(type(refusal).__name__), "detail": str(refusal), "errors": faults}


def fields_told(error: PydanticError) -> dict[str, Any]:
    """What is wrong with a body that was read by hand, in the words of one that ninja reads."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    errors = [{"field": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in found]
    return {"code": "invalid", "detail": _INVALID, "errors": errors}


def _refused(request: HttpRequest, refusal: Exception) -> HttpResponse:
    status = next(_STATUS[kind] for kind in type(refusal).__mro__ if kind in _STATUS)
    more: dict[str, Any] = {}
    if isinstance(refusal, flows.FormIncomplete):
        more["errors"] = [{"field": name, "message": fault} for name, fault in refusal.fields.items()]
    if isinstance(refusal, cases.ReasonMissing):
        more["errors"] = [{"field": "reason", "message": f"One of: {', '.join(REASONS)}."}]
    if isinstance(refusal, EndingUnknown):
        errors = [{"field": name, "message": f"One of: {', '.join(codes)}."} for name, codes in refusal.fields.items()]
        more["errors"] = errors
    if isinstance(refusal, orders.OrderUnsound):
        more["errors"] = _faults(refusal)
    if isinstance(refusal, flows.FlowNotSound):
        more["errors"] = [{"field": each.element, "message": each.what} for each in refusal.problems]
    if isinstance(refusal, conversations.Kept) and refusal.delivery_id:
        more["delivery_id"] = str(refusal.delivery_id)
    return problem(status, _code(type(refusal).__name__), str(refusal), **more)


def _faults(refusal: orders.OrderUnsound) -> list[dict[str, str]]:
    with translation.override("en"):
        return [{"field": one.field, "message": str(orders.FAULTS[one.code])} for one in refusal.faults]


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"field": _field(one["loc"]), "message": str(one["msg"])} for one in error.errors]
    return problem(422, "invalid", _INVALID, errors=errors)


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    status = error.status_code if error.status_code in _TITLES else 400
    return problem(status, _code(_TITLES[status].title().replace(" ", "")), error.message)


def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    response = problem(429, "too_many_requests", "Too many requests.")
    response["Retry-After"] = str(error.wait or 1)
    return response


def _field(location: Any) -> str:
    """`("body", "message", "sender", "phone")` → `sender.phone`: without where it stood and our argument's name."""
    parts = [str(part) for part in location]
    return ".".join(parts[2:] if parts[0] == "body" and len(parts) > 2 else parts[1:])


def _code(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
