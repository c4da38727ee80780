"""The case a thread belongs to, for pages that have loaded both (`conversation__case`, `conversation__main__case`)."""

from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.models import Conversation


def case_of(thread: Conversation) -> Case | None:
    """The thread's own case, or that of the thread it is a side of."""
    found: Case | None = getattr(thread.main or thread, "case", None)
    return found
