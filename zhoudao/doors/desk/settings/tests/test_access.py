"""Who may give whom which role where: nobody reaches beyond themselves, and one administrator of the company stays."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from zhoudao.doors.desk.settings.tests.test_settings import BACKEND
from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.grants import Held, may_give
from zhoudao.ground.accounts.managing import BeyondOwnRights, LastAdministrator, set_access
from zhoudao.ground.accounts.models import ApiToken, Grant, User
from zhoudao.ground.accounts.tests.cast import Cast, company
from zhoudao.ground.installation.clock import now


@pytest.fixture
def cast(db: None) -> Cast:
    return company()


def of_store(cast: Cast, name: str = "wang", role: str = "administrator", store: str = "nanjing") -> User:
    """This colleague with this one role, in this one store."""
    person = cast.people[name]
    person.grants.all().delete()
    Grant.objects.create(user=person, role=role, store=cast.stores[store])
    return person


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def line(role: str, store: Any = "", team: Any = "") -> dict[str, Any]:
    """The form of one role."""
    return {"role": [role], "store": [str(store)], "team": [str(team)], "is_active": "on"}


def held(person: User) -> set[tuple[str, Any, Any]]:
    return set(person.grants.values_list("role", "store_id", "team_id"))


def test_an_administrator_of_one_store_makes_nobody_more_than_they_are(cast: Cast) -> None:
    small, li, nanjing, web = of_store(cast), of_store(cast, "li", "agent"), cast.stores["nanjing"], cast.stores["web"]
    client = browser(small)

    for wanted in (
        line("administrator"),
        line("agent"),
        line("agent", web.id),
        line("agent", team=cast.teams["reception"].id),
    ):
        for person in (small, li):
            before = held(person)
            assert client.post(f"/desk/settings/people/{person.pk}/", wanted).status_code == 422
            assert held(person) == before

    assert client.post(f"/desk/settings/people/{li.pk}/", line("team_lead", nanjing.id)).status_code == 302
    assert held(li) == {("team_lead", nanjing.id, None)}


def test_nobody_changes_who_may_do_more_or_works_elsewhere(cast: Cast) -> None:
    client, nanjing = browser(of_store(cast)), cast.stores["nanjing"]
    elsewhere = of_store(cast, "li", "agent", "web")

    for person in (cast.people["admin"], elsewhere):
        before, page = held(person), client.get(f"/desk/settings/people/{person.pk}/")
        assert 'name="role"' not in page.content.decode()
        assert client.post(f"/desk/settings/people/{person.pk}/", line("agent", nanjing.id)).status_code == 422
        assert held(person) == before


def test_who_was_shut_out_keeps_what_nobody_of_less_may_take(cast: Cast) -> None:
    small, head = of_store(cast), of_store(cast, "li")
    head.grants.update(store=None)
    User.objects.filter(pk=head.pk).update(is_active=False)

    browser(small).post(f"/desk/settings/people/{head.pk}/", line("administrator", cast.stores["nanjing"].id))

    assert held(head) == {("administrator", None, None)}
    assert not User.objects.get(pk=head.pk).is_active


def test_a_refused_newcomer_is_not_left_half_made(cast: Cast) -> None:
    told = line("administrator") | {"email": "new@example.com", "name": "新人"}

    assert browser(of_store(cast)).post("/desk/settings/people/new/", told).status_code == 422
    assert not User.objects.filter(email="new@example.com").exists()


def test_several_lines_stay_several_and_say_what_they_show(cast: Cast) -> None:
    wang, team, store = cast.people["wang"], cast.teams["after_sales"], cast.stores["nanjing"]
    told = {
        "role": ["agent", "team_lead", ""],
        "store": ["", str(store.id), ""],
        "team": [str(team.id), str(team.id), ""],
    }
    client = browser(cast.people["admin"])

    assert client.post(f"/desk/settings/people/{wang.pk}/", told | {"is_active": "on"}).status_code == 302

    assert held(wang) == {("agent", None, team.id), ("team_lead", store.id, team.id)}
    page = client.get(f"/desk/settings/people/{wang.pk}/", headers={"accept-language": "en"}).content.decode()
    assert f"{team} 的工单" in page or str(team) in page
    assert client.post(f"/desk/settings/people/{wang.pk}/", told | {"is_active": "on"}).status_code == 302
    assert len(held(wang)) == 2, "saving what stands there widens nothing"


def test_an_administrator_of_a_store_is_no_second_administrator_of_the_company(cast: Cast) -> None:
    of_store(cast)
    admin = cast.people["admin"]

    answer = browser(admin).post(f"/desk/settings/people/{admin.pk}/", line("agent"))

    assert answer.status_code == 422
    assert held(admin) == {("administrator", None, None)}


def test_what_covers_what() -> None:
    store, other, team = (ApiToken().id for _one in range(3))
    head, local = Held("administrator"), Held("administrator", store)

    assert may_give([head], Held("administrator"))
    assert may_give([local], Held("agent", store, team)), "a team's cases in the store are the store's"
    assert not may_give([local], Held("agent", other))
    assert not may_give([Held("administrator", store, team)], Held("agent", store))
    assert not may_give([Held("team_lead")], Held("agent")), "leads give no roles"
    assert not may_give([Held("administrator", store), Held("agent")], Held("agent")), (
        "rights of two places are no right"
    )
    assert may_give([head], Held("storekeeper")), "a role that is not known any more may be taken away"


def test_keys_reach_no_further_than_who_gives_them(cast: Cast) -> None:
    client, nanjing, web = browser(of_store(cast)), cast.stores["nanjing"], cast.stores["web"]
    told = {"name": "x", "scopes": ["cases:read"]}

    assert client.post("/desk/settings/tokens/", told).status_code == 422
    assert client.post("/desk/settings/tokens/", told | {"store": str(web.id)}).status_code == 422
    assert client.post("/desk/settings/tokens/", told | {"store": str(nanjing.id)}).status_code == 200
    assert [token.store for token in ApiToken.objects.all()] == [nanjing]


def test_keys_of_elsewhere_are_neither_shown_nor_revoked(cast: Cast) -> None:
    browser(cast.people["admin"]).post("/desk/settings/tokens/", {"name": "独角兽", "scopes": ["cases:read"]})
    client, token = browser(of_store(cast)), ApiToken.objects.get()

    assert "独角兽" not in client.get("/desk/settings/tokens/").content.decode()
    assert client.post(f"/desk/settings/tokens/{token.id}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_leave_at_once_leave_one() -> None:
    cast = company()
    second = of_store(cast)
    second.grants.update(store=None)
    both, refused = [cast.people["admin"], second], []
    start = threading.Barrier(2)

    def leave(person: User) -> None:
        start.wait()
        try:
            set_access(
                user_id=person.pk, grants=[Held("agent")], is_active=True, viewer=viewers.of_user(person), at=now()
            )
        except LastAdministrator as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[person]) for person in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert Grant.objects.filter(role="administrator").count() == 1


def test_whoever_lost_their_rights_since_gives_none(cast: Cast) -> None:
    admin = cast.people["admin"]
    before = viewers.of_user(admin)
    admin.grants.update(role="agent")

    with pytest.raises(BeyondOwnRights):
        set_access(user_id=cast.people["wang"].pk, grants=[Held("agent")], is_active=True, viewer=before, at=now())
