"""Labels at the packing table: asked for and recorded, made by a job, opened by whoever asked; read back by a scanner
of our own from the PDF's drawing.
"""

import re
import zlib
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest

from zhoudao.doors.desk.counter.tests.conftest import open_shop, shop, sign_in
from zhoudao.doors.desk.fulfilment import tasks
from zhoudao.doors.desk.fulfilment.tests.test_packing import PATH, does, scan
from zhoudao.doors.desk.fulfilment.tests.test_picking import Signs, depot, text
from zhoudao.doors.desk.handbooks.tests.test_pages import needs_pango
from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.files.models import StoredFile
from zhoudao.ground.vault.models import DataKey, Unmasking
from zhoudao.kit.code128 import QUIET_ZONE
from zhoudao.kit.tests.test_code128 import read_dots
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.fulfilment.commands.sheets import forget_sheets
from zhoudao.rooms.fulfilment.models import LabelSheet, Tote
from zhoudao.rooms.fulfilment.privacy import KEEPER
from zhoudao.rooms.fulfilment.tests.depot import SONG, Depot
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.models import Order

__all__ = ["depot", "open_shop", "shop", "sign_in"]


def packed(depot: Depot, client: Any, count: int = 1) -> list[Tote]:
    """So many parcels of two lamps, of one wave."""
    for _ in range(count):
        depot.order(LP_7=2)
    wave = depot.wave()
    depot.pick_all(wave)
    totes = list(Tote.objects.filter(wave=wave).select_related("order").order_by("rank"))
    for tote in totes:
        scan(client, tote, "LP-7", "2")
        does(client, tote, "weigh", box="small", grams="900")
    return totes


def asked(client: Any, tote: Tote, **said: str) -> str:
    address: str = client.post(f"{PATH}totes/{tote.id}/label/", said)["Location"]
    return address


def sheet_of(address: str) -> LabelSheet:
    return LabelSheet.objects.get(id=address.rstrip("/").rpartition("/")[2])


def made(client: Any, address: str) -> bytes:
    """The PDF behind an address, once its job ran."""
    tasks.print_labels(address.rstrip("/").rpartition("/")[2])
    content: bytes = client.get(address).content
    return content


def streams_of(pdf: bytes) -> Iterator[str]:
    """Everything in a PDF that is written in words."""
    for stream in re.findall(rb"stream\r?\n(.*?)\nendstream", pdf, re.DOTALL):  # its last byte may be a \r
        yield zlib.decompressobj().decompress(stream).decode("latin-1")


def bars_of(pdf: bytes) -> list[str]:
    """What scanners read on each page, from left to right, out of the rectangles that are drawn."""
    said = []
    for drawn in streams_of(pdf):
        for one in re.findall(r"(?:[\d.]+ 0(?:\.0)? m\n.*?h\n)+", drawn, re.DOTALL):
            lefts = [float(x) for x in re.findall(r"^([\d.]+) 0(?:\.0)? m$", one, re.MULTILINE)]
            if len(lefts) > 8:
                said.append(read_dots(_dots(one)))
    return said


def _dots(drawn: str) -> str:
    edges = re.findall(r"^([\d.]+) 0(?:\.0)? m\n([\d.]+) 0(?:\.0)? l$", drawn, re.MULTILINE)
    bars = [(round(float(left)), round(float(right))) for left, right in edges]
    row = ["0"] * (bars[-1][1] - QUIET_ZONE)
    for (left, right), (then, _) in pairwise([*bars, (bars[-1][1], 0)]):
        assert left < right <= then
        row[left - QUIET_ZONE : right - QUIET_ZONE] = "1" * (right - left)
    return "".join(row)


def test_a_label_is_asked_for_recorded_made_and_opened(depot: Depot, sign_in: Signs) -> None:
    needs_pango()
    song = sign_in("song")
    [tote] = packed(depot, song)
    address = asked(song, tote, carrier="sf", tracking_number="sf 1234 5678 9012")
    waiting = text(song.get(address))
    assert 'hx-trigger="load delay:300ms"' in waiting
    assert "label" not in song.get(address)["Content-Type"]
    assert Unmasking.objects.get().reason == f"label {tote.code}"
    assert Event.objects.get(type="orders.RecipientSeen").primary_id == tote.order_id
    pdf = made(song, address)
    got = song.get(address)
    assert (got["Content-Type"], got["Content-Disposition"][:6]) == ("application/pdf", "inline")
    assert got["Cache-Control"] == "private, no-store"
    assert song.get(address, headers={"HX-Request": "true"})["HX-Redirect"] == address
    assert bars_of(pdf) == ["SF123456789012", tote.code]
    page = text(song.get(f"{PATH}totes/{tote.id}/"))
    assert 'value="SF123456789012"' in page, "the number need not be typed twice"
    assert song.post(f"{PATH}pack/", {"text": "sf123456789012"})["Location"] == f"{PATH}totes/{tote.id}/"
    does(song, tote, "leave", carrier="sf", tracking_number="SF123456789012")
    assert "再打一次面单" in text(song.get(f"{PATH}totes/{tote.id}/"))
    again = asked(song, tote)
    assert again != address
    assert bars_of(made(song, again)) == ["SF123456789012", tote.code]
    assert Unmasking.objects.count() == 2, "each print is recorded"


