"""The demo company hands some cases over, once back to who had it, so that the figures have something to say."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import Team, User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.assigning import assign_case
from zhoudao.rooms.cases.models import WORKING, Case, Transfer
from zhoudao.rooms.staff.models import Member

_WHY = (
    ("other_skill", "客户问的是安装尺寸，请懂安装的同事接着答。"),
    ("shift_over", ""),
    ("too_much_work", ""),
    ("other_person_wished", "客户指名要和组长谈。"),
    ("another_reason", "上次也是这位同事处理的，客户信任她。"),
)


@transaction.atomic
def live(*, at: datetime) -> None:
    """This will hand five cases to a colleague of their team, one of them back again, and one to another team, once."""
    lead = _lead()
    cases = list(Case.objects.filter(status__in=WORKING, owner__isnull=False, team__isnull=False).order_by("id")[:6])
    if Transfer.objects.exists() or not cases:
        return
    moment = at - timedelta(minutes=30)
    for case, (reason, words) in zip(cases, _WHY, strict=False):
        colleague = _colleague(case)
        if colleague is not None:
            moment += timedelta(minutes=3)
            assign_case(case_id=case.id, viewer=lead, at=moment, member_id=colleague, reason=reason, words=words)
    first = cases[0]
    if Transfer.objects.filter(case=first).exists():
        back = "客户说这些都已经讲过一遍了。"
        moment += timedelta(minutes=3)
        assign_case(
            case_id=first.id, viewer=lead, at=moment, member_id=first.owner_id, reason="wrong_place", words=back
        )
    other = Team.objects.get(code="after_sales")
    if cases[-1].team_id != other.id:
        assign_case(case_id=cases[-1].id, viewer=lead, at=moment, team_id=other.id, reason="wrong_place")


def _colleague(case: Case) -> UUID | None:
    """Somebody else of its team."""
    rows = Member.objects.filter(teams=case.team_id, user__is_active=True).exclude(user=case.owner_id)
    return rows.order_by("user__email").values_list("user_id", flat=True).first()


def _lead() -> Viewer:
    rows = User.objects.filter(grants__role="administrator", is_active=True)
    return viewers.of_user(rows.order_by("email")[0])
