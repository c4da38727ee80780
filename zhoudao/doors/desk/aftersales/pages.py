"""The list of returns, and the page of one."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.aftersales.courier import fetching_of, labelling_of
from zhoudao.doors.desk.aftersales.finding import money, return_or_404
from zhoudao.doors.desk.stock.choosing import names_of
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.timeline import timeline
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.text import mask_personal
from zhoudao.rooms.aftersales.answers import TROUBLES
from zhoudao.rooms.aftersales.cancellations import CancelledLine
from zhoudao.rooms.aftersales.commands.refunding import UNSURE
from zhoudao.rooms.aftersales.events import DECLINED_FOR, REFUSED_FOR
from zhoudao.rooms.aftersales.models import (
    BEFORE_GOODS,
    OPEN,
    Kind,
    Refund,
    RefundState,
    ReturnPiece,
    ReturnRequest,
    State,
)
from zhoudao.rooms.aftersales.policies import may_approve, terms_of
from zhoudao.rooms.aftersales.queries.listing import (
    APPROVE,
    INSPECT,
    MOST_COUNTED,
    PAY,
    WRITE,
    ReturnPage,
    approving_roles,
    counted,
    may_note_paid,
    return_for,
    return_page,
    returns_named,
)
from zhoudao.rooms.aftersales.reasons import fault_of
from zhoudao.rooms.aftersales.sealed import words_of
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.parcels.carriers import CARRIERS
from zhoudao.rooms.pickups.models import Pickup
from zhoudao.rooms.pickups.queries.pickups import live_pickups


@require_GET
@permit("returns:read")
def returns(request: HttpRequest) -> HttpResponse:
    """The newest returns by where they stand; or those that are exactly named."""
    viewer, query = viewer_of(request), request.GET
    words = query.get("q", "").strip()
    state = query.get("state", "open")
    state = state if state in State.values or state in ("open", "all") else "open"
    kind = query.get("kind", "") if query.get("kind", "") in Kind.values else ""
    if words:
        page = ReturnPage(returns_named(viewer, words), None)
    else:
        page = return_page(
            viewer, state="" if state == "all" else state, kind=kind, after=uuid_in(query.get("after", ""))
        )
    counts = counted(viewer)
    context = {
        "rows": _with_couriers(page.rows),
        "next": page.next,
        "words": words,
        "state": state,
        "kind": kind,
        "kinds": Kind.choices,
        "tabs": [(one.value, one.label, _some(counts[one.value])) for one in OPEN],
    }
    return render(request, "desk/aftersales/returns.html", context)


@require_GET
@permit("returns:read")
def return_(request: HttpRequest, return_number: str) -> HttpResponse:
    """One return: what is asked, on which terms, what came, what was found, and the money of it."""
    return shown(request, return_or_404(viewer_of(request), return_number))


def shown(request: HttpRequest, found: ReturnRequest, *, refusal: str = "") -> HttpResponse:
    """The page of a return."""
    viewer = viewer_of(request)
    rows = found.pieces.select_related("order_line", "refund").order_by("order_line__position", "rank")
    pieces, refunds = list(rows), list(found.refunds.order_by("id"))
    terms = terms_of(found)
    may_write = return_for(viewer, found.number, WRITE) is not None
    courier = fetching_of(found, may_write=may_write)
    context = {
        "return": found,
        "terms": terms,
        "postage": money(terms.postage_minor, found.order.currency) if terms.postage_minor else "",
        "fault": fault_of(found.reason).label,
        "words": mask_personal(words_of(found))[0],
        "pieces": [(one, _kept(one, found)) for one in pieces],
        "cancelled": _cancelled(found) if found.kind == Kind.CANCEL else [],
        "photos": list(found.photos.select_related("file").order_by("at", "id")),
        "refunds": [_refund(viewer, found, one) for one in refunds],
        "owed": money(found.owed_minor, found.order.currency) if found.owed_minor else "",
        "due": money(found.due_minor, found.order.currency) if found.due_minor else "",
        "may_note_paid": _is_due(found) and may_note_paid(viewer, found),
        "decided_by": names_of({found.decided_by}).get(found.decided_by, found.decided_by),
        "cases": _cases(viewer, found),
        "happened": timeline([found.id])[::-1],
        "may_write": may_write,
        "may_decide": may_write and found.state == State.REQUESTED,
        "may_send": may_write and found.state in BEFORE_GOODS and found.needs_goods,
        "may_withdraw": may_write and found.state in (State.REQUESTED, *BEFORE_GOODS),
        "may_reopen": may_write and found.state == State.EXPIRED,
        "may_inspect": viewer.may(INSPECT) and found.needs_goods and found.is_open,
        "to_assess": _to_assess(viewer, found, pieces),
        "declined_for": DECLINED_FOR.items(),
        "why_declined": DECLINED_FOR.get(found.declined_for, ""),
        "refused_for": REFUSED_FOR.items(),
        "carriers": CARRIERS.items(),
        "given": request.POST,
        "asked_id": uuid4(),
        "refusal": refusal,
        **courier,
        **labelling_of(found, may_write=may_write, is_fetched=courier["is_fetched"]),
    }
    return render(request, "desk/aftersales/return.html", context, status=422 if refusal else 200)


def _cancelled(found: ReturnRequest) -> list[tuple[CancelledLine, str]]:
    """The pieces it pays back that never left, with what was paid for them (one statement)."""
    lines = CancelledLine.objects.filter(cancellation__request=found).order_by("position")
    return [(line, money(line.paid_minor + line.shipping_minor, found.order.currency)) for line in lines]


def _with_couriers(rows: Sequence[ReturnRequest]) -> list[tuple[ReturnRequest, Pickup | None]]:
    """The rows with the courier that is to come for each (one statement)."""
    couriers = live_pickups(one.id for one in rows)
    return [(one, couriers.get(one.id)) for one in rows]


def _is_due(found: ReturnRequest) -> bool:
    """Whether all that is missing for the replacement is what its customer still pays."""
    if not found.due_minor or found.is_off:
        return False
    return found.refunds.filter(is_credit=True, state=RefundState.PAID).exists()


def _refund(viewer: Viewer, found: ReturnRequest, refund: Refund) -> dict[str, Any]:
    """A refund with its parts in words, and what this viewer may do with it."""
    names = ("goods", "lost", "fee", "shipping", "postage", "pickup", "over", "rest", "amount")
    is_asked = refund.state == RefundState.ASKED and viewer.may(APPROVE)
    roles = approving_roles(viewer, found) if is_asked else ()
    is_own = viewer.actor in (refund.asked_by, found.asked_by)
    is_stuck = refund.state == RefundState.STUCK
    is_free = is_stuck and refund.trouble not in UNSURE
    able = is_asked and may_approve(roles, refund.amount, kind=found.kind, is_exception=found.is_exception)
    return {
        "refund": refund,
        **{name: money(getattr(refund, f"{name}_minor"), refund.currency) for name in names},
        "may_approve": able and not is_own,
        "is_above": is_asked and not able,
        "is_own": is_asked and able and is_own,
        "may_refuse": viewer.may(APPROVE) and (is_free or refund.state in (RefundState.ASKED, RefundState.APPROVED)),
        "may_pay": viewer.may(PAY) and not refund.is_credit and (is_free or _is_to_pay(refund)),
        "may_send_again": viewer.may(PAY) and is_stuck,
        "trouble": TROUBLES.get(refund.trouble, ""),
        "why_refused": REFUSED_FOR.get(refund.refused_for, ""),
    }


def _is_to_pay(refund: Refund) -> bool:
    return refund.state == RefundState.APPROVED and not refund.attempts


def _to_assess(viewer: Viewer, found: ReturnRequest, pieces: list[ReturnPiece]) -> list[ReturnPiece]:
    """Accepted pieces whose refund was refused, for whoever may inspect."""
    if not viewer.may(INSPECT) or found.state != State.INSPECTED:
        return []
    return [one for one in pieces if one.is_live and one.is_accepted and one.refund_id is None]


def _kept(piece: ReturnPiece, found: ReturnRequest) -> dict[str, str]:
    """What of a piece's price was paid back and kept."""
    if piece.refund_id is None:
        return {}
    back = piece.paid_minor - piece.lost_minor - piece.fee_minor + piece.shipping_minor
    said = {"paid": piece.paid_minor, "lost": piece.lost_minor, "fee": piece.fee_minor, "back": back}
    return {name: money(minor, found.order.currency) for name, minor in said.items()}


def _cases(viewer: Viewer, found: ReturnRequest) -> list[Case]:
    if not viewer.may("cases:read") or found.conversation_id is None:
        return []
    main = found.conversation.main_id if found.conversation else None
    threads = [one for one in (found.conversation_id, main) if one is not None]
    return list(Case.objects.filter(visible(viewer.within("cases:read")), conversation_id__in=threads)[:3])


def _some(count: int) -> str:
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else str(count)
