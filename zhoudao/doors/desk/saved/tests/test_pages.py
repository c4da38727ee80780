"""The column of saved views and the sheet that makes them."""

import json
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.teamwork.models import SavedView

SignIn = Callable[[str], Client]
ASKED = {"title": "紧急投诉", "view": "open", "kind": "complaint", "tier": "urgent", "scope": "own", "place": "10"}


def test_a_view_is_made_leads_to_its_cases_and_goes(shop: Shop, sign_in: SignIn) -> None:
    client = sign_in("wang")

    made = client.post("/desk/views/saved/new/", ASKED)

    assert json.loads(made["HX-Trigger"])["desk:notice"]["closes"]
    assert "/desk/?view=open&amp;tier=urgent&amp;kind=complaint" in made.content.decode()
    view = SavedView.objects.get()
    assert view.conditions == {"view": "open", "kind": "complaint", "tier": "urgent"}
    assert "紧急投诉" in client.get("/desk/views/saved/").content.decode()
    assert "紧急投诉" in client.get(f"/desk/views/saved/{view.id}/").content.decode()
    client.post(f"/desk/views/saved/{view.id}/", ASKED | {"title": "改名"})
    assert "改名" in client.get("/desk/views/saved/").content.decode()
    client.post(f"/desk/views/saved/{view.id}/remove/")
    assert not SavedView.objects.exists()


def test_the_column_costs_the_same_however_many_views(shop: Shop, sign_in: SignIn) -> None:
    client = sign_in("wang")
    costs = []
    for many in (1, 8):
        for number in range(many):
            client.post("/desk/views/saved/new/", ASKED | {"title": f"{number}"})
        with CaptureQueriesContext(connection) as statements:
            client.get("/desk/views/saved/")
        costs.append(len(statements))

    assert costs[1] <= costs[0] <= 6


def test_the_list_itself_costs_no_more_for_them(shop: Shop, sign_in: SignIn) -> None:
    client = sign_in("wang")
    client.post("/desk/views/saved/new/", ASKED)
    client.get("/desk/")

    with CaptureQueriesContext(connection) as statements:
        client.get("/desk/")

    assert not [one["sql"] for one in statements if "teamwork_savedview" in one["sql"]]


def test_the_sheet_counts_as_one_chooses(shop: Shop, sign_in: SignIn) -> None:
    shop.hears("什么时候发货")
    client = sign_in("wang")

    assert client.post("/desk/views/saved/count/", {"view": "open"}).context["count"] == 1
    assert client.post("/desk/views/saved/count/", {"view": "open", "kind": "complaint"}).context["count"] == 0
    assert sign_in("sun").post("/desk/views/saved/count/", {"view": "all"}).context["count"] == 0


def test_what_is_wrong_comes_back_into_the_sheet(shop: Shop, sign_in: SignIn) -> None:
    for said in (ASKED | {"title": ""}, ASKED | {"kind": "pigeon"}, ASKED | {"scope": "everybody"}):
        answer = sign_in("wang").post("/desk/views/saved/new/", said)
        assert answer.status_code == 422
        assert answer["HX-Retarget"] == "#sheet-in"
    assert not SavedView.objects.exists()


def test_anothers_view_does_not_exist(shop: Shop, sign_in: SignIn) -> None:
    sign_in("wang").post("/desk/views/saved/new/", ASKED)
    view = SavedView.objects.get()

    li = sign_in("li")
    assert "紧急投诉" not in li.get("/desk/views/saved/").content.decode()
    assert li.get(f"/desk/views/saved/{view.id}/").status_code == 404
    assert li.post(f"/desk/views/saved/{view.id}/remove/").status_code == 404
