"""The flow asks the customer: told once, filled in on their own page, papers and all, and the flow goes on."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zhoudao.conduct.flows.commands import cancel_run, complete_task, deploy_flow
from zhoudao.conduct.flows.models import Run, Task
from zhoudao.doors.portal.tests.conftest import answer
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Attachment, Message

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)
FLOW = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zd="https://zhoudao.org/bpmn" id="d"
  targetNamespace="t"><process id="inquiry" isExecutable="true" name="咨询">
  <extensionElements><zd:input name="number" type="string"/></extensionElements>
  <startEvent id="s"/>
  <userTask id="first" name="先答复" zd:done-on="conversations.ReplySent"/>
  <userTask id="ask" name="补齐资料" zd:asks="customer" zd:target="P2D">
    <extensionElements>
      <zd:text lang="zh-Hans">请补齐资料。</zd:text><zd:text lang="en">Please give us what is missing.</zd:text>
      <zd:field name="wish" type="choice" required="true" options="repair|money">
        <zd:label lang="en">Your wish</zd:label>
        <zd:option value="repair"><zd:label lang="en">Mend it</zd:label></zd:option>
        <zd:option value="money"><zd:label lang="en">Money back</zd:label></zd:option></zd:field>
      <zd:field name="about" type="string" value="number"><zd:label lang="en">About case</zd:label></zd:field>
      <zd:field name="receipt" type="file" required="true"><zd:label lang="en">Receipt</zd:label></zd:field>
      <zd:field name="terms" type="confirm" required="true"><zd:label lang="en">I agree</zd:label></zd:field>
      <zd:field name="signed" type="signature" required="true"><zd:label lang="en">Signature</zd:label></zd:field>
    </extensionElements></userTask>
  <userTask id="check" name="核对"/>
  <endEvent id="e"/>
  <sequenceFlow id="a" sourceRef="s" targetRef="first"/><sequenceFlow id="b" sourceRef="first" targetRef="ask"/>
  <sequenceFlow id="c" sourceRef="ask" targetRef="check"/><sequenceFlow id="f" sourceRef="check" targetRef="e"/>
  </process></definitions>"""


@pytest.fixture
def asked(shop: Shop) -> Case:
    """A case whose customer was answered and is now asked for papers."""
    deploy_flow(source=FLOW.encode(), by=By("user:manager"), at=shop.now)
    case = shop.hears("椅子腿断了，怎么办？")
    dispatch.drain()
    shop.later(minutes=5)
    return answer(shop, case)


@pytest.fixture
def customer() -> Client:
    return Client(headers={"Accept-Language": "en"})


def page_of(client: Client, case: Case, **query: str) -> str:
    page = client.get(f"/p/{case.progress_token}/", {"language": "en"} | query)
    assert page.status_code == 200
    return page.content.decode()


def open_task(case: Case, element: str = "ask") -> Task:
    return Task.objects.get(object_id=case.id, element=element, completed_at=None, cancelled_at=None)


def filled(page: str, **differs: Any) -> dict[str, Any]:
    """The form as a customer sends it."""
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token
    said = {"form_token": token[1], "wish": "money", "about": "C2026-000001", "terms": "true", "signed": "王小姐"}
    return said | {"receipt": SimpleUploadedFile("receipt.png", PNG)} | differs


def send(client: Client, case: Case, task_id: UUID, form: dict[str, Any]) -> Any:
    answered = client.post(f"/p/{case.progress_token}/answers/{task_id}/?language=en", form)
    dispatch.drain()
    return answered


def test_the_customer_is_told_once_and_the_case_waits_for_them(asked: Case) -> None:
    dispatch.drain()
    asks = Message.objects.filter(conversation=asked.conversation, direction="out", is_auto=True, text__contains="/p/")
    assert [asked.progress_token in each.text for each in asks] == [True]
    assert "请补齐资料。轮到您了" in asks[0].text
    asked.refresh_from_db()
    assert asked.status == Status.WAITING
    assert open_task(asked).assignee is None
    assert Event.objects.filter(type="flows.CustomerAsked", element="ask").count() == 1


def test_the_page_shows_whose_turn_it_is_until_when_and_what_we_know(asked: Case, customer: Client) -> None:
    page = page_of(customer, asked)
    assert "It is your turn: please fill in what is asked below." in page
    assert "Please give us what is missing." in page
    assert "Thu 12 Mar 2026, 10:05" in page
    assert f'value="{asked.number}"' in page
    assert "We know this already; change it if it is wrong." in page
    assert "Money back" in page


def test_what_was_filled_in_is_their_message_with_the_papers_and_the_flow_goes_on(
    asked: Case, customer: Client
) -> None:
    task = open_task(asked)
    sent = send(customer, asked, task.id, filled(page_of(customer, asked)))

    assert (sent.status_code, sent["Location"]) == (303, f"/p/{asked.progress_token}/?language=en&said=thanks")
    task.refresh_from_db()
    assert task.completed_by == f"customer:{asked.customer_id}"
    assert task.result == {"wish": "money", "about": "C2026-000001", "receipt": True, "terms": True, "signed": True}
    message = Message.objects.get(conversation=asked.conversation, direction="in", text__contains="Money back")
    assert "Signature: signed: 王小姐" in message.text
    assert Attachment.objects.filter(message=message).count() == 1
    asked.refresh_from_db()
    assert (asked.status, asked.awaits_us) == (Status.OPEN, True)
    assert open_task(asked, "check")
    thanks = page_of(customer, asked, said="thanks")
    assert "Thank you, we have it." in thanks
    assert "form_token" not in thanks


