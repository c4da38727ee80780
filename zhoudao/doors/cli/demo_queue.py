"""The demo company's store queues: what every shop gives numbers for, and yesterday and today at Nanjing's counter."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from django.db import transaction

from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import Store, User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.staff.models import Calendar
from zhoudao.rooms.visits.commands.calling import call_next, note_no_show
from zhoudao.rooms.visits.commands.needs import Wanted, save_need, set_line
from zhoudao.rooms.visits.commands.serving import begin_serving, begin_step, finish_visit
from zhoudao.rooms.visits.commands.taking import Asked, leave_queue, take_number
from zhoudao.rooms.visits.models import Need, Visit
from zhoudao.rooms.visits.refusals import LineClosed
from zhoudao.rooms.visits.told import Told

_REPAIR = (
    {"zh-Hans": "登记", "zh-Hant": "登記", "en": "Register"},
    {"zh-Hans": "检测", "zh-Hant": "檢測", "en": "Inspect"},
    {"zh-Hans": "报价确认", "zh-Hant": "報價確認", "en": "Agree on the price"},
    {"zh-Hans": "签收单据", "zh-Hant": "簽收單據", "en": "Hand out the slip"},
)
_PICK_UP = (
    {"zh-Hans": "核对", "zh-Hant": "核對", "en": "Check"},
    {"zh-Hans": "取货", "zh-Hant": "取貨", "en": "Fetch"},
)
_NEEDS = (
    Wanted(
        {"zh-Hans": "维修送修", "zh-Hant": "維修送修", "en": "Repair drop-off"},
        "A",
        "after_sales",
        steps=_REPAIR,
        takes_items=True,
    ),
    Wanted(
        {"zh-Hans": "退换货", "zh-Hant": "退換貨", "en": "Return or exchange"}, "B", "after_sales", takes_items=True
    ),
    Wanted({"zh-Hans": "选购咨询", "zh-Hant": "選購諮詢", "en": "Advice"}, "C", "value_added"),
    Wanted({"zh-Hans": "自提取件", "zh-Hant": "自提取件", "en": "Pick-up"}, "D", "inquiry", priority=1, steps=_PICK_UP),
)
_MINUTES = {"A": 11, "B": 8, "C": 14, "D": 3}
_NAMES = ("王小姐", "陈先生", "", "李女士", "", "周先生")
_GROUND = UUID("0190b5a0-0000-7000-8000-000000000001")


def open_lines(*, at: datetime) -> None:
    """This will open every shop's queue with the needs of a furniture store."""
    manager = _somebody("team_lead")
    hours = Calendar.objects.filter(code="reception").first()
    for store in Store.objects.filter(kind="shop").order_by("code"):
        set_line(
            store_id=store.id,
            calendar_id=hours.id if hours else None,
            is_paused=False,
            viewer=manager,
            at=at,
        )
        for wanted in _NEEDS:
            save_need(store_id=store.id, need_id=None, wanted=wanted, viewer=manager, at=at)


def live(*, at: datetime) -> int:
    """This will play a day of visits to Nanjing before `at`, and leave some people waiting; returns how many came.

    Played again, it doubles nothing.
    """
    clerk, store = _somebody("store_staff"), Store.objects.get(code="nanjing")
    if Visit.objects.filter(store=store).exists():
        return 0
    rng = Random(7)  # noqa: S311  # who comes when, not a secret
    day = _Day(clerk, store, {need.letter: need for need in Need.objects.filter(store=store)}, rng)
    moment = at - timedelta(hours=26)
    while moment < at - timedelta(minutes=40):
        moment = day.one(moment) + timedelta(minutes=day.rng.randint(4, 16))
    for minutes in (26, 19, 11, 6, 2):
        day.comes(at - timedelta(minutes=minutes))
    return Visit.objects.filter(store=store).count()


@dataclass
class _Day:
    clerk: Viewer
    store: Store
    needs: dict[str, Need]
    rng: Random
    count: int = 0

    def comes(self, at: datetime) -> Visit | None:
        self.count += 1
        need = self.needs[self.rng.choice("AAABBCCD")]
        asked = Asked(
            self.store.id,
            need.id,
            uuid5(_GROUND, str(self.count)),
            told=Told(name=self.rng.choice(_NAMES)),
        )
        try:
            return take_number(asked, at=at)
        except LineClosed:
            return None

    def one(self, at: datetime) -> datetime:
        """Somebody comes, and what becomes of it; returns when that was over. All of it at once: the clock, which ends
        yesterday's open numbers, is to see none.
        """
        with transaction.atomic():
            return self._one(at)

    def _one(self, at: datetime) -> datetime:
        visit = self.comes(at)
        called = at + timedelta(minutes=self.rng.randint(1, 15))
        if visit is None:
            return at + timedelta(minutes=30)
        if self.rng.random() < 0.06:
            leave_queue(token=visit.token, at=called)
            return called
        call_next(store_id=self.store.id, counter=str(self.rng.randint(1, 2)), viewer=self.clerk, at=called)
        if self.rng.random() < 0.08:
            note_no_show(visit_id=visit.id, viewer=self.clerk, at=called + timedelta(minutes=2))
            return called
        return self._serve(visit, called + timedelta(seconds=self.rng.randint(20, 90)))

    def _serve(self, visit: Visit, at: datetime) -> datetime:
        begin_serving(visit_id=visit.id, viewer=self.clerk, at=at)
        took = timedelta(minutes=_MINUTES[visit.number[0]] * self.rng.uniform(0.6, 1.6))
        steps = visit.need.steps
        for place, step in enumerate(steps):
            begin_step(visit_id=visit.id, step=step["code"], viewer=self.clerk, at=at + took * place / len(steps))
        finish_visit(visit_id=visit.id, viewer=self.clerk, at=at + took)
        return at + took


def _somebody(role: str) -> Viewer:
    return viewers.of_user(User.objects.filter(grants__role=role).order_by("email")[0])
