"""The front door: what it offers, signing in by code, and one's own cases, never anybody else's."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zhoudao.doors.portal.guests import COOKIE
from zhoudao.doors.portal.home import signing
from zhoudao.doors.portal.limits import Limit
from zhoudao.doors.portal.tests.conftest import Visitor, answer, solve
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.conversations.models import Attachment, Channel, Message
from zhoudao.rooms.customers.commands.introducing import note_identities
from zhoudao.rooms.customers.commands.organisations import OrganisationSaid, add_contact, end_contact, save_organisation
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.entrances.codes import code_of
from zhoudao.rooms.entrances.models import Challenge, Pass
from zhoudao.rooms.entrances.tiles import ensure_shipped_tiles

MAIL = "wang@mail.example"
BY = By("user:li")


@pytest.fixture(autouse=True)
def front_door(shop: Shop) -> None:
    ensure_shipped_tiles()
    Channel.objects.create(code="help", kind="form", store=shop.cast.stores["web"])
    Channel.objects.create(code="mail", kind="email", store=shop.cast.stores["web"])


def browser(**headers: str) -> Client:
    return Client(
        headers={"Accept-Language": "en", "User-Agent": "Mozilla/5.0 (Linux; Android 15) Chrome/140"} | headers
    )


def asks(client: Client, reached_at: str = MAIL, **more: str) -> Any:
    shown = client.get("/portal/sign-in/", more)
    form = {"form_token": shown.context["form_token"], "next": shown.context["next"], "reached_at": reached_at}
    return client.post("/portal/sign-in/", form)


def enters(reached_at: str = MAIL, client: Client | None = None, **more: str) -> Client:
    client = client or browser()
    assert asks(client, reached_at, **more).headers["Location"] == "/portal/sign-in/code/"
    code = code_of(Challenge.objects.latest("asked_at").id)
    client.post("/portal/sign-in/code/", {"code": f"{code[:3]} {code[3:]}"})
    assert client.cookies[COOKIE].value
    return client


def me(reached_at: str = MAIL) -> Customer:
    return Customer.objects.get(identities__value_index=Claim("email", reached_at).index)


def wrote(shop: Shop, text: str, mail: str = MAIL, **more: Any) -> Case:
    """A customer who proved this address writes."""
    claims = [Claim("email", mail, verified=True), Claim("visitor", f"v-{mail}", scope="webchat")]
    inbound = Inbound(
        channel="webchat", external_id=f"n-{next(shop.numbers)}", claims=claims, text=text, is_new_topic=True, **more
    )
    received = receive_message(inbound=inbound, at=shop.now)
    dispatch.drain()
    return Case.objects.get(conversation_id=received.conversation_id)


def act(client: Client) -> str:
    return str(client.get("/portal/me/").context["act"])


def test_everybody_finds_the_services_by_need_in_three_languages() -> None:
    for language, words in (("zh-hans", "退换与维修"), ("zh-hant", "退換與維修"), ("en", "Return or repair")):
        page = browser().get("/portal/", {"language": language}).content.decode()
        assert words in page
        assert "/help/return/" in page
        assert "/portal/stores/" in page
    assert 'href="/book/"' in browser().get("/portal/").content.decode(), "what can be booked has its tile"


def test_a_chosen_language_stays_chosen() -> None:
    client = browser()
    client.get("/portal/", {"language": "zh-hant"})
    assert "退換與維修" in client.get("/portal/").content.decode()


def test_a_code_lets_in_and_brings_back_and_the_cookie_is_out_of_scripts_reach(shop: Shop) -> None:
    case = wrote(shop, "The grinder is loud")
    client = browser()
    away = client.get(f"/portal/cases/{case.number}/")
    assert away.headers["Location"] == f"/portal/sign-in/?next=/portal/cases/{case.number}/"
    enters(client=client, next=f"/portal/cases/{case.number}/")
    cookie = client.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    page = client.get(f"/portal/cases/{case.number}/").content.decode()
    assert "The grinder is loud" in page
    assert case.number in client.get("/portal/").content.decode()
    assert Pass.objects.get().device == "Chrome · Android"


@pytest.mark.parametrize(
    "asked", ["https://evil.example/", "//evil.example", "/desk/", "/portal/../desk/", "javascript:1"]
)
def test_signing_in_leads_to_pages_of_the_portal_only(asked: str) -> None:
    shown = browser().get("/portal/sign-in/", {"next": asked})
    assert shown.context["next"] == "/portal/"


def test_known_and_unknown_addresses_get_the_same_answer(shop: Shop) -> None:
    wrote(shop, "Hello")
    answers = []
    for mail in (MAIL, "nobody@mail.example"):
        client = browser()
        sent = asks(client, mail)
        page = client.get("/portal/sign-in/code/")
        said = page.content.decode().replace(page.context["shown"], "…")
        answers.append((sent.status_code, sent.headers["Location"], said))
    assert answers[0] == answers[1]


def test_what_is_no_address_and_a_phone_without_a_gateway_are_said() -> None:
    client = browser()
    assert asks(client, "hello").status_code == 422
    phone = asks(client, "138 1234 8000")
    assert (phone.status_code, "use your e-mail" in phone.content.decode()) == (422, True)
    assert not Challenge.objects.exists()


def test_codes_are_not_asked_for_or_guessed_at_leisure(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [asks(browser()).status_code for _ in range(6)] == [302] * 5 + [422]
    client = browser()
    asks(client, "li@mail.example")
    challenge = Challenge.objects.latest("asked_at")
    wrong = f"{(int(code_of(challenge.id)) + 1) % 10**6:06}"
    pages = [client.post("/portal/sign-in/code/", {"code": wrong}) for _ in range(6)]
    assert {page.status_code for page in pages} == {422}
    assert "tried too often" in pages[-1].content.decode()
    assert client.post("/portal/sign-in/code/", {"code": code_of(challenge.id)}).status_code == 422
    monkeypatch.setattr(signing, "ADDRESS", Limit("code-address-test", 1, 3600))
    assert [asks(browser(), f"{n}@mail.example").status_code for n in range(2)] == [302, 422]


def test_a_code_is_for_the_browser_that_asked() -> None:
    asks(browser())
    code = code_of(Challenge.objects.get().id)
    other = browser()
    assert other.post("/portal/sign-in/code/", {"code": code}).headers["Location"] == "/portal/sign-in/"
    assert COOKIE not in other.cookies


def test_a_stale_form_asks_once_more() -> None:
    answer = browser().post("/portal/sign-in/", {"form_token": "made-up", "reached_at": MAIL})
    assert (answer.status_code, Challenge.objects.count()) == (422, 0)


def test_one_sees_ones_own_cases_whose_turn_and_until_when(shop: Shop) -> None:
    waiting, ours = wrote(shop, "First question"), wrote(shop, "Second question")
    waiting = answer(shop, waiting)
    other = wrote(shop, "Somebody else's", "li@mail.example")
    client = enters()
    shown = client.get("/portal/")
    assert [(line.case.number, line.turn) for line in shown.context["lines"]] == [
        (waiting.number, "yours"),
        (ours.number, "ours"),
    ]
    assert shown.context["lines"][1].next.kind == "answer"
    assert shown.headers["Cache-Control"] == "private, no-store"
    for address in (f"/portal/cases/{other.number}/", "/portal/cases/C2026-999999/"):
        assert client.get(address).status_code == 404
    assert other.number not in client.get("/portal/cases/").content.decode()


def test_solved_cases_have_their_own_list_and_older_ones_follow(shop: Shop) -> None:
    solved = solve(shop, wrote(shop, "Done with"))
    many = []
    for number in range(27):
        shop.later(minutes=1)
        many.append(wrote(shop, f"Question {number}"))
    client = enters()
    first = client.get("/portal/cases/")
    assert len(first.context["lines"]) == 25
    second = client.get("/portal/cases/", {"after": first.context["next"]})
    assert {line.case.number for line in second.context["lines"]} == {case.number for case in many[:2]}
    assert second.context["next"] == ""
    assert client.get("/portal/cases/", {"after": "nonsense"}).status_code == 200
    done = client.get("/portal/cases/", {"show": "solved"})
    assert [line.case.number for line in done.context["lines"]] == [solved.number]
    assert client.get(f"/portal/cases/{solved.number}/").context["rating_path"].startswith("/r/")


def test_the_front_door_asks_at_most_twelve_statements(shop: Shop, django_assert_max_num_queries: Any) -> None:
    for number in range(8):
        wrote(shop, f"Question {number}")
    client = enters()
    firm = save_organisation(said=OrganisationSaid("海星"), at=shop.now, by=BY)
    add_contact(organisation_id=firm.id, customer_id=me().id, sees_all=True, at=shop.now, by=BY)
    client.get("/portal/")
    with django_assert_max_num_queries(12):
        client.get("/portal/")
    with django_assert_max_num_queries(12):
        client.get("/portal/cases/")
    with django_assert_max_num_queries(2):
        browser().get("/portal/")


def test_signing_out_ends_the_pass_and_needs_the_guests_own_page() -> None:
    client, phone = enters(), enters()
    assert client.post("/portal/sign-out/", {"which": "all"}).headers["Location"] == "/portal/"
    assert client.get("/portal/me/").status_code == 200, "a post from elsewhere changes nothing"
    assert client.post("/portal/sign-out/", {"which": "all", "act": act(phone)}).status_code == 302
    assert client.get("/portal/me/").status_code == 200, "another pass's act is none"
    client.post("/portal/sign-out/", {"act": act(client)})
    assert client.get("/portal/me/").status_code == 302
    assert phone.get("/portal/me/").status_code == 200
    phone.post("/portal/sign-out/", {"act": act(phone), "which": "all"})
    assert phone.get("/portal/me/").status_code == 302


def test_a_stolen_token_is_no_use_once_its_holder_left() -> None:
    client = enters()
    token = client.cookies[COOKIE].value
    client.post("/portal/sign-out/", {"act": act(client)})
    thief = browser()
    thief.cookies[COOKIE] = token
    assert thief.get("/portal/me/").status_code == 302


def test_a_colleagues_session_is_no_customers_and_a_customers_no_colleagues(shop: Shop) -> None:
    desk = browser()
    desk.force_login(shop.cast.people["wang"], backend="zhoudao.ground.accounts.backends.WithGrants")
    assert desk.get("/portal/me/").status_code == 302
    assert enters().get("/desk/").headers["Location"].startswith("/accounts/login/")


def test_another_address_is_added_by_code(shop: Shop) -> None:
    client = enters()
    enters("wang@work.example", client)
    assert client.get("/portal/me/").content.decode().count("proved</span>") == 2
    assert me() == me("wang@work.example")
    wrote(shop, "Hello", "li@mail.example")
    asks(client, "li@mail.example")
    code = code_of(Challenge.objects.latest("asked_at").id)
    refused = client.post("/portal/sign-in/code/", {"code": code})
    assert (refused.status_code, "another customer" in refused.content.decode()) == (422, True)


def everywhere(names: set[str]) -> dict[str, set[str]]:
    return {way: set(names) for way in ("list", "home", "page", "file")}


class Firm:
    """Two organisations: wang and chen (who sees all) of one, rival of the other, stranger of none."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.cases = {name: wrote(shop, f"{name}'s secret words", f"{name}@mail.example") for name in (
            "wang", "chen", "rival", "stranger",
        )}  # fmt: skip
        self.firm = save_organisation(said=OrganisationSaid("海星"), at=shop.now, by=BY)
        self.rivals = save_organisation(said=OrganisationSaid("南洋"), at=shop.now, by=BY)
        self.joins("wang", self.firm)
        self.joins("chen", self.firm, sees_all=True)
        self.joins("rival", self.rivals, sees_all=True)
        for name, firm in (("wang", self.firm), ("chen", self.firm), ("rival", self.rivals)):
            Case.objects.filter(id=self.cases[name].id).update(organisation=firm)
        self.files = {name: self._file(name) for name in self.cases}

    def joins(self, name: str, firm: Any, *, sees_all: bool = False) -> None:
        customer = self.cases[name].customer_id
        add_contact(organisation_id=firm.id, customer_id=customer, sees_all=sees_all, at=self.shop.now, by=BY)

    def leaves(self, name: str) -> None:
        end_contact(organisation_id=self.firm.id, customer_id=self.cases[name].customer_id, at=self.shop.now, by=BY)

    def _file(self, name: str) -> Attachment:
        visitor = Visitor().start()
        visitor.sends(text="photo", attachments=SimpleUploadedFile("a.jpg", b"\xff\xd8\xff\xe0" + name.encode()))
        found = Attachment.objects.latest("id")
        Message.objects.filter(id=found.message_id).update(conversation_id=self.cases[name].conversation_id)
        return found

    def sees(self, client: Client) -> dict[str, set[str]]:
        """Whose cases this browser reaches, by each way."""
        pages = [client.get("/portal/cases/").content.decode(), client.get("/portal/").content.decode()]
        found = everywhere(set())
        for name, case in self.cases.items():
            number = case.number
            for way, shown in zip(("list", "home"), pages, strict=True):
                found[way] |= {name} if number in shown else set()
            page = client.get(f"/portal/cases/{number}/")
            found["page"] |= {name} if page.status_code == 200 and "secret words" in page.content.decode() else set()
            file = client.get(f"/portal/cases/{number}/files/{self.files[name].id}/")
            found["file"] |= {name} if file.status_code == 200 else set()
        return found


