"""Canned replies: who may write and use them, what they say in a case, and that no variable is ever sent as braces."""

from typing import Any
from uuid import uuid4

import pytest

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.teamwork.commands import Reply, Wording, answer, retire_reply, save_reply
from zhoudao.rooms.teamwork.models import CannedReply
from zhoudao.rooms.teamwork.queries import canned_replies, offers
from zhoudao.rooms.teamwork.refusals import (
    ReplyNotFound,
    ReplyUntitled,
    ReplyWordless,
    ShareNotAllowed,
    VariablesOpen,
    VariableUnknown,
)
from zhoudao.rooms.teamwork.variables import fill

pytestmark = pytest.mark.django_db(transaction=True)
HELLO = {"zh-Hans": "您好，{{customer.name}}：{{case.number}} 已登记。{{agent.name}}", "en": "Hello, {{case.number}}."}


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
def case(shop: Shop) -> Case:
    """One question, by somebody whose name we know."""
    inbound = Inbound(
        channel="webchat",
        external_id="m-named",
        claims=[Claim("visitor", "visitor-1", scope="webchat")],
        text="什么时候发货？",
        name="王小姐",
    )
    conversation_id = receive_message(inbound=inbound, at=shop.now).conversation_id
    dispatch.drain()
    cases = Case.objects.select_related("customer", "store", "team", "conversation")
    return cases.get(conversation_id=conversation_id)


def kept(shop: Shop, who: str = "wang", **how: Any) -> CannedReply:
    wording = Wording(**({"title": "问候", "bodies": HELLO, "shortcut": "wh"} | how))
    return save_reply(wording, viewer=shop.viewer(who), at=shop.now)


def said(shop: Shop, case: Case, text: str, *canned: CannedReply) -> Message:
    reply = Reply(text, [one.id for one in canned])
    return answer(reply, case_id=case.id, viewer=shop.viewer("wang"), at=shop.now, real_now=shop.now)


def test_ones_own_is_nobody_elses(shop: Shop, case: Case) -> None:
    mine = kept(shop)

    assert list(canned_replies(shop.viewer("wang"))) == [mine]
    assert not canned_replies(shop.viewer("li")).exists()
    assert not canned_replies(shop.viewer("admin")).exists()
    with pytest.raises(ReplyNotFound):
        retire_reply(reply_id=mine.id, viewer=shop.viewer("admin"), at=shop.now)


def test_a_lead_shares_with_the_own_team_and_with_nobody_else(shop: Shop) -> None:
    reception, after_sales = shop.cast.teams["reception"].id, shop.cast.teams["after_sales"].id
    shared = kept(shop, "zhao", scope="team", team_id=reception)

    assert list(canned_replies(shop.viewer("wang"))) == [shared]
    assert not canned_replies(shop.viewer("sun")).exists()
    for how in ({"scope": "team", "team_id": after_sales}, {"scope": "everybody"}, {"scope": "team"}):
        with pytest.raises(ShareNotAllowed):
            kept(shop, "zhao", **how)
    with pytest.raises(ShareNotAllowed):
        kept(shop, "wang", scope="team", team_id=reception)
    assert CannedReply.objects.count() == 1


def test_what_is_for_everybody_reaches_everybody_and_only_the_company_changes_it(shop: Shop) -> None:
    reply = kept(shop, "admin", scope="everybody")

    assert list(canned_replies(shop.viewer("sun"))) == [reply]
    with pytest.raises(ShareNotAllowed):
        retire_reply(reply_id=reply.id, viewer=shop.viewer("zhao"), at=shop.now)


def test_nobody_takes_a_shared_one_for_themselves(shop: Shop) -> None:
    reply = kept(shop, "admin", scope="everybody")

    with pytest.raises(ShareNotAllowed):
        save_reply(Wording("我的", HELLO), viewer=shop.viewer("wang"), at=shop.now, reply_id=reply.id)
    with pytest.raises(ReplyNotFound):
        save_reply(Wording("我的", HELLO), viewer=shop.viewer("wang"), at=shop.now, reply_id=uuid4())


