"""Webhooks in settings: who may, what is refused, what is shown, and what a page costs."""

import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.webhooks.keys import secrets_of
from zhoudao.ground.webhooks.models import Sending, Webhook
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.tests.shop import Shop

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/desk/settings/webhooks/"
SignIn = Callable[[str], Client]


@pytest.fixture
def admin(shop: Shop, sign_in: SignIn) -> Client:
    return sign_in("admin")


def filled(**differs: Any) -> dict[str, Any]:
    basics = {"url": "https://erp.example/in?key=s3", "description": "ERP", "store": "", "at_once": "1"}
    return basics | {"types": ["cases.CaseOpened", "cases.CaseClosed"]} | differs


def added(admin: Client, **differs: Any) -> Webhook:
    assert admin.post(f"{HERE}new/", filled(**differs)).status_code == 200
    return Webhook.objects.latest("made_at", "id")


def sent(webhook: Webhook, state: str = "delivered", event: Event | None = None, **more: Any) -> Sending:
    at = datetime.now(UTC)
    given = {"attempts": 1, "status": 200, "reason": "taken", "tried_at": at, "took_ms": 12} | more
    ended = None if state == "waiting" else at
    type_ = event.type if event else "webhooks.ping"
    return Sending.objects.create(
        webhook=webhook, event=event, type=type_, state=state, made_at=at, next_at=at, ended_at=ended, **given
    )


def test_a_secret_is_shown_once_and_a_new_one_too(admin: Client) -> None:
    page = admin.post(f"{HERE}new/", filled()).content.decode()
    webhook = Webhook.objects.get()
    [secret] = secrets_of(webhook, real_now=datetime.now(UTC))
    assert re.findall(r"whsec_[A-Za-z0-9+/=]+(?=</output>)", page) == [secret]
    address = f"{HERE}{webhook.id}/"
    for place in (HERE, address, f"{address}edit/"):
        assert "whsec_" not in admin.get(place).content.decode()
    assert "key=s3" not in admin.get(HERE).content.decode(), "what may be a key in an address is not in the list"
    again = admin.post(f"{address}secret/").content.decode()
    webhook.refresh_from_db()
    new, old = secrets_of(webhook, real_now=datetime.now(UTC))
    assert old == secret
    assert new in again


@pytest.mark.parametrize(
    ("differs", "field"),
    [
        ({"url": "http://erp.example/"}, "url"),
        ({"url": "https://192.168.1.4/"}, "url"),
        ({"url": ""}, "url"),
        ({"url": "https://u:p@erp.example/"}, "url"),
        ({"types": []}, "types"),
        ({"types": ["cases.Nothing"]}, "types"),
        ({"at_once": "7"}, "at_once"),
        ({"store": "0190a0a0-0000-7000-8000-000000000009"}, "store"),
    ],
)
def test_what_cannot_work_is_said_at_its_field_and_nothing_typed_is_lost(
    admin: Client, differs: dict[str, Any], field: str
) -> None:
    page = admin.post(f"{HERE}new/", filled(**differs))
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert "ERP" in page.content.decode()
    assert not Webhook.objects.exists()


def test_loopback_is_allowed_only_where_the_installation_says_so(admin: Client, settings: Any) -> None:
    assert admin.post(f"{HERE}new/", filled(url="http://127.0.0.1:9/")).status_code == 422
    settings.OUTGOING_NETWORKS = [ipaddress.ip_network("127.0.0.1/32")]
    assert admin.post(f"{HERE}new/", filled(url="http://127.0.0.1:9/")).status_code == 200