@pytest.mark.parametrize(
    ("who", "theirs"),
    [
        ("wang", {"wang"}),
        ("chen", {"wang", "chen"}),
        ("rival", {"rival"}),
        ("stranger", {"stranger"}),
    ],
)
def test_a_contact_sees_their_own_and_where_granted_their_organisations_by_every_way(
    shop: Shop, who: str, theirs: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = Firm(shop)
    client = enters(f"{who}@mail.example")
    assert firm.sees(client) == everywhere(theirs)


def test_whoever_leaves_the_organisation_sees_no_more_of_it_at_once(shop: Shop) -> None:
    firm = Firm(shop)
    client = enters("chen@mail.example")
    assert firm.sees(client)["page"] == {"wang", "chen"}
    firm.leaves("chen")
    assert firm.sees(client) == everywhere({"chen"})


def test_a_file_of_one_case_is_not_had_through_another(shop: Shop) -> None:
    firm = Firm(shop)
    client = enters("wang@mail.example")
    mine = firm.cases["wang"].number
    assert client.get(f"/portal/cases/{mine}/files/{firm.files['chen'].id}/").status_code == 404


def test_a_colleague_reads_it_masked_and_does_not_rate(shop: Shop) -> None:
    firm = Firm(shop)
    receive_message(
        inbound=Inbound(
            channel="webchat",
            external_id="n-phone",
            claims=[Claim("visitor", "v-wang@mail.example", scope="webchat")],
            text="Ring me: 13812348000",
            conversation_id=firm.cases["wang"].conversation_id,
        ),
        at=shop.now,
    )
    dispatch.drain()
    solve(shop, Case.objects.get(id=firm.cases["wang"].id))
    address = f"/portal/cases/{firm.cases['wang'].number}/"
    owner, colleague = enters("wang@mail.example").get(address), enters("chen@mail.example").get(address)
    assert ("13812348000" in owner.content.decode(), bool(owner.context["rating_path"])) == (True, True)
    assert ("13812348000" in colleague.content.decode(), bool(colleague.context["rating_path"])) == (False, False)


def test_notes_and_answers_taken_back_are_nobodys_business(shop: Shop) -> None:
    from zhoudao.rooms.cases.commands.replying import note_on_case

    case = wrote(shop, "Hello")
    note_on_case(case_id=case.id, text="internal remark", viewer=shop.viewer("wang"), at=shop.now)
    page = enters().get(f"/portal/cases/{case.number}/").content.decode()
    assert "internal remark" not in page


def test_stores_are_found_by_city_with_the_way_to_a_number(shop: Shop) -> None:
    page = browser().get("/portal/stores/").content.decode()
    assert str(shop.cast.stores["nanjing"]) in page


def test_a_progress_link_shows_its_case_and_nothing_more(shop: Shop) -> None:
    first, second = wrote(shop, "First"), wrote(shop, "Second")
    page = browser().get(f"/p/{first.progress_token}/").content.decode()
    assert first.number in page
    assert second.number not in page


def test_a_form_for_a_call_asks_for_the_number() -> None:
    from zhoudao.doors.portal.help.forms import HelpForm
    from zhoudao.doors.portal.help.needs import NEEDS

    given = {"form_token": "x", "text": "Please ring", "email": "w@mail.example", "call_time": "evening"}
    assert list(HelpForm(NEEDS["call"], given).errors) == ["phone"]
    assert HelpForm(NEEDS["call"], given | {"phone": "13812348000"}).is_valid()


def test_somebody_known_by_the_counter_is_the_same_at_the_portal(shop: Shop) -> None:
    case = shop.hears("At the counter")
    note_identities(customer_id=case.customer_id, claims=[Claim("email", MAIL, verified=True)], at=shop.now, by=BY)
    assert [line.case.number for line in enters().get("/portal/").context["lines"]] == [case.number]
