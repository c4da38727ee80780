"""The skills triage asks for, in words. A company's own are called as they are written."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import pgettext_lazy

_WORDS: dict[str, LazyText] = {
    "washer": pgettext_lazy("skill", "Washing machines"),
    "cooling": pgettext_lazy("skill", "Cooling"),
    "heating": pgettext_lazy("skill", "Heating"),
    "television": pgettext_lazy("skill", "Televisions"),
    "electronics": pgettext_lazy("skill", "Phones and computers"),
    "furniture": pgettext_lazy("skill", "Furniture"),
    "appliance": pgettext_lazy("skill", "Large appliances"),
}


def skill_word(code: str) -> str:
    """A skill in the reader's language."""
    return str(_WORDS.get(code, code))
