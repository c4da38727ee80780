"""What the pages of pilots say: refusals, amounts of an outcome, and what a plan can show."""

from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhoudao.conduct.flows.refusals import FlowRefusal
from zhoudao.conduct.insight.spans import HOUR, percent, span
from zhoudao.conduct.pilots.outcomes import Outcome
from zhoudao.conduct.pilots.refusals import PilotRefusal
from zhoudao.doors.desk.studio import words as of_studio
from zhoudao.ground.installation.clock import currency
from zhoudao.kit.money import Money

_REFUSALS: dict[str, LazyText] = {
    "PilotNotFound": gettext_lazy("This pilot does not exist any more."),
    "PilotUnsaid": gettext_lazy(
        "Say what it is called, what is to be known, and what changes: a version, or in words."
    ),
    "OutcomesUnsound": gettext_lazy(
        "Choose the outcome it is decided by, and write how much better matters: a number above zero."
    ),
    "DatesUnsound": gettext_lazy(
        "A pilot starts today or within a year, lasts 1 to 52 weeks and looks back 2 to 26. What was changed "
        "everywhere lies behind us, at most two years."
    ),
    "OwnerUnknown": gettext_lazy("Choose an owner who may look after pilots."),
    "VersionUnsound": gettext_lazy("Choose a version of this flow that is not live for all already."),
    "OneStoreOnly": gettext_lazy(
        "With one pilot store nobody can tell the change from what else happened in that store. Take at least two."
    ),
    "NoControls": gettext_lazy(
        "Without stores that go on as before there is nothing to compare with. Leave at least two as controls."
    ),
    "StoresUnknown": gettext_lazy("Choose stores that are open, each on one side."),
    "NotAtThisStage": gettext_lazy("The pilot is at another stage by now."),
    "ItemUnsound": gettext_lazy("Write what is to be done; a pilot has at most forty items."),
    "DecisionUnsound": gettext_lazy("Choose what becomes of it, and why. Another reason needs a few words."),
}


def said(refusal: PilotRefusal | FlowRefusal) -> str:
    """A refusal in words."""
    name = type(refusal).__name__
    if isinstance(refusal, FlowRefusal):
        return of_studio.said(refusal)
    if name == "StoresTaken":
        return _("In another pilot of the same flow already: {stores}").format(stores=refusal.detail)
    if name == "ChecklistOpen":
        return _("Some things are not ticked yet. Tick them, or say why it goes on without.")
    return str(_REFUSALS[name])


def amount(of: Outcome, value: float | None) -> str:
    """A value of this outcome for people; – where there is none."""
    if value is None:
        return "–"
    if of.kind == "time":
        return span(value * HOUR)
    if of.kind == "share":
        return ("−" if value < 0 else "") + percent(abs(value))
    if of.kind == "money":
        code = currency()
        return Money(round(value / float(Money(1, code).amount)), code).format()
    return f"{value:.2f}".replace("-", "−")


def unit(of: Outcome) -> str:
    """What a person writes a least difference in."""
    if of.kind == "money":
        return currency()
    return {"time": _("hours"), "share": _("points of a hundred"), "score": _("times")}[of.kind]


def least_of(of: Outcome, written: float) -> float:
    """As it is kept: shares from 0 to 1."""
    return written / 100 if of.kind == "share" else written


def promise(of: Outcome, least: float, weeks: int, sides: dict[str, list[str]], found: dict[str, Any]) -> list[str]:
    """What this many stores and weeks can show, in sentences."""
    stores = len(sides["pilot"])
    told = [
        ngettext(
            "With {stores} pilot stores and {weeks} week, a change smaller than {seen} would hardly be seen.",
            "With {stores} pilot stores and {weeks} weeks, a change smaller than {seen} would hardly be seen.",
            weeks,
        ).format(stores=stores, weeks=weeks, seen=amount(of, found["detectable"]))
    ]
    asked = amount(of, least)
    needed = found["needed"]
    if needed is None:
        told.append(
            _("The {least} that matter to you would not be seen in two years: take more stores, or a larger change.")
            .format(least=asked)
        )  # fmt: skip
    elif needed <= weeks:
        told.append(
            _(
                "The {least} that matter to you would be seen in {chance} of such pilots; {needed} weeks would do."
            ).format(least=asked, chance=percent(found["chance"]), needed=needed)
        )
    else:
        told.append(
            _("For the {least} that matter to you {needed} weeks would be needed, or more stores.").format(
                least=asked, needed=needed
            )
        )
    return told
