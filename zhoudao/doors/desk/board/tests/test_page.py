"""The board's page: figures with their meaning, and the way to their cases."""

import pytest
from django.test import Client

from zhoudao.ground.accounts.tests.cast import Cast, company

BACKEND = "zhoudao.ground.accounts.backends.WithGrants"


@pytest.fixture
def cast(db: None) -> Cast:
    return company()


def sign_in(cast: Cast, name: str) -> Client:
    """A browser of this colleague."""
    client = Client()
    client.force_login(cast.people[name], backend=BACKEND)
    return client


def test_every_tile_says_what_it_means_and_leads_to_a_list(cast: Cast) -> None:
    client = sign_in(cast, "zhou")
    page = client.get("/desk/board/?period=week")

    assert len(page.context["tiles"]) == 10
    for tile in page.context["tiles"]:
        assert str(tile.metric.definition) in page.content.decode().replace("&#x27;", "'").replace("&quot;", '"')
        behind = client.get(tile.address)
        assert behind.status_code == 200
        assert behind.context["figure"] is tile.metric


def test_a_refresh_brings_only_the_inside(cast: Cast) -> None:
    page = sign_in(cast, "zhou").get("/desk/board/", HTTP_HX_REQUEST="true").content.decode()

    assert "<html" not in page
    assert "board-charts" in page


@pytest.mark.parametrize("query", ["period=century", "team=nobody", "store=1", "channel=<script>", "figure=none"])
def test_nonsense_in_the_address_is_left_out(cast: Cast, query: str) -> None:
    client = sign_in(cast, "zhou")

    assert client.get(f"/desk/board/?{query}").status_code == 200
    assert client.get(f"/desk/?{query}").status_code == 200


def test_who_may_not_see_figures_is_refused(cast: Cast) -> None:
    cast.people["wang"].grants.update(role="warehouse_worker")

    assert sign_in(cast, "wang").get("/desk/board/").status_code == 403
