"""Where a repair stands, as its customer reads it: step by step, who has the ball, who pays and how much."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from zhoudao.doors.portal.progress.moments import Moment, moment
from zhoudao.doors.portal.returns.wording import day_words
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import Money
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.fieldwork.links import visit_path
from zhoudao.rooms.parcels.carriers import called
from zhoudao.rooms.parcels.links import tracking_path
from zhoudao.rooms.repairs.commands.visiting import open_visit
from zhoudao.rooms.repairs.events import ENDED_FOR
from zhoudao.rooms.repairs.kinds import Place, State
from zhoudao.rooms.repairs.links import repair_token
from zhoudao.rooms.repairs.models import Quote, Repair
from zhoudao.rooms.repairs.queries.for_customers import quote_of
from zhoudao.rooms.repairs.sealed import words_of
from zhoudao.rooms.repairs.warranties import WHY

YOURS, OURS, SOLVED = "yours", "ours", "solved"
_WE = gettext_lazy("You need do nothing: we write to you.")
_STANDS: dict[str, tuple[LazyText, str, LazyText]] = {
    State.REPORTED: (gettext_lazy("We are looking at what it is."), OURS, _WE),
    State.TRIAGED: (
        gettext_lazy("We work out what it costs."),
        OURS,
        gettext_lazy("You get a quote; nothing is done before you agree."),
    ),
    State.QUOTED: (
        gettext_lazy("Please look at the quote."),
        YOURS,
        gettext_lazy("Your turn: say yes or no below."),
    ),
    State.APPROVED: (gettext_lazy("It is going to be repaired."), OURS, _WE),
    State.WAITING: (gettext_lazy("A part is still on its way to us."), OURS, _WE),
    State.IN_REPAIR: (gettext_lazy("It is being repaired."), OURS, _WE),
    State.DONE: (gettext_lazy("It is repaired; a colleague checks it."), OURS, _WE),
    State.READY: (gettext_lazy("It is done and checked."), OURS, gettext_lazy("You get it back next.")),
    State.HANDED: (gettext_lazy("You have it back."), OURS, gettext_lazy("What is still to be paid stands below.")),
    State.CLOSED: (gettext_lazy("The repair is finished."), SOLVED, gettext_lazy("Nothing is left to do.")),
    State.DECLINED: (
        gettext_lazy("You declined the quote."),
        SOLVED,
        gettext_lazy("If you change your mind, ask for the repair again."),
    ),
    State.BEYOND: (
        gettext_lazy("It cannot be repaired."),
        SOLVED,
        gettext_lazy("A colleague writes to you what we do instead."),
    ),
    State.CANCELLED: (gettext_lazy("It was cancelled."), SOLVED, gettext_lazy("You may ask for it again.")),
}
_MAY_WITHDRAW = (State.REPORTED, State.TRIAGED, State.QUOTED, State.APPROVED)


@frozen
class Step:
    """One step of the repair's way; `state` is done, current or next."""

    words: str
    state: str
    at: Moment | None


def context_of(repair: Repair, now: datetime, language: str) -> dict[str, Any]:
    """All the page says of a repair."""
    headline, turn, following = _STANDS[repair.state]
    quote = quote_of(repair)
    case = Case.objects.filter(conversation_id=repair.conversation_id).first() if repair.conversation_id else None
    return {
        "one": repair,
        "token": repair_token(repair.id),
        "device": repair.device,
        "headline": headline,
        "turn": turn,
        "next": following,
        "why": ENDED_FOR.get(repair.ended_for, "") if repair.state in (State.BEYOND, State.CANCELLED) else "",
        "steps": _steps(repair, quote, now),
        "covered": WHY.get(repair.covered_why, ""),
        "until": day_words(repair.covered_until) if repair.covered_until else "",
        "words": words_of(repair),
        "photos": repair.photos.filter(of="reported").count(),
        "quote": _quote(quote, repair, now, language) if quote else None,
        "owed": repair.owed.format(language) if repair.is_owing and quote and quote.is_accepted else "",
        "carrier": called(repair.carrier) if repair.carrier else "",
        "visit": _visit(repair, now),
        "may_withdraw": repair.state in _MAY_WITHDRAW,
        "order_path": tracking_path(repair.order_id) if repair.order_id else "",
        "case": case,
        "case_address": progress_url(case) if case else "",
    }


def _visit(repair: Repair, now: datetime) -> dict[str, Any] | None:
    """Who comes and when, and the page on which that is moved."""
    found = open_visit(repair.id)
    if found is None:
        return None
    name = found.engineer.member.user.name if found.engineer else ""
    when = moment(found.starts_at, now, repair.store.zone) if found.starts_at else None
    return {"name": name, "when": when, "state": found.get_state_display(), "path": visit_path(found)}


def _quote(quote: Quote, repair: Repair, now: datetime, language: str) -> dict[str, Any]:
    def said(minor: int) -> str:
        return Money(minor, quote.currency).format(language)

    is_over = now.astimezone(ZoneInfo(repair.store.zone)).date() > quote.valid_until
    parts = [(f"{count} × {name}", said(count * price)) for _sku, name, count, price in quote.lines]
    return {
        "id": quote.id,
        "parts": [(_("Labour"), said(quote.labour_minor)), *parts] if quote.labour_minor else parts,
        "total": said(quote.total_minor),
        "until": day_words(quote.valid_until),
        "is_over": is_over and quote.is_accepted is None,
        "is_open": repair.state == State.QUOTED and not is_over,
        "is_accepted": quote.is_accepted,
    }


def _steps(repair: Repair, quote: Quote | None, now: datetime) -> list[Step]:
    way = _way(repair, quote)
    current = next((words for words, at in way if at is None), "") if repair.is_open else ""
    zone = repair.store.zone
    return [
        Step(
            words,
            "done" if at is not None else "current" if words == current else "next",
            moment(at, now, zone) if at is not None else None,
        )
        for words, at in way
    ]


def _way(repair: Repair, quote: Quote | None) -> Sequence[tuple[str, datetime | None]]:
    """The steps it has gone or is to go, each with when it was done."""
    asked: list[tuple[str, datetime | None]] = [(pgettext("repair step", "Asked for"), repair.asked_at)]
    is_judged_anew = repair.state == State.REPORTED
    asked.append((pgettext("repair step", "Judged"), None if is_judged_anew else repair.triaged_at))
    if quote is not None or (repair.fault and not repair.is_covered):
        asked.append((pgettext("repair step", "Quote"), quote.answered_at if quote else None))
    if repair.state in (State.DECLINED, State.BEYOND, State.CANCELLED):
        done = [one for one in asked if one[1] is not None]
        return [*done, (pgettext("repair step", "Ended"), repair.closed_at)]
    is_solved = repair.is_solved and repair.state not in (State.REPORTED, State.IN_REPAIR)
    is_checked = repair.state in (State.READY, State.HANDED, State.CLOSED)
    checked = [(pgettext("repair step", "Checked"), repair.checked_at if is_checked else None)]
    return [
        *asked,
        (pgettext("repair step", "Repaired"), repair.repaired_at if is_solved else None),
        *(checked if repair.place == Place.BENCH else []),
        (pgettext("repair step", "Back with you"), repair.handed_at),
    ]
