"""Why something cannot be done; the doors say it in words."""

from collections.abc import Sequence

from zhoudao.rooms.conversations.models import Message


class TeamworkRefusal(Exception):
    """Something cannot be done; the docstring is its message."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.__doc__)
        self.detail = detail


class ReplyNotFound(TeamworkRefusal):
    """There is no such canned reply."""


class ReplyUntitled(TeamworkRefusal):
    """A canned reply needs a title."""


class ReplyWordless(TeamworkRefusal):
    """A canned reply needs its text in one language at least."""


class ShareNotAllowed(TeamworkRefusal):
    """You may not write for these readers."""


class VariableUnknown(TeamworkRefusal):
    """There is no such variable."""


class VariablesOpen(TeamworkRefusal):
    """Some variables are not filled in."""


class SaidMeanwhile(TeamworkRefusal):
    """Something was said meanwhile; read it before you send."""

    def __init__(self, messages: Sequence[Message]) -> None:
        super().__init__()
        self.messages = messages


class MacroNotFound(TeamworkRefusal):
    """There is no such macro."""


class MacroEmpty(TeamworkRefusal):
    """There is nothing to do."""


class MacroBroken(TeamworkRefusal):
    """Something the steps name is gone; the detail names which (`team,member,canned,…`)."""


class NothingChosen(TeamworkRefusal):
    """No case is chosen."""


class BatchNotFound(TeamworkRefusal):
    """There is no such batch."""


class CaseChanged(TeamworkRefusal):
    """Somebody has changed this case since."""


class ViewNotFound(TeamworkRefusal):
    """There is no such view."""


class ConditionUnknown(TeamworkRefusal):
    """A view asks for something that does not exist."""


class ErrandNotFound(TeamworkRefusal):
    """Nothing of this kind is asked."""


class ErrandOver(TeamworkRefusal):
    """This was answered or withdrawn already."""


class ErrandEmpty(TeamworkRefusal):
    """Say what is needed, and until when."""


class TeamGone(TeamworkRefusal):
    """There is no such team."""


class GoodwillUnknown(TeamworkRefusal):
    """Choose what is granted: a refund, a gift, express delivery or a waiver."""


class AmountUnsound(TeamworkRefusal):
    """The amount must be above zero, and no finer than the currency."""


class GoodwillWordless(TeamworkRefusal):
    """Say why in a few words."""


class NobodyApproves(TeamworkRefusal):
    """This is above your limits, and nobody above you can approve it for this case."""


class ApprovalNotFound(TeamworkRefusal):
    """There is no such approval."""


class ApprovalOver(TeamworkRefusal):
    """This was decided or withdrawn already."""


class OwnApproval(TeamworkRefusal):
    """Nobody approves what they asked for themselves."""


class DeputyUnsound(TeamworkRefusal):
    """Choose a colleague, and a day within three months."""


class RoleUnknown(TeamworkRefusal):
    """There is no such role."""


class LimitUnsound(TeamworkRefusal):
    """Limits are not below zero, and one case is not above one month."""
