"""Other systems look after their own webhooks."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.doors.api.models import Answer
from zhoudao.doors.api.tests.conftest import EVERYTHING, Program, code_of
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.webhooks.keys import secrets_of
from zhoudao.ground.webhooks.models import Sending, Webhook
from zhoudao.rooms.cases.tests.shop import Shop

pytestmark = pytest.mark.django_db(transaction=True)


def asked(**differs: Any) -> dict[str, Any]:
    return {"url": "https://shop.example/hook?key=1", "events": ["cases.CaseOpened"], "description": "till"} | differs


def given_up(webhook_id: str, event: Event | None = None) -> Sending:
    at = datetime.now(UTC)
    more = {"event": event} if event else {}
    return Sending.objects.create(
        webhook_id=webhook_id, type="cases.CaseOpened", made_at=at, next_at=at, state="dead", ended_at=at, **more
    )


def test_a_webhook_is_added_read_changed_paused_and_deleted_and_each_act_is_on_record(program: Program) -> None:
    made = program.post("/webhooks", asked())
    assert made.status_code == 201
    assert made.data["secret"].startswith("whsec_")
    address = f"/webhooks/{made.data['id']}"
    assert program.get(address).data == {name: made.data[name] for name in made.data if name != "secret"}
    changed = program.patch(address, {"events": ["cases.CaseClosed", "cases.CaseOpened"], "is_paused": True})
    assert (changed.status_code, changed.data["is_paused"], changed.data["paused_why"]) == (200, True, "by_hand")
    assert changed.data["url"] == asked()["url"], "what is not sent stays"
    assert program.patch(address, {"is_paused": False}).data["is_paused"] is False
    [item] = program.get("/webhooks").data["items"]
    assert item["events"] == ["cases.CaseClosed", "cases.CaseOpened"]
    assert program.delete(address).status_code == 204
    assert code_of(program.get(address)) == (404, "webhook_not_found")
    acts = Event.objects.filter(primary_id=made.data["id"]).order_by("seq").values_list("type", flat=True)
    assert [act.partition(".")[2] for act in acts] == [
        "WebhookAdded",
        "WebhookChanged",
        "WebhookPaused",
        "WebhookResumed",
        "WebhookDeleted",
    ]
    assert all(event.actor.startswith("token:") for event in Event.objects.filter(primary_id=made.data["id"]))


@pytest.mark.parametrize(
    "differs",
    [
        {"url": "http://shop.example/in-clear"},
        {"url": "https://user:pass@shop.example/"},
        {"url": "https://10.1.2.3/"},
        {"url": "https://[::1]/"},
        {"url": "https://169.254.169.254/latest/"},
        {"url": "https://[fe80::1%25nowhere]/"},
        {"url": "shop"},
        {"events": ["cases.Nothing"]},
        {"events": ["webhooks.WebhookAdded"]},
    ],
)
def test_what_cannot_work_is_refused(program: Program, differs: dict[str, Any]) -> None:
    answer = program.post("/webhooks", asked(**differs))
    wanted = "types_unknown" if "events" in differs else "address_unsound"
    assert code_of(answer) == (422, wanted)
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("differs", [{"events": []}, {"at_once": 9}, {"surprise": 1}, {"description": "x" * 121}])
def test_what_is_not_of_its_kind_is_refused_at_its_field(program: Program, differs: dict[str, Any]) -> None:
    answer = program.post("/webhooks", asked(**differs))
    assert code_of(answer) == (422, "invalid")
    assert answer.data["errors"][0]["field"] == next(iter(differs))


def test_a_secret_is_kept_nowhere_in_clear_not_even_under_a_key(program: Program) -> None:
    key = {"Idempotency-Key": "k"}
    made, again = program.post("/webhooks", asked(), **key), program.post("/webhooks", asked(), **key)
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert (again.data["id"], again.data["secret"]) == (made.data["id"], None)
    secret = made.data["secret"]
    assert all(secret.encode() not in bytes(row.body) for row in Answer.objects.all())
    webhook = Webhook.objects.get()
    assert secret.encode() not in bytes(webhook.secrets_sealed or b"")
    new = program.post(f"/webhooks/{webhook.id}/secret").data["secret"]
    webhook.refresh_from_db()
    assert secrets_of(webhook, real_now=datetime.now(UTC)) == [new, secret]
    assert secrets_of(webhook, real_now=datetime.now(UTC) + timedelta(days=2)) == [new]


def test_a_program_of_one_store_sees_and_makes_webhooks_of_that_store_only(program: Program, shop: Shop) -> None:
    of_all = program.post("/webhooks", asked()).data["id"]
    clerk = Program(EVERYTHING, Store.objects.get(code="nanjing"))
    assert clerk.get("/webhooks").data["items"] == []
    assert code_of(clerk.get(f"/webhooks/{of_all}")) == (404, "webhook_not_found")
    assert code_of(clerk.delete(f"/webhooks/{of_all}")) == (404, "webhook_not_found")
    assert code_of(clerk.post(f"/webhooks/{of_all}/ping")) == (404, "webhook_not_found")
    for store in (None, "web"):
        assert code_of(clerk.post("/webhooks", asked(store=store))) == (403, "store_beyond_reach")
    assert code_of(clerk.post("/webhooks", asked(store="moon"))) == (422, "store_unknown")
    own = clerk.post("/webhooks", asked(store="nanjing"))
    assert (own.status_code, own.data["store"]) == (201, "nanjing")
    assert code_of(clerk.patch(f"/webhooks/{own.data['id']}", {"store": None})) == (403, "store_beyond_reach")
    assert len(program.get("/webhooks").data["items"]) == 2


def test_a_test_is_asked_for_and_deliveries_are_read_page_by_page_and_sent_again(program: Program, shop: Shop) -> None:
    webhook_id = program.post("/webhooks", asked()).data["id"]
    pinged = program.post(f"/webhooks/{webhook_id}/ping")
    assert (pinged.status_code, pinged.data["type"], pinged.data["event"]) == (202, "webhooks.ping", None)
    assert code_of(program.post(f"/webhooks/{webhook_id}/ping")) == (409, "too_hasty")
    jobs = ProcrastinateJob.objects.filter(task_name="webhooks.ping", queue_name="webhooks")
    assert jobs.filter(args__sending_id=pinged.data["id"]).count() == 1
    for _ in range(26):
        given_up(webhook_id)
    shop.hears("你好")
    event = Event.objects.get(type="cases.CaseOpened")
    last = given_up(webhook_id, event)
    page = program.get(f"/webhooks/{webhook_id}/deliveries", state="dead")
    assert (len(page.data["items"]), page.data["items"][0]["event"]) == (25, str(event.id))
    rest = program.get(f"/webhooks/{webhook_id}/deliveries", state="dead", cursor=page.data["next"])
    assert (len(rest.data["items"]), rest.data["next"]) == (2, None)
    address = f"/webhooks/{webhook_id}/deliveries/{last.id}"
    assert program.post(f"{address}/replay").data["state"] == "waiting"
    assert code_of(program.post(f"{address}/replay")) == (409, "still_being_sent")
    assert program.get(address).data["attempts"] == 0
    Sending.objects.filter(id=last.id).update(state="dead", ended_at=datetime.now(UTC))
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    assert program.post(f"/webhooks/{webhook_id}/replay", {"since": since}).data == {"count": 1}, "a test is no event"
    assert code_of(program.post(f"/webhooks/{webhook_id}/replay", {"since": "yesterday"})) == (422, "invalid")
    missing = "01980000-0000-7000-8000-000000000000"
    assert code_of(program.get(f"/webhooks/{webhook_id}/deliveries/{missing}")) == (404, "sending_not_found")


def test_there_is_an_end_to_how_many_there_can_be(program: Program, monkeypatch: Any) -> None:
    monkeypatch.setattr("zhoudao.ground.webhooks.commands.managing.MOST_WEBHOOKS", 1)
    program.post("/webhooks", asked())
    assert code_of(program.post("/webhooks", asked())) == (409, "too_many_webhooks")


def test_two_who_change_different_things_at_once_keep_both(program: Program) -> None:
    made = program.post("/webhooks", asked()).data
    found: list[int] = []

    def later() -> None:
        found.append(program.patch(f"/webhooks/{made['id']}", {"description": "door"}).status_code)
        connection.close()

    thread = Thread(target=later)
    with transaction.atomic():
        row = Webhook.objects.select_for_update().get(id=made["id"])
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive(), "it waits"
        row.types = ["cases.CaseClosed"]
        row.save()
    thread.join(timeout=10)
    assert found == [200]
    row.refresh_from_db()
    assert (row.types, row.description) == (["cases.CaseClosed"], "door")
