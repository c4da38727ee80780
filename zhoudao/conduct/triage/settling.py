"""A person says what a message is about: the case follows, and the model learns from it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.triage.events import TopicSaid
from zhoudao.conduct.triage.models import Correction, Proposal
from zhoudao.engines.language.taxonomy import URGENCIES, NoSuchTopic, topic_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.classifying import classify_case
from zhoudao.rooms.cases.commands.feeling import threads_of
from zhoudao.rooms.cases.commands.holding import hold, tell
from zhoudao.rooms.cases.models import ACTIVE, Case, Tier
from zhoudao.rooms.cases.refusals import CaseRefusal
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.conversations.refusals import MessageNotFound


class TopicUnknown(CaseRefusal):
    """Choose a topic and an urgency from the list."""


@transaction.atomic
def say_topic(*, case_id: UUID, message_id: UUID, topic: str, urgency: str, viewer: Viewer, at: datetime) -> Case:
    """This will note what a customer's message is about, as the viewer says. A case still open takes the topic's kind,
    and becomes urgent where something presses; nothing makes it less urgent but a person's own hand.

    Raises: CaseNotFound, MessageNotFound, TopicUnknown
    """
    if urgency not in URGENCIES:
        raise TopicUnknown
    try:
        kind = topic_of(topic).kind
    except NoSuchTopic as unknown:
        raise TopicUnknown from unknown
    case = hold(case_id, viewer)
    message = Message.objects.filter(id=message_id, direction="in", conversation_id__in=threads_of(case)).first()
    if message is None:
        raise MessageNotFound(MessageNotFound.__doc__)
    _note(case, message.id, topic=topic, urgency=urgency, viewer=viewer, at=at)
    if case.status in ACTIVE:
        wanted = kind if kind != "other" else case.kind
        case = classify_case(
            case_id=case.id, kind=wanted, tier=case.tier if urgency == "none" else Tier.URGENT, viewer=viewer, at=at
        )
    return case


def _note(case: Case, message_id: UUID, *, topic: str, urgency: str, viewer: Viewer, at: datetime) -> None:
    proposed = Proposal.objects.filter(message_id=message_id).first()
    said = Correction.objects.select_for_update().filter(message_id=message_id).first()
    if said is not None and (said.topic, said.urgency) == (topic, urgency):
        return
    assert viewer.user_id is not None  # pages and tokens are somebody's
    was = {
        "topic_was": proposed.topic if proposed else "",
        "urgency_was": proposed.urgency if proposed else "",
        "version": proposed.version if proposed else "",
    }
    Correction.objects.update_or_create(
        message_id=message_id, defaults={"topic": topic, "urgency": urgency, "by": viewer.user_id, "at": at, **was}
    )
    fact = TopicSaid(str(message_id), topic, was["topic_was"], urgency, was["urgency_was"])
    tell(case, fact, actor=viewer.actor, at=at)
