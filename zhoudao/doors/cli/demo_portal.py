"""Customers of the demo company who can sign in at the portal: one for herself, two who speak for an organisation."""

from datetime import datetime, timedelta

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.customers.commands.meeting import find_or_create_customer
from zhoudao.rooms.customers.commands.organisations import OrganisationSaid, add_contact, save_organisation
from zhoudao.rooms.customers.models import Organisation

_BY = By("system:demo")
_FIRM = "海星酒店管理有限公司"
_PEOPLE = {
    "customer@demo.zhoudao.local": ("沈女士", False),
    "buyer@demo.zhoudao.local": ("陈先生", True),
    "clerk@demo.zhoudao.local": ("林女士", False),
}
_SAID = [
    ("customer@demo.zhoudao.local", 22, "上周买的餐桌少了一包螺丝，能补发吗？", "after_sales"),
    ("customer@demo.zhoudao.local", 5, "想请设计师看看客厅怎么配沙发，可以约时间吗？", "value_added"),
    ("buyer@demo.zhoudao.local", 20, "二十张餐椅的发票抬头需要改成公司名称。", "inquiry"),
    ("clerk@demo.zhoudao.local", 3, "大堂的两张单人沙发扶手开裂，需要维修。", "after_sales"),
]


def live(*, at: datetime) -> int:
    """This will let them have written in the day before `at`; returns how many cases that makes. Twice is once."""
    if Organisation.objects.filter(name=_FIRM).exists():
        return 0
    firm = save_organisation(said=OrganisationSaid(_FIRM), at=at - timedelta(days=30), by=_BY)
    for mail, (name, sees_all) in _PEOPLE.items():
        claims = [_known(mail), Claim("visitor", f"demo-{mail}", scope="webchat")]
        person = find_or_create_customer(claims=claims, name=name, at=at - timedelta(days=30), by=_BY)
        if name != "沈女士":
            add_contact(organisation_id=firm.id, customer_id=person.id, sees_all=sees_all, at=at, by=_BY)
    for number, (mail, hours, text, kind) in enumerate(_SAID):
        inbound = Inbound("webchat", f"demo-portal-{number}", [_known(mail)], text=text, kind=kind, is_new_topic=True)
        receive_message(inbound=inbound, at=at - timedelta(hours=hours))
    return len(_SAID)


def _known(mail: str) -> Claim:
    return Claim("email", mail, verified=True)
