"""快递100: subscribed to with our salt, told by signed callbacks, looked up with a sign."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from zhoudao.doors.tracking import asking
from zhoudao.doors.tracking.kinds.kuaidi100.fake import Platform, running
from zhoudao.doors.tracking.tests.conftest import Add, post, read_all
from zhoudao.ground.installation import clock
from zhoudao.kit.outgoing import NotAsked
from zhoudao.rooms.parcels.models import Parcel, TrackingEvent, TrackingReport, TrackingSource
from zhoudao.rooms.parcels.queries.tracking import unreadable
from zhoudao.rooms.parcels.tests.depot import ready, sent

pytestmark = pytest.mark.django_db(transaction=True)
FORM = "application/x-www-form-urlencoded"
SF = ("shunfeng", "SF1234567890")


@pytest.fixture
def platform(add: Add) -> Iterator[Platform]:
    with running(Platform("auth-key", "C0FFEE")) as platform:
        secrets = {"key": "auth-key", "salt": "pinch-of-salt"}
        add("kd", "kuaidi100", secrets, config={"base": platform.base, "customer": "C0FFEE"}, carriers=["sf", "zto"])
        yield platform


def result(*rows: tuple[str, str, str], state: str = "0") -> dict[str, Any]:
    data = [
        {"time": at, "context": f"快件{words}", "statusCode": code, "areaName": "江苏,南京市"}
        for at, code, words in rows
    ]
    return {"message": "ok", "nu": SF[1], "com": SF[0], "status": "200", "state": state, "data": data[::-1]}


def test_it_is_subscribed_to_once_with_the_last_figures_of_the_phone_and_our_salt(platform: Platform) -> None:
    parcel = sent(ready())
    for _ in range(2):
        asking.follow(parcel.id)
    asked = platform.subscribed[SF]
    assert asked["callbackurl"].endswith("/hooks/tracking/kd/")
    assert (asked["salt"], asked["phone"]) == ("pinch-of-salt", "8000")
    assert TrackingSource.objects.get().trouble == ""


def test_a_callback_moves_its_parcel_in_chinas_time_and_one_signed_otherwise_is_kept_nowhere(
    platform: Platform,
) -> None:
    parcel = sent(ready())
    asking.follow(parcel.id)
    platform.results[SF] = result(
        ("2026-03-11 09:00:00", "103", "已揽收"),
        ("2026-03-12 08:00:00", "5", "派件"),
        ("2026-03-12 20:00:00", "301", "签收"),
    )  # fmt: skip
    body = platform.callback(*SF)
    for _ in range(2):
        assert post("kd", body, {}, FORM) == 200
    forged = {name: values[0] for name, values in parse_qs(body.decode()).items()} | {"sign": "0" * 32}
    assert post("kd", urlencode(forged).encode(), {}, FORM) == 401
    assert post("kd", b"", {}, FORM) == 401
    assert TrackingReport.objects.count() == 1
    read_all()
    parcel.refresh_from_db()
    assert (parcel.state, parcel.place) == ("delivered", "江苏南京市")
    assert parcel.delivered_at == datetime(2026, 3, 12, 12, tzinfo=UTC)


def test_where_no_line_says_its_state_the_newest_has_the_wholes(platform: Platform) -> None:
    sent(ready())
    plain = result(("2026-03-11 09:00:00", "", ""), ("2026-03-12 20:00:00", "", ""), state="5")
    for row in plain["data"]:
        del row["statusCode"]
    platform.results[SF] = plain
    assert asking.ask_all(now=clock.now, real_now=datetime.now(UTC)) == 1
    read_all()
    assert list(TrackingEvent.objects.order_by("occurred_at").values_list("state", flat=True)) == [
        "in_transit", "out_for_delivery",
    ]  # fmt: skip


def test_what_it_does_not_know_yet_is_asked_again_later_and_a_wrong_key_is_said(platform: Platform) -> None:
    sent(ready())
    assert asking.ask_all(now=clock.now, real_now=datetime.now(UTC)) == 0
    assert TrackingSource.objects.get().trouble == "not_there"
    platform.key = "other"
    Parcel.objects.update(asked_at=None)
    assert asking.ask_all(now=clock.now, real_now=datetime.now(UTC)) == 0
    assert TrackingSource.objects.get().trouble == "not_trusted"


def test_a_carrier_it_is_not_for_is_not_subscribed_to_and_what_fails_for_now_is_tried_again(
    platform: Platform,
) -> None:
    from zhoudao.rooms.parcels.commands.labels import Label

    other, mine = sent(ready(), Label("yto", "YT12345678")), sent(ready())
    asking.follow(other.id)
    assert platform.subscribed == {}
    TrackingSource.objects.update(config={"base": "http://127.0.0.1:1"})
    with pytest.raises(NotAsked):
        asking.follow(mine.id)


def test_what_is_written_otherwise_is_kept_for_a_person(platform: Platform) -> None:
    from zhoudao.doors.tracking.kinds.kuaidi100.listening import md5

    for param in ("[]", json.dumps({"lastResult": {"com": "shunfeng"}}), "no json"):
        body = urlencode({"sign": md5(param + "pinch-of-salt"), "param": param}).encode()
        assert post("kd", body, {}, FORM) == 200
    read_all()
    assert len(unreadable()) == 3
