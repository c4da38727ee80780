"""A shipped flow whose step reminds the lead: the lead is told at the desk and by a real mail."""

from datetime import timedelta

import pytest

from zhoudao.conduct.flows.commands import due_timers, ensure_shipped_flows, fire_timer
from zhoudao.doors.channels.kinds.email import digests
from zhoudao.doors.channels.kinds.email.tests.conftest import Desk
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import open_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("text", "kind"), [("我要投诉，桌子是坏的", "complaint"), ("请问桌子什么时候到？", "inquiry")])
def test_the_lead_gets_the_notice_and_the_mail(sending_desk: Desk, text: str, kind: str) -> None:
    shop = open_shop()
    ensure_shipped_flows(shop.now)
    case = shop.hears(text)
    assert case.kind == kind
    lead = shop.cast.people["zhou"]
    Grant.objects.update_or_create(user=lead, defaults={"role": "team_lead", "team": case.team})
    Grant.objects.filter(role="team_lead").exclude(user=lead).delete()
    at = shop.later(hours=7, minutes=30)  # half past five in Shanghai
    for timer_id in due_timers(at):
        fire_timer(timer_id, at)
    dispatch.drain()

    notice = Notice.objects.get(kind="escalated")
    assert (notice.user, notice.address) == (lead, f"/desk/cases/{case.number}/")
    assert notice.is_shown
    later = at + timedelta(minutes=20)
    assert digests.mail_all(at=later, real_now=later) == 1
    (mail,) = sending_desk.out.mails
    assert mail["To"] == lead.email
    assert f"{case.number} 已升级，请您过问" in str(mail["Subject"])
    assert Case.objects.get(id=case.id).tier == "regular"
