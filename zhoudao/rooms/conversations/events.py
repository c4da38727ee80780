"""What happened in conversations."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.kit.frozen import frozen


@frozen
class MessageReceived(Fact):
    """The customer wrote."""

    name = "conversations.MessageReceived"
    words = _("The customer wrote through %(channel)s")
    is_quiet = False

    message_id: str
    is_first: bool
    channel: str
    length: int
    language: str


@frozen
class CallLogged(Fact):
    """A telephone call was noted."""

    name = "conversations.CallLogged"
    words = _("A call was noted: %(wait_seconds)s s waited, %(talk_seconds)s s spoken")

    message_id: str
    wait_seconds: int
    talk_seconds: int
    ended_by: str


@frozen
class VisitNoted(Fact):
    """A colleague at the counter wrote down what a customer said."""

    name = "conversations.VisitNoted"
    words = _("A colleague wrote it down at the counter")

    message_id: str
    is_checked: bool


@frozen
class ReplyQueued(Fact):
    """An answer waits to be sent."""

    name = "conversations.ReplyQueued"
    words = _("An answer is ready to be sent")

    message_id: str
    is_auto: bool


@frozen
class ReplySent(Fact):
    """An answer left."""

    name = "conversations.ReplySent"
    words = _("We answered")
    is_quiet = False

    message_id: str
    is_auto: bool
    is_human: bool
    expects_answer: bool


@frozen
class ReplyFailed(Fact):
    """An answer could not be delivered."""

    name = "conversations.ReplyFailed"
    words = _("An answer could not be delivered")

    message_id: str


@frozen
class ReplyUndone(Fact):
    """An answer was taken back before it left."""

    name = "conversations.ReplyUndone"
    words = _("An answer was taken back before it was sent")

    message_id: str


@frozen
class FileArrived(Fact):
    """A file that did not come with its message could be had after all."""

    name = "conversations.FileArrived"
    words = _("A missing file has arrived")

    message_id: str


@frozen
class NoteAdded(Fact):
    """A colleague left a private note."""

    name = "conversations.NoteAdded"
    words = _("A private note was added")

    message_id: str


@frozen
class ConversationContinued(Fact):
    """The matter goes on over another channel as well."""

    name = "conversations.ConversationContinued"
    words = _("The conversation goes on through %(channel)s as well")

    channel: str


@frozen
class ConversationEnded(Fact):
    """The thread is closed; the customer's next message begins another."""

    name = "conversations.ConversationEnded"
    words = _("The conversation ended")
    is_quiet = False


@frozen
class ConversationSplit(Fact):
    """Messages about something else became a conversation of their own."""

    name = "conversations.ConversationSplit"
    words = _("%(messages)s messages became a conversation of their own")

    messages: int
    part_id: str


@frozen
class SplitUndone(Fact):
    """They went back."""

    name = "conversations.SplitUndone"
    words = _("%(messages)s messages came back from a conversation of their own")

    messages: int
    part_id: str


@frozen
class DeliveryFailed(Fact):
    """Something that arrived could not be taken."""

    name = "conversations.DeliveryFailed"
    words = _("What arrived through %(channel)s could not be taken: %(reason)s")

    channel: str
    reason: str


@frozen
class DeliveryReplayed(Fact):
    """Somebody tried a kept delivery again."""

    name = "conversations.DeliveryReplayed"
    words = _("What arrived was tried again")


@frozen
class DeliveryDismissed(Fact):
    """Somebody looked at a kept delivery and set it aside."""

    name = "conversations.DeliveryDismissed"
    words = _("What arrived was set aside by a colleague")


@frozen
class ChannelSetUp(Fact):
    """A channel was set up by hand."""

    name = "conversations.ChannelSetUp"
    words = _("A channel was set up: %(kind)s")

    kind: str


@frozen
class ChannelChanged(Fact):
    """A channel's settings were changed."""

    name = "conversations.ChannelChanged"
    words = _("A channel was changed: %(kind)s")

    kind: str


@frozen
class ChannelFellSilent(Fact):
    """Nothing came where something normally would have."""

    name = "conversations.ChannelFellSilent"
    words = _("A channel fell silent: %(channel)s; %(expected)s messages would be normal")

    channel: str
    expected: int | None


@frozen
class ChannelHeardAgain(Fact):
    """Something came again on a channel that had fallen silent."""

    name = "conversations.ChannelHeardAgain"
    words = _("A silent channel was heard again: %(channel)s")

    channel: str


@frozen
class ChannelSecretChanged(Fact):
    """A channel got a new signing secret."""

    name = "conversations.ChannelSecretChanged"
    words = _("A channel got a new signing secret: %(secret)s")

    secret: str
