"""What happens in triage."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.conduct.triage.topics import TOPIC_WORDS, URGENCY_WORDS
from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.kit.frozen import frozen

name_codes({f"topic_{code}": words for code, words in TOPIC_WORDS.items()})
name_codes({f"urgency_{code}": words for code, words in URGENCY_WORDS.items()})


@frozen
class TopicSaid(Fact):
    """A person said what a message is about; `topic_was` is what was proposed, empty where nothing was."""

    name: ClassVar[str] = "triage.TopicSaid"
    words: ClassVar = _("What the customer wants: %(topic)s")
    message_id: str
    topic: str
    topic_was: str
    urgency: str
    urgency_was: str
