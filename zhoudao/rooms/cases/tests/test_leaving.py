"""Nobody's case waits with somebody who is not there."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from zhoudao.engines.worktime import Calendar as Hours
from zhoudao.ground.accounts.managing import set_access
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases import promise_rules
from zhoudao.rooms.cases.commands.contact import customer_wrote
from zhoudao.rooms.cases.commands.leaving import release_cases
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case, PromiseRule
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.cases.tests.test_routing_at_once import together
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.staff.commands import save_calendar
from zhoudao.rooms.staff.models import Member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def given_to(shop: Shop, name: str, who: str, text: str = "请问桌子什么时候到？") -> Case:
    """A case this colleague has."""
    case = shop.hears(text, who=who)
    Case.objects.filter(id=case.id).update(owner=shop.cast.people[name], status="open")
    return Case.objects.get(id=case.id)


def leaves(shop: Shop, name: str) -> None:
    admin = shop.viewer("admin")
    set_access(user_id=shop.cast.people[name].pk, grants=[], is_active=False, viewer=admin, at=shop.now)
    dispatch.drain()


def answered(shop: Shop, case: Case) -> None:
    viewer = shop.viewer("admin")
    reply_to_case(case_id=case.id, text="马上查。", viewer=viewer, at=shop.now, real_now=shop.now)
    dispatch.drain()


def works(shop: Shop, name: str, begins: str, ends: str) -> None:
    """This colleague's hours, every day."""
    week = {day: [(begins, ends)] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    content = Hours.weekly("Asia/Shanghai", week).to_json()
    hours = save_calendar(code=f"of-{name}", names={"en": name}, content=content)
    Member.objects.filter(user=shop.cast.people[name]).update(calendar=hours)


def owner_of(case: Case) -> UUID | None:
    return Case.objects.values_list("owner_id", flat=True).get(id=case.id)


def hows(case: Case) -> list[str]:
    rows = Event.objects.filter(primary_id=case.id, type="cases.CaseAssigned").order_by("seq")
    return [told["how"] for told in rows.values_list("attributes", flat=True)]


def test_the_cases_of_who_leaves_find_somebody_else_and_the_lead_is_told_once(shop: Shop) -> None:
    cases = [given_to(shop, "wang", f"v-{number}") for number in range(3)]
    answered(shop, cases[2])
    leaves(shop, "wang")
    wang = shop.cast.people["wang"].pk
    assert wang not in {owner_of(case) for case in cases}
    assert all("left" in hows(case) for case in cases)
    assert owner_of(cases[0]) is not None, "li or zhao is free"
    assert owner_of(cases[2]) is None, "it waits for the customer"
    told = Notice.objects.filter(kind="owner_left")
    assert [one.user_id for one in told] == [shop.cast.people["zhao"].pk]
    shop.later(minutes=5)
    shop.hears("还没有吗？", who="v-2")
    assert owner_of(cases[2]) not in (None, wang)


def test_who_only_changed_their_roles_keeps_their_cases(shop: Shop) -> None:
    case = given_to(shop, "wang", "v-1")
    assert release_cases(shop.cast.people["wang"].pk, at=shop.now) == 0
    assert owner_of(case) == shop.cast.people["wang"].pk


def test_a_message_for_who_went_home_goes_to_who_is_there_when_it_is_due_before_they_are_back(shop: Shop) -> None:
    PromiseRule.objects.filter(tier="regular", kind="answer").delete()
    PromiseRule.objects.create(
        tier="regular", kind="answer", target_minutes=60, basis="elapsed", pauses_while_waiting=False
    )
    promise_rules.forget()
    case = given_to(shop, "wang", "v-1")
    answered(shop, case)
    works(shop, "wang", "09:00", "11:00")
    shop.later(hours=3)
    shop.hears("还有一个问题", who="v-1")
    assert owner_of(case) not in (None, shop.cast.people["wang"].pk)
    assert hows(case)[-2:] == ["absent", "push"]


def test_the_contact_person_stays_when_they_are_back_in_time(shop: Shop) -> None:
    case = given_to(shop, "wang", "v-1")
    answered(shop, case)
    works(shop, "wang", "09:00", "11:00")
    for name in ("li", "zhao"):
        works(shop, name, "09:00", "18:00")
    shop.later(hours=9)  # seven in the evening; the answer is due tomorrow at one, wang is back at nine
    shop.hears("还有一个问题", who="v-1")
    assert owner_of(case) == shop.cast.people["wang"].pk


def test_a_case_somebody_works_on_is_not_taken_away_by_one_more_word(shop: Shop) -> None:
    case = given_to(shop, "wang", "v-1")
    works(shop, "wang", "09:00", "10:30")
    shop.later(hours=1)
    shop.hears("补充一句", who="v-1")
    assert owner_of(case) == shop.cast.people["wang"].pk


def test_leaving_while_customers_write_leaves_nothing_with_who_left(shop: Shop) -> None:
    cases = [given_to(shop, "wang", f"v-{number}") for number in range(4)]
    for case in cases:
        answered(shop, case)
    shop.later(minutes=1)
    wang = shop.cast.people["wang"]
    wang.is_active = False
    wang.save(update_fields=["is_active"])

    def writes(number: int) -> None:
        said = Inbound("webchat", f"again-{number}", [Claim("visitor", f"v-{number}", scope="webchat")], text="在吗")
        received = receive_message(inbound=said, at=shop.now)
        with transaction.atomic():
            customer_wrote(message_id=received.message_id, at=shop.now)

    together(lambda: release_cases(wang.pk, at=shop.now), *(lambda n=number: writes(n) for number in range(4)))
    assert wang.pk not in {owner_of(case) for case in cases}
    assert {Case.objects.get(id=case.id).awaits_us for case in cases} == {True}
    assert shop.now - cases[0].opened_at < timedelta(hours=1)
