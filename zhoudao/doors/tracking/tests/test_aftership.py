"""AfterShip: signed webhooks, following, and asking, against a platform that refuses a wrong key."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from zhoudao.doors.tracking import asking
from zhoudao.doors.tracking.kinds.aftership.fake import Platform, running
from zhoudao.doors.tracking.tests.conftest import Add, post, read_all
from zhoudao.ground.installation import clock
from zhoudao.rooms.parcels.models import Parcel, TrackingReport, TrackingSource
from zhoudao.rooms.parcels.queries.tracking import unreadable
from zhoudao.rooms.parcels.tests.depot import ready, sent

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 20, tzinfo=UTC)


@pytest.fixture
def platform(add: Add) -> Iterator[Platform]:
    with running(Platform("key-1", "hook-secret")) as platform:
        add("after", "aftership", {"webhook": "hook-secret", "api_key": "key-1"}, config={"base": platform.base})
        yield platform


def tracking(*checkpoints: tuple[str, str], **more: Any) -> dict[str, Any]:
    said = [{"checkpoint_time": at, "tag": tag, "message": "Arrived", "city": "Nanjing"} for at, tag in checkpoints]
    return {"tracking_number": "SF1234567890", "slug": "sf-express", "checkpoints": said, **more}


def ask() -> int:
    return asking.ask_all(now=clock.now, real_now=datetime.now(UTC))


def test_a_webhook_moves_its_parcel_and_one_signed_otherwise_is_kept_nowhere(platform: Platform) -> None:
    sent(ready())
    body, headers = platform.posted(
        tracking(("2026-03-11T08:00:00", "InTransit"), ("2026-03-12T08:00:00+08:00", "OutForDelivery"),
                 expected_delivery="2026-03-13"),
    )  # fmt: skip
    assert post("after", body, headers) == 200
    assert post("after", body + b" ", headers) == 401
    assert post("after", body, {}) == 401
    assert post("after", body, headers) == 200
    assert TrackingReport.objects.count() == 1
    read_all()
    parcel = Parcel.objects.get()
    assert (parcel.state, parcel.place, parcel.expected_at) == (
        "out_for_delivery", "Nanjing", datetime(2026, 3, 13, 23, 59, tzinfo=UTC),
    )  # fmt: skip


def test_a_new_parcel_is_followed_once(platform: Platform) -> None:
    parcel = sent(ready())
    for _ in range(2):
        asking.follow(parcel.id)
    assert platform.followed == [("sf-express", "SF1234567890")]
    assert TrackingSource.objects.get().trouble == ""


def test_where_a_parcel_is_is_asked_every_six_hours_at_most(platform: Platform) -> None:
    sent(ready())
    platform.trackings["sf-express", "SF1234567890"] = tracking(("2026-03-11T08:00:00Z", "Delivered"))
    assert (ask(), ask()) == (1, 0)
    read_all()
    assert Parcel.objects.get().state == "delivered"


def test_expired_is_said_of_the_whole(platform: Platform) -> None:
    sent(ready())
    whole = tracking(("2026-03-11T08:00:00Z", "InTransit"), tag="Expired", updated_at="2026-04-11T08:00:00Z")
    platform.trackings["sf-express", "SF1234567890"] = whole
    ask()
    read_all()
    assert Parcel.objects.get().state == "expired"


def test_a_wrong_key_and_a_platform_that_is_gone_are_said_at_the_source(platform: Platform, add: Add) -> None:
    sent(ready())
    source = TrackingSource.objects.get()
    from zhoudao.rooms.parcels.commands.sources import change_source
    from zhoudao.rooms.parcels.tests.depot import BY

    def changed(base: str, key: str) -> None:
        change_source(
            source.id, carriers=["SF"], config={"base": base}, secrets={"api_key": key, "webhook": ""},
            is_active=True, by=BY, at=NOW,
        )  # fmt: skip

    changed(platform.base, "key-2")
    assert ask() == 0
    assert TrackingSource.objects.get().trouble == "not_trusted"
    changed("http://127.0.0.1:1", "key-1")
    assert ask() == 0
    assert TrackingSource.objects.get().trouble == "unreachable"
    changed("http://10.1.2.3", "key-1")
    Parcel.objects.update(asked_at=None)
    assert ask() == 0
    assert TrackingSource.objects.get().trouble == "forbidden"
    changed(platform.base, "key-1")
    Parcel.objects.update(asked_at=datetime.now(UTC) - timedelta(hours=7))
    assert ask() == 1


def test_what_is_written_otherwise_is_kept_for_a_person(platform: Platform) -> None:
    for one in ({}, {"slug": "sf-express"}, tracking(("yesterday", "InTransit"))):
        body, headers = platform.posted(one)
        assert post("after", body, headers) == 200
    read_all()
    assert len(unreadable()) == 3
