"""What is to be ticked before a stage ends: the shipped items, in words, and those each pilot store has of its own."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.conduct.pilots.models import Stage
from zhoudao.ground.eventlog.facts import name_codes

TRAINED, OWN = "pilot_trained", "pilot_own"
ITEMS: dict[str, dict[str, LazyText]] = {
    Stage.PREPARE: {
        "pilot_checked": _("What changes was checked: its steps, its cases of trial, what customers are told"),
        TRAINED: _("Its people are trained"),
        "pilot_texts": _("What customers read was agreed on"),
        "pilot_rollback": _("It is written down how to go back, who does it, and what happens to cases on their way"),
        "pilot_told": _("Pilot and control stores know what is tried, and until when"),
    },
    Stage.RUN: {
        "pilot_first_week": _("The first week was looked at together with the stores"),
        "pilot_troubles": _("What troubled the stores was answered"),
        "pilot_figures": _("The figures of every store arrive, and nothing else changed there meanwhile"),
    },
    Stage.OPTIMISE: {
        "pilot_read": _("The comparison was read together with the stores"),
        "pilot_better": _("What should be better is in the next version, or was left with a reason"),
        "pilot_effects": _("Side effects on other outcomes, costs and people were looked at"),
    },
}
name_codes({code: words for items in ITEMS.values() for code, words in items.items()})
name_codes({OWN: _("an item of one's own")})
