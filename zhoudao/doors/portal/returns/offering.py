"""The ways there are, each with what it means in money, time and steps; sealed as shown, so that a change is seen."""

from collections.abc import Sequence
from typing import Any

from django.core import signing
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhoudao.doors.portal.returns.wording import day_words
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.commands.accepting import Offer
from zhoudao.rooms.aftersales.commands.requesting import SEND_WITHIN
from zhoudao.rooms.aftersales.models import BACK, REPLACES, Kind
from zhoudao.rooms.aftersales.policies import Terms
from zhoudao.rooms.aftersales.queries.eligibility import Option

_SALT, _DAY = "portal.return", 24 * 3600
WAYS: dict[str, LazyText] = {
    Kind.RETURN_REFUND: gettext_lazy("Send it back, get the money"),
    Kind.EXCHANGE: gettext_lazy("Exchange it"),
    Kind.REFUND_ONLY: gettext_lazy("Keep it, get the money"),
    Kind.RESHIP: gettext_lazy("Have it sent again"),
    Kind.ADJUSTMENT: gettext_lazy("Money back, you keep it"),
}


@frozen
class Way:
    """One way as it is shown; one that is not `is_open` says `why`. `parts` are words and amounts that make `total`."""

    code: str
    words: str
    is_open: bool
    why: str
    total: str
    parts: Sequence[tuple[str, str]]
    facts: Sequence[str]
    needs_photos: bool


def ways_of(options: Sequence[Option], currency: str, language: str) -> list[Way]:
    """The ways: first what is agreed to at once, last what is not possible."""
    ranked = sorted(options, key=lambda one: (not one.terms.is_allowed, not one.terms.is_auto))
    return [_way(one, currency, language) for one in ranked]


def sealed(options: Sequence[Option]) -> str:
    """What was shown, as the form carries it."""
    return signing.dumps(
        [(each.kind, dict(each.terms), each.total_minor) for each in map(Offer.of, options)], salt=_SALT
    )


def unsealed(text: str) -> dict[str, Offer]:
    """What was shown, by kind; nothing when it is too old or was tampered with."""
    try:
        read: list[tuple[str, dict[str, Any], int]] = signing.loads(text, salt=_SALT, max_age=_DAY)
    except signing.BadSignature:
        return {}
    return {kind: Offer(kind, terms, total) for kind, terms, total in read}


def changes(before: Offer, option: Option, currency: str, language: str) -> list[str]:
    """What is otherwise than it was shown."""

    def money(minor: int) -> str:
        return Money(minor, currency).format(language)

    old, new, total = before.given, option.terms, option.back_minor - option.due_minor
    if not new.is_allowed:
        return [str(new.words)]
    said = []
    if total != before.total_minor and min(total, before.total_minor) < 0:
        said.append(_("The difference has changed."))
    elif total != before.total_minor:
        said.append(_("You get %(now)s, not %(before)s.") % {"now": money(total), "before": money(before.total_minor)})
    if new.fee_percent != old.fee_percent:
        now = {"now": new.fee_percent, "before": old.fee_percent}
        said.append(_("The fee is %(now)s %%, not %(before)s %%.") % now)
    pairs = ((_decided(old), _decided(new)), (_paid(old, before.kind), _paid(new, before.kind)))
    said += [now for was, now in (*pairs, (_postage(old, money), _postage(new, money))) if now != was]
    if new.needs_photos and not old.needs_photos:
        said.append(_("A photo is needed."))
    return said or [_("How long you may ask for it has changed.")]


def _way(option: Option, currency: str, language: str) -> Way:
    terms, money = option.terms, option.money

    def said(minor: int) -> str:
        return Money(minor, currency).format(language)

    parts = [
        (_("What you paid for it"), money.of("paid")),
        (_("Fee (%(percent)s %%)") % {"percent": terms.fee_percent}, -money.of("fee")),
        (_("Your part of the delivery"), money.of("shipping")),
        (_("Paid back before"), -money.over_minor),
    ]
    shown = [(words, said(amount)) for words, amount in parts if amount]
    words = str(WAYS.get(option.kind) or option.kind.label)
    if not terms.is_allowed:
        return Way(option.kind, words, False, str(terms.words), "", (), (), False)
    facts = [_decided(terms), _paid(terms, option.kind)]
    if option.kind in BACK:
        days = SEND_WITHIN.days
        within = ngettext("Send it within %(n)s day of that.", "Send it within %(n)s days of that.", days) % {"n": days}
        facts = [facts[0], within, _postage(terms, said), facts[1]]
    if terms.needs_photos:
        facts.append(_("A photo is needed."))
    if option.until is not None:
        facts.append(_("You can ask for this until %(day)s.") % {"day": day_words(option.until)})
    if option.kind in REPLACES:
        return Way(option.kind, words, True, "", _difference(option, said), (), facts, terms.needs_photos)
    total = said(money.total_minor)
    return Way(option.kind, words, True, "", total, shown if len(shown) > 1 else (), facts, terms.needs_photos)


def _difference(option: Option, money: Any) -> str:
    """What an exchange or sending again means in money."""
    if option.due_minor:
        return _("you pay %(amount)s") % {"amount": money(option.due_minor)}
    if option.back_minor:
        return _("you get %(amount)s back") % {"amount": money(option.back_minor)}
    return _("costs nothing")


def _decided(terms: Terms) -> str:
    return _("Agreed at once.") if terms.is_auto else _("A colleague decides about it and writes to you.")


def _paid(terms: Terms, kind: str) -> str:
    if kind == Kind.RESHIP:
        return _("Nothing has to be sent: it goes out again as soon as it is agreed.")
    if kind == Kind.EXCHANGE and terms.is_instant:
        return _("We send the replacement at once, before yours comes.")
    if kind == Kind.EXCHANGE:
        return _("We send the replacement when we have looked at yours; signs of use may cost something.")
    if kind == Kind.REFUND_ONLY:
        return _("Nothing has to be sent: your money goes back as soon as it is agreed.")
    if terms.is_instant:
        return _("Your money goes back at once, before the goods come.")
    return _("Your money goes back when we have looked at the goods; signs of use may make it less.")


def _postage(terms: Terms, money: Any) -> str:
    if terms.ships_back != "us":
        return _("You pay for sending it.")
    if terms.postage_minor:
        return _("We pay for sending it, up to %(amount)s: what it cost you is paid back with the rest.") % {
            "amount": money(terms.postage_minor)
        }
    return _("We pay for sending it.")
