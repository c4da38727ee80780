"""Batches at the desk: rates open their returns, little knowledge is said, a notice of one stops and tells of it."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.aftersales.tests.test_returns import shop, somebody, text
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.commands.stopping import stopped_batches
from zhoudao.rooms.parcels.models import ParcelBatch, ParcelLine
from zhoudao.rooms.quality.models import Owner, QualityNotice, Word
from zhoudao.rooms.quality.tests.goods import arrived, back, bazaar, sold
from zhoudao.rooms.quality.tests.test_batches import labelled
from zhoudao.rooms.stock.commands.naming import ask_batch, name_item

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)
PATH, NOTICES = "/desk/quality/", "/desk/quality/notices/"
TEXTS = {"text-zh-Hans": "请停用", "text-zh-Hant": "請停用", "text-en": "Stop using it"}


def chairs(shop: Shop, batches: Mapping[str, int], *, faulty: str = "") -> None:
    """Chairs that arrived three weeks ago, packed as batches (empty: nobody said which); one of `faulty` came back."""
    for batch, count in batches.items():
        for n in range(count):
            order = sold(shop.now - timedelta(days=25), CH_1=1)
            parcel = arrived(order, shop.now - timedelta(days=21, minutes=n), {"CH-1": 1})
            if batch:
                ParcelBatch.objects.create(line=ParcelLine.objects.get(parcel=parcel), batch=batch, quantity=1)
            if batch == faulty and not n:
                back(order.lines.get(), [0], "quality", shop.now - timedelta(days=20))


def opened(boss: Client) -> QualityNotice:
    boss.post(f"{NOTICES}open/", {"sku": "CH-1", "batch": "批号 b2", "words": "腿松了"})
    return QualityNotice.objects.get()


def test_every_number_of_a_batch_opens_its_very_returns(shop: Shop) -> None:
    bazaar(Random(2), shop.now)
    labelled(Random(2))
    lead = somebody("team_lead")
    found = lead.get(PATH).context["batches"]
    opened_any = 0
    for group in found:
        for line in [*group.lines, group.unknown]:
            rows = lead.get(line.address).context["rows"]
            assert len(rows) == min(line.batch.returns, 25)
            faulty = lead.get(line.fault_address).context["rows"]
            assert bool(faulty) == bool(line.batch.faults.hits)
            assert bool(lead.get(line.found_address).context["rows"]) == bool(line.batch.found)
            opened_any += len(rows)
    assert opened_any


def test_it_says_of_how_much_the_batch_is_known_and_warns_where_that_is_little(shop: Shop) -> None:
    chairs(shop, {"B2": 2, "": 8}, faulty="B2")
    page = text(somebody("team_lead").get(PATH))
    assert "The batch is known of 2 of 10 pieces delivered (20.0%)" in page
    assert "these rates say little of the whole product" in page
    chairs(shop, {"A1": 10})
    page = text(somebody("team_lead").get(PATH))
    assert "The batch is known of 12 of 20 pieces" in page
    assert "these rates say little" not in page


def test_where_nobody_says_a_batch_it_is_said_how_that_begins(shop: Shop) -> None:
    chairs(shop, {"": 2})
    assert "that is set on the page of bins" in text(somebody("team_lead").get(PATH))


def test_as_a_file_it_says_the_same_and_that_it_was_taken_is_known(shop: Shop) -> None:
    bazaar(Random(2), shop.now)
    labelled(Random(2))
    lead = somebody("team_lead")
    groups = lead.get(PATH).context["batches"]
    answer = lead.get(f"{PATH}batches/file/")
    rows = [row.split(",") for row in answer.content.decode("utf-8-sig").strip().splitlines()]
    assert len({len(row) for row in rows}) == 1
    known = [row for row in rows[1:] if row[2]]
    assert sum(int(row[3]) for row in known) == sum(group.known.share.hits for group in groups)
    assert len(rows) - 1 - len(known) == len(groups), "and one row each of what is not known"
    assert Event.objects.filter(type="targets.FiguresExported", attributes__what="batches").count() == 1
    assert lead.get(f"{PATH}batches/file/", {"format": "xlsx"}).content[:2] == b"PK"
    assert lead.get(f"{PATH}batches/file/", {"format": "exe"}).status_code == 400
    assert somebody("agent").get(f"{PATH}batches/file/").status_code == 403


def test_the_page_with_batches_stays_within_twelve_statements(shop: Shop) -> None:
    bazaar(Random(2), shop.now)
    labelled(Random(2))
    lead = somebody("team_lead")
    lead.get(PATH)
    with CaptureQueriesContext(connection) as asked:
        assert lead.get(PATH).context["batches"]
    assert len(asked) <= 12, [one["sql"][:90] for one in asked]


def test_a_notice_of_a_batch_names_it_and_stops_it_alone_where_packing_asks(shop: Shop) -> None:
    chairs(shop, {"A1": 3, "B2": 3}, faulty="B2")
    name_item(sku="CH-1", names={"en": "Chair"})
    boss = somebody("process_manager")
    notice = opened(boss)
    here = f"{NOTICES}{notice.number}/"
    assert notice.batch == "B2"
    page = text(boss.get(here))
    assert "Faulty in 1 of 3 order lines with batch B2" in page
    assert "of all of it before that, in 0 of 3" in page
    assert "Stop this batch" not in page
    assert boss.post(f"{here}act/", {"do": "stop_batch"}).status_code == 422
    ask_batch(sku="CH-1", is_asked=True)
    page = text(boss.post(f"{here}act/", {"do": "stop_batch"}, follow=True))
    assert "Batch B2 is stopped since" in page
    assert stopped_batches(["CH-1"]) == {"CH-1": {"B2"}}
    assert "B2" in text(boss.get(NOTICES))
    boss.post(f"{here}act/", {"do": "sell"})
    assert stopped_batches(["CH-1"]) == {}
    refused = boss.post(f"{NOTICES}open/", {"sku": "CH-1", "batch": "?", "words": "x"})
    assert (refused.status_code, "A batch is letters" in text(refused)) == (422, True)


def test_who_got_the_batch_and_whose_nobody_knows_are_two_lists_and_two_words(shop: Shop) -> None:
    chairs(shop, {"A1": 1, "B2": 2, "": 3}, faulty="B2")
    boss = somebody("process_manager")
    notice = opened(boss)
    here = f"{NOTICES}{notice.number}/"
    assert len(boss.get(f"{here}recall/").context["rows"]) == 2
    unknown = boss.get(f"{here}recall/", {"batch": "-"})
    assert len(unknown.context["rows"]) == 3
    assert "may be of this one or of another" in text(unknown)
    rows = boss.get(f"{here}recall/file/?batch=-").content.decode("utf-8-sig").strip().splitlines()
    assert {row.split(",")[-1] for row in rows[1:]} == {"Batch not known"}
    today = shop.now.date()
    days: dict[str, Any] = {"first": str(today - timedelta(days=30)), "last": str(today)}
    page = text(boss.post(f"{here}act/", {"do": "tell", **days, **TEXTS}, follow=True))
    assert "Only those are told who got batch B2" in page
    assert "also where the batch is not known" not in page
    assert Owner.objects.count() == 1, "all of them are Miss Wang's"
    boss.post(f"{here}act/", {"do": "tell_no_more"})
    page = text(boss.post(f"{here}act/", {"do": "tell", "unknown": "yes", **days, **TEXTS}, follow=True))
    assert "also where the batch is not known" in page
    assert list(Word.objects.order_by("id").values_list("to_unknown", flat=True)) == [False, True]
