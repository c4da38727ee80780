"""An order taken down in a case: what its customer said on the telephone, confirmed by a colleague."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.holding import by_of, hold_active, tell
from zhoudao.rooms.cases.events import OrderTaken
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.orders import PHONE, WRITE
from zhoudao.rooms.cases.refusals import CaseNotFound
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.commands.placing import Placed, Taking, place_orders
from zhoudao.rooms.orders.submission import Submission


def take_order(*, case_id: UUID, wanted: Submission, viewer: Viewer, at: datetime) -> Placed:
    """This will place an order for a case's customer in the case's store; the same number again is the same order.

    A refusal of other contents under the same number is kept on the first one's timeline: it is raised afterwards.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, OrderUnsound, OrderStoreUnknown, CustomerNotFound,
    SubmissionReused
    """
    if not viewer.may(WRITE):
        raise CaseNotFound
    with transaction.atomic():
        _hold_customer(case_id)
        case = hold_active(case_id, viewer.within(WRITE))
        own = replace(
            wanted,
            source=PHONE,
            external_number=f"{case.number}/{wanted.external_number}",
            customer_id=case.customer_id,
            store=case.store.code,
            claims=(),
        )
        [outcome] = place_orders([Taking(own)], by=by_of(case, viewer.actor), at=at)
        if isinstance(outcome, Placed) and not outcome.is_repeat:
            tell(case, OrderTaken(outcome.order.number), actor=viewer.actor, at=at)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _hold_customer(case_id: UUID) -> None:
    """Before the case, as whoever forgets a customer holds both."""
    whose = Case.objects.filter(id=case_id).values("customer_id")
    list(Customer.objects.select_for_update(no_key=True).filter(id__in=whose).values_list("id"))
