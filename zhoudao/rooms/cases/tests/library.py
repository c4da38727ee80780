"""A shop in which much was said: messages written as rows, indexed behind as those of an earlier version are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from zhoudao.ground.accounts.models import Store, Team, User
from zhoudao.kit.grams import contains, terms
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.finding import Hit
from zhoudao.rooms.conversations.commands.indexing import index_behind
from zhoudao.rooms.conversations.models import Channel, Conversation, Message
from zhoudao.rooms.customers.models import Customer


@dataclass
class Library:
    """Cases and what was said in them, the newest last."""

    channel: Channel
    store: Store
    start: datetime
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    said: list[Message] = field(default_factory=list)

    def case(
        self, *, team: Team | None = None, owner: User | None = None, store: Store | None = None, subject: str = ""
    ) -> Case:
        """An open case of somebody new."""
        store, at, id_ = store or self.store, self.start, uuid7()
        customer = Customer.objects.create(id=id_, key_id=uuid7(), created_at=at)
        about = {"customer": customer, "store": store, "subject": subject}
        talk = Conversation.objects.create(channel=self.channel, started_at=at, last_message_at=at, **about)
        moments = {"opened_at": at, "updated_at": at}
        number = f"C2026-{next(self.numbers):06d}"
        return Case.objects.create(number=number, conversation=talk, team=team, owner=owner, **about, **moments)

    def say(self, case: Case, text: str, *, direction: str = "in", at: datetime | None = None) -> Message:
        """Words in a case, to be written by `settle`."""
        moment = at or self.start + timedelta(minutes=len(self.said))
        assert case.conversation_id is not None
        row = Message(conversation_id=case.conversation_id, direction=direction, actor="system:test", text=text)
        row.sent_at = row.created_at = moment
        self.said.append(row)
        return row

    def settle(self) -> None:
        """This will write what was said and index it."""
        Message.objects.bulk_create(row for row in self.said if row.index_version == 0)
        while index_behind(limit=500):
            pass
        for row in self.said:
            row.index_version = 2

    def scanned(self, words: str) -> list[UUID]:
        """What a plain scan finds, the newest first."""
        wanted = terms(words)
        found = sorted(self.said, key=lambda row: (row.created_at, row.id), reverse=True)
        return [row.id for row in found if wanted and contains(row.text, wanted)]


def ids(hits: Sequence[Hit]) -> list[UUID]:
    """The messages of these hits."""
    return [hit.id for hit in hits]
