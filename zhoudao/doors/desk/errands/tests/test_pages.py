"""Asking from a case and answering on the page of one's own team."""

from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.teamwork.models import Errand

SignIn = Callable[[str], Client]


def asked(shop: Shop, sign_in: SignIn, case: Case, question: str = "仓库还有货吗？") -> Errand:
    said = {"team": str(shop.cast.teams["after_sales"].id), "question": question, "minutes": "240"}
    page = sign_in("zhao").post(f"/desk/cases/{case.number}/errands/", said)
    assert page.status_code == 200
    return Errand.objects.latest("id")


def test_a_question_is_asked_beside_the_case_and_answered_elsewhere(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("什么时候发货")
    errand = asked(shop, sign_in, case)
    zhao, sun = sign_in("zhao"), sign_in("sun")
    assert "仓库还有货吗" in zhao.get(f"/desk/cases/{case.number}/side/").content.decode()
    assert "仓库还有货吗" in sun.get("/desk/errands/").content.decode()
    page = sun.get(f"/desk/errands/{errand.id}/").content.decode()
    assert case.number in page
    assert f"/desk/cases/{case.number}/" not in page  # not theirs to open

    assert sun.post(f"/desk/errands/{errand.id}/", {"answer": " "}).status_code == 422
    assert sun.post(f"/desk/errands/{errand.id}/", {"answer": "有货"}).status_code == 302

    assert "仓库还有货吗" not in sun.get("/desk/errands/").content.decode()
    assert "有货" in zhao.get(f"/desk/cases/{case.number}/side/").content.decode()
    assert "有货" in Message.objects.get(direction="note").text
    assert sun.post(f"/desk/errands/{errand.id}/", {"answer": "再答"}).status_code == 422


def test_what_is_wrong_comes_back_into_the_sheet(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("什么时候发货")
    client, address = sign_in("zhao"), f"/desk/cases/{case.number}/errands/"
    assert client.get(address).status_code == 200

    for said in ({"question": "有货吗"}, {"team": "x", "question": "有货吗", "minutes": "60"}):
        answer = client.post(address, said)
        assert answer.status_code == 422
        assert answer["HX-Retarget"] == "#sheet-in"
    assert "有货吗" in answer.content.decode()
    assert not Errand.objects.exists()


def test_nobody_reaches_what_is_asked_of_others(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("什么时候发货")
    errand = asked(shop, sign_in, case)

    assert sign_in("li").get(f"/desk/errands/{errand.id}/").status_code == 404
    assert sign_in("li").post(f"/desk/errands/{errand.id}/", {"answer": "x"}).status_code == 404
    assert sign_in("sun").get(f"/desk/cases/{case.number}/errands/").status_code == 404
    assert sign_in("sun").post(f"/desk/cases/{case.number}/errands/{errand.id}/withdraw/").status_code == 404
    withdrawn = sign_in("wang").post(f"/desk/cases/{case.number}/errands/{errand.id}/withdraw/")
    assert "仓库还有货吗" not in withdrawn.content.decode()
    assert sign_in("sun").get(f"/desk/errands/{errand.id}/").status_code == 404


def test_the_list_goes_on_and_costs_the_same(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("什么时候发货")
    first = asked(shop, sign_in, case)
    for number in range(27):
        Errand.objects.create(
            case=case,
            team=first.team,
            asked_by=first.asked_by,
            question=f"问题 {number}",
            asked_at=shop.now,
            due_at=first.due_at + timedelta(minutes=number),
        )
    client = sign_in("sun")
    client.get("/desk/errands/")
    with CaptureQueriesContext(connection) as statements:
        page = client.get("/desk/errands/")

    assert len(statements) <= 6
    rest = client.get("/desk/errands/", {"cursor": page.context["next"]})
    rows = [*page.context["rows"], *rest.context["rows"]]
    assert len(page.context["rows"]) == 25
    assert len({row.id for row in rows}) == 28
    assert client.get("/desk/errands/", {"cursor": "rubbish"}).status_code == 400
