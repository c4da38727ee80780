"""Chat from the portal: known, about the case it was opened from, and no longer than one is signed in."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.portal.chat.about import About, opened, sealed
from zhoudao.doors.portal.tests.conftest import Visitor, answer, solve
from zhoudao.doors.portal.tests.test_home import BY, MAIL, Firm, act, browser, enters, front_door, me, wrote
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.conversations.models import Conversation, Message
from zhoudao.rooms.customers.commands import merge_customers
from zhoudao.rooms.customers.models import Customer, Identity

__all__ = ["front_door"]


def config(client: Client, query: str = "") -> dict[str, Any]:
    page = client.get(f"/portal/chat/{query}")
    assert page.status_code == 200
    found = re.search(r'<script id="config" type="application/json">(.*?)</script>', page.content.decode(), re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def talks(client: Client, query: str = "") -> tuple[Visitor, dict[str, Any]]:
    """As the page's script does: the token it was given, and what it is about with every message."""
    told = config(client, query)
    visitor = Visitor(token=told["token"])
    about = {"conversation_id": told["conversation"]} if told.get("conversation") else {}
    return visitor, about or ({"about": told["about"]} if told.get("about") else {})


def case_of(said: Any) -> Case:
    dispatch.drain()
    talk = Conversation.objects.get(id=said.json()["conversation_id"])
    return Case.objects.get(conversation_id=talk.main_id or talk.id)


def test_who_is_signed_in_is_known_in_the_chat_and_sees_it_at_the_portal() -> None:
    client = enters()
    visitor, about = talks(client)
    case = case_of(visitor.says("Do you have this in oak?", **about))
    assert case.customer_id == me().id
    assert case.number in client.get("/portal/").content.decode()
    assert "in oak" in client.get(f"/portal/cases/{case.number}/").content.decode()
    assert Customer.objects.count() == 1, "nothing was asked again"


def test_a_case_of_the_chat_goes_on_in_its_own_conversation(shop: Shop) -> None:
    case, client = wrote(shop, "The grinder is loud"), enters()
    answer(shop, case, "Which one?")
    other = wrote(shop, "Another matter")
    visitor, about = talks(client, f"?case={case.number}")
    assert about == {"conversation_id": str(case.conversation_id)}
    assert case_of(visitor.says("The blue one", **about)) == case
    assert other.conversation_id != case.conversation_id
    page = client.get(f"/portal/cases/{case.number}/").content.decode()
    assert page.index("Which one?") < page.index("The blue one")
    seen = visitor.sees(conversation=str(case.conversation_id)).json()
    assert [one["text"] for one in seen["messages"]] == ["The grinder is loud", "Which one?", "The blue one"]


def test_a_case_that_came_by_mail_goes_on_in_the_chat_beside_it(shop: Shop) -> None:
    claims = [Claim("email", MAIL, verified=True), Claim("external", MAIL, scope="mail")]
    got = receive_message(inbound=Inbound("mail", "<1@x>", claims, text="By mail", subject="Leg"), at=shop.now)
    dispatch.drain()
    case, client = Case.objects.get(conversation_id=got.conversation_id), enters()
    visitor, about = talks(client, f"?case={case.number}")
    first = visitor.says("And now here", **about)
    assert case_of(first) == case
    then = {"conversation_id": first.json()["conversation_id"]}
    assert case_of(visitor.says("Once more", **then)) == case
    assert talks(client, f"?case={case.number}")[1] == then
    assert Case.objects.count() == 1
    page = client.get(f"/portal/cases/{case.number}/").content.decode()
    assert page.index("By mail") < page.index("And now here") < page.index("Once more")


def test_a_need_makes_a_case_of_its_kind_also_for_who_is_not_signed_in() -> None:
    told = config(browser(), "?kind=complaint")
    assert "token" not in told
    visitor = Visitor().start()
    assert case_of(visitor.says("It broke twice", about=told["about"])).kind == "complaint"
    assert "about" not in config(browser(), "?kind=free_money")


