"""Customers as a connected system knows them: made, changed, handed out and erased."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema, Status
from pydantic import ConfigDict, Field

from zhoudao.doors.api import operations
from zhoudao.doors.api.case_work import member_of
from zhoudao.doors.api.customers import CustomerDetail, detail_of, person_or_404, router
from zhoudao.doors.api.problems import Refused
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import Line, Name
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.queries.people import PersonView
from zhoudao.rooms.customers.commands import (
    Claim,
    Description,
    IdentitiesDisagree,
    assert_customer,
    assert_more,
    describe_customer,
    erase_customer,
    export_customer,
    need_whole_company,
    suggest_joining,
)

__all__ = ["router"]  # the one of `customers`, now with all it answers
_STRICT = ConfigDict(extra="forbid")
_Few = Annotated[list[Line], Field(max_length=10)]
Language = Literal["zh-Hans", "zh-Hant", "en"]


class CustomerIn(Schema):
    """Who somebody is, as the caller vouches: at least one phone number, e-mail address or member number."""

    model_config = _STRICT

    name: Name = ""
    phones: _Few = []
    emails: _Few = []
    member: Line = ""
    language: Language = "zh-Hans"


class CustomerChange(Schema):
    """What is given is written down, the rest stays. Name, phones, e-mails and member need `identity:assert`."""

    model_config = _STRICT

    name: Name | None = None
    phones: _Few = []
    emails: _Few = []
    member: Line = ""
    language: Language | None = None
    value_class: Annotated[str, Field(min_length=1, max_length=16, pattern=r"^[a-z_]+$")] | None = None
    adviser: Line | None = None
    preferred_channel: Annotated[str, Field(max_length=16, pattern=r"^[a-z_]*$")] | None = None
    contact_hours: Literal["", "morning", "afternoon", "evening", "workday"] | None = None
    consents: list[Literal["care", "survey", "marketing"]] | None = None


class CustomerMade(Schema):
    """The customer's id."""

    id: UUID


class ErasureIn(Schema):
    """Why, and the customer's id once more: nothing brings the data back."""

    model_config = _STRICT

    confirm: UUID
    reason: Literal["request", "retention", "mistake"] = "request"


class Erased(Schema):
    """How many records were erased."""

    records: int


@operations.post(router, "", scope="identity:assert", answers={200: CustomerMade, 201: CustomerMade})
def make_customer(request: HttpRequest, said: CustomerIn) -> Status[CustomerMade]:
    """Find the customer these name, else make one (201); a name given replaces the one known."""
    viewer, claims = viewer_in(request), _claims(said)
    store = next(iter(viewer.stores or ()), None)
    try:
        found = assert_customer(
            claims=claims,
            name=said.name,
            language=said.language,
            store_id=store,
            at=clock.now(),
            by=By(viewer.actor, store),
        )
    except IdentitiesDisagree:
        suggest_joining(claims, at=clock.now())
        raise
    return Status(201 if found.is_new else 200, CustomerMade(id=found.customer_id))


@operations.post(router, "/{uuid:customer_id}", scope="customers:write", answers={200: CustomerDetail})
def change_customer(request: HttpRequest, customer_id: UUID, said: CustomerChange) -> CustomerDetail:
    """Write down what a customer is known by, prefers, and who looks after them."""
    viewer = viewer_in(request)
    person = person_or_404(viewer, customer_id)
    described = _described(person, said)
    _assert(viewer, person, said)
    describe_customer(customer_id=person.id, said=described, at=clock.now(), by=By(viewer.actor))
    return detail_of(person_or_404(viewer, person.id))


@operations.get(router, "/{uuid:customer_id}/data", scope="customers:export", answer=dict[str, Any])
def export(request: HttpRequest, customer_id: UUID) -> dict[str, Any]:
    """Everything we hold of one customer, in clear, for the customer; that it was handed out is recorded."""
    viewer = viewer_in(request)
    return export_customer(customer_id=person_or_404(viewer, customer_id).id, viewer=viewer, at=clock.now())


@operations.post(router, "/{uuid:customer_id}/erasure", scope="customers:erase", answers={200: Erased})
def erase(request: HttpRequest, customer_id: UUID, said: ErasureIn) -> Erased:
    """Destroy all data of a customer. Their cases must be closed; events and figures stay, and name nobody."""
    viewer = viewer_in(request)
    person = person_or_404(viewer, customer_id)
    need_whole_company(viewer)
    if said.confirm not in person.group:
        raise Refused(422, "not_confirmed", "Repeat the customer's id in confirm.")
    gone = erase_customer(customer_id=person.id, reason=said.reason, at=clock.now(), by=By(viewer.actor))
    return Erased(records=len(gone))


def _claims(said: CustomerIn | CustomerChange) -> list[Claim]:
    claims = [Claim("phone", phone, verified=True) for phone in said.phones]
    claims += [Claim("email", email, verified=True) for email in said.emails]
    return claims + ([Claim("member", said.member, verified=True)] if said.member.strip() else [])


def _assert(viewer: Viewer, person: PersonView, said: CustomerChange) -> None:
    claims = _claims(said)
    if not claims and not said.name:
        return
    if not viewer.may("identity:assert"):
        raise Refused(403, "scope_missing", "Name, phones, emails and member need the scope 'identity:assert'.")
    at = clock.now()
    try:
        assert_more(customer_id=person.id, claims=claims, name=said.name or "", at=at, by=By(viewer.actor))
    except IdentitiesDisagree:
        suggest_joining(claims, with_id=person.id, at=at)
        raise


def _described(person: PersonView, said: CustomerChange) -> Description:
    before = person.profile
    adviser = before.adviser_id if said.adviser is None else member_of(said.adviser) if said.adviser else None
    return Description(
        language=said.language or before.language,
        value_class=said.value_class or before.value_class,
        adviser_id=adviser,
        preferred_channel=_either(said.preferred_channel, before.preferred_channel),
        contact_hours=_either(said.contact_hours, before.contact_hours),
        consents=before.consents if said.consents is None else tuple(said.consents),
    )


def _either(said: str | None, before: str) -> str:
    return before if said is None else said
