"""Who sets which target, what is frozen with it, and that nobody overwrites what they have not seen."""

from datetime import timedelta
from typing import Any

import pytest

from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.tests.shop import TUESDAY, Shop, open_shop
from zhoudao.rooms.targets import refusals
from zhoudao.rooms.targets.commands import Wanted, end_target, set_target
from zhoudao.rooms.targets.models import Target
from zhoudao.rooms.targets.queries import past_targets
from zhoudao.rooms.targets.tests.days import TODAY, lived, together

pytestmark = pytest.mark.django_db(transaction=True)
CODE = "cases.first_reply"
GOAL = Wanted(30.0, reason="客户等得太久")


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def aims(shop: Shop, wanted: Wanted = GOAL, **said: Any) -> Target:
    """The administrator sets a target of the company."""
    given: dict[str, Any] = {"code": CODE, "store_id": None, "seen": None, "viewer": shop.viewer("admin")} | said
    return set_target(wanted=wanted, at=shop.now, **given)


def lead_of(shop: Shop, **place: Any) -> Viewer:
    """王芳 leads a place."""
    person = shop.cast.people["wang"]
    person.grants.all().delete()
    Grant.objects.create(user=person, role="team_lead", **place)
    return viewers.of_user(type(person).objects.get(pk=person.pk))


def test_what_was_usual_when_it_was_set_stays_with_the_target(shop: Shop) -> None:
    lived(CODE, [10.0, 20.0, 30.0] * 10)
    target = aims(shop)
    lived(CODE, [500.0] * 30)
    kept = Target.objects.get(id=target.id)
    assert kept.base is not None
    assert (kept.base.middle, kept.base.days, kept.base_until) == (20.0, 28, TODAY - timedelta(days=1))
    assert kept.base.spread == pytest.approx(14.826)
    assert (kept.reason, kept.set_by.name) == ("客户等得太久", "管理员")


def test_a_figure_that_was_hardly_measured_gets_a_target_without_a_baseline(shop: Shop) -> None:
    lived(CODE, [10.0] * 6)
    assert aims(shop).base is None


def test_a_changed_target_is_a_new_one_and_what_was_stays(shop: Shop) -> None:
    first = aims(shop)
    second = aims(shop, Wanted(20.0, reason="再快一点"), seen=first.id)
    end_target(code=CODE, store_id=None, seen=second.id, viewer=shop.viewer("admin"), at=shop.later(hours=1))
    assert [one.id for one in past_targets(CODE, None)] in ([second.id, first.id], [first.id, second.id])
    assert not Target.objects.filter(ended_at=None).exists()
    told = list(Event.objects.filter(type__startswith="targets.").order_by("id").values_list("type", "attributes"))
    assert [type_ for type_, _ in told] == ["targets.TargetSet", "targets.TargetSet", "targets.TargetEnded"]
    assert (told[1][1]["before"], told[1][1]["value"]) == (30.0, 20.0)
    assert "再快一点" not in str(told)
    aims(shop)  # and it may have one again


def test_whoever_has_not_seen_the_target_in_force_changes_nothing(shop: Shop) -> None:
    first = aims(shop)
    for seen in (None, shop.cast.people["wang"].pk):
        with pytest.raises(refusals.TargetChanged):
            aims(shop, seen=seen)
        with pytest.raises(refusals.TargetChanged):
            end_target(code=CODE, store_id=None, seen=seen, viewer=shop.viewer("admin"), at=shop.now)
    assert Target.objects.get(ended_at=None).id == first.id
    end_target(code=CODE, store_id=None, seen=first.id, viewer=shop.viewer("admin"), at=shop.now)
    with pytest.raises(refusals.NoTarget):
        end_target(code=CODE, store_id=None, seen=None, viewer=shop.viewer("admin"), at=shop.now)


@pytest.mark.parametrize("is_first", [True, False])
def test_of_two_who_set_it_at_once_one_does_and_the_other_is_told(shop: Shop, is_first: bool) -> None:
    seen = None if is_first else aims(shop).id
    answers = together(*(lambda n=n: aims(shop, Wanted(n, reason="想好了"), seen=seen) for n in (10.0, 20.0, 25.0)))
    assert sorted(type(one).__name__ for one in answers) == ["Target", "TargetChanged", "TargetChanged"]
    [won] = [one for one in answers if isinstance(one, Target)]
    assert Target.objects.get(ended_at=None).value == won.value


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (Wanted(-1.0, reason="x"), refusals.TargetUnsound),
        (Wanted(float("nan"), reason="x"), refusals.TargetUnsound),
        (Wanted(float("inf"), reason="x"), refusals.TargetUnsound),
        (Wanted(5.0, needed=0, of=5, reason="x"), refusals.RuleUnsound),
        (Wanted(5.0, needed=6, of=5, reason="x"), refusals.RuleUnsound),
        (Wanted(5.0, needed=3, of=15, reason="x"), refusals.RuleUnsound),
        (Wanted(5.0, reason="  "), refusals.ReasonMissing),
    ],
)
def test_what_makes_no_sense_is_refused(shop: Shop, wanted: Wanted, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        aims(shop, wanted)
    with pytest.raises(refusals.TargetUnsound):
        aims(shop, Wanted(1.01, reason="x"), code="cases.promises_kept")
    with pytest.raises(refusals.NoBetterWay):
        aims(shop, code="cases.opened")
    for code in ("cases.longest_wait", "cases.nonsense"):
        with pytest.raises(refusals.FigureUnknown):
            aims(shop, code=code)
    assert not Target.objects.exists()


def test_a_place_is_aimed_for_by_who_leads_all_of_it(shop: Shop) -> None:
    web, nanjing = shop.cast.stores["web"], shop.cast.stores["nanjing"]
    of_team = lead_of(shop, team=shop.cast.teams["reception"])
    of_both = lead_of(shop, team=shop.cast.teams["reception"], store=web)
    of_store = lead_of(shop, store=web)
    for viewer, store_id in ((of_team, None), (of_team, web.id), (of_both, web.id), (of_store, None)):
        with pytest.raises(refusals.NotTheirsToSet):
            aims(shop, viewer=viewer, store_id=store_id)
    with pytest.raises(refusals.NotTheirsToSet):
        aims(shop, viewer=of_store, store_id=nanjing.id)
    with pytest.raises(refusals.NotTheirsToSet):
        aims(shop, viewer=shop.viewer("zhou"))  # an analyst sees all and decides nothing
    assert aims(shop, viewer=of_store, store_id=web.id).store_id == web.id
    assert aims(shop, viewer=shop.viewer("admin"), store_id=nanjing.id).store_id == nanjing.id
    web.closed_at = TUESDAY
    web.save()
    with pytest.raises(refusals.FigureUnknown):
        aims(shop, store_id=web.id)


def test_a_number_of_a_customer_in_the_reason_is_masked(shop: Shop) -> None:
    assert "13912345678" not in aims(shop, Wanted(5.0, reason="王小姐 13912345678 抱怨")).reason