@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        ({"title": "  "}, ReplyUntitled),
        ({"bodies": {"zh-Hans": " \0 "}}, ReplyWordless),
        ({"bodies": {"fr": "Bonjour"}}, ReplyWordless),
        ({"bodies": {"zh-Hans": "{{custmer.name}} 您好"}}, VariableUnknown),
    ],
)
def test_what_makes_no_sense_is_not_kept(shop: Shop, how: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        kept(shop, **how)
    assert not CannedReply.objects.exists()


def test_it_speaks_the_customers_language_with_the_case_filled_in(shop: Shop, case: Case) -> None:
    kept(shop)
    (offer,) = offers(case, shop.viewer("wang"), "", at=shop.now)
    assert offer.text == f"您好，王小姐：{case.number} 已登记。王芳"
    assert offer.missing == []

    assert case.conversation is not None
    case.conversation.language = "en"
    (offer,) = offers(case, shop.viewer("wang"), "", at=shop.now)
    assert offer.text == f"Hello, {case.number}."
    case.conversation.language = "zh-Hant"  # not written: the fallback speaks
    (offer,) = offers(case, shop.viewer("wang"), "", at=shop.now)
    assert offer.text.startswith("您好")


def test_a_name_one_may_not_see_is_left_open_not_guessed(shop: Shop, case: Case) -> None:
    kept(shop, "admin", scope="everybody")

    shop.cast.people["sun"].grants.update(team=shop.cast.teams["reception"])
    (offer,) = offers(case, shop.viewer("sun"), "", at=shop.now)
    assert offer.missing == []
    shop.cast.people["li"].grants.update(role="store_staff")
    (offer,) = offers(case, shop.viewer("li"), "", at=shop.now)
    assert offer.missing == ["customer.name"]
    assert "王" not in offer.text


def test_it_is_found_by_shortcut_title_and_words_in_any_script(shop: Shop, case: Case) -> None:
    first = kept(shop, title="物流慢", shortcut="wl", bodies={"zh-Hans": "快递在路上，电饭煲"})
    second = kept(shop, title="问候", shortcut="wlq", bodies={"zh-Hans": "您好"})
    CannedReply.objects.filter(id=second.id).update(uses=9)
    viewer = shop.viewer("wang")

    assert [offer.reply for offer in offers(case, viewer, "wl", at=shop.now)] == [first, second]
    assert [offer.reply for offer in offers(case, viewer, "", at=shop.now)] == [second, first]
    assert [offer.reply for offer in offers(case, viewer, "電飯煲", at=shop.now)] == [first]
    assert offers(case, viewer, "没有", at=shop.now) == []


def test_a_variable_left_standing_is_never_sent(shop: Shop, case: Case) -> None:
    before = Message.objects.count()

    with pytest.raises(VariablesOpen, match=r"customer\.nme"):
        said(shop, case, "您好 {{ customer.nme }}")
    assert Message.objects.count() == before
    assert said(shop, case, "用 {{}} 或 { a } 都可以").direction == "out"


def test_use_is_counted_when_sent_once_a_reply_and_only_of_what_one_may_use(shop: Shop, case: Case) -> None:
    mine, other = kept(shop), kept(shop, "li")

    said(shop, case, "您好", mine, mine, other)

    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.uses, mine.used_at, other.uses) == (1, shop.now, 0)
    (event,) = Event.objects.filter(type="teamwork.CannedReplyUsed")
    assert event.attributes == {"case": str(case.id)}


def test_a_retired_one_is_not_offered_and_comes_back_as_it_was(shop: Shop, case: Case) -> None:
    mine = kept(shop)

    retire_reply(reply_id=mine.id, viewer=shop.viewer("wang"), at=shop.now)
    assert offers(case, shop.viewer("wang"), "", at=shop.now) == []
    assert list(canned_replies(shop.viewer("wang"))) == [mine]
    retire_reply(reply_id=mine.id, viewer=shop.viewer("wang"), at=shop.now, is_retired=False)
    assert len(offers(case, shop.viewer("wang"), "", at=shop.now)) == 1


def test_filling_in_leaves_other_braces_alone() -> None:
    filled = fill("{{a}} {b} {{ 价格 }} {{a}} {{c.d}}", {"a": "1"})

    assert filled.text == "1 {b} {{ 价格 }} 1 {{c.d}}"
    assert filled.missing == ["c.d"]
