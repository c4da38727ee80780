"""Programs find, read, draft and publish articles."""

from typing import Any

import pytest

from zhoudao.doors.api.tests.conftest import Program, code_of
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.knowledge.tests.library import draft, published

pytestmark = pytest.mark.django_db(transaction=True)
BODY: dict[str, Any] = {
    "code": "return",
    "texts": {"zh-Hans": {"title": "怎么退货", "source": "在订单页面点**退货**。", "phrasings": ["能退吗"]}},
    "topics": ["returns"],
}


def test_an_article_is_written_sent_published_found_and_read(shop: Shop, program: Program) -> None:
    made = program.post("/articles", BODY)
    assert (made.status_code, made.data["state"], made.data["version"]) == (201, "draft", 1)
    assert code_of(program.get("/articles/return")) == (404, "article_not_found"), "nobody reads a draft"
    assert code_of(program.post("/articles/return/publish")) == (409, "not_in_review")
    assert program.post("/articles/return/submit").data["state"] == "review"
    assert program.post("/articles/return/publish").data["state"] == "published"
    read = program.get("/articles/return", language="zh-Hant").data
    assert (read["title"], read["is_converted"], read["plain"]) == ("怎麼退貨", True, "在訂單頁面點退貨。")
    assert read["body"] == "<p>在訂單頁面點<strong>退貨</strong>。</p>"
    found = program.get("/articles", question="请问怎么退货").data
    assert ([one["code"] for one in found["items"]], found["next"]) == (["return"], None)
    changed = program.client.put(
        "/api/v1/articles/return/draft", {**BODY, "audience": "staff"}, content_type="application/json"
    )
    assert (changed.status_code, changed.json()["version"], changed.json()["state"]) == (200, 2, "draft")
    assert program.get("/articles/return").data["version"] == 1, "what is read stays until it is approved"
    assert [one["version"] for one in program.get("/articles", state="draft").data["items"]] == [2]


def test_the_list_goes_on_and_shows_drafts_to_writers_alone(shop: Shop, program: Program) -> None:
    for n in range(27):
        who: dict[str, Any] = {"by": shop.viewer("wang"), "approver": shop.viewer("admin")}
        published(f"a-{n}", draft(), at=shop.later(minutes=1), **who)
    program.post("/articles", BODY)
    reader = Program(["articles:read"])
    first = reader.get("/articles").data
    rest = reader.get("/articles", cursor=first["next"]).data
    assert [one["code"] for one in [*first["items"], *rest["items"]]] == [f"a-{n}" for n in range(26, -1, -1)]
    assert rest["next"] is None
    shown = reader.get("/articles", state="draft").data["items"]
    assert {one["state"] for one in shown} == {"published"}
    assert code_of(reader.post("/articles", BODY)) == (403, "scope_missing")


def test_a_store_s_program_publishes_nothing_for_the_company(shop: Shop, program: Program) -> None:
    program.post("/articles", BODY)
    program.post("/articles/return/submit")
    till = Program(["articles:approve", "articles:write"], shop.cast.stores["web"])
    assert code_of(till.post("/articles/return/publish")) == (404, "article_not_found")


@pytest.mark.parametrize(
    ("differs", "code"),
    [
        ({"texts": {}}, "nothing_written"),
        ({"topics": ["cooking"]}, "terms_unsound"),
        ({"valid_from": "2026-02-02", "valid_until": "2026-01-01"}, "terms_unsound"),
        ({"code": "No Code"}, "code_unsound"),
        ({"texts": {"de": {"title": "x", "source": "y"}}}, "invalid"),
        ({"audience": "everybody"}, "invalid"),
    ],
)
def test_what_is_no_article_is_refused(shop: Shop, program: Program, differs: dict[str, Any], code: str) -> None:
    assert code_of(program.post("/articles", BODY | differs)) == (422, code)
    assert program.get("/articles", state="draft").data["items"] == []
