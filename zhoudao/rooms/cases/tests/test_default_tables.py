"""The tables cases come with pass their own test cases and route as the company is organised."""

from datetime import UTC, datetime

import pytest

from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.ground.decisions.queries import decide
from zhoudao.rooms.cases.tables import ensure_default_tables

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.django_db
def test_they_are_published_once_and_left_alone_afterwards() -> None:
    ensure_default_tables(AT)
    ensure_default_tables(AT)
    versions = sorted(DecisionVersion.objects.values_list("key", "version"))
    assert versions == [("cases.queueing", 1), ("cases.routing", 1), ("cases.tier", 1)]


@pytest.mark.django_db
def test_an_urgent_complaint_reaches_the_rapid_reaction_group() -> None:
    ensure_default_tables(AT)
    asked = {"kind": "complaint", "value_class": "", "language": "en", "channel": "email", "store": "web"}
    tier = decide("cases.tier", asked | {"urgent": True}).values["tier"]
    assert tier == "urgent"
    assert decide("cases.routing", asked | {"tier": tier}).values["team"] == "rapid_reaction"
