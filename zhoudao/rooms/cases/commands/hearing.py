"""How customers sound, judged and carried to their cases. Only the clock imports this: pages need not judge."""

from uuid import UUID

from django.db import transaction

from zhoudao.ground.live.changes import tell_cases_changed
from zhoudao.rooms.cases.commands.feeling import cases_of, settle_moods
from zhoudao.rooms.conversations.commands.judging import judge_next


@transaction.atomic
def hear_customers() -> list[UUID]:
    """This will judge what customers wrote since the last time, and some of what they wrote before; returns the cases
    whose mood is another now (at most fourteen statements). Safe to stop, to repeat and to run side by side.
    """
    heard = judge_next()
    if heard is None:
        return []
    changed = settle_moods(cases_of(heard.judged | heard.moved, also=heard.moved, numbers=heard.numbers))
    tell_cases_changed([case_id for case_id, is_upset_or_was in changed.items() if is_upset_or_was])
    return list(changed)
