"""A working shop for the tests: the cast on duty, a web-chat door, and customers who write."""

from datetime import UTC, datetime, timedelta

from zhoudao.engines.worktime import Calendar as Hours
from zhoudao.ground.accounts.tests.cast import Cast, company
from zhoudao.ground.decisions.commands import ensure_default_tables
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases import calendars, promise_rules, routing
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.commands import Inbound, receive_message
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.customers.commands import Claim
from zhoudao.rooms.staff.models import Calendar, Member, TeamSettings
