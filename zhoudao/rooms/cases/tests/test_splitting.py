"""Two matters in one case are taken apart and put together again; links are made and taken back."""

from uuid import UUID, uuid4

import pytest

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.commands.closing import close_case
from zhoudao.rooms.cases.commands.merging import link_cases, merge_cases, undo_merge, unlink_cases
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.commands.splitting import split_case, undo_split
from zhoudao.rooms.cases.models import Case, CaseLink
from zhoudao.rooms.cases.refusals import CaseAlreadyClosed, CaseNotFound, CaseNotSplit
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.conversations.refusals import MessageNotFound, NothingToSplit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
def case(shop: Shop) -> Case:
    """Three things said, the second about something else."""
    for text in ("桌子什么时候到？", "另外我要投诉你们的态度差", "桌子是白色的"):
        case = shop.hears(text)
        shop.later(minutes=1)
    return case


def said(case: Case) -> list[str]:
    rows = Message.objects.filter(conversation__case=case, direction="in")
    return list(rows.order_by("created_at", "id").values_list("text", flat=True))


def ids(case: Case, *texts: str) -> list[UUID]:
    return list(Message.objects.filter(conversation__case=case, text__in=texts).values_list("id", flat=True))


def split(shop: Shop, case: Case, *texts: str) -> Case:
    chosen = ids(case, *texts)
    new = split_case(case_id=case.id, message_ids=chosen, viewer=shop.viewer("zhao"), at=shop.now)
    dispatch.drain()
    return Case.objects.get(id=new.id)


def test_what_is_chosen_becomes_a_linked_case_of_its_own_kind_with_its_own_promises(shop: Shop, case: Case) -> None:
    new = split(shop, case, "另外我要投诉你们的态度差")
    assert (new.kind, new.customer_id) == ("complaint", case.customer_id)
    assert said(new) == ["另外我要投诉你们的态度差"]
    assert said(case) == ["桌子什么时候到？", "桌子是白色的"]
    assert new.promises.filter(ended_at=None).exists()
    assert [(link.target_id, link.kind) for link in new.links.all()] == [(case.id, "split")]
    assert Event.objects.filter(type="conversations.ConversationSplit", object_ids__overlap=[case.customer_id]).exists()


def test_the_list_shows_what_is_still_there(shop: Shop, case: Case) -> None:
    split(shop, case, "桌子是白色的", "另外我要投诉你们的态度差")
    assert Case.objects.get(id=case.id).preview == "桌子什么时候到？"


def test_what_comes_next_goes_on_where_it_was_until_somebody_answers_in_the_new_one(shop: Shop, case: Case) -> None:
    new = split(shop, case, "桌子是白色的")
    assert shop.hears("还在吗").id == case.id
    shop.later(minutes=1)
    reply_to_case(case_id=new.id, text="白色的有货", viewer=shop.viewer("zhao"), at=shop.now, real_now=shop.now)
    dispatch.drain()
    shop.later(minutes=1)
    assert shop.hears("好的").id == new.id


def test_undone_the_messages_are_back_and_what_came_since_is_not_lost(shop: Shop, case: Case) -> None:
    new = split(shop, case, "另外我要投诉你们的态度差")
    shop.later(minutes=1)
    reply_to_case(case_id=new.id, text="非常抱歉", viewer=shop.viewer("admin"), at=shop.now, real_now=shop.now)
    dispatch.drain()
    shop.later(minutes=1)
    assert shop.hears("要说法").id == new.id
    back = undo_split(case_id=new.id, viewer=shop.viewer("admin"), at=shop.now)
    dispatch.drain()
    assert back.id == case.id
    assert said(case) == ["桌子什么时候到？", "另外我要投诉你们的态度差", "桌子是白色的"]
    merged = Case.objects.get(id=new.id)
    assert (merged.status, merged.merged_into_id) == ("merged", case.id)
    assert said(merged) == ["要说法"]
    shop.later(minutes=1)
    shop.hears("到底怎么样")
    assert Case.objects.get(id=case.id).preview == "到底怎么样", "a reply to the merged case is the survivor's"


def test_a_split_is_undone_from_either_side_and_once(shop: Shop, case: Case) -> None:
    split(shop, case, "另外我要投诉你们的态度差")
    undo_split(case_id=case.id, viewer=shop.viewer("zhao"), at=shop.now)
    with pytest.raises(CaseNotSplit):
        undo_split(case_id=case.id, viewer=shop.viewer("zhao"), at=shop.now)


def test_a_closed_part_is_not_put_back_and_nothing_is_half_done(shop: Shop, case: Case) -> None:
    new, lead = split(shop, case, "另外我要投诉你们的态度差"), shop.viewer("admin")
    close_case(case_id=new.id, viewer=lead, at=shop.now, outcome="solved", cause="service")
    with pytest.raises(CaseAlreadyClosed):
        undo_split(case_id=new.id, viewer=lead, at=shop.now)
    assert said(new) == ["另外我要投诉你们的态度差"]


def test_all_or_nothing_of_a_conversation_cannot_be_split_off(shop: Shop, case: Case) -> None:
    for chosen in ([], ids(case, *said(case))):
        with pytest.raises(NothingToSplit):
            split_case(case_id=case.id, message_ids=chosen, viewer=shop.viewer("zhao"), at=shop.now)
    other = shop.hears("别人的话", who="visitor-2")
    for strange in (ids(other, "别人的话"), [uuid4()]):
        with pytest.raises(MessageNotFound):
            split_case(case_id=case.id, message_ids=strange, viewer=shop.viewer("zhao"), at=shop.now)
    with pytest.raises(CaseNotFound):
        split_case(case_id=case.id, message_ids=ids(case, "桌子是白色的"), viewer=shop.viewer("sun"), at=shop.now)
    assert len(said(case)) == 3


def test_a_link_is_taken_back_from_either_side(shop: Shop, case: Case) -> None:
    other, lead = shop.hears("别的事", who="visitor-2"), shop.viewer("zhao")
    link_cases(case_id=case.id, target_id=other.id, viewer=lead, at=shop.now)
    unlink_cases(case_id=other.id, viewer=lead, at=shop.now)
    assert not CaseLink.objects.exists()
    with pytest.raises(CaseNotFound):
        unlink_cases(case_id=case.id, target_id=other.id, viewer=lead, at=shop.now)


def test_a_chain_of_merges_leads_to_the_last_survivor_and_comes_apart_one_by_one(shop: Shop, case: Case) -> None:
    second, third = shop.hears("第二件", who="v-2"), shop.hears("第三件", who="v-3")
    lead = shop.viewer("zhao")
    merge_cases(case_id=case.id, into_id=second.id, viewer=lead, at=shop.now)
    merge_cases(case_id=second.id, into_id=third.id, viewer=lead, at=shop.now)
    shop.later(minutes=1)
    shop.hears("在吗")
    assert Case.objects.get(id=third.id).preview == "在吗"
    undo_merge(case_id=second.id, viewer=lead, at=shop.now)
    shop.later(minutes=1)
    shop.hears("还在吗")
    assert Case.objects.get(id=second.id).preview == "还在吗"
