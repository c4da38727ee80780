"""The demo company hands some cases over, once back to who had it, so that the figures have something to say."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.assigning import assign_case
from zhoudao.rooms.cases.models import WORKING, Case, Transfer
from zhoudao.rooms.cases.transfers import TRANSFER
from zhoudao.rooms.staff.models import Member

_WHY = (
    ("other_skill", "这件事我不熟，请懂的同事接着答。"),
    ("shift_over", ""),
    ("too_much_work", ""),
    ("other_person_wished", "客户指名要和组长谈。"),
    ("another_reason", "上次也是这位同事处理的，客户信任她。"),
)


@transaction.atomic
def live(*, at: datetime) -> None:
    """This will have five cases handed to a colleague of their team, the first one back again, and one to another team,
    once.
    """
    rows = Case.objects.filter(status__in=WORKING, owner__isnull=False, team__isnull=False).order_by("id")
    cases = [case for case in rows[:20] if _owner(case).may(TRANSFER)][:6]
    if Transfer.objects.exists() or not cases:
        return
    moment = at - timedelta(minutes=30)
    for case, (reason, words) in zip(cases, _WHY, strict=False):
        colleague = _colleague(case)
        if colleague is not None:
            moment += timedelta(minutes=3)
            _hand_over(case, moment, reason, words, member_id=colleague)
    first = Case.objects.get(id=cases[0].id)
    if first.owner_id != cases[0].owner_id:
        words = "客户说这些都已经讲过一遍了。"
        _hand_over(first, moment + timedelta(minutes=3), "wrong_place", words, member_id=cases[0].owner_id)
    last, other = Case.objects.get(id=cases[-1].id), Team.objects.get(code="after_sales")
    if last.team_id != other.id and last.id != first.id:
        _hand_over(last, moment + timedelta(minutes=6), "wrong_place", team_id=other.id)


def _hand_over(case: Case, at: datetime, reason: str, words: str = "", **to: UUID | None) -> None:
    assign_case(case_id=case.id, viewer=_owner(case), at=at, reason=reason, words=words, **to)


def _owner(case: Case) -> Viewer:
    assert case.owner is not None
    return viewers.of_user(case.owner)


def _colleague(case: Case) -> UUID | None:
    """Somebody else of its team who may hand it on."""
    members = Member.objects.filter(teams=case.team_id, user__is_active=True).exclude(user=case.owner_id)
    people = [viewers.of_user(one.user) for one in members.select_related("user").order_by("user__email")]
    return next((one.user_id for one in people if one.may(TRANSFER)), None)
