"""A colleague opens a case with a customer and writes to them, without being written to first."""

from collections.abc import Callable
from uuid import uuid4

from django.test import Client

from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.customers.models import Customer

SignIn = Callable[[str], Client]


def asked(**differs: str) -> dict[str, str]:
    said = {"kind": "inquiry", "store": "web", "words": "滤芯该换了，问问是否需要寄送", "asked_id": str(uuid4())}
    return said | differs


def path(customer: Customer) -> str:
    return f"/desk/customers/{customer.id}/case/"


def test_a_case_is_opened_once_and_its_customer_is_written_to_where_they_are_known(shop: Shop, sign_in: SignIn) -> None:
    customer = shop.hears("你好").customer
    client, said = sign_in("zhao"), asked()
    assert path(customer) in client.get(f"/desk/customers/{customer.id}/").content.decode()
    assert "滤芯" not in client.get(path(customer)).content.decode()
    for _ in range(2):
        answer = client.post(path(customer), said)
        assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/desk/customers/{customer.id}/")
    dispatch.drain()
    case = Case.objects.exclude(conversation__channel__kind="webchat").get()
    assert (case.customer, case.store.code) == (customer, "web")
    ways = client.get(f"/desk/cases/{case.number}/ways/").content.decode()
    assert "webchat." in ways
    assert "api." not in ways, "nobody reads what is said where only a colleague wrote"
    assert ways.count("<option") == 1
    way = ways.partition('value="webchat.')[2].partition('"')[0]
    assert way
    client.post(f"/desk/cases/{case.number}/write/", {"text": "您的滤芯该换了。"})
    sent = Message.objects.get(direction="out", is_auto=False)
    assert sent.conversation.channel.kind == "webchat", "the customer reads it where they are"


def test_what_cannot_be_opened_is_said_and_nothing_is(shop: Shop, sign_in: SignIn) -> None:
    customer = shop.hears("你好").customer
    client = sign_in("zhao")
    for wrong in ({"words": " "}, {"kind": "nonsense"}, {"store": "nowhere"}, {"asked_id": "x"}):
        assert client.post(path(customer), asked(**wrong)).status_code == 422, wrong
    assert Case.objects.count() == 1
    Customer.objects.filter(id=customer.id).update(erased_at=shop.now)
    assert client.post(path(customer), asked()).status_code == 404
    assert sign_in("sun").get(path(customer)).status_code == 404, "whom one may not see one writes nothing to"


def test_a_stores_people_open_it_in_their_store_only(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("你好")
    wang = shop.cast.people["wang"]
    Grant.objects.filter(user=wang).delete()
    Grant.objects.create(user=wang, role="store_staff", store=case.store)
    page = sign_in("wang").get(path(case.customer)).content.decode()
    assert 'value="web"' in page
    assert 'value="nanjing"' not in page
    assert sign_in("wang").post(path(case.customer), asked(store="nanjing")).status_code == 422
