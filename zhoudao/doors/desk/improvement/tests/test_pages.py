"""The register on the desk: from a finding, a case or a suggestion to a decision."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhoudao.conduct.flows.events import TaskCompleted
from zhoudao.conduct.improvement.commands.suggestions import suggest
from zhoudao.conduct.improvement.models import Initiative, InitiativeCase, Suggestion
from zhoudao.conduct.improvement.tests.test_initiatives import begun, with_measure
from zhoudao.conduct.insight.models import Report
from zhoudao.conduct.insight.reporting import ask_report_of_file, delete_report
from zhoudao.doors.desk.insight import tasks
from zhoudao.doors.desk.insight.tests.test_reports import LOG, PERIOD, a_day_of, made
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.cases.tests.shop import Shop

SignIn = Callable[[str], Client]


def a_report(shop: Shop) -> Report:
    """A diagnosis of a log from elsewhere, made."""
    one = ask_report_of_file(name="三月.csv", content=LOG.encode(), zone="UTC", viewer=shop.viewer("zhou"), at=shop.now)
    tasks.make_report(str(one.id))
    return Report.objects.get(id=one.id)


def from_finding(shop: Shop, client: Client, report: Report, pattern: str = "") -> Initiative:
    """The first finding, put on the register with what the page has filled in."""
    page = client.get(reverse("initiative_new"), {"report": str(report.id), "finding": "0"})
    given = {**page.context["given"], "report": str(report.id), "finding": "0", "pattern": pattern}
    answer = client.post(reverse("initiative_new"), given)
    one = Initiative.objects.order_by("-id")[0]
    assert answer["Location"] == reverse("initiative", args=[one.id])
    return one


def act(client: Client, one: Initiative, **given: str) -> Any:
    """Something done on its page."""
    return client.post(reverse("initiative_act", args=[one.id]), given)


def test_a_finding_becomes_an_initiative_in_one_click_and_each_shows_the_other(shop: Shop, sign_in: SignIn) -> None:
    report, admin = a_report(shop), sign_in("admin")
    there = reverse("report", args=[report.id])
    assert f"{reverse('initiative_new')}?report={report.id}&amp;finding=0" in admin.get(there).content.decode()
    page = admin.get(reverse("initiative_new"), {"report": str(report.id), "finding": "0"})
    offers = page.context["source"].offers
    assert offers
    assert all(offer.gain in page.content.decode() for offer in offers)
    one = from_finding(shop, admin, report, offers[0].code)
    assert (one.pattern, one.finding_place, one.report_id) == (offers[0].code, 0, report.id)
    assert one.baseline is not None
    assert one.gain_least is not None
    assert one.target == pytest.approx(max(one.baseline - one.gain_least, 0), abs=0.06)
    assert one.title in admin.get(there).content.decode()
    shown = admin.get(reverse("initiative", args=[one.id])).content.decode()
    assert f"{reverse('report_cases', args=[report.id])}?of=f0" in shown
    assert (
        one.title in admin.get(reverse("initiative_new"), {"report": str(report.id), "finding": "0"}).content.decode()
    )


def test_what_was_found_stays_when_its_report_is_deleted(shop: Shop, sign_in: SignIn) -> None:
    report, admin = a_report(shop), sign_in("admin")
    one = from_finding(shop, admin, report)
    delete_report(report_id=report.id, viewer=shop.viewer("zhou"), at=shop.now)
    page = admin.get(reverse("initiative", args=[one.id])).content.decode()
    assert one.finding["words"]["zh-Hans"][0] in page
    assert "（已删除）" in page
    assert reverse("report", args=[report.id]) not in page
    assert admin.get(reverse("initiative_new"), {"report": str(report.id), "finding": "0"}).status_code == 404


def test_a_finding_of_our_own_cases_brings_its_cases(shop: Shop, sign_in: SignIn) -> None:
    cases, zhou, admin = a_day_of(shop), sign_in("zhou"), sign_in("admin")
    for case in cases:
        for step, days in (("受理", 1), ("答复", 4)):
            late: dict[str, Any] = {
                "at": shop.now + timedelta(days=days),
                "by": By(shop.viewer("wang").actor),
                "about": [About("case", case.id)],
            }
            record(TaskCompleted(step, "t"), **late)
    report = made(zhou, zhou.post(reverse("insight"), PERIOD))
    one = from_finding(shop, admin, report)
    numbers = set(InitiativeCase.objects.filter(initiative=one).values_list("case__number", flat=True))
    assert numbers
    assert numbers <= {case.number for case in cases}
    number = min(numbers)
    assert one.title in admin.get(reverse("initiatives_of_case", args=[number])).content.decode()


@pytest.mark.parametrize("place", ["", "x", "-1", "999", "99999999"])
def test_a_finding_that_is_not_there_does_not_exist(shop: Shop, sign_in: SignIn, place: str) -> None:
    report, admin = a_report(shop), sign_in("admin")
    asked = {"report": str(report.id), "finding": place}
    assert admin.get(reverse("initiative_new"), asked).status_code == 404
    assert admin.post(reverse("initiative_new"), asked).status_code == 404


def test_from_a_case_it_is_tied_to_the_case(shop: Shop, sign_in: SignIn) -> None:
    case, admin = shop.hears("第三次问了！"), sign_in("admin")
    page = admin.get(reverse("initiative_new"), {"case": case.number})
    given = {**page.context["given"], "case": case.number, "title": "一次问齐"}
    assert admin.post(reverse("initiative_new"), given).status_code == 302
    one = Initiative.objects.get()
    beside = admin.get(reverse("initiatives_of_case", args=[case.number])).content.decode()
    assert reverse("initiative", args=[one.id]) in beside
    assert case.number in admin.get(reverse("initiative", args=[one.id])).content.decode()
    assert admin.get(reverse("initiative_new"), {"case": "C2026-999999"}).status_code == 404


def test_everything_is_done_on_its_page_and_refusals_are_said(shop: Shop, sign_in: SignIn) -> None:
    one, admin = begun(shop), sign_in("admin")
    refused = act(admin, one, do="move", seen="plan", stage="do")
    assert refused.status_code == 422
    assert "至少加一条措施" in refused.content.decode()
    act(admin, one, do="add", words="一人跟到底")
    measure = one.measures.get()
    act(admin, one, do="move", seen="plan", stage="do")
    act(admin, one, do="tick", measure=str(measure.id), done="1")
    act(admin, one, do="move", seen="do", stage="check")
    assert act(admin, one, do="result", value="many").status_code == 422
    act(admin, one, do="result", value="58,5")
    act(admin, one, do="move", seen="check", stage="act")
    assert act(admin, one, do="decide", decision="standardise", reason="").status_code == 422
    act(admin, one, do="decide", decision="standardise", reason="目标达到")
    one.refresh_from_db()
    assert (one.stage, one.result, one.reason) == ("closed", 58.5, "目标达到")
    page = admin.get(reverse("initiative", args=[one.id])).content.decode()
    assert "已达到" in page
    assert "目标达到" in page
    assert act(admin, one, do="dance").status_code == 400


def test_a_card_moves_on_the_board_and_the_board_stays_as_it_was_asked_for(shop: Shop, sign_in: SignIn) -> None:
    one, admin = begun(shop), sign_in("admin")
    with_measure(shop, one)
    back = f"{reverse('register')}?owner=me"
    answer = act(admin, one, do="move", seen="plan", stage="do", back=back)
    assert answer["Location"] == back
    assert [code for code, _words, cards in admin.get(back).context["columns"] if cards] == ["do"]
    away = act(admin, one, do="move", seen="do", stage="plan", back="https://elsewhere.example/")
    assert away["Location"] == reverse("initiative", args=[one.id])


def test_the_plan_is_changed_on_a_page_of_its_own(shop: Shop, sign_in: SignIn) -> None:
    one, admin = begun(shop), sign_in("admin")
    there = reverse("initiative_plan", args=[one.id])
    given = dict(admin.get(there).context["given"])
    assert (given["baseline"], given["target"]) == ("120", "60")
    assert admin.post(there, given | {"target": "45.5", "steps": "受理, 答复"}).status_code == 302
    one.refresh_from_db()
    assert (one.target, one.steps) == (45.5, "受理, 答复")
    assert admin.post(there, given | {"due": "soon"}).status_code == 422
    assert admin.post(there, given | {"target": "inf"}).status_code == 422


def test_an_initiative_is_its_owners_and_of_who_reads_the_register(shop: Shop, sign_in: SignIn) -> None:
    one = begun(shop, owner="wang")
    there = reverse("initiative", args=[one.id])
    assert [sign_in(name).get(there).status_code for name in ("admin", "wang", "li", "zhao")] == [200, 200, 404, 404]
    assert sign_in("wang").get(reverse("register")).status_code == 403
    assert act(sign_in("li"), one, do="add", words="x").status_code == 404
    assert sign_in("li").get(reverse("initiative_plan", args=[one.id])).status_code == 404
    assert act(sign_in("wang"), one, do="add", words="x").status_code == 302
    assert one.title in sign_in("wang").get(reverse("suggestions")).content.decode()


def test_a_suggestion_is_made_answered_and_read(shop: Shop, sign_in: SignIn) -> None:
    wang, admin = sign_in("wang"), sign_in("admin")
    assert wang.post(reverse("suggestions"), {"words": ""}).status_code == 422
    wang.post(reverse("suggestions"), {"words": "先问订单号", "benefit": "少一次来回"})
    one = Suggestion.objects.get()
    waiting = admin.get(reverse("suggestions_of_all")).content.decode()
    assert "先问订单号" in waiting
    page = admin.get(reverse("initiative_new"), {"suggestion": str(one.id)})
    given = {**page.context["given"], "suggestion": str(one.id)}
    assert admin.post(reverse("initiative_new"), given).status_code == 302
    read = wang.get(reverse("suggestions")).content.decode()
    assert "已采纳" in read
    assert (
        "先问订单号" in sign_in("admin").get(reverse("initiative", args=[Initiative.objects.get().id])).content.decode()
    )
    other = suggest(words="换个杯子", viewer=shop.viewer("li"), at=shop.now)
    declined = {"suggestion": str(other.id), "do": "decline"}
    assert admin.post(reverse("suggestions_of_all"), declined).status_code == 422
    assert admin.post(reverse("suggestions_of_all"), declined | {"reason": "与流程无关"}).status_code == 302
    assert "与流程无关" in sign_in("li").get(reverse("suggestions")).content.decode()
    assert "与流程无关" not in wang.get(reverse("suggestions")).content.decode()
    assert "换个杯子" in admin.get(reverse("suggestions_of_all"), {"show": "all"}).content.decode()


def test_empty_pages_say_what_to_do(shop: Shop, sign_in: SignIn) -> None:
    admin = sign_in("admin")
    assert reverse("insight") in admin.get(reverse("register")).content.decode()
    assert "放宽条件" in admin.get(reverse("register_list"), {"late": "1"}).content.decode()
    assert "没有待答复的建议" in admin.get(reverse("suggestions_of_all")).content.decode()
    assert "您还没有提过建议" in sign_in("wang").get(reverse("suggestions")).content.decode()


def test_pages_cost_as_many_statements_however_much_is_on_them(shop: Shop, sign_in: SignIn) -> None:
    admin, wang = sign_in("admin"), sign_in("wang")
    one = begun(shop, owner="wang")
    pages = [
        (admin, reverse("register"), 12),
        (admin, reverse("register_list"), 12),
        (admin, reverse("suggestions_of_all"), 12),
        (wang, reverse("suggestions"), 12),
        (admin, reverse("initiative", args=[one.id]), 15),
        (admin, reverse("initiative_new"), 12),
    ]
    counts = []
    for _ in range(2):
        for client, address, _most in pages:
            client.get(address)
        found = []
        for client, address, most in pages:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            assert len(asked) <= most, (address, [each["sql"][:90] for each in asked])
            found.append(len(asked))
        counts.append(found)
        for n in range(5):
            shop.later(minutes=1)
            begun(shop, owner="wang")
            with_measure(shop, one)
            suggest(words=f"建议 {n}", viewer=shop.viewer("wang"), at=shop.now)
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("language", "words"), [("zh-hant", "改進項"), ("en", "New initiative")])
def test_in_other_languages(shop: Shop, sign_in: SignIn, language: str, words: str) -> None:
    begun(shop)
    person = shop.cast.people["admin"]
    person.language = language
    person.save()
    assert words in sign_in("admin").get(reverse("register")).content.decode()


def test_late_ones_are_marked(shop: Shop, sign_in: SignIn) -> None:
    one = begun(shop)
    Initiative.objects.filter(id=one.id).update(due_date=one.due_date - timedelta(days=1000))
    admin = sign_in("admin")
    assert "已逾期" in admin.get(reverse("register"), {"late": "1"}).content.decode()
    assert "已逾期" in admin.get(reverse("register_list"), {"late": "1"}).content.decode()


def test_of_a_report_that_is_not_made_yet_nothing_is_improved(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    zhou.post(reverse("insight_upload"), {"file": SimpleUploadedFile("t.csv", LOG.encode())})
    report = Report.objects.get()
    asked = {"report": str(report.id), "finding": "0"}
    assert sign_in("admin").get(reverse("initiative_new"), asked).status_code == 404
