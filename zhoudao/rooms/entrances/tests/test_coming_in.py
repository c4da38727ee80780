"""Codes and passes: who types the code is in, once; nobody else is."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection

from zhoudao.ground.accounts.tokens import digest
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.customers.commands import Claim, erase_customer, find_or_create_customer, merge_customers
from zhoudao.rooms.customers.models import Customer, Identity, MergeSuggestion
from zhoudao.rooms.entrances.codes import LASTS, TRIES, code_of, value_of
from zhoudao.rooms.entrances.commands import coming_in
from zhoudao.rooms.entrances.commands.asking import ask_code, forget_old_codes
from zhoudao.rooms.entrances.commands.coming_in import Entered, prove_more, seen, sign_out
from zhoudao.rooms.entrances.models import Challenge, Pass
from zhoudao.rooms.entrances.queries import is_good, pass_of, passes_of
from zhoudao.rooms.entrances.refusals import AnotherHasIt, CodeRefused, CodeWorn

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)
MAIL, PHONE = "wang@mail.example", "+8613812348000"
BY = By("user:li")


def asked(value: str = MAIL, *, customer: Customer | None = None, at: datetime = NOON) -> Challenge:
    kind = "email" if "@" in value else "phone"
    return ask_code(kind=kind, value=value, language="en", customer_id=customer.id if customer else None, real_now=at)


def types(challenge: Challenge, code: str = "", at: datetime = NOON) -> Entered:
    given = code or code_of(challenge.id)
    return coming_in.sign_in(
        challenge_id=challenge.id, code=given, device="Chrome · Android", language="en", at=at, real_now=at
    )


def wrong(challenge: Challenge) -> str:
    return f"{(int(code_of(challenge.id)) + 1) % 10**6:06}"


def known(*claims: Claim) -> Customer:
    return find_or_create_customer(claims=claims, name="王", at=NOON, by=BY)


def test_who_types_the_code_is_the_customer_that_proved_this_address_before() -> None:
    wang = known(Claim("email", MAIL, verified=True))
    entered = types(asked())
    assert entered.pass_.customer_id == wang.id
    assert pass_of(entered.token, real_now=NOON) == entered.pass_
    [said] = Event.objects.filter(type="entrances.SignedIn", object_ids__contains=[wang.id])
    assert said.attributes == {"way": "email"}


def test_an_unknown_address_is_met_and_is_proven_from_then_on() -> None:
    first, second = types(asked()), types(asked())
    assert first.pass_.customer_id == second.pass_.customer_id
    assert first.token != second.token, "a token is never given twice"
    mine = Identity.objects.get()
    assert (mine.kind, mine.value, mine.suggested, mine.verified_at is not None) == ("email", MAIL, False, True)


def test_an_address_that_was_only_claimed_opens_nobodys_history() -> None:
    somebody = known(Claim("visitor", "v-1", scope="webchat"), Claim("email", MAIL))
    assert types(asked()).pass_.customer_id != somebody.id


def test_a_code_is_good_once_for_ten_minutes_and_five_tries() -> None:
    used = asked()
    types(used)
    with pytest.raises(CodeRefused):
        types(used)
    old = asked()
    with pytest.raises(CodeRefused):
        types(old, at=NOON + LASTS)
    worn = asked()
    for _ in range(TRIES):
        with pytest.raises(CodeRefused):
            types(worn, wrong(worn))
    with pytest.raises(CodeWorn):
        types(worn)
    with pytest.raises(CodeRefused):
        coming_in.sign_in(challenge_id=uuid4(), code="000000", device="", language="en", at=NOON, real_now=NOON)
    assert Pass.objects.count() == 1


def test_codes_differ_and_stand_in_no_table() -> None:
    many = [asked() for _ in range(20)]
    assert len({code_of(one.id) for one in many}) > 15
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(c::text, ' ') FROM entrances_challenge AS c")
        held = cursor.fetchone()[0]
        cursor.execute(
            "SELECT string_agg(args::text, ' ') FROM procrastinate_jobs WHERE task_name = 'channels.send_code'"
        )
        jobs = cursor.fetchone()[0]
    assert MAIL not in held + jobs
    assert not [one for one in many if f'"{code_of(one.id)}"' in held + jobs]


def test_two_who_type_one_code_at_once_are_one_pass() -> None:
    challenge, barrier = asked(), Barrier(2)
    got: list[Entered | None] = []

    def type_it() -> None:
        barrier.wait()
        try:
            got.append(types(challenge))
        except CodeRefused:
            got.append(None)
        finally:
            connection.close()

    threads = [Thread(target=type_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one is None for one in got) == [False, True]
    assert Pass.objects.count() == 1


def test_tokens_are_kept_as_hashes_and_end_with_their_time_their_holders_wish_or_their_erasure() -> None:
    entered = types(asked())
    assert bytes(Pass.objects.get().digest) == digest(entered.token)
    assert pass_of(entered.token, real_now=NOON + coming_in.LASTS) is None
    later = NOON + timedelta(days=20)
    seen(entered.pass_, real_now=later)
    assert pass_of(entered.token, real_now=NOON + coming_in.LASTS) is not None, "used, it lasts"
    other = types(asked())
    assert len(passes_of([entered.pass_.customer_id], real_now=NOON)) == 2
    assert sign_out(held=other.pass_, only=entered.pass_.id, at=NOON, real_now=NOON) == 1
    assert not is_good(entered.pass_.id, real_now=NOON)
    assert pass_of(other.token, real_now=NOON) is not None
    erase_customer(customer_id=other.pass_.customer_id, at=NOON, by=BY)
    assert pass_of(other.token, real_now=NOON) is None
    assert (Pass.objects.count(), Challenge.objects.count()) == (0, 0)


def test_signing_out_everywhere_ends_joined_records_too_and_nobody_elses() -> None:
    mine, stranger = types(asked()), types(asked("li@mail.example"))
    twin = types(asked(PHONE))
    merge_customers(loser_id=twin.pass_.customer_id, survivor_id=mine.pass_.customer_id, at=NOON, by=BY)
    assert sign_out(held=mine.pass_, only=stranger.pass_.id, at=NOON, real_now=NOON) == 0
    assert sign_out(held=mine.pass_, only=None, at=NOON, real_now=NOON) == 2
    assert is_good(stranger.pass_.id, real_now=NOON)


def test_another_address_is_added_by_its_code_and_the_token_changes() -> None:
    entered = types(asked())
    me = Customer.objects.get()
    more = asked(PHONE, customer=me)
    with pytest.raises(CodeRefused):
        types(more)  # it signs nobody in
    token = prove_more(held=entered.pass_, challenge_id=more.id, code=code_of(more.id), at=NOON, real_now=NOON)
    assert pass_of(entered.token, real_now=NOON) is None
    assert pass_of(token, real_now=NOON) == entered.pass_
    assert set(Identity.objects.values_list("kind", "customer_id")) == {("email", me.id), ("phone", me.id)}
    assert types(asked(PHONE)).pass_.customer_id == me.id


def test_what_is_anothers_is_not_taken_over_and_the_desk_is_asked() -> None:
    li, entered = known(Claim("phone", PHONE, verified=True)), types(asked())
    me = Customer.objects.get(id=entered.pass_.customer_id)
    more = asked(PHONE, customer=me)
    with pytest.raises(AnotherHasIt):
        prove_more(held=entered.pass_, challenge_id=more.id, code=code_of(more.id), at=NOON, real_now=NOON)
    assert Identity.objects.get(kind="phone").customer_id == li.id
    suggestion = MergeSuggestion.objects.get()
    assert {suggestion.first_id, suggestion.second_id} == {li.id, me.id}


def test_addresses_of_old_codes_are_destroyed() -> None:
    old = asked(at=NOON - timedelta(days=2))
    fresh = asked()
    assert forget_old_codes(real_now=NOON) == 1
    assert list(Challenge.objects.all()) == [fresh]
    assert value_of(fresh) == MAIL
    assert old.id != fresh.id


def test_a_customer_has_at_most_twenty_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coming_in, "MOST_PASSES", 3)
    tokens: list[str] = []
    for n in range(5):
        moment = NOON + timedelta(minutes=n)
        tokens.append(types(asked(at=moment), at=moment).token)
    alive = [pass_of(token, real_now=NOON + timedelta(minutes=9)) is not None for token in tokens]
    assert alive == [False, False, True, True, True]
