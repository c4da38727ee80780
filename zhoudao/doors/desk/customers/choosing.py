"""Where two records say different things, and what each says, side by side."""

from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy

from zhoudao.doors.desk.customers.words import CLASSES, CONSENTS, HOURS, LANGUAGES
from zhoudao.doors.desk.tags import CHANNEL_WORDS
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.queries.people import PersonView

_FIELDS: dict[str, LazyText] = {
    "name": gettext_lazy("Name"),
    "value_class": gettext_lazy("Class"),
    "adviser": gettext_lazy("Adviser"),
    "language": gettext_lazy("Language"),
    "preferred_channel": gettext_lazy("Channel they prefer"),
    "contact_hours": gettext_lazy("When to contact them"),
    "consents": gettext_lazy("They agreed to"),
}


@frozen
class Choice:
    """One field with both values in words; `prefers` is `one` or `other`, what is chosen unless somebody says."""

    field: str
    words: LazyText
    one: str
    other: str
    prefers: str


def choices(one: PersonView, other: PersonView) -> list[Choice]:
    """The fields in which they differ; a value is preferred to none."""
    found = []
    for field, words in _FIELDS.items():
        mine, theirs = _said(one, field), _said(other, field)
        if mine != theirs:
            found.append(Choice(field, words, mine, theirs, "one" if mine or not theirs else "other"))
    return found


def _said(person: PersonView, field: str) -> str:
    profile = person.profile
    values: dict[str, Any] = {
        "name": person.name,
        "value_class": CLASSES.get(profile.value_class, profile.value_class),
        "adviser": profile.adviser_name,
        "language": LANGUAGES.get(profile.language, profile.language),
        "preferred_channel": CHANNEL_WORDS.get(profile.preferred_channel, ""),
        "contact_hours": HOURS.get(profile.contact_hours, "") if profile.contact_hours else "",
        "consents": " · ".join(str(words) for code, words in CONSENTS.items() if code in profile.consents),
    }
    return str(values[field])
