"""The tasks Procrastinate knows: each door's own module is imported here."""

from zhoudao.doors.channels import tasks as channels
from zhoudao.doors.cli import demo_jobs as demo
from zhoudao.doors.clock import tasks as clock
from zhoudao.doors.couriers import tasks as couriers
from zhoudao.doors.desk.figures import tasks as figures
from zhoudao.doors.desk.fulfilment import tasks as fulfilment
from zhoudao.doors.desk.handbooks import tasks as handbooks
from zhoudao.doors.desk.incidents import tasks as incidents
from zhoudao.doors.desk.insight import tasks as insight
from zhoudao.doors.desk.lab import tasks as lab
from zhoudao.doors.desk.macros import tasks as macros
from zhoudao.doors.desk.orders import tasks as orders
from zhoudao.doors.desk.outlook import tasks as outlook
from zhoudao.doors.desk.pilots import tasks as pilots
from zhoudao.doors.desk.repairs import tasks as repairs
from zhoudao.doors.desk.triage import tasks as triage
from zhoudao.doors.payments import tasks as payments
from zhoudao.doors.storefronts import tasks as storefronts
from zhoudao.doors.tracking import tasks as tracking
from zhoudao.doors.webhooks import tasks as webhooks

__all__ = [
    "channels",
    "clock",
    "couriers",
    "demo",
    "figures",
    "fulfilment",
    "handbooks",
    "incidents",
    "insight",
    "lab",
    "macros",
    "orders",
    "outlook",
    "payments",
    "pilots",
    "repairs",
    "storefronts",
    "tracking",
    "triage",
    "webhooks",
]
