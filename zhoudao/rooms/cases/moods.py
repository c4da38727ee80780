"""The words for moods."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.engines.language import MOODS
from zhoudao.ground.eventlog.facts import name_codes

MOOD_LABELS: dict[str, LazyText] = {"upset": _("Upset"), "calm": _("Calm"), "pleased": _("Pleased")}
name_codes(MOOD_LABELS)
_WORDS = {number: word for word, number in MOODS.items()}
UPSET = MOODS["upset"]


def mood_word(mood: int | None) -> str | None:
    """`upset`, `calm`, `pleased`, or None where none is known."""
    return None if mood is None else _WORDS[mood]
