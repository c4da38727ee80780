"""What is known of a person whose records were joined: for each field one record speaks, and none is overwritten."""

from collections.abc import Iterable
from uuid import UUID

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.customers.models import Customer

FIELDS = ("name", "language", "value_class", "adviser", "preferred_channel", "contact_hours", "consents")
HOURS = ("morning", "afternoon", "evening", "workday")
CONSENTS = ("care", "survey", "marketing")
_INHERITED = {"name": "name_sealed", "adviser": "adviser_id"} | {
    name: name for name in ("preferred_channel", "contact_hours")
}


@frozen
class Profile:
    """The person as all their records together say."""

    name: str
    language: str
    value_class: str
    adviser_id: UUID | None
    adviser_name: str
    preferred_channel: str
    contact_hours: str
    consents: tuple[str, ...]


def profile_of(root: Customer, people: Iterable[Customer]) -> Profile:
    """What holds for the person `root` speaks for; `people` are all records of the group."""
    speaks = speakers(root, people)
    adviser = speaks["adviser"].adviser
    return Profile(
        name=speaks["name"].name,
        language=speaks["language"].language,
        value_class=speaks["value_class"].value_class,
        adviser_id=speaks["adviser"].adviser_id,
        adviser_name=adviser.name if adviser else "",
        preferred_channel=speaks["preferred_channel"].preferred_channel,
        contact_hours=speaks["contact_hours"].contact_hours,
        consents=tuple(speaks["consents"].consents),
    )


def speakers(root: Customer, people: Iterable[Customer]) -> dict[str, Customer]:
    """Which record speaks in each field."""
    joined: dict[UUID, list[Customer]] = {}
    for one in sorted(people, key=lambda one: (one.merged_at is None, one.merged_at, one.id), reverse=True):
        if one.merged_into_id is not None:
            joined.setdefault(one.merged_into_id, []).append(one)
    return {field: _speaker(root, field, joined) for field in FIELDS}


def _speaker(one: Customer, field: str, joined: dict[UUID, list[Customer]]) -> Customer:
    """The last record whose word was chosen when it was joined; else this one; where it says nothing, who does."""
    for other in joined.get(one.id, ()):
        if field in other.kept_fields:
            return _speaker(other, field, joined)
    if _says(one, field):
        return one
    found = (_speaker(other, field, joined) for other in reversed(joined.get(one.id, [])))
    return next((other for other in found if _says(other, field)), one)


def _says(one: Customer, field: str) -> bool:
    """Consent is never inherited by silence, and language and class are never silent."""
    return field not in _INHERITED or field in one.settled_fields or bool(getattr(one, _INHERITED[field]))
