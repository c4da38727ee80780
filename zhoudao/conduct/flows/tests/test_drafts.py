"""What managers draw is kept on the server; who saves too late loses nothing and overwrites nothing."""

from typing import Any

import pytest

from zhoudao.conduct.flows.commands import begin_flow, deploy_draft, drop_draft, drop_kept_copy, save_draft
from zhoudao.conduct.flows.models import FlowDraft, FlowVersion
from zhoudao.conduct.flows.refusals import (
    DraftChangedMeanwhile,
    DraftNotFound,
    DraftUnreadable,
    FlowChangedMeanwhile,
    FlowExists,
    FlowNotSound,
)
from zhoudao.conduct.flows.tests.bench import ONE_TASK, Bench
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By

pytestmark = pytest.mark.django_db
TWO_TASKS = "start s\nuser look\nuser more\nend e\ns -> look -> more -> e"


def flow(lines: str) -> bytes:
    return bpmn(lines).replace(b'<process id="p"', b'<process id="inquiry"')


def saves(bench: Bench, name: str, lines: str, revision: int, **more: Any) -> FlowDraft:
    user = bench.cast.people[name]
    by = By(f"user:{user.pk}")
    return save_draft(
        key="inquiry", source=flow(lines), revision=revision, by=by, at=bench.now, user_id=user.pk, **more
    )


def shared() -> bytes:
    return bytes(FlowDraft.objects.get(owner=None).source)


def test_a_drawing_is_kept_at_every_save_and_told_once_a_person(bench: Bench) -> None:
    base = bench.deploy(ONE_TASK)
    first = saves(bench, "admin", TWO_TASKS, 0, began_with=base.id)
    assert (first.base, first.seen, first.revision) == (base, 1, 1)
    second = saves(bench, "admin", ONE_TASK, 1)
    assert saves(bench, "admin", ONE_TASK, 2).revision == second.revision == 2
    saves(bench, "zhao", TWO_TASKS, 2)
    assert Event.objects.filter(type="flows.DraftSaved").count() == 2


def test_the_second_save_is_refused_and_both_drawings_are_there(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    saves(bench, "admin", ONE_TASK, 0)
    saves(bench, "admin", TWO_TASKS, 1)
    late = TWO_TASKS.replace("more", "other")
    with pytest.raises(DraftChangedMeanwhile) as refused:
        saves(bench, "zhao", late, 1)
    assert refused.value.draft.saved_by == f"user:{bench.cast.people['admin'].pk}"
    assert shared() == flow(TWO_TASKS)
    assert bytes(FlowDraft.objects.get(owner=bench.cast.people["zhao"]).source) == flow(late)


def test_two_who_begin_at_once_do_not_overwrite_each_other(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    saves(bench, "admin", TWO_TASKS, 0)
    with pytest.raises(DraftChangedMeanwhile):
        saves(bench, "zhao", ONE_TASK, 0)
    assert shared() == flow(TWO_TASKS)


def test_who_knows_of_the_other_drawing_may_replace_it_and_its_author_keeps_it(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    saves(bench, "admin", TWO_TASKS, 0)
    with pytest.raises(DraftChangedMeanwhile):
        saves(bench, "zhao", ONE_TASK, 0)
    saves(bench, "zhao", ONE_TASK, 1, replaces=True)
    assert shared() == flow(ONE_TASK)
    kept = FlowDraft.objects.exclude(owner=None).get()
    assert (kept.owner, bytes(kept.source)) == (bench.cast.people["admin"], flow(TWO_TASKS))


def test_what_was_deployed_or_thrown_away_meanwhile_is_kept_for_who_still_drew(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    saves(bench, "admin", TWO_TASKS, 0)
    drop_draft(key="inquiry", revision=1, by=By("user:x"), at=bench.now)
    with pytest.raises(DraftNotFound):
        saves(bench, "zhao", ONE_TASK, 1)
    assert bytes(FlowDraft.objects.get().source) == flow(ONE_TASK)
    drop_kept_copy(key="inquiry", user_id=bench.cast.people["zhao"].pk, by=By("user:x"), at=bench.now)
    assert not FlowDraft.objects.exists()
    assert Event.objects.filter(type="flows.DraftDropped").count() == 2


def test_a_drawing_becomes_a_version_and_is_gone(bench: Bench) -> None:
    base = bench.deploy(ONE_TASK)
    saves(bench, "admin", TWO_TASKS, 0, began_with=base.id)
    with pytest.raises(DraftChangedMeanwhile):
        deploy_draft(key="inquiry", revision=9, by=By("user:x"), at=bench.now)
    made = deploy_draft(key="inquiry", revision=1, by=By("user:x"), at=bench.now, note=" why ")
    assert (made.version, made.is_live, made.note, bytes(made.source)) == (2, True, "why", flow(TWO_TASKS))
    assert not FlowDraft.objects.exists()


def test_an_unsound_drawing_is_kept_but_not_deployed(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    saves(bench, "admin", "start s\nuser lonely\nend e\ns -> e", 0)
    with pytest.raises(FlowNotSound):
        deploy_draft(key="inquiry", revision=1, by=By("user:x"), at=bench.now)
    assert FlowDraft.objects.count() == 1


def test_a_version_deployed_meanwhile_is_not_overwritten_unseen(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    saves(bench, "admin", TWO_TASKS, 0)
    bench.deploy(ONE_TASK.replace("查看", "看"))
    with pytest.raises(FlowChangedMeanwhile):
        deploy_draft(key="inquiry", revision=1, by=By("user:x"), at=bench.now)
    assert FlowDraft.objects.count() == 1
    assert deploy_draft(key="inquiry", revision=1, by=By("user:x"), at=bench.now, seen=2).version == 3


@pytest.mark.parametrize(
    "source",
    [
        b"GIF89a",
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b"<a/>",
        bpmn(ONE_TASK),
        b"<a>" + b" " * 5_000_000 + b"</a>",
    ],
    ids=["no XML", "a DOCTYPE", "no flow", "another flow", "five megabytes"],
)
def test_what_is_no_drawing_of_this_flow_is_refused_and_the_drawing_stays(bench: Bench, source: bytes) -> None:
    bench.deploy(ONE_TASK)
    saves(bench, "admin", TWO_TASKS, 0)
    user = bench.cast.people["admin"]
    with pytest.raises(DraftUnreadable):
        save_draft(key="inquiry", source=source, revision=1, by=By("user:x"), at=bench.now, user_id=user.pk)
    assert shared() == flow(TWO_TASKS)


def test_a_new_flow_begins_with_its_start_under_a_key_of_its_own(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    draft = begin_flow(key="loan_device", name='Loan <& "device"', by=By("user:x"), at=bench.now)
    assert (draft.base, FlowVersion.objects.count()) == (None, 1)
    for taken in ("inquiry", "loan_device"):
        with pytest.raises(FlowExists):
            begin_flow(key=taken, name="x", by=By("user:x"), at=bench.now)
    for wrong in ("", "Big", "1st", "a-b", "x" * 60):
        with pytest.raises(DraftUnreadable):
            begin_flow(key=wrong, name="x", by=By("user:x"), at=bench.now)
