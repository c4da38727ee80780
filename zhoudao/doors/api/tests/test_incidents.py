"""Programs read incidents of their stores and of the whole company."""

import pytest

from zhoudao.doors.api.tests.conftest import Program, code_of
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.incidents.commands.joining import join_case
from zhoudao.rooms.incidents.commands.opening import Description, open_incident
from zhoudao.rooms.incidents.commands.steering import resolve_incident
from zhoudao.rooms.incidents.models import Incident

pytestmark = pytest.mark.django_db(transaction=True)


def opened(shop: Shop, title: str, store: str = "") -> Incident:
    store_id = shop.cast.stores[store].id if store else None
    described = Description(title, "critical", told={"en": "We are on it."}, store_id=store_id)
    return open_incident(described, viewer=shop.viewer("zhao"), at=shop.later(minutes=1))


def test_one_is_read_by_its_number_with_what_it_touches(shop: Shop, program: Program) -> None:
    case, row = shop.hears("付不了款"), opened(shop, "支付页面打不开")
    join_case(incident_id=row.id, case_id=case.id, viewer=shop.viewer("zhao"), at=shop.now)
    found = program.get(f"/incidents/{row.number}").data
    assert (found["title"], found["cases"], found["lead"], found["stage"]) == ("支付页面打不开", 1, "赵敏", "open")
    assert (found["store"], found["told"], found["resolved_at"]) == (None, {"en": "We are on it."}, None)
    assert code_of(program.get("/incidents/I2026-999999")) == (404, "incident_not_found")
    assert program.get("/incidents/x").status_code == 422


def test_the_list_goes_on_and_leaves_out_what_is_over(shop: Shop, program: Program) -> None:
    rows = [opened(shop, f"第 {n} 个") for n in range(27)]
    first = program.get("/incidents").data
    rest = program.get("/incidents", cursor=first["next"]).data
    assert [one["number"] for one in [*first["items"], *rest["items"]]] == [row.number for row in rows][::-1]
    assert rest["next"] is None
    resolve_incident(incident_id=rows[0].id, viewer=shop.viewer("zhao"), at=shop.now)
    under_way = program.get("/incidents", stage="under_way", cursor=first["next"]).data["items"]
    assert [one["number"] for one in under_way] == [rows[1].number]
    assert program.get("/incidents", stage="over").status_code == 422
    assert code_of(program.get("/incidents", cursor="x")) == (422, "cursor_invalid")


def test_a_program_of_one_store_reads_no_other_stores(shop: Shop) -> None:
    own, other, everywhere = opened(shop, "a", "web"), opened(shop, "b", "nanjing"), opened(shop, "c")
    till = Program(["incidents:read"], shop.cast.stores["web"])
    assert {one["number"] for one in till.get("/incidents").data["items"]} == {own.number, everywhere.number}
    assert till.get(f"/incidents/{other.number}").status_code == 404
