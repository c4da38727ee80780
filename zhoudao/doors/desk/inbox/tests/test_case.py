"""An open case: what it shows, what it costs, and what can be done in it."""

import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.vault.models import Unmasking
from zhoudao.rooms.cases.models import Case, CaseLink
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Draft, Message
from zhoudao.rooms.customers.commands import merge_customers
from zhoudao.rooms.staff.models import TeamSettings

SignIn = Callable[[str], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def case(shop: Shop) -> Case:
    """One question in the web chat."""
    return shop.hears("洗衣机不转了，电话13812348000")


def at(case: Case, what: str = "") -> str:
    """An address of the case."""
    return f"/desk/cases/{case.number}/{what}"


def test_opening_a_case_costs_seven_statements_its_page_nine_and_its_panel_a_few_more(
    shop: Shop, case: Case, sign_in: SignIn
) -> None:
    client = sign_in("zhao")
    client.get(at(case), headers=HTMX)

    with CaptureQueriesContext(connection) as opening:
        page = client.get(at(case), headers=HTMX)
    with CaptureQueriesContext(connection) as whole:
        client.get(at(case))
    with CaptureQueriesContext(connection) as beside:
        client.get(at(case, "side/"))

    assert len(opening) <= 7, [statement["sql"][:90] for statement in opening]
    assert len(whole) <= 9, [statement["sql"][:90] for statement in whole]
    assert len(beside) <= 14, "\n".join(statement["sql"][:150] for statement in beside)
    assert "<html" not in page.content.decode()
    assert "138****8000" in page.content.decode()


def test_a_case_has_an_address_of_its_own_with_the_list_around_it(shop: Shop, case: Case, sign_in: SignIn) -> None:
    page = sign_in("zhao").get(at(case) + "?view=open").content.decode()

    assert f'id="row-{case.id}"' in page
    assert 'data-pane="case"' in page


def test_a_reply_waits_five_seconds_and_can_be_taken_back_as_a_draft(shop: Shop, case: Case, sign_in: SignIn) -> None:
    client = sign_in("zhao")
    client.post(at(case, "write/"), {"mode": "reply", "text": "师傅马上到"})
    message = Message.objects.get(direction="out", text="师傅马上到")
    assert message.status == "queued"

    page = client.post(at(case, f"messages/{message.id}/undo/")).content.decode()

    message.refresh_from_db()
    assert message.status == "undone"
    assert "师傅马上到</textarea>" in page
    assert f'id="message-{message.id}"' not in page


def test_nobody_takes_back_what_another_wrote_or_what_is_elsewhere(shop: Shop, case: Case, sign_in: SignIn) -> None:
    sign_in("zhao").post(at(case, "write/"), {"mode": "reply", "text": "师傅马上到"})
    message = Message.objects.get(direction="out", text="师傅马上到")
    other = shop.hears("在吗", who="visitor-2")
    admin = sign_in("admin")

    refused = admin.post(at(case, f"messages/{message.id}/undo/"))

    assert json.loads(refused["HX-Trigger"])["desk:notice"]["bad"]
    assert admin.post(at(other, f"messages/{message.id}/undo/")).status_code == 404
    message.refresh_from_db()
    assert message.status == "queued"


def test_a_note_is_marked_and_never_leaves(shop: Shop, case: Case, sign_in: SignIn) -> None:
    page = sign_in("zhao").post(at(case, "write/"), {"mode": "note", "text": "批次有问题"}).content.decode()

    assert Message.objects.get(text="批次有问题").direction == "note"
    assert "is-note" in page


def test_an_empty_reply_is_refused_in_words_and_changes_nothing(shop: Shop, case: Case, sign_in: SignIn) -> None:
    before = Message.objects.count()

    answer = sign_in("zhao").post(at(case, "write/"), {"mode": "reply", "text": "  "})

    assert answer.status_code == 204
    assert json.loads(answer["HX-Trigger"])["desk:notice"]["bad"]
    assert Message.objects.count() == before


def test_a_draft_is_its_writers_own_and_survives_others(shop: Shop, case: Case, sign_in: SignIn) -> None:
    mine, theirs = sign_in("zhao"), sign_in("admin")
    mine.post(at(case, "draft/"), {"text": "王先生您好", "mode": "reply"})

    theirs.post(at(case, "do/assign/"), {"to": f"member:{shop.cast.people['zhao'].pk}", "reason": "other_skill"})

    assert "王先生您好</textarea>" in mine.get(at(case), headers=HTMX).content.decode()
    assert "王先生您好" not in theirs.get(at(case), headers=HTMX).content.decode()
    mine.post(at(case, "draft/"), {"text": "", "mode": "reply"})
    assert not Draft.objects.exists()


def test_resolving_asks_for_outcome_and_cause(shop: Shop, case: Case, sign_in: SignIn) -> None:
    client = sign_in("zhao")
    assert client.get(at(case, "do/resolve/")).status_code == 200
    assert client.post(at(case, "do/resolve/"), {"outcome": "solved"}).status_code == 422

    done = client.post(at(case, "do/resolve/"), {"outcome": "solved", "cause": "product"})

    case.refresh_from_db()
    assert case.status == "resolved"
    notice = json.loads(done["HX-Trigger"])["desk:notice"]
    assert notice["undo"] == at(case, "do/reopen/")
    client.post(notice["undo"])
    case.refresh_from_db()
    assert case.status == "open"


def test_taking_a_case_from_somebody_needs_a_reason(shop: Shop, case: Case, sign_in: SignIn) -> None:
    client = sign_in("zhao")
    to = {"to": f"member:{shop.cast.people['zhao'].pk}"}
    assert case.owner_id not in (None, shop.cast.people["zhao"].pk)

    assert client.post(at(case, "do/assign/"), to).status_code == 422
    assert client.post(at(case, "do/assign/"), to | {"reason": "more_authority"}).status_code == 200

    case.refresh_from_db()
    assert case.owner == shop.cast.people["zhao"]


@pytest.mark.parametrize(
    ("code", "said", "field", "value"),
    [
        ("classify", {"kind": "complaint", "tier": "urgent"}, "tier", "urgent"),
        ("snooze", {"exact": "2026-03-11T09:00"}, "status", "snoozed"),
    ],
)
def test_actions_change_the_case(
    shop: Shop, case: Case, sign_in: SignIn, code: str, said: dict[str, str], field: str, value: str
) -> None:
    client = sign_in("zhao")
    assert client.get(at(case, f"do/{code}/")).status_code == 200

    assert client.post(at(case, f"do/{code}/"), said).status_code == 200

    case.refresh_from_db()
    assert getattr(case, field) == value


def test_a_moment_that_has_passed_is_no_snooze(shop: Shop, case: Case, sign_in: SignIn) -> None:
    answer = sign_in("zhao").post(at(case, "do/snooze/"), {"exact": "2026-03-09T09:00"})

    assert answer.status_code == 422
    case.refresh_from_db()
    assert case.status != "snoozed"


def test_merging_shows_both_threads_and_can_be_undone(shop: Shop, case: Case, sign_in: SignIn) -> None:
    other = shop.hears("还是不转的事", who="visitor-2")
    client = sign_in("zhao")

    client.post(at(other, "do/merge/"), {"typed": case.number.lower()})
    merged = client.get(at(case), headers=HTMX).content.decode()
    client.post(at(other, "do/unmerge/"))
    apart = client.get(at(case), headers=HTMX).content.decode()

    assert "还是不转的事" in merged
    assert "还是不转的事" not in apart


def test_who_may_only_read_is_offered_nothing_and_refused(shop: Shop, case: Case, sign_in: SignIn) -> None:
    analyst = sign_in("zhou")
    page = analyst.get(at(case), headers=HTMX)

    assert page.context["actions"] == []
    assert "<textarea" not in page.content.decode()
    assert analyst.post(at(case, "do/resolve/"), {"outcome": "solved", "cause": "product"}).status_code == 403
    assert analyst.post(at(case, "write/"), {"text": "您好"}).status_code == 403


def test_seeing_in_clear_is_written_down_with_its_reason(shop: Shop, case: Case, sign_in: SignIn) -> None:
    message = Message.objects.get(direction="in")
    client = sign_in("zhao")
    address = at(case, f"messages/{message.id}/unmask/")
    assert "13812348000" not in client.get(address).content.decode()

    page = client.post(address, {"reason": "回电"}).content.decode()

    assert "13812348000" in page
    assert Unmasking.objects.get().reason == "回电"


def test_presence_is_told_and_needs_the_case(shop: Shop, case: Case, sign_in: SignIn) -> None:
    assert sign_in("zhao").post(at(case, "here/"), {"state": "typing", "mode": "reply"}).status_code == 204
    assert sign_in("sun").post(at(case, "here/"), {"state": "viewing"}).status_code == 404


def test_pages_speak_the_users_language(shop: Shop, case: Case, sign_in: SignIn) -> None:
    client = sign_in("zhao")
    shop.cast.people["zhao"].language = "en"
    shop.cast.people["zhao"].save()

    page = client.get(at(case)).content.decode()

    assert 'lang="en"' in page
    assert "Private note" in page


def test_the_customers_answer_appears_in_the_parts(shop: Shop, case: Case, sign_in: SignIn) -> None:
    client = sign_in("zhao")
    shop.later(minutes=5)
    shop.hears("人呢？", conversation_id=None)
    dispatch.drain()

    page = client.get(at(case, "parts/")).content.decode()

    assert "人呢？" in page
    assert f'hx-target="#row-{case.id}"' in page


def test_another_matter_is_split_off_and_the_split_undone(shop: Shop, case: Case, sign_in: SignIn) -> None:
    shop.later(minutes=1)
    shop.hears("另外发票抬头错了")
    client, message = sign_in("zhao"), Message.objects.get(text="另外发票抬头错了")
    assert str(message.id) in client.get(at(case, "do/split/")).content.decode()
    assert client.post(at(case, "do/split/"), {}).status_code == 422

    done = client.post(at(case, "do/split/"), {"message": [str(message.id)]})

    notice = json.loads(done["HX-Trigger"])["desk:notice"]
    assert f'id="message-{message.id}"' not in done.content.decode()
    new = Case.objects.get(conversation__messages=message)
    assert "do/unsplit/" in client.get(at(new), headers=HTMX).content.decode()
    assert "do/unsplit/" not in client.get(at(case), headers=HTMX).content.decode()
    client.post(notice["undo"])
    assert "另外发票抬头错了" in client.get(at(case), headers=HTMX).content.decode()
    new.refresh_from_db()
    assert new.status == "merged"


def test_a_link_made_by_mistake_is_taken_back(shop: Shop, case: Case, sign_in: SignIn) -> None:
    other, client = shop.hears("在吗", who="visitor-2"), sign_in("zhao")
    assert "do/unlink/" not in client.get(at(case), headers=HTMX).content.decode()
    done = client.post(at(case, "do/link/"), {"typed": other.number})
    assert "do/unlink/" in client.get(at(other), headers=HTMX).content.decode()
    client.post(json.loads(done["HX-Trigger"])["desk:notice"]["undo"])
    assert case.links.count() == 0


def test_a_linked_case_of_another_team_is_not_told_of(shop: Shop, case: Case, sign_in: SignIn) -> None:
    other = shop.hears("衣柜门掉了，想退货", who="visitor-2")
    CaseLink.objects.create(source=case, target=other)
    Case.objects.filter(id=other.id).update(team=shop.cast.teams["after_sales"], owner=shop.cast.people["sun"])
    assert other.number in sign_in("admin").get(at(case, "side/")).content.decode()

    beside = sign_in("zhao").get(at(case, "side/")).content.decode()

    assert other.number not in beside
    assert other.subject not in beside


def test_a_case_is_merged_with_one_of_another_record_of_the_same_person(
    shop: Shop, case: Case, sign_in: SignIn
) -> None:
    other = shop.hears("洗衣机还是不转", who="visitor-2")
    merge_customers(loser_id=other.customer_id, survivor_id=case.customer_id, at=shop.now, by=By("user:x"))
    assert other.number in sign_in("zhao").get(at(case, "do/merge/")).content.decode()


def test_taking_a_case_before_ones_next_one_asks_why(shop: Shop, sign_in: SignIn) -> None:
    TeamSettings.objects.update(pushes=False)
    shop.hears("请问桌子什么时候到？", who="first")
    case = shop.hears("我的椅子呢？", who="second")
    address, wang = f"/desk/cases/{case.number}/do/take/", sign_in("wang")
    asked = wang.post(address)
    assert asked.status_code == 422
    assert "customer_asked" in asked.content.decode()
    assert wang.post(address, {"reason": "customer_asked"}).status_code == 200
    assert Case.objects.get(id=case.id).owner == shop.cast.people["wang"]
