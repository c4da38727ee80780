"""What other systems are told, and what becomes of it when they do not take it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from zhoudao.doors.webhooks.tests.conftest import OPENED, Post, settled, states
from zhoudao.doors.webhooks.tests.receiver import Receiver
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.notices.models import Notice
from zhoudao.ground.webhooks.commands.forgetting import forget_old
from zhoudao.ground.webhooks.commands.managing import (
    change_webhook,
    pause_webhook,
    renew_secret,
    resume_webhook,
    terms_of,
)
from zhoudao.ground.webhooks.commands.replaying import replay_dead, replay_one
from zhoudao.ground.webhooks.keys import OVERLAP
from zhoudao.ground.webhooks.models import Sending, Webhook
from zhoudao.ground.webhooks.queries import unread_since
from zhoudao.ground.webhooks.refusals import StillBeingSent
from zhoudao.ground.webhooks.waits import TRIES, WAITS
from zhoudao.rooms.cases.commands.closing import close_case
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.customers.commands import erase_customer

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_case_that_opens_is_told_signed_with_its_number_and_nothing_personal(
    post_office: Post, receiver: Receiver
) -> None:
    webhook = post_office.connect(receiver)
    case = post_office.shop.hears("我是王小姐，电话 13812348000")
    assert post_office.work() == 1
    event = Event.objects.get(type=OPENED)
    ((id_, body),) = receiver.heard
    assert id_ == str(event.id)
    assert (body["type"], body["timestamp"]) == (OPENED, event.occurred_at.isoformat())
    data = body["data"]
    assert data["object"] == {"type": "case", "id": str(case.id), "number": case.number}
    assert (data["version"], data["schema"], data["seq"]) == (1, event.schema, event.seq)
    assert data["attributes"]["number"] == case.number
    assert data["actor"] in ("customer", "system")
    assert "13812348000" not in str(body)
    assert receiver.forged == 0
    row = Sending.objects.get(webhook=webhook)
    assert (row.state, row.status, row.reason, row.answer) == ("delivered", 200, "taken", "thank you")
    assert post_office.work() == 0


def test_only_what_was_chosen_of_the_store_that_was_chosen_from_now_on_is_told(
    post_office: Post, receiver: Receiver
) -> None:
    shop = post_office.shop
    shop.hears("早先的事")
    mine = post_office.connect(receiver, OPENED, "cases.CaseResolved", store=shop.cast.stores["web"])
    post_office.connect(receiver, OPENED, store=shop.cast.stores["nanjing"])
    shop.hears("桌子什么时候到？", who="b")
    post_office.work()
    assert [body["type"] for _id, body in receiver.heard] == [OPENED]
    assert Sending.objects.get().webhook_id == mine.id


def test_what_is_not_taken_is_tried_again_later_and_later_under_one_id_then_given_up(
    post_office: Post, receiver: Receiver
) -> None:
    webhook = post_office.connect(receiver)
    post_office.shop.hears("你好")
    receiver.answers = [500] * TRIES
    waits = []
    for _ in range(TRIES):
        assert post_office.work() == 1
        row = Sending.objects.get()
        assert row.tried_at is not None
        waits.append((row.next_at - row.tried_at).total_seconds())
        assert post_office.work() == 0, "nothing is due before its time"
        post_office.ahead += timedelta(seconds=waits[-1] + 301)
        Webhook.objects.update(failing_since=None)  # else it would be paused before the last try
    for waited, planned in zip(waits, WAITS, strict=False):
        assert 0.8 * planned.total_seconds() <= waited <= 1.2 * planned.total_seconds()
    assert len({round(w / p.total_seconds(), 3) for w, p in zip(waits, WAITS, strict=False)}) > 5, "no two alike"
    assert timedelta(days=2) < sum(WAITS, timedelta()) < timedelta(days=3)
    assert states(webhook) == ["dead"]
    assert Sending.objects.get().reason == "broken"
    assert receiver.heard == []


def test_one_that_asks_for_a_pause_gets_it(post_office: Post, receiver: Receiver) -> None:
    post_office.connect(receiver)
    post_office.shop.hears("你好")
    receiver.answers, receiver.headers = [429], {"Retry-After": "900"}
    post_office.work()
    row = Sending.objects.get()
    assert row.tried_at is not None
    assert row.next_at - row.tried_at == timedelta(seconds=900)
    receiver.answers, receiver.headers = [503], {"Retry-After": "999999"}
    post_office.ahead += timedelta(minutes=16)
    post_office.work()
    row.refresh_from_db()
    assert row.tried_at is not None
    assert row.next_at - row.tried_at == timedelta(hours=1), "nobody makes us wait for ever"


def test_gone_pauses_and_says_so_and_nothing_is_lost_meanwhile(post_office: Post, receiver: Receiver) -> None:
    shop = post_office.shop
    webhook = post_office.connect(receiver)
    receiver.answers = [410]
    shop.hears("你好", who="a")
    post_office.work()
    webhook.refresh_from_db()
    assert (webhook.is_active, webhook.paused_why) == (False, "gone")
    notice = Notice.objects.get(kind="webhook_paused")
    assert (notice.user, notice.attributes) == (shop.cast.people["admin"], {"where": "127.0.0.1"})
    assert Event.objects.filter(type="webhooks.WebhookPaused", primary_id=webhook.id).count() == 1
    shop.hears("还有一事", who="b")
    assert post_office.work() == 0
    assert Sending.objects.count() == 1, "what happens meanwhile stays in the log"
    assert unread_since(webhook.id) is not None
    resume_webhook(webhook_id=webhook.id, viewer=shop.viewer("admin"), at=shop.now, real_now=post_office.real)
    assert post_office.work() == 2
    assert set(receiver.ids) == {str(event.id) for event in Event.objects.filter(type=OPENED)}


def test_whoever_goes_on_may_leave_out_what_happened_meanwhile(post_office: Post, receiver: Receiver) -> None:
    shop, admin = post_office.shop, post_office.shop.viewer("admin")
    webhook = post_office.connect(receiver)
    pause_webhook(webhook_id=webhook.id, viewer=admin, at=shop.now)
    shop.hears("你好", who="a")
    settled()
    resume_webhook(webhook_id=webhook.id, viewer=admin, at=shop.now, real_now=post_office.real, skips=True)
    later = shop.hears("还有一事", who="b")
    post_office.work()
    assert [body["data"]["object"]["number"] for _id, body in receiver.heard] == [later.number]


def test_one_that_fails_for_days_rests_then_is_told_of_then_paused(post_office: Post, receiver: Receiver) -> None:
    shop = post_office.shop
    webhook = post_office.connect(receiver)
    receiver.answers = [500] * 500
    for number in range(6):
        shop.hears("你好", who=f"v-{number}")
    assert post_office.work() == 3, "after three failures in a row it rests"
    for hours in (1.1, 30, 60, 73):
        post_office.ahead = timedelta(hours=hours)
        post_office.work()
        kinds = set(Notice.objects.values_list("kind", flat=True)) - {"assigned"}
        webhook.refresh_from_db()
        assert kinds == ({"webhook_failing"} if hours < 72 else {"webhook_failing", "webhook_paused"})
        assert webhook.is_active == (hours < 72)
    assert Notice.objects.filter(kind="webhook_failing").count() == 1, "told once"
    assert "dead" not in states(webhook), "everything waits for whoever mends it"


def test_a_redirect_is_an_answer_and_not_followed(post_office: Post, receiver: Receiver) -> None:
    post_office.connect(receiver)
    post_office.shop.hears("你好")
    receiver.answers = [302]
    post_office.work()
    assert receiver.heard == []
    row = Sending.objects.get()
    assert (row.state, row.status, row.reason) == ("waiting", 302, "moved")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://localhost:1/", "forbidden"),
        ("https://metadata.internal.invalid/", "unreachable"),
        ("http://127.0.0.1:1/", "unreachable"),
    ],
)
def test_an_address_that_does_not_work_says_why(post_office: Post, url: str, reason: str, settings: Any) -> None:
    webhook, _secret = post_office.add("https://shop.example/")
    Webhook.objects.filter(id=webhook.id).update(url=url)
    if reason == "forbidden":
        settings.OUTGOING_NETWORKS = []
    post_office.shop.hears("你好")
    post_office.work()
    row = Sending.objects.get()
    assert (row.state, row.reason, row.status) == ("waiting", reason, None)


def test_an_answer_that_does_not_end_is_cut_and_numbers_in_it_are_masked(post_office: Post, receiver: Receiver) -> None:
    shop = post_office.shop
    post_office.connect(receiver)
    receiver.says = b"x" * 70_000
    shop.hears("你好", who="a")
    post_office.work()
    assert Sending.objects.get().reason == "long_answer"
    receiver.says = ("<b>13812348000</b>\x00" + "长" * 3000).encode()
    post_office.ahead += timedelta(minutes=1)
    post_office.work()
    row = Sending.objects.get()
    assert row.state == "delivered"
    assert "13812348000" not in row.answer
    assert len(row.answer) == 500


def test_while_a_secret_is_changed_both_sign_and_afterwards_only_the_new_one(
    post_office: Post, receiver: Receiver
) -> None:
    shop, admin = post_office.shop, post_office.shop.viewer("admin")
    webhook = post_office.connect(receiver)
    new = renew_secret(webhook_id=webhook.id, viewer=admin, at=shop.now, real_now=post_office.real)
    shop.hears("你好", who="a")
    post_office.work()
    assert (len(receiver.heard), receiver.forged) == (1, 0), "the old one still counts"
    post_office.ahead = OVERLAP + timedelta(minutes=1)
    shop.hears("你好", who="b")
    post_office.work()
    assert (len(receiver.heard), receiver.forged) == (1, 1)
    assert Sending.objects.get(state="waiting").reason == "not_trusted"
    receiver.secrets = [new]
    post_office.ahead += timedelta(minutes=1)
    post_office.work()
    assert len(receiver.heard) == 2


def test_one_is_sent_again_by_hand_and_all_that_were_given_up(post_office: Post, receiver: Receiver) -> None:
    shop, admin = post_office.shop, post_office.shop.viewer("admin")
    webhook = post_office.connect(receiver)
    for number in range(3):
        shop.hears("你好", who=f"v-{number}")
    post_office.work()
    first = Sending.objects.order_by("id")[0]
    again: dict[str, Any] = {"webhook_id": webhook.id, "viewer": admin, "at": shop.now}
    replay_one(sending_id=first.id, real_now=post_office.real, **again)
    with pytest.raises(StillBeingSent):
        replay_one(sending_id=first.id, real_now=post_office.real, **again)
    post_office.work()
    assert receiver.ids.count(str(first.event_id)) == 2, "the same id, so that it can be dropped"
    Sending.objects.update(state="dead", ended_at=post_office.real)
    Sending.objects.filter(id=first.id).update(ended_at=post_office.real - timedelta(days=9))
    since = post_office.real - timedelta(hours=1)
    assert replay_dead(since=since, real_now=post_office.real, **again) == 2
    assert post_office.work() == 2
    assert sorted(states(webhook)) == ["dead", "delivered", "delivered"]
    assert [event.attributes["count"] for event in Event.objects.filter(type="webhooks.WebhookReplayed")] == [1, 2]


def test_a_new_address_gets_what_waits_at_once_in_its_turn(post_office: Post, receiver: Receiver) -> None:
    shop, admin = post_office.shop, post_office.shop.viewer("admin")
    webhook, secret = post_office.add("http://127.0.0.1:1/")
    receiver.secrets = [secret]
    for number in range(3):
        shop.hears("你好", who=f"v-{number}")
    post_office.work()
    terms = terms_of(Webhook.objects.get())
    assert "127.0.0.1:1/" in terms.url
    moved = replace(terms, url=receiver.url)
    change_webhook(webhook_id=webhook.id, terms=moved, viewer=admin, at=shop.now, real_now=post_office.real)
    assert post_office.work() == 3
    assert [body["data"]["object"]["number"] for _id, body in receiver.heard] == sorted(
        event.attributes["number"] for event in Event.objects.filter(type=OPENED)
    )


def test_one_that_is_told_of_one_store_from_now_on_forgets_the_others(post_office: Post, receiver: Receiver) -> None:
    shop, admin = post_office.shop, post_office.shop.viewer("admin")
    webhook = post_office.connect(receiver, OPENED, "cases.CaseResolved")
    receiver.answers = [500]
    for number in range(2):
        shop.hears("你好", who=f"v-{number}")
    assert post_office.work() == 2
    assert sorted(states(webhook)) == ["delivered", "waiting"]
    terms = terms_of(Webhook.objects.get())
    again: dict[str, Any] = {"webhook_id": webhook.id, "viewer": admin, "at": shop.now, "real_now": post_office.real}
    change_webhook(terms=replace(terms, store_id=shop.cast.stores["web"].id), **again)
    assert sorted(states(webhook)) == ["delivered", "waiting"], "both are of this store"
    change_webhook(terms=replace(terms, store_id=shop.cast.stores["nanjing"].id), **again)
    post_office.ahead += timedelta(minutes=1)
    assert post_office.work() == 0
    assert (states(webhook), len(receiver.heard)) == ([], 1)


def test_old_deliveries_go_and_are_not_told_twice_by_that(post_office: Post, receiver: Receiver) -> None:
    webhook = post_office.connect(receiver)
    post_office.shop.hears("你好")
    post_office.work()
    assert forget_old(real_now=post_office.real + timedelta(days=6)) == 0
    assert forget_old(real_now=post_office.real + timedelta(days=8)) == 1
    assert post_office.work() == 0
    assert states(webhook) == []
    assert len(receiver.heard) == 1


def test_a_forgotten_customer_is_in_no_delivery(post_office: Post, receiver: Receiver) -> None:
    shop = post_office.shop
    name, phone = "欧阳独角兽", "13899991234"
    everything = ["cases.CaseOpened", "cases.CaseClosed", "customers.CustomerErased", "conversations.MessageReceived"]
    post_office.connect(receiver, *everything)
    claims = [Claim("visitor", "v", scope="webchat"), Claim("phone", phone, verified=True)]
    got = receive_message(inbound=Inbound("webchat", "m", claims, name=name, text=f"{name} {phone}"), at=shop.now)
    dispatch.drain()
    case = shop.hears("再说一句", who="v", conversation_id=UUID(str(got.conversation_id)))
    close_case(case_id=case.id, viewer=shop.viewer("admin"), at=shop.now, outcome="solved", cause="product")
    erase_customer(customer_id=case.customer_id, at=shop.now, by=By("user:admin"))
    dispatch.drain()
    post_office.work()
    assert {body["type"] for _id, body in receiver.heard} == set(everything)
    assert name not in str(receiver.heard)
    assert phone not in str(receiver.heard)
