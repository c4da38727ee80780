"""Writing macros, and doing the same to many cases from the list."""

from collections.abc import Callable

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.doors.desk.macros import bulk
from zhoudao.doors.desk.macros.tasks import work
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.teamwork.models import Batch, Macro

SignIn = Callable[[str], Client]


@pytest.fixture
def cases(shop: Shop) -> list[Case]:
    return [shop.hears("什么时候发货", who=f"visitor-{number}") for number in range(3)]


def numbers(cases: list[Case]) -> str:
    return ",".join(case.number for case in cases)


def test_a_macro_is_written_shown_and_run_on_one_case(shop: Shop, sign_in: SignIn, cases: list[Case]) -> None:
    client = sign_in("zhao")
    said = {"title": "升级", "scope": "own", "tier": "urgent", "note": "升级处理"}
    assert client.post("/desk/macros/new/", said).status_code == 302
    macro = Macro.objects.get()
    assert macro.steps == {"tier": "urgent", "note": "升级处理"}
    assert "升级处理" in client.get("/desk/macros/").content.decode()
    assert 'value="升级"' in client.get(f"/desk/macros/{macro.id}/").content.decode()
    assert "升级" in client.post("/desk/bulk/", {"numbers": cases[0].number}).content.decode()

    client.post("/desk/bulk/preview/", {"numbers": cases[0].number, "macro": str(macro.id)})
    client.post(f"/desk/bulk/{Batch.objects.get().id}/run/")

    assert list(Case.objects.order_by("number").values_list("tier", flat=True)) == ["urgent", "regular", "regular"]
    macro.refresh_from_db()
    assert macro.uses == 1


def test_steps_by_hand_are_previewed_done_and_taken_back(shop: Shop, sign_in: SignIn, cases: list[Case]) -> None:
    client = sign_in("zhao")
    Case.objects.filter(id=cases[0].id).update(status="closed", outcome="answered", cause="other")

    page = client.post("/desk/bulk/preview/", {"numbers": numbers(cases), "kind": "complaint"})

    assert page.context["possible"] == 2
    assert page.context["hindered"] == [(cases[0].number, "工单已结束。")]
    batch = Batch.objects.get()
    done = client.post(f"/desk/bulk/{batch.id}/run/")
    assert (done.context["done"], done.context["refused_count"]) == (2, 1)
    assert Case.objects.filter(kind="complaint").count() == 2
    undone = client.post(f"/desk/bulk/{batch.id}/undo/")
    assert undone.context["undone"] == 2
    assert not Case.objects.filter(kind="complaint").exists()


def test_all_of_a_view_means_all_of_it_and_only_it(shop: Shop, sign_in: SignIn, cases: list[Case]) -> None:
    client = sign_in("zhao")
    Case.objects.filter(id=cases[0].id).update(tier="urgent")

    page = client.post("/desk/bulk/", {"query": "view=open&tier=regular"})

    assert page.context["count"] == 2
    team = shop.cast.teams["reception"].id
    assert client.post("/desk/bulk/", {"query": f"view=open&team={team}"}).context["count"] == 3


def test_nobody_reaches_cases_or_batches_of_others(shop: Shop, sign_in: SignIn, cases: list[Case]) -> None:
    stranger = sign_in("sun")
    assert stranger.post("/desk/bulk/", {"query": "view=all"}).context["count"] == 0
    assert stranger.post("/desk/bulk/preview/", {"numbers": numbers(cases), "note": "x"}).status_code == 422
    sign_in("zhao").post("/desk/bulk/preview/", {"numbers": numbers(cases), "note": "x"})
    batch = Batch.objects.get()

    for what in ("run", "undo"):
        assert sign_in("admin").post(f"/desk/bulk/{batch.id}/{what}/").status_code == 404
    assert sign_in("admin").get(f"/desk/bulk/{batch.id}/").status_code == 404
    assert sign_in("zhou").post("/desk/bulk/", {"numbers": "x"}).status_code == 403


def test_many_are_left_to_a_worker_and_the_page_says_how_far_it_is(
    shop: Shop, sign_in: SignIn, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    client = sign_in("zhao")
    client.post("/desk/bulk/preview/", {"numbers": numbers(cases), "tier": "urgent"})
    batch = Batch.objects.get()

    running = client.post(f"/desk/bulk/{batch.id}/run/")

    assert (running.context["is_running"], running.context["through"]) == (True, 0)
    assert "load delay:1s" in running.content.decode()
    job = ProcrastinateJob.objects.get(task_name="desk.work_batch")
    assert job.args == {"batch_id": str(batch.id)}
    work(str(batch.id))
    finished = client.get(f"/desk/bulk/{batch.id}/")
    assert (finished.context["is_running"], finished.context["done"]) == (False, 3)
    assert "load delay:1s" not in finished.content.decode()


def test_a_macro_that_names_somebody_who_left_says_so_and_leads_there(
    shop: Shop, sign_in: SignIn, cases: list[Case]
) -> None:
    client, li = sign_in("zhao"), shop.cast.people["li"]
    client.post(
        "/desk/macros/new/", {"title": "给李强", "scope": "own", "to": f"member:{li.id}", "reason": "other_skill"}
    )
    macro = Macro.objects.get()
    li.is_active = False
    li.save()

    page = client.post("/desk/bulk/preview/", {"numbers": numbers(cases), "macro": str(macro.id)})

    assert page.status_code == 422
    assert f"/desk/macros/{macro.id}/" in page.content.decode()
    assert "接手的同事" in page.context["refusal"]
    assert "接手的同事" in client.get("/desk/macros/").content.decode()
    assert not Batch.objects.exists()


def test_what_is_wrong_with_a_macro_is_said(shop: Shop, sign_in: SignIn) -> None:
    client = sign_in("wang")

    for said in ({"title": "空", "scope": "own"}, {"title": "x", "scope": "own", "outcome": "solved"}):
        answer = client.post("/desk/macros/new/", said)
        assert answer.status_code == 422
        assert answer.context["form"].non_field_errors()
    assert client.post("/desk/macros/new/", {"title": "x", "scope": "everybody", "note": "x"}).status_code == 422
    assert not Macro.objects.exists()