def test_what_stands_on_it(depot: Depot, sign_in: Signs, shop: Shop) -> None:
    song = sign_in("song")
    [tote] = packed(depot, song)
    html = tasks.html_of(sheet_of(asked(song, tote, carrier="zto")))
    assert "100mm 150mm" in html
    assert "中通快递" in html, "the carrier is known, its number is not"
    assert "1/1" in html
    assert tote.order.number in html
    assert "西湖区" in html
    assert "buyer-1" not in html, "a name is masked"
    assert "1380000" not in html, "a phone is masked"
    assert song.post(f"{PATH}labels/", {"place": "east", "format": "100x100", "person": "whole"}).status_code == 403
    lead = User.objects.create_user(email="lead@example.com", password="x" * 14, name="组长")
    Grant.objects.create(user=lead, role="team_lead")
    shop.cast.people["lead"] = lead
    assert "label-setup" in text(sign_in("lead").get(f"{PATH}pack/"))
    wrong = sign_in("lead").post(f"{PATH}labels/", {"place": "east", "format": "a4"}, follow=True)
    assert "面单" in text(wrong)
    sign_in("lead").post(f"{PATH}labels/", {"place": "east", "format": "100x100", "person": "whole"})
    html = tasks.html_of(sheet_of(asked(song, tote)))
    assert "100mm 100mm" in html
    assert "buyer-1" in html, "our own driver rings the bell"
    assert sign_in("lead").post(f"{PATH}labels/", {"place": "x", "format": "100x100"}).status_code == 404


def test_two_parcels_of_an_order_say_which_is_which(depot: Depot, sign_in: Signs) -> None:
    song = sign_in("song")
    [tote] = packed(depot, song)
    Order.objects.get().parcels.create(id=uuid4(), carrier="sf", tracking_number="SF777777", handed_over_at=depot.now)
    html = tasks.html_of(sheet_of(asked(song, tote)))
    assert re.search(r">[12]/2<", html)


def test_a_whole_waves_labels_are_one_file_without_the_stopped(depot: Depot, sign_in: Signs) -> None:
    needs_pango()
    song = sign_in("song")
    totes = packed(depot, song, 3)
    cancel_order(order_id=totes[1].order_id, reason="customer", by=SONG, at=depot.now)
    wave = totes[0].wave_id
    assert "打面单" in text(song.get(f"{PATH}{wave}/")) or "面单" in text(song.get(f"{PATH}{wave}/"))
    pdf = made(song, song.post(f"{PATH}{wave}/labels/")["Location"])
    assert bars_of(pdf) == [totes[0].code, totes[2].code]
    sizes = [one for words in streams_of(pdf) for one in re.findall(r"/MediaBox ?\[([^]]+)\]", words)]
    in_mm = [[round(float(edge) / 72 * 25.4, 1) for edge in size.split()] for size in sizes]
    assert in_mm == [[0, 0, 100, 150]] * 2
    assert Unmasking.objects.count() == 2
    depot.order(RG_3=1)
    fresh = depot.wave()
    assert "没有" in text(song.post(f"{PATH}{fresh.id}/labels/", follow=True))


def test_a_number_stands_on_one_label_only(depot: Depot, sign_in: Signs) -> None:
    song = sign_in("song")
    one, other = packed(depot, song, 2)
    asked(song, one, carrier="sf", tracking_number="SF55667788")
    refused = text(
        song.post(f"{PATH}totes/{other.id}/label/", {"carrier": "sf", "tracking_number": "SF55667788"}, follow=True)
    )
    assert "运单号" in refused
    does(song, one, "again")
    assert Tote.objects.get(id=one.id).tracking_number == "", "a parcel that is opened needs a new label"
    assert "labels/" in asked(song, other, carrier="sf", tracking_number="SF55667788")
    bad = song.post(f"{PATH}totes/{other.id}/label/", {"carrier": "sf", "tracking_number": "x"}, follow=True)
    assert "4" in text(bad)
    assert Tote.objects.get(id=other.id).tracking_number == "SF55667788"


def test_labels_are_their_askers_alone_for_a_day(depot: Depot, sign_in: Signs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "pdf_of", lambda _html: b"%PDF-1.7 made")
    song = sign_in("song")
    [tote] = packed(depot, song)
    address = asked(song, tote)
    assert made(song, address) == b"%PDF-1.7 made"
    assert sign_in("admin").get(address).status_code == 404
    assert sign_in("luo").post(f"{PATH}totes/{tote.id}/label/").status_code == 404
    sheet = LabelSheet.objects.get()
    assert forget_sheets(at=sheet.asked_at + timedelta(hours=23)) == 0
    assert forget_sheets(at=sheet.asked_at + timedelta(hours=25)) == 1
    assert song.get(address).status_code == 404
    assert not StoredFile.objects.filter(subject_id=sheet.id).exists()
    assert not DataKey.objects.filter(subject_id=sheet.id).exists()


def test_who_is_forgotten_stands_on_no_label(depot: Depot, sign_in: Signs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "pdf_of", lambda _html: b"%PDF-1.7 made")
    song = sign_in("song")
    [tote] = packed(depot, song)
    address = asked(song, tote, carrier="sf", tracking_number="SF99887766")
    made(song, address)
    late = asked(song, tote, carrier="sf", tracking_number="SF99887766")
    who = [tote.order.customer_id]
    assert KEEPER.held(who) == [{"order": tote.order.number, "carrier": "sf", "tracking_number": "SF99887766"}]
    KEEPER.forget(who, depot.now)
    assert song.get(address).status_code == 404
    assert KEEPER.held(who) == []
    tasks.print_labels(late.rstrip("/").rpartition("/")[2])
    assert not LabelSheet.objects.exists(), "a job that comes later makes nothing"


def test_what_cannot_be_made_says_so(depot: Depot, sign_in: Signs, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_html: str) -> bytes:
        raise OSError("cannot load library 'pango'")

    monkeypatch.setattr(tasks, "pdf_of", breaks)
    song = sign_in("song")
    [tote] = packed(depot, song)
    address = asked(song, tote)
    tasks.print_labels(address.rstrip("/").rpartition("/")[2])
    assert "Pango" in text(song.get(address))
