"""What holds an order, in a sentence with its figures."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from zhoudao.kit.money import Money
from zhoudao.rooms.orders.commands.refunding import IN_CASE, ON_PAGE
from zhoudao.rooms.orders.commands.setting_apart import STOPPED
from zhoudao.rooms.orders.models import BY_ITSELF, Hold, Reason

Evidence = Mapping[str, Any]
_MISSING: dict[str, LazyText] = {
    "name": pgettext_lazy("missing", "name"),
    "phone": pgettext_lazy("missing", "phone"),
    "phone_wrong": pgettext_lazy("missing", "a phone number that exists"),
    "street": pgettext_lazy("missing", "street"),
    "province": pgettext_lazy("missing", "province"),
    "city": pgettext_lazy("missing", "city"),
    "district": pgettext_lazy("missing", "district"),
}
FAULTS: dict[str, LazyText] = {
    "province_unknown": gettext_lazy("There is no such province."),
    "city_unknown": gettext_lazy("There is no such city."),
    "city_not_in_province": gettext_lazy("The city lies in another province."),
    "district_not_in_city": gettext_lazy("The district lies in another city."),
    "district_unknown": gettext_lazy("There is no such district."),
    "street_elsewhere": gettext_lazy("The street begins with another place than the fields name."),
}
_ASKED: dict[str, LazyText] = {
    "address": gettext_lazy("The buyer asks for another address."),
    "goods": gettext_lazy("The buyer asks for other goods."),
    "invoice": gettext_lazy("The buyer writes about an invoice."),
    "timing": gettext_lazy("The buyer writes about when to deliver."),
    "other": gettext_lazy("The buyer wrote something."),
}
KINDS: dict[str, LazyText] = {
    "price": gettext_lazy("price of an item"),
    "customer": gettext_lazy("this customer's orders"),
    "source": gettext_lazy("orders of this source"),
    "below": gettext_lazy("below the list price"),
    "above": gettext_lazy("above the list price"),
    "unknown": gettext_lazy("in no catalogue"),
    "known": gettext_lazy("sold before"),
    "new": gettext_lazy("never sold before"),
    "hour": gettext_lazy("in an hour"),
    "day": gettext_lazy("in a day"),
    "address": gettext_lazy("another address"),
    "goods": gettext_lazy("other goods"),
    "sku": gettext_lazy("goods whose sale is stopped"),
}


def evidence_of(hold: Hold) -> str:
    """Why it is held, in one sentence."""
    if hold.is_by_hand and hold.reason != Reason.SALE_STOPPED:  # the clock held it, for a stop a person made
        return _asked_for(hold)
    say = _SENTENCES.get(hold.reason)
    return say(hold.evidence, hold) if say else ""


def _asked_for(hold: Hold) -> str:
    """What a person held it for: a colleague, or its customer."""
    if hold.reason in BY_ITSELF:
        return _("Sent for return %(number)s.") % {"number": hold.evidence.get("return", "—")}
    if hold.kind == ON_PAGE:
        return _("The customer asked on the order's page to cancel it.")
    if hold.kind == STOPPED:
        words = _("Order %(order)s was changed in its shop while both were being packed.")
        return words % {"order": hold.evidence.get("order", "—")}
    if hold.kind == IN_CASE:
        return _("The customer wants their money back: case %(case)s") % {"case": hold.evidence.get("case", "—")}
    return _("A colleague held it.")


def _amount(evidence: Evidence, hold: Hold) -> str:
    usual, seen = _money(evidence["usual"], hold), evidence["seen"]
    said = {"usual": usual, "times": _times(evidence), "seen": seen, "sku": evidence.get("sku", "")}
    if hold.kind == "price":
        words = _("%(sku)s for %(amount)s, usually %(usual)s (× %(times)s; %(seen)s sales known)")
        return words % (said | {"amount": _money(evidence["price"], hold)})
    said["amount"] = _money(evidence["total"], hold)
    if hold.kind == "customer":
        return _("%(amount)s in all, this customer's orders usually %(usual)s (× %(times)s)") % said
    return _("%(amount)s in all, orders of this source usually %(usual)s (× %(times)s)") % said


def _mismatch(evidence: Evidence, hold: Hold) -> str:
    said = {"sku": evidence["sku"], "amount": _money(evidence["price"], hold), "times": _times(evidence)}
    words = _("%(sku)s for %(amount)s, list price %(usual)s (× %(times)s)")
    return words % (said | {"usual": _money(evidence["usual"], hold)})


def _duplicate(evidence: Evidence, hold: Hold) -> str:
    said = {
        "order": evidence["order"],
        "span": _span(int(evidence["minutes"])),
        "goods": round(100 * evidence["goods"]),
        "address": round(100 * evidence["address"]),
    }
    return _("Like %(order)s, %(span)s apart: goods %(goods)s%% the same, address %(address)s%%") % said


def _quantity(evidence: Evidence, hold: Hold) -> str:
    if hold.kind == "new":
        return _("%(quantity)s of %(sku)s, of which nothing is known yet") % evidence
    return _("%(quantity)s of %(sku)s, usually %(usual)s") % evidence


def _stock(evidence: Evidence, hold: Hold) -> str:
    if hold.kind == "full":
        return _("No place that has it sends a parcel more this week.")
    if hold.kind == "unknown":
        return _unknown(evidence)
    if "sku" not in evidence:
        return _("Another order was faster.")
    said = _("%(sku)s: %(wanted)s wanted, %(available)s available") % evidence
    more = int(evidence["items"]) - 1
    return said + (_(", and %(n)s more items") % {"n": more} if more else "")


def _unknown(evidence: Evidence) -> str:
    said = _("%(sku)s is in no catalogue of ours: nobody could keep or pick it") % {"sku": evidence["sku"]}
    more = int(evidence["items"]) - 1
    return said + (_(", and %(n)s more items") % {"n": more} if more else "")


def stopped_words(evidence: Evidence) -> str:
    """What is not to be sold."""
    said = _("%(sku)s is not to be sold now") % {"sku": evidence.get("sku", "")}
    more = int(evidence.get("skus", 1)) - 1
    return said + (_(", and %(n)s more items") % {"n": more} if more else "")


def _refund(evidence: Evidence, hold: Hold) -> str:
    return _("Money was paid back.") if hold.kind == "paid_back" else _("The buyer asks for the money back.")


def _missing(evidence: Evidence, hold: Hold) -> str:
    named = [str(_MISSING.get(code, code)) for code in str(evidence.get("missing", "")).split(",")]
    return _("Missing: %(what)s") % {"what": _(", ").join(named)}


def _velocity(evidence: Evidence, hold: Hold) -> str:
    return _("%(hour)s orders in an hour, %(day)s in a day") % evidence


_SENTENCES: dict[str, Callable[[Evidence, Hold], str]] = {
    "incomplete": _missing,
    "undeliverable": lambda evidence, hold: str(FAULTS.get(hold.kind, hold.kind)),
    "duplicate": _duplicate,
    "abnormal_amount": _amount,
    "quantity": _quantity,
    "price_mismatch": _mismatch,
    "velocity": _velocity,
    "out_of_stock": _stock,
    "remark": lambda evidence, hold: str(_ASKED.get(hold.kind, _ASKED["other"])),
    "refund_requested": _refund,
    "sale_stopped": lambda evidence, hold: stopped_words(evidence),
}


def _money(minor: int, hold: Hold) -> str:
    return Money(minor, hold.order.currency).format(get_language() or "zh-hans")


def _times(evidence: Evidence) -> str:
    return f"{evidence['times']:.1f}"


def _span(minutes: int) -> str:
    if minutes < 120:
        return _("%(n)s minutes") % {"n": minutes}
    return _("%(n)s hours") % {"n": round(minutes / 60)}
