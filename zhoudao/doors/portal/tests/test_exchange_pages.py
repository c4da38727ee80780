"""A customer exchanges what they bought, or has it sent again, from the order's page."""

import pytest

from zhoudao.doors.portal.tests.test_returns import field, looks, path_of, photo, sends
from zhoudao.doors.portal.tests.test_tracking import browser, text
from zhoudao.rooms.aftersales.commands.inspecting import Finding
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tests.returns import asked, delivered, found, here, lines_of, policy_with, priced, shelf
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.models import Order

LANGUAGES = ("zh-hans", "zh-hant", "en")


@pytest.fixture
def order(shop: Shop) -> Order:
    """Two chairs and a lamp, delivered just now."""
    return delivered(at=shop.now)


def form(order: Order, **given: str) -> dict[str, str]:
    """What the page gives to send for these picks."""
    shown = text(looks(order, **given))
    names = {"form_token", "shown", "reason", *(name for name in given if name[0] in "qw")}
    return {name: field(shown, name) for name in names} | {"kind": "exchange", "words": ""}


def test_an_exchange_is_shown_with_what_it_means_and_asked_for_once(order: Order) -> None:
    shelf("CH-1", 2)
    shown = text(looks(order, q1="1", reason="unsuitable"))
    for words in ("Exchange it", "costs nothing", "We send the replacement when we have looked at yours"):
        assert words in shown, words
    body = form(order, q1="1", reason="unsuitable")
    places = {sends(order, body)["Location"] for _twice in range(2)}
    request = ReturnRequest.objects.get()
    assert len(places) == 1
    page = text(browser().get(places.pop()))
    for words in ("Your replacement", request.replacement.number if request.replacement else "?", "sent instead: 餐椅"):
        assert words in page, words
    found(here(request), Finding("CH-1", 1, "as_new", "restock"))
    done = text(browser().get(f"{path_of(order)}{request.number}/", {"language": "en"}))
    assert "It has been replaced." in done
    assert "It was used for your replacement." in done


def test_another_item_says_its_difference_and_waits_for_it(order: Order) -> None:
    priced(SOFA_1=20_000, ST_1=9_900)
    worth = 12_900 - order.lines.get(position=1).unit_parts("discount")[0]
    dearer = text(looks(order, q1="1", w1="SOFA-1", reason="unsuitable"))
    assert f"you pay CN¥{(20_000 - worth) / 100:.2f}" in dearer
    cheaper = text(looks(order, q1="1", w1="ST-1", reason="unsuitable"))
    assert f"you get CN¥{(worth - 9_900) / 100:.2f} back" in cheaper
    sends(order, form(order, q1="1", w1="SOFA-1", reason="unsuitable"))
    request = ReturnRequest.objects.get()
    address = f"{path_of(order)}{request.number}/"
    assert "You pay for the replacement, if yours is as you say" in text(browser().get(address, {"language": "en"}))
    found(here(request), Finding("CH-1", 1, "as_new", "restock"))
    page = text(browser().get(address, {"language": "en"}))
    for words in ("One step is left: the difference.", "Still to be paid for the replacement"):
        assert words in page, words


def test_what_cannot_be_sent_is_said_before_anything_comes_back(order: Order) -> None:
    shelf("CH-1", 1)
    shown = text(looks(order, q1="2", reason="unsuitable"))
    assert "It is not in stock just now. Choose your money back instead." in shown
    assert "Send it back, get the money" in shown
    for wrong in ("No such thing", "<script>", "\0"):
        answer = looks(order, q1="1", w1=wrong, reason="unsuitable")
        assert (answer.status_code, "We do not know what you want instead." in text(answer)) == (422, True), wrong
    shelf("ST-1", 1)
    unpriced = looks(order, q1="1", w1="ST-1", reason="unsuitable")
    assert (unpriced.status_code, "We cannot say here what this costs." in text(unpriced)) == (422, True)


def test_a_price_that_changed_meanwhile_is_shown_anew_and_nothing_is_half_done(order: Order) -> None:
    priced(ST_1=9_900)
    body = form(order, q1="1", w1="ST-1", reason="unsuitable")
    priced(ST_1=8_800)
    late = sends(order, body)
    assert (late.status_code, ReturnRequest.objects.count()) == (422, 0)
    assert "What we give has changed since you looked." in text(late)
    policy_with("e5", auto="false")
    body = form(order, q1="1", w1="ST-1", reason="unsuitable")
    policy_with("e5", allow="false", why="'excluded'")
    assert "These goods are not taken back." in text(sends(order, body))
    assert not ReturnRequest.objects.exists()


def test_what_came_broken_is_sent_again_at_once(order: Order) -> None:
    shelf("LP-7", 1)
    shown = text(looks(order, q2="1", reason="damaged"))
    assert "Have it sent again" in shown
    body = form(order, q2="1", reason="damaged") | {"kind": "reship", "photos": photo()}
    assert sends(order, body).status_code == 303
    request = ReturnRequest.objects.get()
    assert (request.state, request.replacement is not None) == ("replaced", True)


def test_its_pages_speak_three_languages_in_few_statements(order: Order, django_assert_max_num_queries: object) -> None:
    shelf("CH-1", 2)
    request = asked(order, kind="exchange", reason="unsuitable")
    assert lines_of(order)
    for language in LANGUAGES:
        with django_assert_max_num_queries(14):  # type: ignore[operator]  # a fixture of pytest-django
            assert browser().get(f"{path_of(order)}{request.number}/", {"language": language}).status_code == 200
