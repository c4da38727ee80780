"""What a visit is for: its number, and where its page lies."""

from collections.abc import Iterable
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from zhoudao.ground.webhooks.payload import numbers_known
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.fieldwork.models import Visit

_PAGES = {"case": "desk_case", "order": "order", "return": "return", "repair": "repair"}


@frozen
class Subject:
    """`address` is empty where there is no page."""

    number: str
    address: str


def subjects_of(visits: Iterable[Visit]) -> dict[UUID, Subject]:
    """By the visit's id (one statement for each kind of object)."""
    by_type: dict[str, dict[UUID, UUID]] = {}
    for one in visits:
        by_type.setdefault(one.subject_type, {})[one.id] = one.subject_id
    found = {}
    for type_, ids in by_type.items():
        numbers = numbers_known(type_, ids.values())
        for visit_id, subject_id in ids.items():
            number = numbers.get(subject_id, "")
            found[visit_id] = Subject(number, _address(type_, number))
    return found


def _address(type_: str, number: str) -> str:
    if not number or type_ not in _PAGES:
        return ""
    try:
        return reverse(_PAGES[type_], args=[number])
    except NoReverseMatch:
        return ""
