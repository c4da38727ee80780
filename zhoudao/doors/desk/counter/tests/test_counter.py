"""At the counter: found by what they say, seen with all they did, written down once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.conversations.models import Attachment, Channel, Message

SignIn = Callable[[str], Client]
PHONE = "13812348000"


def visit(**differs: Any) -> dict[str, Any]:
    return {"visit_id": str(uuid4()), "channel": "counter", "text": "咖啡机不出水了"} | differs


def wrote(shop: Shop, text: str, *claims: Claim, name: str = "", id_: str = "") -> Case:
    given = claims or (Claim("visitor", "v-1", scope="webchat"), Claim("phone", PHONE, verified=True))
    inbound = Inbound("webchat", id_ or str(uuid4()), given, name=name, text=text)
    received = receive_message(inbound=inbound, at=shop.now)
    dispatch.drain()
    return Case.objects.get(conversation_id=received.conversation_id)


def test_one_exact_number_opens_the_person_with_all_their_channels(shop: Shop, sign_in: SignIn) -> None:
    before = wrote(shop, "磨豆机声音很大", name="王小姐")
    page = sign_in("luo").post("/desk/counter/find/", {"words": "138 1234 8000"}, follow=True)
    served = page.context["served"]
    assert [(case.number, case.is_open) for case in served.cases] == [(before.number, False)], "the web shop's case"
    assert "磨豆机声音很大" in page.content.decode()
    assert served.person.name == "王**", "masked as the role allows"
    assert PHONE not in page.content.decode()
    looked = Event.objects.get(type="customers.CustomerServed")
    assert (looked.actor, looked.primary_id) == (f"user:{shop.cast.people['luo'].pk}", before.customer_id)


@pytest.mark.parametrize("said", ["number", "member", "email"])
def test_a_case_number_member_number_or_address_finds_as_well(shop: Shop, sign_in: SignIn, said: str) -> None:
    claims = [Claim("visitor", "v-1", scope="webchat"), Claim("member", "M-7788"), Claim("email", "w@example.com")]
    case = wrote(shop, "你好", *claims)
    words = {"number": case.number.lower(), "member": "M-7788", "email": "W@example.com"}[said]
    page = sign_in("luo").post("/desk/counter/find/", {"words": words}, follow=True)
    assert page.context["served"].person.id == case.customer_id


def test_a_name_alone_opens_nobody(shop: Shop, sign_in: SignIn) -> None:
    wrote(shop, "一号的秘密", name="王芳")
    wrote(shop, "二号的秘密", Claim("visitor", "v-2", scope="webchat"), name="王芳")
    luo = sign_in("luo")
    page = luo.post("/desk/counter/find/", {"words": "王芳"})
    assert len(page.context["matches"]) == 2
    assert "秘密" not in page.content.decode()
    assert not Event.objects.filter(type="customers.CustomerServed").exists()
    match, who = page.context["matches"][0]
    opened = luo.post("/desk/counter/choose/", {"who": who}, follow=True)
    assert opened.context["served"].person.id == match.person.id
    assert Event.objects.filter(type="customers.CustomerServed").count() == 1


def test_who_was_found_by_another_opens_nothing(shop: Shop, sign_in: SignIn) -> None:
    wrote(shop, "你好")
    found = sign_in("admin").post("/desk/counter/find/", {"words": PHONE})
    luo = sign_in("luo")
    assert luo.get(found.headers["Location"]).status_code == 404
    assert luo.get("/desk/counter/", {"who": "made-up"}).status_code == 404
    assert luo.post("/desk/counter/choose/", {"who": str(uuid4())}).status_code == 404
    assert sign_in("wang").get("/desk/counter/").status_code == 403, "agents have the customers' pages"


def test_a_visit_becomes_a_case_of_the_store_with_number_and_code(shop: Shop, sign_in: SignIn) -> None:
    wrote(shop, "磨豆机声音很大")
    luo = sign_in("luo")
    who = luo.post("/desk/counter/find/", {"words": PHONE}, follow=True).context["who"]
    photo = SimpleUploadedFile("小票.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 40, content_type="image/jpeg")
    said = visit(who=who, kind="after_sales", tier="urgent", order_number="O2026-000123", photos=[photo])
    noted = luo.post("/desk/counter/", said)
    page = luo.get(noted.headers["Location"])
    assert (page.context["case"], "hx-get" in page.content.decode()) == (None, True)
    dispatch.drain()
    page = luo.get(f"{noted.headers['Location']}slip/")
    case = Case.objects.get(kind="after_sales")
    assert case.conversation is not None
    assert (case.tier, case.store.code, case.conversation.order_number) == ("urgent", "nanjing", "O2026-000123")
    assert (page.context["case"], page.context["is_open"]) == (case, True), "the store's own"
    assert progress_url(case) in page.content.decode()
    assert page.context["qr"].size > 20
    assert Attachment.objects.get().file.content_type == "image/jpeg"
    assert Case.objects.values("customer_id").distinct().count() == 1


def test_pressing_twice_is_one_case_and_other_words_are_asked_about(shop: Shop, sign_in: SignIn) -> None:
    luo, said = sign_in("luo"), visit(phone=PHONE)
    assert {luo.post("/desk/counter/", said).status_code for _ in range(2)} == {302}
    assert Message.objects.count() == 1
    page = luo.post("/desk/counter/", said | {"text": "还有一件事"})
    assert page.status_code == 422
    assert page.context["form"]["visit_id"].value() != said["visit_id"]
    assert page.context["form"]["text"].value() == "还有一件事", "nothing typed is lost"
    again = luo.post(
        "/desk/counter/", said | {"text": "还有一件事", "visit_id": page.context["form"]["visit_id"].value()}
    )
    assert again.status_code == 302
    assert Message.objects.count() == 2


def test_what_was_looked_for_in_vain_is_not_typed_twice(shop: Shop, sign_in: SignIn) -> None:
    luo = sign_in("luo")
    for words, field in ((PHONE, "phone"), ("w@example.com", "email"), ("王芳", "name")):
        page = luo.post("/desk/counter/find/", {"words": words})
        assert page.context["form"].initial[field] == words
        assert page.context["matches"] == []


@pytest.mark.parametrize(
    ("differs", "field"),
    [
        ({"text": "  "}, "text"),
        ({"phone": "hello"}, "phone"),
        ({"email": "hello"}, "email"),
        ({"kind": "care"}, "kind"),
        ({"tier": "soon"}, "tier"),
        ({"channel": "webchat"}, "channel"),
        ({"visit_id": "x"}, "visit_id"),
        ({"photos": [SimpleUploadedFile(f"{n}.jpg", b"\xff\xd8\xff\xe0") for n in range(7)]}, "photos"),
        ({"photos": [SimpleUploadedFile("empty.jpg", b"")]}, "photos"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(shop: Shop, sign_in: SignIn, differs: dict[str, Any], field: str) -> None:
    page = sign_in("luo").post("/desk/counter/", visit(**differs))
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert Message.objects.count() == 0


def test_another_stores_counter_and_its_slips_do_not_exist(shop: Shop, sign_in: SignIn) -> None:
    other = Store.objects.create(code="hangzhou", names={"zh-Hans": "杭州店"})
    Channel.objects.create(code="counter-hangzhou", kind="counter", store=other)
    luo = sign_in("luo")
    assert [one.code for one in luo.get("/desk/counter/").context["counters"]] == ["counter"]
    assert luo.post("/desk/counter/", visit(channel="counter-hangzhou")).status_code == 422
    sign_in("admin").post("/desk/counter/", visit(channel="counter-hangzhou"))
    theirs = Message.objects.get()
    assert luo.get(f"/desk/counter/noted/{theirs.id}/").status_code == 404
    assert luo.get(f"/desk/counter/noted/{UUID(int=7)}/slip/").status_code == 404


def test_without_a_counter_it_says_what_to_do(shop: Shop, sign_in: SignIn) -> None:
    Channel.objects.filter(kind="counter").update(is_active=False)
    page = sign_in("luo").get("/desk/counter/")
    assert "渠道“柜台”" in page.content.decode()
    assert "<form" not in page.content.decode().partition("counter-find")[2]
