"""Missed targets as colleagues see them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.board.tests.test_page import sign_in
from zhoudao.doors.desk.figures.tests.test_pages import CODE, ONE, listed, shop
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.targets.commands import Wanted, set_target
from zhoudao.rooms.targets.models import Improvement, Shortfall
from zhoudao.rooms.targets.tests.days import TODAY, lived
from zhoudao.rooms.targets.watching import watch_targets

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)
ALARMS = "/desk/figures/alarms/"


@pytest.fixture
def missed(shop: Shop) -> Shortfall:
    """A case before, one in each of three days, all too slow."""
    wanted = Wanted(30.0, is_sudden=False, reason="客户等得太久")
    first = shop.hears("桌子呢？", who="before")
    shop.later(days=1)
    set_target(code=CODE, store_id=None, wanted=wanted, seen=None, viewer=shop.viewer("admin"), at=shop.now)
    cases = [first]
    for number in range(3):
        cases.append(shop.hears("椅子呢？", who=f"v{number}"))
        shop.later(days=1)
        lived(CODE, [50.0], until=shop.now.date())
    for place, case in enumerate(cases):
        answered = case.opened_at + (shop.now - shop.now.replace(hour=1, minute=0)) * (1 if place else 0)
        Case.objects.filter(id=case.id).update(first_human_contact_at=answered)
    watch_targets(at=shop.now)
    return Shortfall.objects.get()


def test_an_alarm_shows_what_moved_the_figure_and_opens_its_cases(shop: Shop, missed: Shortfall) -> None:
    client = sign_in(shop.cast, "admin")
    assert [line.row.id for line in client.get(ALARMS).context["now"]] == [missed.id]
    page = client.get(f"{ALARMS}{missed.id}/")
    numbers = set(Case.objects.filter(opened_at__date__gt=TODAY).values_list("number", flat=True))
    assert listed(client, page.context["cases"]) == numbers
    assert len(page.context["causes"]) == 4
    for cause in page.context["causes"]:
        assert (cause["before"], cause["now"], cause["whole"]) == ("0%", "100%", "+100 个百分点")
        for line in cause["lines"]:
            assert len(listed(client, line.address)) == line.cases == 3
    assert f"{ALARMS}{missed.id}/" in client.get(ONE).content.decode()
    assert f"{ALARMS}" in client.get("/desk/board/").content.decode()


def test_an_improvement_is_given_and_ticked_on_its_page(shop: Shop, missed: Shortfall) -> None:
    client, owner = sign_in(shop.cast, "admin"), shop.cast.people["zhou"]
    page, due = f"{ALARMS}{missed.id}/", shop.now.date().isoformat()
    given: dict[str, Any] = {"words": "晚班加一人", "owner": str(owner.pk), "due": due}
    for wrong in ({"due": "soon"}, {"owner": ""}, {"words": ""}):
        assert client.post(f"{page}improvements/", given | wrong).status_code == 422
    assert client.post(f"{page}improvements/", given).status_code == 302
    one = Improvement.objects.get()
    assert "晚班加一人" in client.get(page).content.decode()
    assert client.post(f"{page}improvements/{one.id}/", {"done": "1"}).status_code == 302
    one.refresh_from_db()
    assert one.done_at is not None
    assert sign_in(shop.cast, "zhou").post(f"{page}improvements/", given).status_code == 403
    assert sign_in(shop.cast, "zhou").post(f"{page}improvements/{one.id}/", {"done": "0"}).status_code == 302
    shop.cast.people["li"].grants.update(team=None)
    assert sign_in(shop.cast, "li").post(f"{page}improvements/{one.id}/", {"done": "1"}).status_code == 422


def test_an_alarm_of_elsewhere_does_not_exist(shop: Shop, missed: Shortfall) -> None:
    shop.cast.people["zhao"].grants.update(team=None, store=shop.cast.stores["nanjing"])
    client = sign_in(shop.cast, "zhao")
    one = Improvement.objects.create(
        shortfall=missed,
        words="加人",
        owner=shop.cast.people["wang"],
        due_date=TODAY,
        added_at=shop.now,
        added_by=shop.cast.people["admin"],
    )
    page = f"{ALARMS}{missed.id}/"
    assert client.get(page).status_code == 404
    assert client.post(f"{page}improvements/", {"words": "x"}).status_code == 404
    assert client.post(f"{page}improvements/{one.id}/", {"done": "1"}).status_code == 404
    assert client.get(ALARMS).context["now"] == []
    assert client.get(f"{ALARMS}?cursor=nonsense").status_code == 400


def test_pages_cost_few_statements(shop: Shop, missed: Shortfall) -> None:
    client = sign_in(shop.cast, "admin")
    for address, most in ((ALARMS, 12), (ONE, 12), (f"{ALARMS}{missed.id}/", 18)):
        client.get(address)
        with CaptureQueriesContext(connection) as statements:
            assert client.get(address).status_code == 200
        assert len(statements) <= most, [one["sql"][:80] for one in statements]


@pytest.mark.parametrize(("language", "words"), [("zh-hant", "未達標"), ("en", "Missed targets")])
def test_in_other_languages(shop: Shop, missed: Shortfall, language: str, words: str) -> None:
    person = shop.cast.people["admin"]
    person.language = language
    person.save()
    client = sign_in(shop.cast, "admin")
    assert words in client.get(ALARMS).content.decode()
    assert words in client.get(f"{ALARMS}{missed.id}/").content.decode()
