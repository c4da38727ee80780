"""A version may be on trial in some stores: new cases there follow it, the rest and whoever is on the way do not."""

import pytest

from zhoudao.conduct.flows.commands import deploy_flow, pilot_flow, roll_out_flow, start_run
from zhoudao.conduct.flows.models import FlowVersion, PilotStore, Run
from zhoudao.conduct.flows.refusals import AlreadyLive, BeyondYourStores, FlowChangedMeanwhile, StoreNotFound
from zhoudao.conduct.flows.tests.bench import MANAGER, ONE_TASK, Bench
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.ground.eventlog.models import Event
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.events import CaseClassified

pytestmark = pytest.mark.django_db
TWO_TASKS = "start s\nuser look\nuser more\nend e\ns -> look -> more -> e"


def piloted(bench: Bench, *stores: str, lines: str = TWO_TASKS, key: str = "inquiry") -> FlowVersion:
    source = bpmn(lines).replace(b'<process id="p"', f'<process id="{key}"'.encode())
    chosen = [bench.cast.stores[code].id for code in stores]
    return deploy_flow(source=source, by=MANAGER, at=bench.now, stores=chosen)


def opened_in(bench: Bench, store: str) -> Run:
    """Another case, in this store."""
    return bench.opens_another(bench.cast.stores[store])


def test_new_cases_of_the_pilots_stores_follow_it_and_the_others_what_is_live(bench: Bench) -> None:
    live = bench.deploy(ONE_TASK)
    before = opened_in(bench, "nanjing")
    pilot = piloted(bench, "nanjing")
    assert opened_in(bench, "nanjing").version == pilot
    assert opened_in(bench, "web").version == live
    before.refresh_from_db()
    assert before.version == live
    assert not FlowVersion.objects.get(id=pilot.id).is_live


def test_a_pilot_grows_shrinks_and_ends_and_each_change_is_told(bench: Bench) -> None:
    live, pilot = bench.deploy(ONE_TASK), piloted(bench, "nanjing")
    both = [store.id for store in bench.cast.stores.values()]
    pilot_flow(version_id=pilot.id, stores=both, by=MANAGER, at=bench.now)
    assert opened_in(bench, "web").version == pilot
    pilot_flow(version_id=pilot.id, stores=(), by=MANAGER, at=bench.now)
    assert opened_in(bench, "nanjing").version == live
    told = Event.objects.filter(primary_id=pilot.id).order_by("seq").values_list("type", "attributes__stores")
    assert list(told) == [("flows.PilotSet", "nanjing"), ("flows.PilotSet", "nanjing, web"), ("flows.PilotEnded", None)]


def test_a_store_is_in_one_pilot_at_a_time(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    piloted(bench, "nanjing", "web")
    second = piloted(bench, "nanjing", lines=TWO_TASKS.replace("more", "again"))
    assert opened_in(bench, "nanjing").version == second
    assert PilotStore.objects.count() == 2


def test_rolled_out_it_is_live_for_all_and_the_pilot_is_over(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    pilot = piloted(bench, "nanjing")
    roll_out_flow(version_id=pilot.id, by=MANAGER, at=bench.now)
    assert [opened_in(bench, store).version for store in ("web", "nanjing")] == [pilot, pilot]
    assert not PilotStore.objects.exists()
    with pytest.raises(AlreadyLive):
        pilot_flow(version_id=pilot.id, stores=[bench.cast.stores["web"].id], by=MANAGER, at=bench.now)


def test_a_new_version_for_all_leaves_a_running_pilot_alone(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    pilot = piloted(bench, "nanjing")
    third = bench.deploy(ONE_TASK.replace("查看", "看"))
    assert [opened_in(bench, store).version for store in ("web", "nanjing")] == [third, pilot]


def test_a_flow_that_is_only_piloted_begins_only_there(bench: Bench) -> None:
    pilot = piloted(bench, "nanjing")
    assert opened_in(bench, "nanjing").version == pilot
    with pytest.raises(Run.DoesNotExist):
        opened_in(bench, "web")


def test_a_called_flow_and_a_flow_begun_by_a_message_follow_the_cases_store(bench: Bench) -> None:
    bench.deploy("start s\nuser old\nend e\ns -> old -> e", key="inner")
    piloted(bench, "nanjing", lines="start s\nuser new\nend e\ns -> new -> e", key="inner")
    bench.deploy("start s\ncall c calls=inner\nend e\ns -> c -> e")
    opened_in(bench, "nanjing")
    opened_in(bench, "web")
    assert bench.open_elements() == ["new", "old"]


def test_a_case_of_another_kind_follows_its_stores_version_of_that_kind(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    pilot = piloted(bench, "web", key="complaint")
    bench.opens()
    bench.case.kind = "complaint"
    bench.case.save()
    bench.happens(CaseClassified("complaint", "regular", "inquiry", "regular"))
    assert Run.objects.latest("started_at", "id").version == pilot


def test_who_looks_after_one_store_decides_for_that_store_only(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    web, nanjing = bench.cast.stores["web"].id, bench.cast.stores["nanjing"].id
    source = bpmn(TWO_TASKS).replace(b'<process id="p"', b'<process id="inquiry"')
    for stores in ([], [web], [web, nanjing]):
        with pytest.raises(BeyondYourStores):
            deploy_flow(source=source, by=MANAGER, at=bench.now, stores=stores, reach={nanjing})
    made = deploy_flow(source=source, by=MANAGER, at=bench.now, stores=[nanjing], reach={nanjing})
    with pytest.raises(BeyondYourStores):
        roll_out_flow(version_id=made.id, by=MANAGER, at=bench.now, reach={nanjing})
    with pytest.raises(BeyondYourStores):
        pilot_flow(version_id=made.id, stores=[web], by=MANAGER, at=bench.now, reach={nanjing})


def test_a_store_that_does_not_exist_leaves_everything_as_it_was(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    with pytest.raises(StoreNotFound):
        deploy_flow(source=bpmn(TWO_TASKS), by=MANAGER, at=bench.now, stores=[uuid7()])
    assert FlowVersion.objects.count() == 1


def test_who_did_not_see_the_newest_version_is_told_before_deploying_over_it(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    newest = bench.deploy(TWO_TASKS)
    source = bpmn(ONE_TASK).replace(b'<process id="p"', b'<process id="inquiry"')
    with pytest.raises(FlowChangedMeanwhile) as refused:
        deploy_flow(source=source, by=MANAGER, at=bench.now, seen=1)
    assert refused.value.newest == newest
    assert deploy_flow(source=source, by=MANAGER, at=bench.now, seen=2).version == 3


def test_a_run_begun_by_a_program_follows_its_objects_store(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    pilot = piloted(bench, "web")
    run = start_run(key="inquiry", object_type="case", object_id=bench.case.id, data={}, at=bench.now, by=MANAGER)
    assert (run.version, run.store) == (pilot, bench.cast.stores["web"])
