"""Nobody answers over what was said meanwhile, and nobody's begun words are lost by what others do (pains 26 to 29)."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.commands.assigning import assign_case
from zhoudao.rooms.cases.commands.merging import merge_cases, undo_merge
from zhoudao.rooms.cases.commands.replying import note_on_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands import save_draft, undo_reply
from zhoudao.rooms.conversations.models import Draft, Message
from zhoudao.rooms.conversations.queries import draft_of
from zhoudao.rooms.teamwork.commands import Reply, answer
from zhoudao.rooms.teamwork.refusals import SaidMeanwhile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
def case(shop: Shop) -> Case:
    return shop.hears("什么时候发货")


def newest(case: Case) -> Message:
    return Message.objects.filter(conversation__case=case).latest("created_at", "id")


def answers(shop: Shop, case: Case, who: str, seen: Message | None, text: str = "明天发货", undo: int = 0) -> Message:
    reply = Reply(text, seen=seen.id if seen else None, checks=True)
    viewer = shop.viewer(who)
    return answer(reply, case_id=case.id, viewer=viewer, at=shop.now, real_now=shop.now, undo_seconds=undo)


def begins(shop: Shop, case: Case, who: str, text: str, direction: str = "out") -> None:
    assert case.conversation_id is not None
    user_id = shop.cast.people[who].id
    save_draft(conversation_id=case.conversation_id, user_id=user_id, text=text, direction=direction, at=shop.now)


def draft(shop: Shop, case: Case, who: str, *more: Case) -> str | None:
    threads = [one.conversation_id for one in (case, *more) if one.conversation_id]
    found = draft_of(threads, shop.cast.people[who].id)
    return found.text if found else None


def test_an_answer_is_held_when_the_customer_wrote_meanwhile(shop: Shop, case: Case) -> None:
    read = newest(case)
    shop.hears("不用了，已经好了", conversation_id=case.conversation_id)  # in the same instant of the shop's clock

    with pytest.raises(SaidMeanwhile) as held:
        answers(shop, case, "wang", read)

    assert [message.text for message in held.value.messages] == ["不用了，已经好了"]
    assert not Message.objects.filter(direction="out", is_auto=False).exists()
    assert answers(shop, case, "wang", newest(case)).text == "明天发货"


def test_of_two_colleagues_who_answer_at_once_the_second_is_held(shop: Shop, case: Case) -> None:
    read = newest(case)
    answers(shop, case, "li", read, undo=5)  # not even sent yet

    with pytest.raises(SaidMeanwhile) as held:
        answers(shop, case, "wang", read)
    assert held.value.messages[0].author_name == "李强"
    assert answers(shop, case, "li", read, "再补充一句").direction == "out"  # one's own words hold nobody


def test_two_answers_in_two_transactions_do_not_both_pass(shop: Shop, case: Case) -> None:
    read, outcome = newest(case), []
    inside = threading.Event()

    def second() -> None:
        inside.wait(10)
        try:
            answers(shop, case, "wang", read)
            outcome.append("sent")
        except SaidMeanwhile:
            outcome.append("held")
        finally:
            connection.close()

    other = threading.Thread(target=second)
    other.start()
    with transaction.atomic():
        answers(shop, case, "li", read)
        inside.set()
        other.join(0.5)
        assert outcome == []  # it waits for us
    other.join(10)

    assert outcome == ["held"]


def test_notes_and_automatic_words_hold_nobody(shop: Shop, case: Case) -> None:
    read = newest(case)
    note_on_case(case_id=case.id, text="在查", viewer=shop.viewer("zhao"), at=shop.later(minutes=1))

    assert answers(shop, case, "wang", read).direction == "out"


def test_what_was_said_in_a_merged_thread_counts_too(shop: Shop, case: Case) -> None:
    other = shop.hears("还没发货", who="visitor-2")
    merge_cases(case_id=other.id, into_id=case.id, viewer=shop.viewer("zhao"), at=shop.later(minutes=1))
    read = newest(other)
    shop.later(minutes=1)
    shop.hears("人呢", who="visitor-2", conversation_id=other.conversation_id)

    with pytest.raises(SaidMeanwhile):
        answers(shop, case, "wang", read)


def test_a_draft_survives_a_new_owner_a_note_and_the_customer(shop: Shop, case: Case) -> None:
    begins(shop, case, "wang", "王小姐您好")

    to = shop.cast.people["zhao"].id
    assign_case(
        case_id=case.id, viewer=shop.viewer("zhao"), at=shop.later(minutes=1), member_id=to, reason="other_skill"
    )
    note_on_case(case_id=case.id, text="在查", viewer=shop.viewer("zhao"), at=shop.now)
    answers(shop, case, "zhao", newest(case), "我来答")
    shop.hears("人呢", conversation_id=case.conversation_id)
    dispatch.drain()

    assert draft(shop, case, "wang") == "王小姐您好"


def test_a_draft_goes_with_its_case_into_the_survivor_and_back(shop: Shop, case: Case) -> None:
    other = shop.hears("同一件事", who="visitor-2")
    begins(shop, case, "wang", "王小姐您好")

    merge_cases(case_id=case.id, into_id=other.id, viewer=shop.viewer("zhao"), at=shop.later(minutes=1))
    assert draft(shop, other, "wang", case) == "王小姐您好"
    undo_merge(case_id=case.id, viewer=shop.viewer("zhao"), at=shop.now)

    assert draft(shop, other, "wang") is None
    assert draft(shop, case, "wang") == "王小姐您好"


def test_what_was_sent_in_the_survivor_leaves_no_ghost(shop: Shop, case: Case) -> None:
    other = shop.hears("同一件事", who="visitor-2")
    begins(shop, case, "wang", "王小姐您好")
    begins(shop, case, "li", "李强的话")
    merge_cases(case_id=case.id, into_id=other.id, viewer=shop.viewer("zhao"), at=shop.later(minutes=1))

    answers(shop, other, "wang", newest(other), "王小姐您好")

    assert draft(shop, other, "wang", case) is None
    assert draft(shop, other, "li", case) == "李强的话"


def test_taking_a_reply_back_keeps_what_was_begun_meanwhile(shop: Shop, case: Case) -> None:
    message = answers(shop, case, "wang", newest(case), "第一段", undo=5)
    begins(shop, case, "wang", "第二段")

    words = undo_reply(message_id=message.id, viewer=shop.viewer("wang"), at=shop.now + timedelta(seconds=1))

    assert words == "第一段\n\n第二段"
    assert draft(shop, case, "wang") == words
    answers(shop, case, "wang", newest(case), words)
    assert not Draft.objects.exists()


def test_a_note_begun_meanwhile_never_becomes_part_of_an_answer(shop: Shop, case: Case) -> None:
    message = answers(shop, case, "wang", newest(case), "明天发货", undo=5)
    begins(shop, case, "wang", "客户很难缠", direction="note")

    undo_reply(message_id=message.id, viewer=shop.viewer("wang"), at=shop.now + timedelta(seconds=1))

    kept = Draft.objects.get()
    assert (kept.direction, kept.text) == ("note", "明天发货\n\n客户很难缠")
