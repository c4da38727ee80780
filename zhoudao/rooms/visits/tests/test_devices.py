"""A screen is paired once with a code, is known by its token, and is nothing any more when it was revoked."""

from datetime import timedelta
from uuid import uuid4

import pytest

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.visits.commands.devices import CODE_LASTS, device_of, offer_pairing, pair_device, revoke_device
from zhoudao.rooms.visits.models import Device
from zhoudao.rooms.visits.refusals import CodeWrong, LineUnknown, VisitNotFound
from zhoudao.rooms.visits.tests.store import Counter, open_counter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def counter() -> Counter:
    return open_counter(open_shop())


def offered(counter: Counter) -> str:
    viewer = counter.viewer("luo")
    return offer_pairing(store_id=counter.store.id, name=" 门口 ", viewer=viewer, at=counter.shop.now)


def test_paired_once_and_known_from_then_on(counter: Counter) -> None:
    code = offered(counter)
    token = pair_device(code=f" {code[:4].lower()} {code[4:]}", at=counter.shop.later(minutes=9))
    device = device_of(token, at=counter.shop.now)
    assert device is not None
    assert (device.name, device.store) == ("门口", counter.store)
    with pytest.raises(CodeWrong):
        pair_device(code=code, at=counter.shop.now)
    assert token.encode() not in bytes(Device.objects.get().digest or b"")
    assert Event.objects.filter(type="visits.DevicePaired", store_id=counter.store.id).count() == 1


def test_a_code_that_is_wrong_old_or_revoked_pairs_nothing(counter: Counter) -> None:
    code = offered(counter)
    for wrong in ("", "AAAAAAAA", code[:-1], code + "X"):
        with pytest.raises(CodeWrong):
            pair_device(code=wrong, at=counter.shop.now)
    with pytest.raises(CodeWrong):
        pair_device(code=code, at=counter.shop.now + CODE_LASTS)
    device = Device.objects.get()
    revoke_device(device_id=device.id, viewer=counter.viewer("luo"), at=counter.shop.now)
    with pytest.raises(CodeWrong):
        pair_device(code=code, at=counter.shop.now)


def test_revoked_by_who_works_there_it_is_nothing_any_more(counter: Counter) -> None:
    token = pair_device(code=offered(counter), at=counter.shop.now)
    device = Device.objects.get()
    for device_id in (device.id, uuid4()):
        with pytest.raises(VisitNotFound):
            revoke_device(device_id=device_id, viewer=counter.viewer("hu"), at=counter.shop.now)
    for _ in range(2):
        revoke_device(device_id=device.id, viewer=counter.viewer("xu"), at=counter.shop.now)
    assert device_of(token, at=counter.shop.now) is None
    assert Event.objects.filter(type="visits.DeviceRevoked").count() == 1


def test_another_store_makes_no_code_here(counter: Counter) -> None:
    with pytest.raises(LineUnknown):
        offer_pairing(store_id=counter.store.id, name="x", viewer=counter.viewer("hu"), at=counter.shop.now)


def test_when_it_was_seen_is_kept_to_five_minutes(counter: Counter) -> None:
    token = pair_device(code=offered(counter), at=counter.shop.now)
    first = counter.shop.now
    device_of(token, at=counter.shop.later(minutes=4))
    assert Device.objects.get().seen_at == first
    device_of(token, at=counter.shop.later(minutes=2))
    assert Device.objects.get().seen_at == first + timedelta(minutes=6)
