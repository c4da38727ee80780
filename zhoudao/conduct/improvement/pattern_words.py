"""Redesign patterns in words, in the language that is active."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhoudao.conduct.improvement.patterns import Assumption, Pattern

NAMES: dict[str, LazyText] = {
    Pattern.MERGE: pgettext_lazy("redesign", "Merge"),
    Pattern.DROP: pgettext_lazy("redesign", "Leave out"),
    Pattern.AUTOMATE: pgettext_lazy("redesign", "Automate"),
    Pattern.PARALLEL: pgettext_lazy("redesign", "Side by side"),
    Pattern.ASK_EARLIER: pgettext_lazy("redesign", "Ask earlier"),
    Pattern.ONE_STOP: pgettext_lazy("redesign", "One-stop"),
    Pattern.TRIAGE: pgettext_lazy("redesign", "Sort at the door"),
    Pattern.EMPOWER: pgettext_lazy("redesign", "Empower"),
}
MEANINGS: dict[str, LazyText] = {
    Pattern.MERGE: _("One person does both steps, one right after the other: nothing lies between them."),
    Pattern.DROP: _("Leave the step out, or do it for a sample of one in ten."),
    Pattern.AUTOMATE: _("Let a rule or a program do it, and keep people for what stands out."),
    Pattern.PARALLEL: _("Begin both at once instead of one after the other."),
    Pattern.ASK_EARLIER: _("Ask for everything where the case begins, so that nothing is missing later."),
    Pattern.ONE_STOP: _("One person or team keeps the case from beginning to end."),
    Pattern.TRIAGE: _("Sort simple from difficult at the door, each to who can do it at once."),
    Pattern.EMPOWER: _("Give who has the case the right to decide it."),
}
ASSUMPTIONS: dict[str, LazyText] = {
    Assumption.USUAL_STAYS: _("at least: every wait falls to the usual one; at most: there is none"),
    Assumption.ONE_STAYS: _("at least: once a case it still happens; at most: never"),
    Assumption.HALF: _("at least: half of it goes; at most: all of it"),
    Assumption.SAMPLE_STAYS: _(
        "at least: where the same follows anyway, but for a sample of one in ten; at most: all of it"
    ),
    Assumption.HALF_BY_RULE: _("at least: a rule decides half of what passes anyway; at most: all that passes"),
}
