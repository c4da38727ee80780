"""The filters of a report: from a form to the answer, its cases, and what is said when nothing is left."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhoudao.conduct.flows.events import TaskCompleted
from zhoudao.conduct.insight.models import Question, Report
from zhoudao.conduct.insight.narrowing import narrows_in, token_of
from zhoudao.conduct.insight.questions import ask_question
from zhoudao.conduct.insight.reporting import ask_again
from zhoudao.doors.desk.insight import tasks
from zhoudao.doors.desk.insight.tests.test_reports import LOG, PERIOD, a_day_of, made
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.files.models import StoredFile
from zhoudao.rooms.cases.tests.shop import Shop

SignIn = Callable[[str], Client]
OPEN, CLOSE, NEVER = token_of("open"), token_of("close"), token_of("never")
REOPENED = LOG.replace("3,close,", "3,reopen,")


def of_a_file(client: Client) -> Report:
    answer = client.post(reverse("insight_upload"), {"file": SimpleUploadedFile("t.csv", REOPENED.encode())})
    return made(client, answer)


def answered(client: Client, address: str) -> str:
    """The page, once the analyst has answered what it asked."""
    waiting = client.get(address).content.decode()
    assert 'aria-busy="true"' in waiting
    assert "hx-get" in waiting
    tasks.answer_question(str(Question.objects.get(answer=None, is_failed=False).id))
    page = client.get(address).content.decode()
    assert "aria-busy" not in page
    return page


def test_a_form_becomes_an_address_whose_map_is_of_these_cases(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    report = of_a_file(zhou)
    here, narrow = (reverse(name, args=[report.id]) for name in ("report", "report_narrow"))
    page = zhou.get(here).content.decode()
    assert f'action="{narrow}"' in page
    assert f'<option value="{OPEN}">open</option>' in page
    assert f'<option value="{token_of("who")}.{token_of("ann")}">ann</option>' in page
    answer = zhou.get(narrow, {"kind": "with", "arg": CLOSE, "is_not": "1"})
    assert answer["Location"] == f"{here}?f=-with.{CLOSE}"
    page = answered(zhou, answer["Location"])
    assert "20 个个案中的 2 个" in page
    assert "没有“close”" in page
    assert "reopen" in page
    fragment = zhou.get(answer["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "20 个个案中的 2 个" in fragment
    assert Question.objects.count() == 1, "asked once"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"kind": "time", "how": "begun", "since": "2026-03-01", "until": ""}, ["begun.2026-03-01."]),
        ({"kind": "path", "how": "later", "one": OPEN, "other": CLOSE}, [f"later.{OPEN}.{CLOSE}"]),
        ({"kind": "value", "value": [f"{OPEN}.{CLOSE}", f"{OPEN}.{NEVER}"]}, [f"value.{OPEN}.{CLOSE}.{NEVER}"]),
        ({"kind": "value", "value": [f"{OPEN}.{CLOSE}", f"{CLOSE}.{NEVER}"], "is_not": "1"},
         [f"-value.{OPEN}.{CLOSE}", f"-value.{CLOSE}.{NEVER}"]),
        ({"kind": "often", "arg": "80"}, ["often.80"]),
        ({"kind": "took", "least": "2", "most": "", "unit": "days"}, ["took.2880."]),
        ({"kind": "wait", "one": OPEN, "other": CLOSE, "least": "3", "unit": "hours"}, [f"wait.{OPEN}.{CLOSE}.180"]),
        ({"kind": "took", "least": "-2", "most": "", "unit": "days"}, []),
        ({"kind": "took", "least": "2", "most": "", "unit": "years"}, []),
        ({"kind": "with", "arg": ""}, []),
        ({"kind": "wait", "one": OPEN, "other": CLOSE, "least": "", "unit": "hours"}, []),
        ({}, []),
    ],
)  # fmt: skip
def test_each_form_says_one_filter_or_is_refused_in_words(
    shop: Shop, sign_in: SignIn, given: dict[str, str], expected: list[str]
) -> None:
    report = Report.objects.create(
        name="x", source="file", zone="UTC", asked_by=shop.cast.people["zhou"], asked_at=shop.now, state="failed"
    )
    zhou = sign_in("zhou")
    answer = zhou.get(reverse("report_narrow", args=[report.id]), {"f": "took.5.", **given})
    together = "&".join(f"f={text}" for text in ["took.5.", *expected])
    assert answer["Location"] == f"{reverse('report', args=[report.id])}?{together}"
    assert ("请说明按什么筛选" in zhou.get(reverse("insight")).content.decode()) == (not expected)


def test_when_no_case_is_left_it_is_said_with_the_way_back(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    here = reverse("report", args=[of_a_file(zhou).id])
    page = answered(zhou, f"{here}?f=with.{OPEN}&f=took..1")
    assert "没有个案同时符合这些筛选条件" in page
    assert f'href="?f=with.{OPEN}">去掉最后一个筛选条件' in page


def test_numbers_of_filtered_cases_of_our_own_open_them_and_tell_codes_in_words(shop: Shop, sign_in: SignIn) -> None:
    cases, zhou = a_day_of(shop), sign_in("zhou")
    by = By(shop.viewer("wang").actor)
    for case in cases[:2]:
        record(TaskCompleted("读懂来意", "t"), at=shop.now, by=by, about=[About("case", case.id)])
    report = made(zhou, zhou.post(reverse("insight"), PERIOD))
    understood = token_of("flows.TaskCompleted:读懂来意")
    here = reverse("report", args=[report.id])
    page = answered(zhou, f"{here}?f=with.{understood}")
    assert "3 个个案中的 2 个" in page
    assert "读懂来意" in page
    assert "flows.TaskCompleted" not in page
    behind = answered(zhou, f"{here}cases/?f=with.{understood}&of=all")
    for case in cases:
        assert (reverse("desk_case", args=[case.number]) in behind) == (case in cases[:2])
    assert zhou.get(f"{here}cases/?f=with.{understood}&of=x").status_code == 404
    assert zhou.get(f"{here}cases/?f=nonsense&of=v0").status_code == 404


def test_what_cannot_be_read_of_an_address_is_left_out_and_said(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    page = zhou.get(f"{reverse('report', args=[of_a_file(zhou).id])}?f=nonsense&f=with.x").content.decode()
    assert "网址里有 2 个筛选条件读不出来" in page
    assert not Question.objects.exists()


def test_a_question_is_asked_once_for_all_and_anew_once_the_report_is(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    report = of_a_file(zhou)
    texts = [f"with.{OPEN}", "took.5."]
    first, again = (narrows_in(order)[0] for order in (texts, texts[::-1]))
    asked = ask_question(report=report, narrows=first, language="en", at=shop.now)
    assert ask_question(report=report, narrows=again, language="en", at=shop.now).id == asked.id
    assert ask_question(report=report, narrows=first, language="zh-hans", at=shop.now).id != asked.id
    late = shop.now + timedelta(minutes=2)
    assert ask_question(report=report, narrows=first, language="en", at=late).id == asked.id
    asked.refresh_from_db()
    assert asked.asked_at == late, "nobody answered: asked again"
    ask_again(report_id=report.id, zone="Asia/Shanghai", at=shop.now)
    tasks.make_report(str(report.id))
    report.refresh_from_db()
    anew = ask_question(report=report, narrows=first, language="en", at=late + timedelta(days=2))
    assert anew.id != asked.id
    assert list(Question.objects.values_list("id", flat=True)) == [anew.id], "what is a day old is forgotten"


def test_answers_are_sealed_and_go_with_their_report(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    report = of_a_file(zhou)
    answered(zhou, f"{reverse('report', args=[report.id])}?f=with.{OPEN}")
    question = Question.objects.get()
    assert question.answer is not None
    assert b"open" not in bytes(question.answer)
    zhou.post(reverse("report_delete", args=[report.id]))
    assert (Question.objects.count(), StoredFile.objects.count()) == (0, 0)
    tasks.answer_question(str(question.id))


def test_what_goes_wrong_is_said_and_not_tried_for_ever(
    shop: Shop, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhou = sign_in("zhou")
    report = of_a_file(zhou)
    monkeypatch.setattr(tasks, "_answer", lambda _question: 1 / 0)
    assert "算不出来" in answered(zhou, f"{reverse('report', args=[report.id])}?f=with.{OPEN}")


def test_a_report_without_its_log_says_how_to_filter_it(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    report = of_a_file(zhou)
    Report.objects.update(kept=[])
    page = zhou.get(f"{reverse('report', args=[report.id])}?f=with.{OPEN}").content.decode()
    assert "重新生成即可筛选" in page


def test_waiting_for_an_answer_costs_few_statements(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    address = f"{reverse('report', args=[of_a_file(zhou).id])}?f=with.{OPEN}"
    zhou.get(address)
    with CaptureQueriesContext(connection) as asked:
        zhou.get(address, headers={"HX-Request": "true"})
    assert len(asked) <= 8


def test_filters_open_to_no_place_and_of_what_is_not_there_say_nothing(shop: Shop, sign_in: SignIn) -> None:
    report = of_a_file(sign_in("zhou"))
    for name in ("report", "report_narrow", "report_cases"):
        assert sign_in("wang").get(reverse(name, args=[report.id]), {"f": f"with.{OPEN}"}).status_code == 403
        missing = reverse(name, args=["00000000-0000-0000-0000-000000000007"])
        assert sign_in("zhou").get(missing, {"f": f"with.{OPEN}"}).status_code == 404