def test_a_file_that_lies_about_itself_is_kept_as_what_it_is_and_handed_out_to_save_only(
    asked: Case, customer: Client, shop: Shop
) -> None:
    lie = SimpleUploadedFile("receipt.png", b"<html><script>alert(1)</script></html>", content_type="image/png")
    send(customer, asked, open_task(asked).id, filled(page_of(customer, asked), receipt=lie))
    kept = Attachment.objects.select_related("file").get(message__conversation=asked.conversation)
    assert not kept.file.content_type.startswith("image/")
    desk = Client()
    desk.force_login(shop.cast.people["admin"], backend="zhoudao.ground.accounts.backends.WithGrants")
    handed = desk.get(f"/desk/cases/{asked.number}/files/{kept.id}/")
    assert handed["Content-Disposition"].startswith("attachment")
    assert handed["Content-Type"] == "application/octet-stream"


def test_a_form_sent_twice_is_one_answer(asked: Case, customer: Client) -> None:
    task, page = open_task(asked), page_of(customer, asked)
    send(customer, asked, task.id, filled(page))
    again = send(customer, asked, task.id, filled(page))
    assert again["Location"].endswith("said=over")
    assert Message.objects.filter(conversation=asked.conversation, text__contains="Money back").count() == 1


def test_an_answer_kept_before_a_crash_is_not_written_again(
    asked: Case, customer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, page = open_task(asked), page_of(customer, asked)

    def dies(**_: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as killed:
        killed.setattr("zhoudao.conduct.flows.commands.answering.complete_task", dies)
        with pytest.raises(RuntimeError):
            send(customer, asked, task.id, filled(page))
    assert send(customer, asked, task.id, filled(page)).status_code == 303
    assert Message.objects.filter(conversation=asked.conversation, text__contains="Money back").count() == 1
    assert open_task(asked, "check")


@pytest.mark.parametrize(
    ("differs", "words"),
    [
        ({"wish": ""}, "This is still needed."),
        ({"wish": "gold"}, "Please choose one of these."),
        ({"terms": ""}, "This is still needed."),
        ({"signed": "  "}, "This is still needed."),
        ({"receipt": ""}, "This is still needed."),
        ({"form_token": "forged"}, "This form is too old or was changed."),
        ({"receipt": [SimpleUploadedFile(f"{number}.png", PNG) for number in range(6)]}, "At most 5 files"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_half_done(
    asked: Case, customer: Client, differs: dict[str, Any], words: str
) -> None:
    before = Message.objects.count()
    sent = send(customer, asked, open_task(asked).id, filled(page_of(customer, asked), **differs))
    assert sent.status_code == 422
    assert words in sent.content.decode()
    if "signed" not in differs and "form_token" not in differs:
        assert 'value="王小姐"' in sent.content.decode()
    assert (Message.objects.count(), open_task(asked).completed_at) == (before, None)


def test_a_colleague_fills_it_in_for_whoever_telephones(asked: Case, customer: Client, shop: Shop) -> None:
    task, page = open_task(asked), page_of(customer, asked)
    by_phone = {"wish": "repair", "receipt": "true", "terms": "true", "signed": "true"}
    complete_task(task_id=task.id, result=by_phone, by=By("user:x"), at=shop.now, viewer=shop.viewer("wang"))
    dispatch.drain()
    assert "form_token" not in page_of(customer, asked)
    assert send(customer, asked, task.id, filled(page))["Location"].endswith("said=over")
    assert not Message.objects.filter(text__contains="Money back").exists()


def test_another_customers_link_and_a_colleagues_step_answer_nothing(asked: Case, customer: Client, shop: Shop) -> None:
    other = shop.hears("另一位顾客", who="visitor-2")
    dispatch.drain()
    page = page_of(customer, asked)
    assert send(customer, other, open_task(asked).id, filled(page))["Location"].endswith("said=over")
    assert send(customer, other, open_task(other, "first").id, filled(page))["Location"].endswith("said=over")
    assert customer.post(f"/p/{'x' * 30}/answers/{open_task(asked).id}/", filled(page)).status_code == 404
    assert open_task(asked).completed_at is None
    assert not Message.objects.filter(text__contains="Money back").exists()


def test_a_cancelled_run_asks_nobody(asked: Case, customer: Client, shop: Shop) -> None:
    run = Run.objects.get(object_id=asked.id)
    cancel_run(run_id=run.id, why="test", at=shop.now, by=By("user:x"))
    assert "form_token" not in page_of(customer, asked)


def test_whom_we_still_owe_an_answer_is_asked_but_not_waited_for(shop: Shop, customer: Client) -> None:
    deploy_flow(source=FLOW.replace(' zd:done-on="conversations.ReplySent"', "").encode(), by=By("user:m"), at=shop.now)
    case = shop.hears("椅子腿断了，怎么办？")
    dispatch.drain()
    complete_task(task_id=open_task(case, "first").id, result={}, by=By("user:x"), at=shop.now)
    dispatch.drain()
    case.refresh_from_db()
    assert (case.status, case.awaits_us) == (Status.OPEN, True)
    assert "form_token" in page_of(customer, case)
