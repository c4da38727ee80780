"""What is proposed for a case, and how often people agree."""

from datetime import datetime
from itertools import pairwise
from uuid import UUID

from django.db.models import Count, F, Q

from zhoudao.conduct.triage.models import Correction, Proposal
from zhoudao.conduct.triage.topics import TOPIC_WORDS, URGENCY_WORDS
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.feeling import threads_of
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.models import Message

_IDLE = ("other.greeting", "other.other", "other.agent")


@frozen
class Part:
    """A stretch of a message; `tells` says whether the judgement rests on it."""

    text: str
    tells: bool


@frozen
class Proposed:
    """What a case seems to be about. `topic` is a person's word where they said one (`is_said`), else the model's;
    empty where nobody judged yet.
    """

    message_id: UUID
    at: datetime
    channel_kind: str
    topic: str
    kind: str
    urgency: str
    emotion: int | None
    confidence: dict[str, int]
    is_said: bool
    version: str
    parts: list[Part]

    @property
    def topic_words(self) -> str:
        """The topic in the reader's language."""
        return str(TOPIC_WORDS.get(self.topic, ""))

    @property
    def urgency_words(self) -> str:
        """What presses, in the reader's language."""
        return str(URGENCY_WORDS.get(self.urgency, ""))

    @property
    def sure(self) -> int:
        """How sure the model is of the topic, in per cent."""
        return self.confidence.get("topic", 0)


def proposed_for(case: Case) -> Proposed | None:
    """What the case's newest message that is about something is about, else its newest; three statements."""
    rows = Message.objects.filter(conversation_id__in=threads_of(case), direction="in").exclude(text="")
    rows = rows.select_related("proposal", "correction", "conversation__channel").defer("search")
    newest = list(rows.order_by("-created_at", "-id")[:20])
    if not newest:
        return None
    message = next((one for one in newest if _topic(one) not in ("", *_IDLE)), newest[0])
    proposal, said = getattr(message, "proposal", None), getattr(message, "correction", None)
    return Proposed(
        message_id=message.id,
        at=message.created_at,
        channel_kind=message.conversation.channel.kind,
        topic=_topic(message),
        kind=proposal.kind if proposal else "",
        urgency=said.urgency if said else proposal.urgency if proposal else "none",
        emotion=proposal.emotion if proposal else None,
        confidence=proposal.confidence if proposal else {},
        is_said=said is not None,
        version=proposal.version if proposal else "",
        parts=_parts(message.text, proposal.evidence if proposal else {}),
    )


def _topic(message: Message) -> str:
    said, proposal = getattr(message, "correction", None), getattr(message, "proposal", None)
    return str(said.topic if said else proposal.topic if proposal else "")


def _parts(text: str, evidence: dict[str, list[list[int]]]) -> list[Part]:
    """The message cut where the evidence of topic and urgency begins and ends."""
    told = bytearray(len(text))
    for start, end in [*evidence.get("topic", []), *evidence.get("urgency", [])]:
        told[start:end] = b"\1" * (min(end, len(text)) - min(start, len(text)))
    cuts = [place for place in range(1, len(text)) if told[place] != told[place - 1]]
    edges = [0, *cuts, len(text)]
    return [Part(text[a:b], bool(told[a])) for a, b in pairwise(edges) if a < b]


@frozen
class Agreement:
    """How often people left a proposed topic as it was, of those they were asked about."""

    topic: str
    said: int
    agreed: int

    @property
    def share(self) -> int:
        """In per cent."""
        return round(100 * self.agreed / self.said)

    @property
    def words(self) -> str:
        """The topic in the reader's language."""
        return str(TOPIC_WORDS.get(self.topic, self.topic))


def agreements(*, since: datetime) -> list[Agreement]:
    """By proposed topic, the most often said first; one statement."""
    rows = Correction.objects.filter(at__gte=since).exclude(topic_was="").values("topic_was")
    rows = rows.annotate(said=Count("pk"), agreed=Count("pk", filter=Q(topic=F("topic_was")))).order_by("-said")
    return [Agreement(row["topic_was"], row["said"], row["agreed"]) for row in rows]


@frozen
class Spread:
    """How many messages were about a topic."""

    topic: str
    messages: int

    @property
    def words(self) -> str:
        """The topic in the reader's language."""
        return str(TOPIC_WORDS.get(self.topic, self.topic))


def spread(*, since: datetime) -> list[Spread]:
    """What messages were about lately, the commonest first; one statement."""
    rows = Proposal.objects.filter(judged_at__gte=since).values("topic").annotate(messages=Count("pk"))
    return [Spread(row["topic"], row["messages"]) for row in rows.order_by("-messages")]