def test_changing_pausing_going_on_and_deleting(admin: Client) -> None:
    webhook = added(admin)
    address = f"{HERE}{webhook.id}/"
    form = admin.get(f"{address}edit/").content.decode()
    assert form.count(" checked") == 2
    assert admin.post(f"{address}edit/", filled(types=["cases.CaseOpened"], at_once="4")).status_code == 302
    admin.post(f"{address}pause/")
    webhook.refresh_from_db()
    assert (webhook.types, webhook.at_once, webhook.is_active) == (["cases.CaseOpened"], 4, False)
    assert "全部补发" in admin.get(address).content.decode()
    admin.post(f"{address}resume/", {"missed": "skip"})
    sent(webhook)
    assert admin.get(f"{address}delete/").status_code == 200
    assert admin.post(f"{address}delete/").status_code == 302
    assert (Webhook.objects.count(), Sending.objects.count()) == (0, 0)
    acts = [event.type for event in Event.objects.filter(primary_id=webhook.id).order_by("seq")]
    assert acts == [f"webhooks.Webhook{act}" for act in ("Added", "Changed", "Paused", "Resumed", "Deleted")]
    assert admin.get(address).status_code == 404


@pytest.mark.parametrize(
    ("why", "said"), [("gone", "此地址不再接收"), ("failing", "三天内未接收任何事件"), ("by_hand", "")]
)
def test_one_that_is_paused_says_why_and_how_to_go_on(admin: Client, why: str, said: str) -> None:
    webhook = added(admin)
    Webhook.objects.update(is_active=False, paused_why=why)
    page = admin.get(f"{HERE}{webhook.id}/").content.decode()
    assert said in page
    assert (">已暂停<" in page, 'class="refused"' in page, "恢复后再推送" in page) == (True, bool(said), True)
    assert ">已暂停<" in admin.get(HERE).content.decode()


def test_a_test_shows_what_was_seen_or_that_no_worker_took_it_up(admin: Client) -> None:
    webhook, live = added(admin), {"HX-Request": "true"}
    page = admin.post(f"{HERE}{webhook.id}/ping/", headers=live)
    assert "hx-get" in page.content.decode()
    ping = Sending.objects.get()
    assert ProcrastinateJob.objects.filter(task_name="webhooks.ping", args={"sending_id": str(ping.id)}).count() == 1
    assert "正在进行" in admin.post(f"{HERE}{webhook.id}/ping/", headers=live).content.decode()
    address = f"{HERE}{webhook.id}/ping/{ping.id}/"
    Sending.objects.update(state="dead", status=503, reason="broken", tried_at=ping.made_at, answer="<b>down</b>")
    seen = admin.get(address, headers=live).content.decode()
    assert "HTTP 503" in seen
    assert "&lt;b&gt;down" in seen
    Sending.objects.update(state="waiting", made_at=ping.made_at - timedelta(minutes=2))
    assert "没有后台进程接手" in admin.get(address, headers=live).content.decode()


def test_the_log_is_filtered_and_read_page_by_page(admin: Client, shop: Shop) -> None:
    webhook = added(admin)
    for number in range(27):
        sent(webhook, "dead" if number % 9 == 0 else "delivered")
    page = admin.get(f"{HERE}{webhook.id}/")
    assert (len(page.context["rows"]), bool(page.context["next"])) == (25, True)
    rest = admin.get(f"{HERE}{webhook.id}/?cursor={page.context['next']}")
    assert (len(rest.context["rows"]), rest.context["next"]) == (2, None)
    assert len(admin.get(f"{HERE}{webhook.id}/?state=dead").context["rows"]) == 3
    assert len(admin.get(f"{HERE}{webhook.id}/?type=cases.CaseOpened").context["rows"]) == 0
    assert admin.get(f"{HERE}{webhook.id}/?cursor=nonsense").status_code == 400


