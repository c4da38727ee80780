"""What the pages of bends say back, in the reader's language."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy, pgettext_lazy

from zhoudao.conduct.flows.refusals import BendUnsound
from zhoudao.doors.desk import words as desk_words
from zhoudao.doors.desk.flows import words as flow_words

_REFUSALS: dict[str, LazyText] = {
    "StepNotOpen": gettext_lazy("This step is not open any more; the case went on meanwhile. Look at it again."),
    "StepNotFound": gettext_lazy("This step was not walked in this case."),
    "BendNotAllowed": gettext_lazy("Your roles may not do this. Ask your team lead, or have the limits changed."),
    "BendLimitReached": gettext_lazy(
        "This was done {detail} times in this case, as often as your roles may. Somebody with a wider limit can go on."
    ),
    "StepProtected": gettext_lazy("The flow forbids this for the step {detail}."),
    "BendReasonMissing": gettext_lazy("Choose a reason; another one needs a few words."),
    "BendGetsStuck": gettext_lazy("The flow could not go on with these values. Check what you filled in."),
    "StepWordless": gettext_lazy("Say what is to be done."),
    "NobodyThere": gettext_lazy("Choose other people than now: a team, or somebody of it."),
    "DateUnsound": gettext_lazy("Choose another moment, one that lies ahead."),
    "DateTooFar": gettext_lazy("Your roles may move a date by at most {detail} days from where it first was."),
    "BendNotFound": gettext_lazy("There is no such bend in this case."),
    "BendOver": gettext_lazy("The case has gone on since; this cannot be taken back any more."),
    "BendLimitUnsound": gettext_lazy("A case is bent at most 99 times, a date moved by at most 365 days."),
    "RunNotMoving": gettext_lazy("This flow is over or rests; there is nothing to bend."),
}
# why going back (or leaving out) is refused, by the engine's code
AGAINST: dict[str, LazyText] = {
    "protected": pgettext_lazy("bend", "The flow forbids it"),
    "paths-open": pgettext_lazy("bend", "Parallel paths are open; finish or leave out the others first"),
    "paths-met": pgettext_lazy("bend", "It lies on one of several parallel paths that have met; go back before them"),
    "other-part": pgettext_lazy("bend", "It lies inside a part that is over; do the whole part again"),
    "one-of-many": pgettext_lazy("bend", "This is one of several entries; they only move together"),
    "already-open": pgettext_lazy("bend", "It is open already"),
    "not-earlier": pgettext_lazy("bend", "It does not come before this step"),
    "not-proven": pgettext_lazy("bend", "The flow is too large to prove that it would still end"),
    "result-needed": pgettext_lazy("bend", "Later steps need what only this one can find out"),
}


def said(refusal: Exception) -> str:
    """A refusal in words."""
    if isinstance(refusal, BendUnsound) and refusal.code in AGAINST:
        steps = f" ({refusal.detail})" if refusal.detail else ""
        return f"{AGAINST[refusal.code]}{steps}."
    words = _REFUSALS.get(type(refusal).__name__)
    if words is not None:
        return str(words).format(detail=getattr(refusal, "detail", ""))
    is_flows = type(refusal).__name__ in flow_words.KNOWN
    return flow_words.said(refusal) if is_flows else desk_words.said(refusal)
