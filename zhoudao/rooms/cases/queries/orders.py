"""Which orders somebody may see, and which cases are about an order."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.reach import of_their_stores
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.people import may_see
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.orders.models import Hold, Order

READ, WRITE, CLEAR_UP = "orders:read", "orders:write", "holds:write"
PHONE = "phone"  # the source of orders taken down in a case, each of whose own numbers begins with the case's
EXCEPTIONS = "order_processing"  # the team that order exceptions go to
_MOST = 12


def seen_orders(viewer: Viewer) -> Q:
    """Orders of the viewer's stores, and of customers whose case they may see; whoever clears up exceptions in the
    company's team for them sees what is or was one, and no list of everybody's.
    """
    if viewer.is_everywhere:
        return Q()
    theirs = Case.objects.filter(visible(viewer), customer_id=OuterRef("customer_id"))
    seen = of_their_stores(viewer) | Q(Exists(theirs))
    if not viewer.may(CLEAR_UP):
        return seen
    theirs_to_clear = Team.objects.filter(id__in=viewer.within(CLEAR_UP).teams or (), store=None, code=EXCEPTIONS)
    return seen | (Q(Exists(Hold.objects.filter(order_id=OuterRef("pk")))) & Q(Exists(theirs_to_clear)))


def order_for(viewer: Viewer, number: str, permission: str = READ, *, beside: Sequence[str] = ()) -> Order | None:
    """One order the viewer may read where this permission is theirs, also by a joined record of the customer's;
    `beside` names rows of higher floors that are read with it.
    """
    if not (viewer.may(READ) and viewer.may(permission)):
        return None
    viewer = viewer.within(permission)
    rows = Order.objects.filter(number=number).select_related("store", "customer", *beside)
    if viewer.is_everywhere:
        return rows.first()
    found = rows.annotate(is_seen=Q(seen_orders(viewer))).first()
    if found is None or found.is_seen:
        return found
    joined = found.customer.merged_into_id is not None or found.customer.has_joined
    return found if joined and may_see(viewer, group_ids(found.customer_id)) else None


def order_stores(viewer: Viewer, permission: str = READ) -> list[Store]:
    """The stores whose orders are the viewer's work."""
    if not viewer.may(permission):
        return []
    return list(Store.objects.filter(of_their_stores(viewer.within(permission), "id")).order_by("code"))


def cases_about(viewer: Viewer, order: Order, with_it: Iterable[Order] = ()) -> list[Case]:
    """Cases in which this order was taken down, or in which it or one that goes out with it is named, by our number or
    the sender's (one statement; of orders by telephone two).
    """
    names = {name for one in (order, *with_it) for name in (one.number, one.external_number)}
    mine = Case.objects.filter(visible(viewer.within("cases:read")))
    rows = mine.filter(conversation__order_number__in=names).exclude(conversation__order_number="")
    found = list(rows.order_by("-opened_at", "-id")[:_MOST])
    if order.source == PHONE:
        taken_in = order.external_number.partition("/")[0]
        found = [*mine.filter(number=taken_in), *(one for one in found if one.number != taken_in)]
    return found


def customer_seen(viewer: Viewer, customer_id: UUID) -> list[UUID]:
    """All records of a person the viewer may see; none when they may not."""
    group = group_ids(customer_id)
    return group if viewer.may("customers:read") and may_see(viewer.within("customers:read"), group) else []
