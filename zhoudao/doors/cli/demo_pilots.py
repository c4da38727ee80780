"""The demo company's running pilot: two stores answer with templates of their own, beside four that do not."""

from datetime import datetime, timedelta

from zhoudao.conduct.pilots.commands import Plan, choose_stores, plan_pilot, start_pilot, tick_item
from zhoudao.ground.accounts.models import Store, User
from zhoudao.ground.accounts.viewer import of_user
from zhoudao.ground.installation import clock

_PLANNED, _RUNS = timedelta(days=12), timedelta(days=7)
_PILOTS, _CONTROLS = ("hangzhou", "nanjing"), ("shanghai-jingan", "chengdu", "guangzhou", "beijing")


def try_templates(*, at: datetime) -> None:
    """This will plan it, tick its list and start it a week ago, as the process manager."""
    manager = User.objects.filter(grants__role="process_manager").order_by("id").first()
    stores = dict(Store.objects.filter(code__in=[*_PILOTS, *_CONTROLS]).values_list("code", "id"))
    if manager is None or len(stores) < len(_PILOTS) + len(_CONTROLS):
        return
    viewer, planned = of_user(manager), at - _PLANNED
    plan = Plan(
        name="门店自有答复模板",
        question="用门店自己的模板，客户是否更快得到答复？",
        change="杭州、南京两店用自己写的模板答复常见咨询",
        kind="inquiry",
        outcomes=("first_reply", "satisfaction", "reopened"),
        least=0.1,
        start_date=(at - _RUNS).astimezone(clock.zone()).date(),
        weeks=6,
        owner_id=manager.pk,
    )
    pilot = plan_pilot(plan=plan, viewer=viewer, at=planned)
    sides = {"pilots": [stores[code] for code in _PILOTS], "controls": [stores[code] for code in _CONTROLS]}
    choose_stores(pilot_id=pilot.id, viewer=viewer, at=planned, **sides)
    for item in pilot.items.filter(stage="prepare"):
        tick_item(pilot_id=pilot.id, item_id=item.id, is_done=True, viewer=viewer, at=planned)
    start_pilot(pilot_id=pilot.id, viewer=viewer, at=at - _RUNS)
