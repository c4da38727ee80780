"""Whatever is met, said, joined and separated in whatever order: everything is somebody's exactly once."""

import os
from collections import defaultdict
from itertools import count
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.commands.contact import customer_wrote
from zhoudao.rooms.cases.models import Case, Promise
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, end_conversation, receive_message
from zhoudao.rooms.conversations.models import Conversation, Message
from zhoudao.rooms.customers.commands import (
    AlreadyMerged,
    NotMerged,
    SameCustomer,
    merge_customers,
    unmerge_customer,
)
from zhoudao.rooms.customers.models import Customer, Identity
from zhoudao.rooms.customers.queries import group_ids, root_of

BY = By("user:model")


class Joining(RuleBasedStateMachine):
    """The model: who wrote what from which browser, and a forest of who was joined with whom."""

    people = Bundle("people")
    shop: Shop
    numbers: "count[int]"

    @initialize()
    def begins(self) -> None:
        self.parent: dict[UUID, UUID | None] = {}
        self.said: dict[UUID, list[UUID]] = defaultdict(list)
        self.browser: dict[UUID, str] = {}

    @rule(target=people)
    def meets(self) -> UUID:
        browser = f"v-{next(self.numbers)}"
        person = self._hears(browser)
        self.parent[person], self.browser[person] = None, browser
        return person

    @rule(person=people, phone=st.sampled_from(["", "13812348000", "13900001111"]))
    def writes(self, person: UUID, phone: str) -> None:
        assert self._hears(self.browser[person], phone) == person, "a message stays with the record it was sent to"

    @rule(person=people)
    def is_over(self, person: UUID) -> None:
        thread = Conversation.objects.filter(customer_id=person, ended_at=None).first()
        if thread is not None:
            end_conversation(conversation_id=thread.id, at=self.shop.now, by=BY)

    @rule(loser=people, survivor=people, kept=st.sets(st.sampled_from(["name", "value_class"])))
    def joins(self, loser: UUID, survivor: UUID, kept: set[str]) -> None:
        is_taken, closes_ring = self.parent[loser] is not None, self._root(survivor) == loser
        try:
            merge_customers(
                loser_id=loser, survivor_id=survivor, kept_fields=sorted(kept), at=self.shop.later(minutes=1), by=BY
            )
        except AlreadyMerged:
            assert is_taken
        except SameCustomer:
            assert closes_ring
        else:
            assert not is_taken
            assert not closes_ring
            self.parent[loser] = survivor

    @rule(person=people)
    def separates(self, person: UUID) -> None:
        try:
            unmerge_customer(customer_id=person, at=self.shop.later(minutes=1), by=BY)
        except NotMerged:
            assert self.parent[person] is None
        else:
            assert self.parent[person] is not None
            self.parent[person] = None

    @invariant()
    def everything_is_somebodys_exactly_once(self) -> None:
        if not getattr(self, "parent", None):
            return
        groups = defaultdict(set)
        for person in self.parent:
            groups[self._root(person)].add(person)
        for root, members in groups.items():
            for member in members:
                assert root_of(member) == root
                assert set(group_ids(member)) == members
            said = {one for member in members for one in self.said[member]}
            assert set(Message.objects.filter(conversation__customer__in=members).values_list("id", flat=True)) == said
            cases = Case.objects.filter(customer__in=members)
            assert set(cases.values_list("conversation_id", flat=True)) == set(
                Conversation.objects.filter(customer__in=members).values_list("id", flat=True)
            )
            assert Promise.objects.filter(case__in=cases).count() >= cases.count()
            assert Identity.objects.filter(customer__in=members, kind="visitor").count() == len(members)
        spoken_for = Customer.objects.filter(id__in=self.parent, has_joined=True)
        assert set(spoken_for.values_list("id", flat=True)) == set(self.parent.values()) - {None}

    def _root(self, person: UUID) -> UUID:
        above = self.parent[person]
        return person if above is None else self._root(above)

    def _hears(self, browser: str, phone: str = "") -> UUID:
        claims = [Claim("visitor", browser, scope="webchat"), *([Claim("phone", phone)] if phone else [])]
        number = next(self.numbers)
        inbound = Inbound(channel="webchat", external_id=f"m-{number}", claims=claims, text=f"第{number}句")
        received = receive_message(inbound=inbound, at=self.shop.later(seconds=1))
        with transaction.atomic():  # as the dispatcher does
            case = customer_wrote(message_id=received.message_id, at=self.shop.now)
            assert case is not None
        self.said[case.customer_id].append(received.message_id)
        return case.customer_id


@pytest.mark.django_db(transaction=True)  # short ones: a long one would hold up every subscriber of the server
def test_no_order_of_joining_and_separating_loses_or_doubles_anything() -> None:
    class InOneShop(Joining):
        shop = open_shop()
        numbers = count()

    runs = int(os.environ.get("MACHINE_RUNS", "12"))
    how = settings(max_examples=runs, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(InOneShop, settings=how)
