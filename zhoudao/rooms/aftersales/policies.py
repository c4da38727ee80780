"""What the policy gives: decided at once, with its reason and version."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.decisions.queries import DecisionNotFound, Table, live_tables, whole
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.models import Kind, ReturnRequest
from zhoudao.rooms.aftersales.tables import APPROVAL, POLICY

UNDECIDED = "undecided"
WHY: dict[str, LazyText] = {
    "": _("This is possible."),
    "not_delivered": _("It has not been delivered yet: the order can still be cancelled, or the parcel refused."),
    "too_late": _("The time for this is over."),
    "keeps_goods": _("For this reason money is paid back only when the goods come back."),
    "excluded": _("These goods are not taken back."),
    "out_of_stock": _("It is not in stock just now. Choose your money back instead."),
    "not_here": _("What never arrived cannot come back: have it sent again, or your money paid back."),
    "only_ours": _("We send again only what was missing, broken or wrong when it came."),
    UNDECIDED: _("A colleague decides about this."),
}
USUAL_RISK = 1_000  # whole units that may go to a customer before their goods are back, unless a row says
POLICY_ROLE = "policy"  # whoever asks for what the policy gives: nobody has to approve up to its limit


@frozen
class Terms:
    """What is given: `is_auto` at once, without a person; `is_instant` the money, or what is sent instead, before the
    goods, up to `risk_minor` for one customer. `window_days` from the delivery it may be asked for; `ships_back`: who
    pays for sending it, `us` or `customer`, up to `postage_minor` where we do; `is_shipping_back`: what was paid for
    the way there is paid back. `pickup_minor` and `label_minor`: what the customer pays to have it fetched, or to send
    it with a prepaid label of ours, where they pay for sending it; None: the policy does not say, so that it is not
    done at their cost.
    """

    is_allowed: bool
    why: str = ""
    is_auto: bool = False
    is_instant: bool = False
    fee_percent: int = 0
    ships_back: str = "customer"
    is_shipping_back: bool = False
    needs_photos: bool = False
    window_days: int = 0
    postage_minor: int = 0
    risk_minor: int = 0
    pickup_minor: int | None = None
    label_minor: int | None = None

    @property
    def fetching_minor(self) -> int | None:
        """What having it fetched costs the customer: nothing where we pay for sending it; None: it is not done."""
        return 0 if self.ships_back == "us" else self.pickup_minor

    @property
    def labelled_minor(self) -> int | None:
        """What a label of ours costs the customer, as `fetching_minor`."""
        return 0 if self.ships_back == "us" else self.label_minor

    def stored(self) -> dict[str, Any]:
        """As a request keeps them."""
        return asdict(self)

    @property
    def words(self) -> LazyText:
        """Why, in the customer's words."""
        return WHY.get(self.why) or WHY["excluded"]


def terms_of(request: ReturnRequest) -> Terms:
    """The terms a request was taken on."""
    return Terms(**request.terms)


def kept_for(request: ReturnRequest, cost_minor: int | None) -> int | None:
    """What a way back that we order costs its customer, of what the terms say; None: it is not offered. It is kept from
    the money alone: not where that goes before the goods, nor where something is sent instead.
    """
    if not request.needs_goods:
        return None
    if cost_minor and (request.kind != Kind.RETURN_REFUND or terms_of(request).is_instant):
        return None
    return cost_minor


def policy() -> Table:
    """The policy as it stands (one statement). Raises: DecisionNotFound."""
    return live_tables(POLICY)[POLICY]


def judged(table: Table, asked: dict[str, Any], currency: str) -> Terms:
    """What one line gets. A policy that says nothing, or nothing sound, gives it to a person."""
    said, _row = table.ask(asked)
    if said is None or not isinstance(said.get("allow"), bool):
        return Terms(is_allowed=True, why=UNDECIDED)
    is_allowed = said["allow"]
    postage = Money.of(str(whole(said, "postage_limit", most=100_000)), currency) if is_allowed else Money(0, currency)
    risk = Money.of(str(whole(said, "risk_limit", usual=USUAL_RISK, most=10_000_000)), currency)
    return Terms(
        is_allowed=is_allowed,
        why=str(said.get("why") or ("" if is_allowed else "excluded")),
        is_auto=is_allowed and said.get("auto") is True,
        is_instant=is_allowed and said.get("auto") is True and said.get("instant") is True,
        fee_percent=whole(said, "fee_percent", most=100),
        ships_back="us" if said.get("ships_back") == "us" else "customer",
        is_shipping_back=said.get("shipping_back") is True,
        needs_photos=said.get("photos") is True,
        window_days=whole(said, "window_days", most=3_650),
        postage_minor=postage.minor,
        risk_minor=risk.minor,
        pickup_minor=_cost(said, "pickup_fee", currency) if is_allowed else None,
        label_minor=_cost(said, "label_fee", currency) if is_allowed else None,
    )


def together(terms: Iterable[Terms]) -> Terms:
    """What several lines get in one request: what all of them get."""
    each = list(terms)
    refused = next((one for one in each if not one.is_allowed), None)
    if refused is not None:
        return refused
    return Terms(
        is_allowed=True,
        why=next((one.why for one in each if one.why), ""),
        is_auto=all(one.is_auto for one in each),
        is_instant=all(one.is_instant for one in each),
        fee_percent=max(one.fee_percent for one in each),
        ships_back="us" if all(one.ships_back == "us" for one in each) else "customer",
        is_shipping_back=all(one.is_shipping_back for one in each),
        needs_photos=any(one.needs_photos for one in each),
        window_days=min(one.window_days for one in each),
        postage_minor=min(one.postage_minor for one in each),
        risk_minor=min(one.risk_minor for one in each),
        pickup_minor=_dearest(each, lambda one: one.pickup_minor),
        label_minor=_dearest(each, lambda one: one.label_minor),
    )


def may_approve(roles: Iterable[str], amount: Money, *, kind: str, is_exception: bool) -> bool:
    """Whether one of these roles may pay so much back, by the table of limits. What it does not say, nobody may."""
    try:
        table = live_tables(APPROVAL)[APPROVAL]
    except DecisionNotFound:
        return False
    asked = {"amount": float(Decimal(amount.amount)), "currency": amount.currency, "kind": kind}
    asked_of = [{**asked, "exception": is_exception, "role": role} for role in roles]
    return any((table.ask(each)[0] or {}).get("may") is True for each in asked_of)


def _cost(said: Mapping[str, Any], column: str, currency: str) -> int | None:
    """What a way back that we order costs, where the row says so."""
    fee = whole(said, column, usual=-1, least=-1, most=1_000)
    return Money.of(str(fee), currency).minor if fee >= 0 else None


def _dearest(each: Sequence[Terms], cost: Callable[[Terms], int | None]) -> int | None:
    """What one courier, or one label, for all of it costs where the customer pays for sending a part; none where a part
    is not sent so at all.
    """
    costs = [cost(one) for one in each if one.ships_back != "us"]
    known = [cost for cost in costs if cost is not None]
    return max(known) if known and len(known) == len(costs) else None
