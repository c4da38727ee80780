"""The demo company's last fortnight: like questions at two stores, one of which answers much later."""

from datetime import datetime, timedelta
from random import Random

from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.commands.closing import close_case, resolve_case
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.conversations.models import Delivery

_EACH = 9
_SLOWER = {"web": 1.0, "hangzhou": 9.0}
_ASKED = ("发票抬头可以改吗？", "电子发票发到哪里了？", "发票什么时候开？")
_ANSWERED = "您好，已按新的抬头重新开具，请查收邮箱。"
_ID = "demo-past"


def live(*, at: datetime) -> None:
    """This will have eighteen questions about invoices asked, answered and solved in the past. Twice is once."""
    if Delivery.objects.filter(key__startswith=_ID).exists():
        return
    rng = Random(13)  # noqa: S311  # how long each took, not a secret
    lead = viewers.of_user(User.objects.filter(grants__role="team_lead", is_active=True).order_by("email")[0])
    for number in range(_EACH):
        for store, slower in _SLOWER.items():
            began = at - timedelta(days=12 - number, hours=rng.uniform(2, 6))
            _lives(f"{_ID}-{store}-{number}", store, began, lead, slower * rng.uniform(6, 14))


def _lives(name: str, store: str, began: datetime, lead: Viewer, minutes: float) -> None:
    """One question from the first word to the end."""
    words = _ASKED[len(name) % len(_ASKED)]
    claims = [Claim("visitor", name, scope="webchat")]
    inbound = Inbound(channel="webchat", external_id=name, claims=claims, text=words, store=store)
    received = receive_message(inbound=inbound, at=began)
    dispatch.drain()
    case = Case.objects.filter(conversation_id=received.conversation_id).first()
    if case is None:
        return  # another process is opening it just now
    answered, solved = (began + timedelta(minutes=minutes * part) for part in (1, 2.5))
    reply_to_case(case_id=case.id, text=_ANSWERED, viewer=lead, at=answered, real_now=answered)
    dispatch.drain()
    resolve_case(case_id=case.id, outcome="answered", cause="billing", viewer=lead, at=solved)
    close_case(case_id=case.id, viewer=lead, at=solved + timedelta(days=2))
