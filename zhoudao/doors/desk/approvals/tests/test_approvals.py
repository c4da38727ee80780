"""Approvals at the desk: granted from a case, waiting for who may, decided, and what it came to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.kit.money import Money
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.teamwork.goodwill import grant_goodwill
from zhoudao.rooms.teamwork.models import Approval, AuthorityLimit, Deputy, Goodwill
from zhoudao.rooms.voice.models import Rating

SignIn = Callable[[str], Client]
REFUND = {"kind": "refund", "reason": "机器坏了"}


def grant_in(client: Client, case: Case, amount: str, **differs: str) -> Any:
    return client.post(f"/desk/cases/{case.number}/goodwill/grant/", REFUND | {"amount": amount} | differs)


def test_an_agent_grants_at_once_and_asks_above_the_limit(shop: Shop, case: Case, sign_in: SignIn) -> None:
    wang = sign_in("wang")
    sheet = wang.get(f"/desk/cases/{case.number}/goodwill/grant/").content.decode()
    assert "¥100.00" in sheet
    assert "¥80.00" in grant_in(wang, case, "80").content.decode()
    asked = grant_in(wang, case, "300.5").content.decode()
    assert "¥300.50" in asked
    assert "待批准" in asked
    assert "¥300.50" in wang.get("/desk/approvals/").content.decode()
    assert wang.get("/desk/approvals/count/").content.decode().count("view-count") == 0
    assert "view-count" in sign_in("zhao").get("/desk/approvals/count/").content.decode()


def test_what_cannot_be_is_said_and_nothing_is_kept(shop: Shop, case: Case, sign_in: SignIn) -> None:
    wang = sign_in("wang")
    for amount in ("", "abc", "-5", "0", "1.234", "NaN", "1e400"):
        assert grant_in(wang, case, amount).status_code == 422, amount
    assert grant_in(wang, case, "5", reason=" ").status_code == 422
    assert grant_in(wang, case, "5", kind="house").status_code == 422
    assert grant_in(sign_in("sun"), case, "5").status_code == 404
    assert not Goodwill.objects.exists()


def test_the_lead_decides_and_others_find_nothing(shop: Shop, case: Case, sign_in: SignIn) -> None:
    grant_in(sign_in("wang"), case, "300")
    step = Approval.objects.get()
    where = f"/desk/approvals/{step.id}/"
    zhao = sign_in("zhao")
    assert "机器坏了" in zhao.get("/desk/approvals/").content.decode()
    page = zhao.get(where).content.decode()
    assert 'data-key="y"' in page
    assert 'data-key="y"' not in sign_in("wang").get(where).content.decode()
    assert sign_in("wang").post(where, {"decision": "approve"}).status_code == 422
    assert sign_in("sun").get(where).status_code == 404
    assert sign_in("li").post(where, {"decision": "approve"}).status_code == 404
    assert zhao.post(where, {"decision": "refuse"}).status_code == 422
    assert zhao.post(where, {"decision": "approve"}).status_code == 302
    assert Goodwill.objects.get().state == "granted"
    assert zhao.post(where, {"decision": "approve"}).status_code == 422


def test_a_deputy_is_named_and_taken_back(shop: Shop, sign_in: SignIn) -> None:
    zhao, li = sign_in("zhao"), shop.cast.people["li"]
    day = (shop.now + timedelta(days=3)).date().isoformat()
    assert zhao.post("/desk/approvals/deputy/", {"deputy": str(li.pk), "until": "never"}).status_code == 422
    assert zhao.post("/desk/approvals/deputy/", {"deputy": "x", "until": day}).status_code == 422
    assert zhao.post("/desk/approvals/deputy/", {"deputy": str(li.pk), "until": day}).status_code == 302
    assert "李强" in zhao.get("/desk/approvals/").content.decode()
    zhao.post("/desk/approvals/deputy/")
    assert not Deputy.objects.exists()


def test_the_list_costs_at_most_twelve_statements(shop: Shop, sign_in: SignIn) -> None:
    wang = shop.viewer("wang")
    for number in range(8):
        asked = shop.hears("坏了", who=f"v-{number}")
        grant_goodwill(case_id=asked.id, kind="gift", amount=Money(50_000, "CNY"), reason="x", viewer=wang, at=shop.now)
    zhao = sign_in("zhao")
    zhao.get("/desk/approvals/")
    with CaptureQueriesContext(connection) as statements:
        page = zhao.get("/desk/approvals/").content.decode()
    assert page.count("task-row") == 8
    assert len(statements) <= 12, "\n".join(one["sql"][:120] for one in statements)


def test_a_manager_edits_limits_and_everybody_who_leads_sees_use_and_effect(
    shop: Shop, case: Case, sign_in: SignIn
) -> None:
    admin, line = sign_in("admin"), {"role": "agent", "kind": "refund", "tier": ""}
    assert admin.post("/desk/approvals/limits/", line | {"per_case": "10", "per_month": "20"}).status_code == 302
    row = AuthorityLimit.objects.get(role="agent", kind="refund")
    assert (row.per_case_minor, row.per_month_minor) == (1000, 2000)
    for wrong in ({"per_case": "-1"}, {"per_case": "30"}, {"per_case": "x"}, {"role": "king"}, {"kind": "x"}):
        told = line | {"per_case": "1", "per_month": "2"} | wrong
        refused = admin.post("/desk/approvals/limits/", told)
        assert refused.status_code == 422
        assert f'value="{told["per_case"]}"' in refused.content.decode(), "nothing typed is lost"
    assert (
        sign_in("zhao").post("/desk/approvals/limits/", line | {"per_case": "1", "per_month": "2"}).status_code == 403
    )
    grant_in(sign_in("wang"), case, "10")
    Rating.objects.create(case=case, score=4, rated_at=shop.now)
    page = sign_in("zhao").get("/desk/approvals/limits/").content.decode()
    assert all(text in page for text in ("王芳", "¥10.00", "¥20.00", "50 %", "4.0"))
    assert "王芳" not in admin.get("/desk/approvals/limits/?month=2025-01").content.decode()
    assert admin.get("/desk/approvals/limits/?month=soon").status_code == 400
    assert sign_in("wang").get("/desk/approvals/limits/").status_code == 403


def test_an_amount_is_written_as_its_reader_writes_money(shop: Shop, case: Case, sign_in: SignIn) -> None:
    wang = shop.cast.people["wang"]
    wang.language = "en"
    wang.save()
    assert "CN¥80.00" in grant_in(sign_in("wang"), case, "80").content.decode()