def test_a_case_that_is_not_ones_own_has_no_chat(shop: Shop) -> None:
    firm = Firm(shop)
    for who, seen in (("chen", {"chen"}), ("rival", {"rival"})):
        client = enters(f"{who}@mail.example")
        found = {
            name
            for name, case in firm.cases.items()
            if client.get(f"/portal/chat/?case={case.number}").status_code == 200
        }
        assert found == seen
        visitor, _ = talks(client)
        other = firm.cases["wang"].conversation_id
        assert visitor.sees(conversation=str(other)).status_code == 404
        assert visitor.says("Let me in", conversation_id=str(other)).status_code == 404
        file = f"/widget/webchat/files/{firm.files['wang'].id}"
        assert visitor.client.get(file, headers=visitor.headers).status_code == 404
    assert browser().get(f"/portal/chat/?case={firm.cases['wang'].number}").status_code == 404


def test_the_chats_token_is_no_good_once_its_holder_signed_out() -> None:
    client = enters()
    visitor, about = talks(client)
    visitor.says("Hello", **about)
    assert visitor.sees().status_code == 200
    out = client.post("/portal/sign-out/", {"act": act(client)})
    assert out.headers["Clear-Site-Data"] == '"storage"'
    assert visitor.sees().status_code == 404
    assert visitor.says("Still here?").status_code == 404
    assert Message.objects.count() == 1


def test_what_a_chat_is_about_is_nobody_elses_to_say(shop: Shop) -> None:
    theirs = wrote(shop, "Mine")
    mine, other = enters(), enters("li@mail.example")
    note = sealed(About(main_id=theirs.conversation_id, pass_id=_pass(mine)))
    visitor, _ = talks(other)
    said = visitor.says("Let me in", about=note)
    assert case_of(said) != theirs
    assert opened("made-up", None) == About()
    assert opened(note, None) == About()
    assert opened(note, _pass(mine)).main_id == theirs.conversation_id


def _pass(client: Client) -> Any:
    return client.get("/portal/me/").context["guest"].id


def test_the_same_customer_is_one_visitor_on_every_device_and_after_joining(shop: Shop) -> None:
    first, second = talks(enters())[0], talks(enters())[0]
    first.says("From the phone")
    assert [one["text"] for one in second.sees().json()["messages"]] == ["From the phone"]
    assert Identity.objects.filter(kind="visitor").count() == 1
    twin = wrote(shop, "As somebody else", "twin@mail.example")
    merge_customers(loser_id=twin.customer_id, survivor_id=me().id, at=shop.now, by=BY)
    assert {one["text"] for one in second.sees().json()["messages"]} == {"From the phone", "As somebody else"}


def test_a_solved_case_that_is_written_to_comes_back(shop: Shop) -> None:
    case, client = wrote(shop, "The leg is loose"), enters()
    solve(shop, case)
    visitor, about = talks(client, f"?case={case.number}")
    assert case_of(visitor.says("It is loose again", **about)).number == case.number


def test_forms_of_who_is_signed_in_ask_nothing_that_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    from zhoudao.doors.portal.help import guard, page

    monkeypatch.setattr(guard, "LEAST_SECONDS", -1)
    monkeypatch.setattr(page, "_PATIENCE_SECONDS", 0.0)
    client = enters()
    shown = client.get("/help/question/")
    assert set(shown.context["form"].fields) == {"form_token", "website", "text", "photos"}
    form = {"form_token": guard.issue(), "text": "In oak?", "act": shown.context["act"]}
    assert client.post("/help/question/", form).status_code == 302
    dispatch.drain()
    assert Case.objects.get().customer_id == me().id
    assert "phone" in client.get("/help/call/").context["form"].fields, "no number is known"
    forged = client.post("/help/question/", form | {"act": "", "form_token": guard.issue(), "text": "Forged"})
    assert forged.status_code == 422, "a page of somebody else's posts as nobody"
    assert Case.objects.count() == 1
