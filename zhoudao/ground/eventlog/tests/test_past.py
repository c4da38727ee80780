"""The past lived over: heard at once by a few, never by the others, and gone with its transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import transaction

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.past import Told
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = datetime(2025, 3, 10, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Tolled(Fact):
    """A bell tolled."""

    name = "tests.Tolled"
    words = "A bell tolled"
    count: int


def toll(bell: UUID, count: int) -> None:
    record(Tolled(count), at=LONG_AGO, by=By("system:test"), about=[About("bell", bell)])


@pytest.fixture
def heard() -> Iterator[dict[str, list[int]]]:
    known = dict(dispatch._subscribers)
    dispatch._subscribers.clear()
    found: dict[str, list[int]] = {"ringer": [], "neighbour": []}

    def echoes(event: Event) -> None:
        found["ringer"].append(event.attributes["count"])
        if event.attributes["count"] < 3:
            toll(event.primary_id, event.attributes["count"] + 1)

    dispatch.subscribe("ringer", ["tests.Tolled"], echoes)
    dispatch.subscribe("neighbour", ["tests.Tolled"], lambda event: found["neighbour"].append(event.seq))
    yield found
    dispatch._subscribers.clear()
    dispatch._subscribers.update(known)


def test_who_is_named_hears_at_once_also_what_comes_of_it_and_nobody_hears_later(heard: dict[str, list[int]]) -> None:
    bell = uuid7()
    toll(bell, 9)
    with transaction.atomic():
        told = Told({"ringer": ()})
        toll(bell, 1)
        assert told.tell() == 3
        assert told.tell() == 0
    assert heard == {"ringer": [1, 2, 3], "neighbour": []}
    dispatch.drain()
    assert heard == {"ringer": [1, 2, 3, 9], "neighbour": [1]}, "what was before it is heard by everybody"
    toll(bell, 8)
    dispatch.drain()
    assert heard == {"ringer": [1, 2, 3, 9, 8], "neighbour": [1, 5]}, "and so is what comes after it"


def test_only_the_types_named_are_heard(heard: dict[str, list[int]]) -> None:
    with transaction.atomic():
        told = Told({"ringer": ("tests.Rung",)})
        toll(uuid7(), 1)
        told.tell()
    assert heard == {"ringer": [], "neighbour": []}


def test_what_a_listener_cannot_bear_undoes_it_all(heard: dict[str, list[int]]) -> None:
    def breaks(event: Event) -> None:
        raise ValueError(event.type)

    dispatch.subscribe("fragile", ["tests.Tolled"], breaks)
    with pytest.raises(ValueError, match=r"tests\.Tolled"):
        lived_badly()
    assert not Event.objects.exists()


@transaction.atomic
def lived_badly() -> None:
    told = Told({"fragile": ()})
    toll(uuid7(), 3)
    told.tell()
