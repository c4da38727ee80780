"""Articles on the desk: written, reviewed, read, and what is to be written."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhoudao.ground.accounts.models import Grant, User
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.knowledge.commands.hearing import note_miss
from zhoudao.rooms.knowledge.models import Article, Miss, Version
from zhoudao.rooms.knowledge.tests.library import draft, published

SignIn = Callable[[str], Client]
FORM = {
    "code": "return",
    "title-zh-Hans": "怎么退货",
    "source-zh-Hans": "在订单页面点**退货**。",
    "phrasings-zh-Hans": "能退吗\n退货",
    "audience": "public",
    "topics": ["returns"],
}


def article(shop: Shop, code: str = "return", **more: Any) -> Version:
    who: dict[str, Any] = {"by": shop.viewer("wang"), "approver": shop.viewer("admin")}
    return published(code, more.pop("wanted", draft()), at=shop.later(minutes=1), **who, **more)


def act(client: Client, code: str, **given: Any) -> Any:
    return client.post(reverse("article_act", args=[code]), given, follow=True)


def decide(client: Client, code: str, **given: Any) -> Any:
    return client.post(reverse("article_decide", args=[code]), given, follow=True)


def test_an_agent_writes_it_and_a_manager_publishes_it(shop: Shop, sign_in: SignIn) -> None:
    wang, admin = sign_in("wang"), sign_in("admin")
    assert wang.post(reverse("article_new"), FORM)["Location"] == reverse("article", args=["return"])
    page = act(wang, "return", do="submit").content.decode()
    assert 'value="publish"' not in page
    assert 'value="take_back"' in page
    assert decide(wang, "return", do="publish", version=1).status_code == 403
    assert act(wang, "return", do="publish", version=1).status_code == 404
    page = admin.get(reverse("article", args=["return"])).content.decode()
    assert 'value="publish"' in page
    assert "<strong>退货</strong>" in page
    decide(admin, "return", do="publish", version=1)
    assert Article.objects.get().live is not None
    reader = sign_in("zhou").get(reverse("article", args=["return"]))
    assert "怎么退货" in reader.content.decode()
    assert 'name="do"' not in reader.content.decode()


def test_who_reads_sees_what_is_published_and_no_drafts(shop: Shop, sign_in: SignIn) -> None:
    sign_in("wang").post(reverse("article_new"), FORM)
    zhou = sign_in("zhou")
    assert zhou.get(reverse("article", args=["return"])).status_code == 404
    assert "怎么退货" not in zhou.get(reverse("knowledge"), {"state": "draft"}).content.decode()
    for name in ("article_new", "knowledge_questions", "knowledge_import"):
        assert zhou.get(reverse(name)).status_code == 403


def test_what_cannot_be_kept_is_said_and_stays_in_the_form(shop: Shop, sign_in: SignIn) -> None:
    wang = sign_in("wang")
    answer = wang.post(reverse("article_new"), {**FORM, "title-zh-Hans": "", "source-en": "only <b>text</b>"})
    assert answer.status_code == 422
    assert "only &lt;b&gt;text&lt;/b&gt;" in answer.content.decode()
    assert wang.post(reverse("article_new"), {**FORM, "valid_until": "31.12."}).status_code == 422
    wang.post(reverse("article_new"), FORM)
    stale = {**FORM, "seen": "2020-01-01T00:00:00+00:00"}
    assert wang.post(reverse("article_edit", args=["return"]), stale).status_code == 422
    page = wang.get(reverse("article_edit", args=["return"]))
    kept = {**FORM, "seen": page.context["seen"], "title-zh-Hans": "退货"}
    assert wang.post(reverse("article_edit", args=["return"]), kept).status_code == 302
    assert Version.objects.get().texts["zh-Hans"]["title"] == "退货"


def test_a_preview_shows_what_is_kept_and_nothing_that_runs(shop: Shop, sign_in: SignIn) -> None:
    source = "**粗** <script>alert(1)</script>\n\n<img src=x onerror=alert(1)>"
    shown = sign_in("wang").post(reverse("article_preview"), {"source": source}).content.decode()
    assert "<strong>粗</strong>" in shown
    assert "<script" not in shown
    assert "<img" not in shown


def test_versions_are_compared_and_gone_back_to(shop: Shop, sign_in: SignIn) -> None:
    first, wang = article(shop), sign_in("wang")
    seen = wang.get(reverse("article_edit", args=["return"])).context["seen"]
    wang.post(reverse("article_edit", args=["return"]), {**FORM, "seen": seen})
    page = wang.get(reverse("article_versions", args=["return"])).content.decode()
    assert "<del>七天无理由退货</del>" in page
    assert "<ins>怎么退货</ins>" in page
    act(wang, "return", do="drop")
    act(wang, "return", do="take_up", version=1)
    again = Version.objects.get(state="draft")
    assert (again.number, again.texts) == (2, first.texts)


def test_from_a_question_nobody_answered_an_article_begins_with_one_click(shop: Shop, sign_in: SignIn) -> None:
    note_miss(words="会员日是哪天", language="zh-hans", at=shop.now)
    wang, miss = sign_in("wang"), Miss.objects.get()
    page = wang.get(reverse("knowledge_questions")).content.decode()
    assert f"{reverse('article_new')}?miss={miss.id}" in page
    form = wang.get(reverse("article_new"), {"miss": str(miss.id)}).content.decode()
    assert "会员日是哪天</textarea>" in form
    wang.post(reverse("article_new"), {**FORM, "miss": str(miss.id)})
    assert "会员日是哪天" not in wang.get(reverse("knowledge_questions")).content.decode()
    assert wang.post(reverse("knowledge_questions"), {"miss": "x"}).status_code == 404


def test_a_release_note_is_read_and_who_has_not_is_seen(shop: Shop, sign_in: SignIn) -> None:
    article(shop, "scanner", wanted=draft(audience="staff"), is_release=True)
    zhou, zhao = sign_in("zhou"), sign_in("zhao")
    assert reverse("article", args=["scanner"]) in zhou.get(reverse("releases")).content.decode()
    zhou.get(reverse("article", args=["scanner"]))
    zhou.post(reverse("release_read", args=["scanner"]))
    page = zhao.get(reverse("release_readers", args=["scanner"]))
    unread = [row.name for row in page.context["rows"] if row.read_at is None]
    assert "周杰" not in unread
    assert "王芳" in unread
    assert page.context["done"] == 1
    told = zhao.post(reverse("release_remind", args=["scanner"]), follow=True).content.decode()
    assert str(len(unread)) in told


def test_a_file_is_taken_over_with_what_is_wrong_by_row(shop: Shop, sign_in: SignIn) -> None:
    rows = "title,text,audience\n付款,微信支付,\n坏,x,everybody\n"
    file = SimpleUploadedFile("articles.csv", rows.encode())
    page = sign_in("wang").post(reverse("knowledge_import"), {"file": file, "review": "1"})
    assert [row for row, _why in page.context["wrong"]] == [3]
    assert Version.objects.get().state == "review"
    bad = SimpleUploadedFile("x.exe", b"MZ")
    assert sign_in("wang").post(reverse("knowledge_import"), {"file": bad}).status_code == 422


@pytest.mark.parametrize("state", ["all", "published", "draft", "review", "archived", "ending", "x"])
def test_every_way_to_list_them_answers(shop: Shop, sign_in: SignIn, state: str) -> None:
    article(shop)
    for words in ("", "退货", "完好 齐全", "%", "\\", "'", "a" * 500):
        answer = sign_in("wang").get(reverse("knowledge"), {"state": state, "q": words, "owner": "me"})
        assert answer.status_code == 200, words
    if state in ("all", "published"):
        assert len(sign_in("wang").get(reverse("knowledge"), {"state": state, "q": "商品完好"}).context["rows"]) == 1
        assert len(sign_in("wang").get(reverse("knowledge"), {"state": state, "q": "没有这个"}).context["rows"]) == 0


def test_the_list_costs_as_many_statements_for_thirty_as_for_three_and_goes_on(shop: Shop, sign_in: SignIn) -> None:
    wang, counts = sign_in("wang"), []
    wang.get(reverse("knowledge"))  # the first reads the company's zone
    for most in (3, 30):
        for n in range(Article.objects.count(), most):
            article(shop, f"a-{n}")
        with CaptureQueriesContext(connection) as asked:
            page = wang.get(reverse("knowledge"))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
    rest = wang.get(f"{reverse('knowledge')}?{page.context['next']}")
    codes = [row.article.code for one in (page, rest) for row, _text in one.context["rows"]]
    assert codes == [f"a-{n}" for n in range(29, -1, -1)]


def test_a_lead_of_one_team_publishes_nothing_for_the_company(shop: Shop, sign_in: SignIn) -> None:
    user = User.objects.get(email="zhao@example.com")
    assert Grant.objects.get(user=user).team_id is not None
    sign_in("wang").post(reverse("article_new"), FORM)
    act(sign_in("wang"), "return", do="submit")
    assert decide(sign_in("zhao"), "return", do="publish", version=1).status_code == 403
