"""The list: what is in which view, for whom, at what cost."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.desk import ViewFilter, counts, first_page, narrowed
from zhoudao.rooms.cases.queries.listing import VIEWS
from zhoudao.rooms.cases.tests.shop import Shop

SignIn = Callable[[str], Client]


def rows_in(client: Client, address: str) -> list[str]:
    """The numbers of the cases on a page, in its order."""
    return [row.number for row in client.get(address).context["rows"]]


def test_my_cases_are_mine_and_my_teams_are_my_teams(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("请问什么时候发货？")
    owner = "wang" if case.owner == shop.cast.people["wang"] else "li"
    other = "li" if owner == "wang" else "wang"

    assert rows_in(sign_in(owner), "/desk/") == [case.number]
    assert rows_in(sign_in(other), "/desk/") == []
    team = shop.cast.teams["reception"].id
    assert rows_in(sign_in(other), f"/desk/?view=open&team={team}") == [case.number]


def test_another_team_sees_neither_row_nor_case_nor_count(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("请问什么时候发货？")
    stranger = sign_in("sun")

    page = stranger.get("/desk/?view=all")

    assert case.number not in page.content.decode()
    assert not any(view.count for view in page.context["views"])
    for address in ("", "parts/", "side/", "do/resolve/"):
        assert stranger.get(f"/desk/cases/{case.number}/{address}").status_code == 404


@pytest.mark.parametrize("many", [3, 30])
def test_a_first_page_costs_the_same_however_many_cases(shop: Shop, sign_in: SignIn, many: int) -> None:
    for index in range(many):
        shop.hears("请问什么时候发货？", who=f"visitor-{index}")
    client = sign_in("zhao")
    client.get("/desk/?view=all")

    with CaptureQueriesContext(connection) as statements:
        page = client.get("/desk/?view=all")

    assert len(statements) == 4, [statement["sql"][:90] for statement in statements]
    assert len(page.context["rows"]) == min(many, 25)


def test_more_goes_on_where_the_page_ended(shop: Shop, sign_in: SignIn) -> None:
    numbers = [shop.hears("在吗", who=f"visitor-{index}").number for index in range(27) if shop.later(minutes=1)]
    client = sign_in("zhao")

    first = client.get("/desk/?view=all")
    rest = client.get("/desk/list/", {"view": "all", "cursor": first.context["next"]})

    assert [row.number for row in [*first.context["rows"], *rest.context["rows"]]] == numbers[::-1]
    assert rest.context["next"] is None


def test_a_resolved_case_leaves_my_view_and_stands_among_the_resolved(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("请问什么时候发货？")
    resolve_case(
        case_id=case.id, outcome="answered", cause="logistics", viewer=shop.viewer("zhao"), at=shop.later(hours=1)
    )
    client = sign_in("zhao")

    assert rows_in(client, "/desk/?view=open") == []
    assert rows_in(client, "/desk/?view=resolved") == [case.number]


def test_whoever_is_not_signed_in_is_asked_to(shop: Shop) -> None:
    answer = Client().get("/desk/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("name", ["wang", "zhao", "sun", "admin"])
def test_the_lists_own_statements_mean_what_the_rules_say(shop: Shop, name: str) -> None:
    cases = [shop.hears("请问什么时候发货？", who=f"visitor-{index}") for index in range(12)]
    for case, status in zip(cases, ["new", "waiting", "snoozed", "resolved", "closed", "merged"], strict=False):
        Case.objects.filter(id=case.id).update(status=status, outcome="answered", cause="other", next_due_at=shop.now)
    Case.objects.filter(id__in=[case.id for case in cases[6:9]]).update(owner=None)
    Case.objects.filter(id=cases[11].id).update(team=None, tier="urgent")
    viewer = shop.viewer(name)

    for view in VIEWS:
        asked = [ViewFilter(view=view), ViewFilter(view=view, tier="urgent", kind="inquiry")]
        asked += [ViewFilter(view=view, team_id=shop.cast.teams["reception"].id), ViewFilter(view, status="open")]
        for one in asked:
            page = first_page(viewer, one, at=shop.now)
            assert {row.id for row in page.rows} == {case.id for case in narrowed(viewer, one, at=shop.now)}, one
        whole = len(first_page(viewer, asked[0], at=shop.now).rows)
        assert counts(viewer, at=shop.now, views=[view]) == {view: whole}


def test_a_teams_link_counts_its_active_cases(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("请问什么时候发货？")
    shop.hears("发票抬头写错了", who="visitor-2")
    client = sign_in("wang")
    counted = {view.code: view.count for view in client.get("/desk/").context["team_views"]}
    assert counted["team-reception"] == "2"

    Case.objects.filter(id=case.id).update(status="closed", outcome="answered", cause="other")

    again = {view.code: view.count for view in client.get("/desk/").context["team_views"]}
    assert again["team-reception"] == "1"


def test_a_row_shows_what_customers_wrote_as_text(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears('<img src=x onerror="alert(1)">')
    Case.objects.filter(id=case.id).update(subject="<b>\"'&", preview="</li><script>")

    page = sign_in("zhao").get("/desk/?view=all").content.decode()

    assert "&lt;b&gt;&quot;&#x27;&amp;" in page
    assert "&lt;/li&gt;&lt;script&gt;" in page
    assert "</li><script>" not in page


def test_everybody_reads_times_by_their_own_clock_and_types_them_so(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("什么时候发货")  # ten in the morning in Shanghai
    client = sign_in("zhao")
    assert ">10:00<" in client.get(f"/desk/cases/{case.number}/?view=all").content.decode()
    said = {"name": "赵敏", "language": "zh-hans", "theme": "system", "zone": "Europe/Berlin"}
    assert client.post("/desk/profile/", said | {"zone": "Mars/Olympus"}).status_code == 422

    assert client.post("/desk/profile/", said).status_code == 302

    page = client.get(f"/desk/cases/{case.number}/?view=all").content.decode()
    assert ">03:00<" in page
    assert ">10:00<" not in page
    client.post(f"/desk/cases/{case.number}/do/snooze/", {"exact": "2026-03-11T09:00"})
    case.refresh_from_db()
    assert case.snoozed_until is not None
    assert case.snoozed_until.isoformat() == "2026-03-11T08:00:00+00:00"
    assert ">10:00<" in sign_in("wang").get(f"/desk/cases/{case.number}/").content.decode()  # nobody else's clock moves


@pytest.mark.parametrize(
    ("page", "place"),
    [("/desk/", "/desk/"), ("/desk/errands/", "/desk/tasks/"), ("/desk/approvals/", "/desk/tasks/"),
     ("/desk/causes/", "/desk/board/"), ("/desk/replies/", "/desk/settings/"), ("/desk/routing/", "/desk/routing/")],
)  # fmt: skip
def test_the_rail_marks_the_place_a_page_belongs_to(shop: Shop, sign_in: SignIn, page: str, place: str) -> None:
    said = sign_in("zhao").get(page, follow=True).content.decode()
    assert re.findall(r'<a class="rail-place" href="([^"]*)"[^>]*aria-current="page"', said) == [place]


def test_what_the_list_asks_all_day_is_not_planned_anew_each_time(shop: Shop, sign_in: SignIn) -> None:
    shop.hears("请问什么时候发货？")
    client = sign_in("zhao")
    for _ in range(12):
        client.get("/desk/?view=mine")
        client.get("/desk/?view=all&kind=inquiry&status=open")

    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT generic_plans, custom_plans FROM pg_prepared_statements
            WHERE statement LIKE '%AS capped%' OR statement LIKE '%page AS MATERIALIZED%'
        """)
        kept = [(for_all, anew) for for_all, anew in cursor.fetchall() if for_all + anew >= 7]
    assert len(kept) == 3
    assert all(anew <= 5 for _, anew in kept), kept
