"""How a customer sounds: seen quietly on the case, in the list and on their page, and put right by who knows better."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.translation import override

from zhoudao.rooms.cases.commands.hearing import hear_customers
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Emotion, Listening, Message

SignIn = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
ANGRY = "等了三天都没人管，太差劲了<b>！"


@pytest.fixture
def case(shop: Shop) -> Case:
    """One customer who has waited three days."""
    case = shop.hears(ANGRY)
    hear_customers()
    return case


def at(case: Case) -> str:
    return f"/desk/cases/{case.number}/"


def message(case: Case) -> Message:
    return Message.objects.get(conversation=case.conversation_id, direction="in")


def test_an_upset_customer_is_marked_on_the_case_and_in_the_list(shop: Shop, case: Case, sign_in: SignIn) -> None:
    client = sign_in("admin")
    assert 'button class="chip chip-upset"' in client.get(at(case), headers=HTMX).content.decode()
    assert "chip-upset" in client.get("/desk/?view=upset").content.decode()
    calm = shop.hears("请问发票怎么开？", who="visitor-2")
    Listening.objects.all().delete()
    hear_customers()
    assert Case.objects.get(id=calm.id).mood == 0
    assert "chip-upset" not in client.get(at(calm), headers=HTMX).content.decode()


def test_the_sheet_shows_which_words_say_so_and_lets_them_be_corrected(case: Case, sign_in: SignIn) -> None:
    client = sign_in("admin")
    sheet = client.get(f"{at(case)}do/mood/", headers=HTMX).content.decode()
    assert "<mark>" in sheet
    assert "<b>" not in sheet
    answer = client.post(f"{at(case)}do/mood/", {"message": message(case).id, "mood": "calm"}, headers=HTMX)
    assert answer.status_code == 200
    assert "chip-upset" not in answer.content.decode()
    assert Emotion.objects.get().label == "calm"
    with override("zh-hans"):
        assert "不满 → 平静" in client.get(f"{at(case)}side/").content.decode()


@pytest.mark.parametrize("posted", [{}, {"mood": "calm"}, {"mood": "calm", "message": "x"}, {"mood": "furious"}])
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(
    case: Case, sign_in: SignIn, posted: dict[str, str]
) -> None:
    known = {"message": str(message(case).id)} if posted.get("mood") == "furious" else {}
    answer = sign_in("admin").post(f"{at(case)}do/mood/", posted | known, headers=HTMX)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert Emotion.objects.get().label == ""


def test_who_only_reads_sees_the_mark_and_no_button(shop: Shop, case: Case, sign_in: SignIn) -> None:
    shop.cast.people["admin"].grants.update(role="analyst")
    client = sign_in("admin")
    page = client.get(at(case), headers=HTMX)
    if page.status_code == 200:
        assert "do/mood/" not in page.content.decode()
        assert "chip-upset" in page.content.decode()
    assert client.post(f"{at(case)}do/mood/", {"message": message(case).id, "mood": "calm"}).status_code == 403
    assert Emotion.objects.get().label == ""


def test_the_customers_page_draws_their_moods_and_leads_to_each_message(
    shop: Shop, case: Case, sign_in: SignIn
) -> None:
    shop.later(minutes=5)
    shop.hears("谢谢，处理得很快，很满意")
    Listening.objects.all().delete()  # older ones are looked at again; what is not committed is not in the log yet
    hear_customers()
    page = sign_in("admin").get(f"/desk/customers/{case.customer_id}/").content.decode()
    assert page.count('class="mood-dot') == Emotion.objects.exclude(mood=None).count()
    assert f"{at(case)}#message-{message_of(case, 0).id}" in page
    assert 'class="mood-dot is-upset"' in page


def test_a_customer_who_told_no_mood_has_an_empty_drawing(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("好的")
    hear_customers()
    page = sign_in("admin").get(f"/desk/customers/{case.customer_id}/").content.decode()
    assert "mood-dot" not in page
    assert 'id="moods-title"' in page


def message_of(case: Case, place: int) -> Message:
    return Message.objects.filter(conversation=case.conversation_id, direction="in").order_by("created_at")[place]
