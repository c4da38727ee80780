"""The customer says how it was."""

import pytest
from django.test import Client

from zhoudao.doors.portal.tests.conftest import answer, solve
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.voice.links import rating_path
from zhoudao.rooms.voice.models import OptOut, Rating


@pytest.fixture
def anybody(shop: Shop) -> Client:
    return Client(headers={"Accept-Language": "en"})


@pytest.fixture
def solved(shop: Shop) -> Case:
    return solve(shop, answer(shop, shop.hears("When does my table arrive?")))


def test_looking_at_a_star_does_not_rate(solved: Case, anybody: Client) -> None:
    page = anybody.get(f"{rating_path(solved.id)}?score=4")
    assert 'value="4" required checked' in page.content.decode()
    assert anybody.head(f"{rating_path(solved.id)}?score=5").status_code == 200
    assert not Rating.objects.exists()


def test_one_press_rates_and_thanks(solved: Case, anybody: Client) -> None:
    told = anybody.post(rating_path(solved.id), {"score": "5", "comment": "很好，打我 13812348000"}, follow=True)
    assert "Thank you!" in told.content.decode()
    rating = Rating.objects.get()
    assert (rating.score, rating.comment, rating.member) == (5, "很好，打我 138****8000", solved.last_responder)


def test_it_can_be_changed_for_a_day(shop: Shop, solved: Case, anybody: Client) -> None:
    path = rating_path(solved.id)
    anybody.post(path, {"score": "2"})
    clock.set_clock(shown_start=shop.later(hours=23), rate=1)
    assert anybody.post(path, {"score": "4"}).status_code == 302
    clock.set_clock(shown_start=shop.later(hours=2), rate=1)
    refused = anybody.post(path, '{"score": 1}', content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "RatingSettled")
    assert "You gave us 4 of 5 stars" in anybody.get(path).content.decode()
    assert Rating.objects.get().score == 4


@pytest.mark.parametrize("score", ["0", "6", "five", "", "4.5", "-1"])
def test_what_is_no_score_is_refused(solved: Case, anybody: Client, score: str) -> None:
    refused = anybody.post(rating_path(solved.id), {"score": score})
    assert refused.status_code == 409
    assert "Please choose one to five stars." in refused.content.decode()
    assert not Rating.objects.exists()


@pytest.mark.parametrize("body", ["[]", "{", '{"score": null}', '{"score": [5]}'])
def test_a_bad_body_is_refused(solved: Case, anybody: Client, body: str) -> None:
    assert anybody.post(rating_path(solved.id), body, content_type="application/json").status_code == 409


def test_an_open_case_is_not_rated_yet(shop: Shop, anybody: Client) -> None:
    case = shop.hears("When does my table arrive?")
    assert "as soon as your case is solved" in anybody.get(rating_path(case.id)).content.decode()
    assert anybody.post(rating_path(case.id), {"score": "5"}).status_code == 409


def test_the_progress_link_does_not_rate(solved: Case, anybody: Client) -> None:
    assert anybody.post(f"/r/{solved.progress_token}/", {"score": "5"}).status_code == 404
    assert anybody.post(f"/p/{solved.progress_token}/", {"score": "5"}).status_code == 405


def test_comments_are_shown_as_text(solved: Case, anybody: Client) -> None:
    anybody.post(rating_path(solved.id), {"score": "1", "comment": "</textarea><script>alert(1)</script>"})
    assert "<script>alert" not in anybody.get(rating_path(solved.id)).content.decode()


def test_one_press_ends_the_asking_and_another_begins_it_again(solved: Case, anybody: Client) -> None:
    path = rating_path(solved.id)
    assert "Please do not ask me again" in anybody.get(path).content.decode()
    assert not OptOut.objects.exists()
    told = anybody.post(path, {"asking": "stop"}, follow=True).content.decode()
    assert "We will not ask you again." in told
    assert OptOut.objects.get().customer_id == solved.customer_id
    anybody.post(path, {"asking": "go_on"})
    assert not OptOut.objects.exists()
    assert not Rating.objects.exists()