def test_a_delivery_is_opened_with_what_is_posted_and_answered_and_sent_again(admin: Client, shop: Shop) -> None:
    webhook = added(admin)
    case = shop.hears("你好")
    row = sent(webhook, "dead", Event.objects.get(type="cases.CaseOpened"), status=500, reason="broken", answer="oops")
    address = f"{HERE}{webhook.id}/deliveries/{row.id}/"
    page = admin.get(address).content.decode()
    assert case.number in page
    assert "oops" in page
    assert "对方系统自身出错" in page
    assert str(row.event_id) in page
    assert "whsec_" not in page
    assert admin.post(f"{address}again/").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("waiting", 0)
    assert "对方系统自身出错" not in admin.get(address).content.decode(), "sent anew it has not failed yet"
    admin.post(f"{address}again/")
    assert Event.objects.filter(type="webhooks.WebhookReplayed").count() == 1, "what waits is not asked for twice"
    ping = sent(webhook)
    assert admin.get(f"{HERE}{webhook.id}/deliveries/{ping.id}/").status_code == 200
    assert admin.post(f"{HERE}{webhook.id}/deliveries/{ping.id}/again/").status_code == 404


def test_all_that_was_given_up_on_is_counted_first_then_sent_again_with_its_progress(admin: Client, shop: Shop) -> None:
    webhook = added(admin)
    shop.hears("你好", who="a")
    shop.hears("你好", who="b")
    first, second = Event.objects.filter(type="cases.CaseOpened")
    sent(webhook, "dead", first)
    old = sent(webhook, "dead", second)
    Sending.objects.filter(id=old.id).update(ended_at=datetime.now(UTC) - timedelta(days=2))
    address = f"{HERE}{webhook.id}/again/"
    assert [admin.get(f"{address}?since={span}").context["count"] for span in ("hour", "day", "week")] == [1, 1, 2]
    assert admin.post(f"{address}all/", {"since": "week"}).status_code == 302
    assert admin.get(f"{address}progress/").context["replay"] == {"done": 0, "of": 2, "dead": 0, "waiting": 2}
    Sending.objects.filter(id=old.id).update(state="delivered")
    assert admin.get(f"{address}progress/").context["replay"]["done"] == 1


def test_counts_are_exact_to_a_thousand(admin: Client) -> None:
    webhook, at = added(admin), datetime.now(UTC)
    event_ids = [uuid7() for _ in range(1001)]
    rows = {"webhook": webhook, "type": "cases.CaseOpened", "state": "dead", "made_at": at, "next_at": at}
    Sending.objects.bulk_create([Sending(event_id=id_, ended_at=at, **rows) for id_ in event_ids])
    assert admin.get(f"{HERE}{webhook.id}/again/?since=day").context["shown"] == "1,000+"
    assert admin.get(f"{HERE}{webhook.id}/").context["counts"]["dead"] == "1,000+"


def test_a_page_takes_at_most_twelve_statements_however_many_deliveries_there_are(
    admin: Client, shop: Shop, django_assert_max_num_queries: Any
) -> None:
    webhook = added(admin)
    Webhook.objects.update(replayed_at=datetime.now(UTC), replayed_count=3)
    for number in range(5):
        shop.hears("你好", who=f"v-{number}")
    for event in Event.objects.filter(type="cases.CaseOpened"):
        sent(webhook, "waiting", event, replayed_at=datetime.now(UTC))
    admin.get(f"{HERE}{webhook.id}/")
    for address in (HERE, f"{HERE}{webhook.id}/", f"{HERE}{webhook.id}/?state=waiting&type=cases.CaseOpened"):
        with django_assert_max_num_queries(12):
            assert admin.get(address).status_code == 200


@pytest.mark.parametrize("name", ["zhao", "wang", "zhou"])
def test_nobody_else_sees_or_changes_webhooks(admin: Client, sign_in: SignIn, name: str) -> None:
    webhook, other = added(admin), sign_in(name)
    for address in (HERE, f"{HERE}new/", f"{HERE}{webhook.id}/", f"{HERE}{webhook.id}/edit/"):
        assert other.get(address).status_code == 403
    for act in ("pause", "delete", "secret", "ping"):
        assert other.post(f"{HERE}{webhook.id}/{act}/").status_code == 403
    assert Webhook.objects.get().is_active
