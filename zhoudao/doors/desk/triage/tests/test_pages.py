"""What a case is about, read and said on the desk."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.conduct.triage import proposing
from zhoudao.conduct.triage.models import Correction, Proposal
from zhoudao.conduct.triage.proposing import keep_proposals, waiting_with
from zhoudao.doors.desk.triage import tasks
from zhoudao.engines.language.entities import Entity
from zhoudao.engines.language.triage import Triage
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import TUESDAY, Shop
from zhoudao.rooms.conversations.models import Message

SignIn = Callable[[str], Client]
HTMX = {"HX-Request": "true"}


class Judge:
    """Says the same of every message, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def judge(self, texts: list[str]) -> list[Triage]:
        self.asked += texts
        sure = {"language": 1.0, "kind": 0.93, "topic": 0.876, "urgency": 0.99, "emotion": 0.6}
        one = Triage(
            "zh-Hans", "complaint", "complaint.logistics", "none", 82, sure, {"topic": ((0, 2),), "emotion": ()},
            (Entity("order", "O2026-000123", 3, 6, 0.9),),
        )  # fmt: skip
        return [one] * len(texts)


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Judge:
    one = Judge()
    monkeypatch.setattr(tasks, "_triager", lambda: (one, "1.test"))
    return one


def last(case: Case) -> Message:
    return Message.objects.filter(conversation=case.conversation_id, direction="in").latest("created_at")


def test_each_message_is_judged_once_with_those_that_wait_beside_it(shop: Shop, judge: Judge) -> None:
    first = last(shop.hears("快递太慢了"))
    shop.later(minutes=1)
    second = last(shop.hears("还没到？"))
    tasks.judge_messages(str(first.id))
    tasks.judge_messages(str(first.id))
    tasks.judge_messages(str(second.id))
    assert judge.asked == ["快递太慢了", "还没到？"]
    kept = Proposal.objects.get(message=first)
    assert (kept.topic, kept.confidence["topic"], kept.evidence) == ("complaint.logistics", 88, {"topic": [[0, 2]]})
    assert kept.entities == [["order", 3, 6]]
    assert "O2026" not in str(Proposal.objects.values())


def test_a_message_that_arrives_is_a_job_of_the_analyst(shop: Shop) -> None:
    message = last(shop.hears("快递太慢了"))
    event = Event.objects.filter(type="conversations.MessageReceived").latest("id")
    proposing.on_event(event)
    job = ProcrastinateJob.objects.get(task_name=proposing.JOB)
    assert (job.queue_name, job.args) == ("analyst", {"message_id": str(message.id)})


def test_what_colleagues_write_and_what_is_gone_is_not_judged(shop: Shop) -> None:
    case = shop.hears("快递太慢了")
    Message.objects.filter(conversation=case.conversation_id).update(text="")
    assert waiting_with(last(case).id) == {}
    assert waiting_with(UUID(int=7)) == {}
    assert keep_proposals(dict(zip([UUID(int=7)], Judge().judge(["x"]), strict=True)), version="1", at=TUESDAY) == 0


def test_beside_the_case_stands_what_it_is_about_and_one_press_files_it_so(
    shop: Shop, judge: Judge, sign_in: SignIn
) -> None:
    case = shop.hears("快递太慢了")
    client = sign_in("admin")
    beside = f"/desk/cases/{case.number}/topic/"
    assert "尚未判断" in client.get(beside, headers=HTMX).content.decode()
    tasks.judge_messages(str(last(case).id))
    panel = client.get(beside, headers=HTMX).content.decode()
    assert "投诉物流" in panel
    assert "把握 88%" in panel
    assert "是的，按此归类" in panel
    sheet = client.get(f"/desk/cases/{case.number}/do/topic/", headers=HTMX).content.decode()
    assert "<mark>快递</mark>太慢了" in sheet
    posted = {"message": last(case).id, "topic": "complaint.logistics", "urgency": "none"}
    assert client.post(f"/desk/cases/{case.number}/do/topic/", posted, headers=HTMX).status_code == 200
    assert Case.objects.get(id=case.id).kind == "complaint"
    assert Correction.objects.get().topic_was == "complaint.logistics"
    panel = client.get(beside, headers=HTMX).content.decode()
    assert "同事确认" in panel
    assert "是的，按此归类" not in panel


def test_what_is_hardly_sure_is_not_filed_by_one_press(shop: Shop, judge: Judge, sign_in: SignIn) -> None:
    case = shop.hears("快递太慢了")
    tasks.judge_messages(str(last(case).id))
    Proposal.objects.update(confidence={"topic": 45})
    panel = sign_in("admin").get(f"/desk/cases/{case.number}/topic/", headers=HTMX).content.decode()
    assert "把握 45%" in panel
    assert "是的，按此归类" not in panel
    assert "依据，或改为其他" in panel


@pytest.mark.parametrize("posted", [{}, {"topic": "no.such"}, {"message": "x", "topic": "complaint.logistics"}])
def test_what_makes_no_sense_is_refused_with_words(shop: Shop, sign_in: SignIn, posted: dict[str, str]) -> None:
    case = shop.hears("快递太慢了")
    known = {"message": str(last(case).id)} if posted.get("topic") == "no.such" else {}
    answer = sign_in("admin").post(f"/desk/cases/{case.number}/do/topic/", posted | known, headers=HTMX)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not Correction.objects.exists()


def test_the_page_says_what_customers_write_about_and_how_often_people_agree(
    shop: Shop, judge: Judge, sign_in: SignIn
) -> None:
    client = sign_in("admin")
    page = client.get("/desk/triage/").content.decode()
    assert "尚未判断任何消息" in page
    assert "还没有人确认或修改过主题" in page
    case = shop.hears("快递太慢了")
    tasks.judge_messages(str(last(case).id))
    posted = {"message": last(case).id, "topic": "logistics.urge", "urgency": "none"}
    client.post(f"/desk/cases/{case.number}/do/topic/", posted, headers=HTMX)
    page = client.get("/desk/triage/").content.decode()
    assert "投诉物流" in page
    assert "0% 与建议的主题一致" in page
