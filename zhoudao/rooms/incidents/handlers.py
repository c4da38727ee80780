"""What incidents do when cases are merged and taken apart."""

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.incidents.commands.joining import follow_merge, follow_unmerge

TYPES = ("cases.CaseMerged", "cases.MergeUndone")


def on_event(event: Event) -> None:
    """This will take one event to heart; once each."""
    if event.type == "cases.CaseMerged":
        follow_merge(case_id=event.primary_id, at=event.occurred_at)
    else:
        follow_unmerge(case_id=event.primary_id, at=event.occurred_at)
