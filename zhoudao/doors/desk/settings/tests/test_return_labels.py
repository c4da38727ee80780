"""Prepaid numbers at the desk: brought by file or refused row by row, and what is left."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zhoudao.doors.desk.orders.tests.test_orders import as_, shop, text
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.return_labels.models import Pool, PrepaidNumber
from zhoudao.rooms.return_labels.tests.pool import csv

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/desk/settings/return-labels/"


@pytest.fixture
def admin(shop: Shop) -> Client:
    return as_(shop, "admin")


def brings(client: Client, *rows: str, content: bytes = b"", **more: Any) -> Any:
    file = SimpleUploadedFile("numbers.csv", content or csv(rows, **more))
    return client.post(f"{PATH}bring/", {"file": file}, follow=True)


def test_numbers_are_brought_counted_and_switched_off(admin: Client) -> None:
    assert "No prepaid numbers" in text(admin.get(PATH))
    shown = text(brings(admin, "sf,SF0001,,", "sf,SF0002,2099-01-01,", "zto,ZT0001,,"))
    assert "2 numbers of SF Express were taken." in shown
    assert "1 number of ZTO Express was taken." in shown
    assert "few left" in shown
    PrepaidNumber.objects.filter(number="SF0002").update(valid_until="2020-01-01")
    PrepaidNumber.objects.filter(number="ZT0001").update(taken_at="2026-01-01T00:00:00Z")
    shown = text(admin.get(PATH))
    assert "none left: not offered" in shown
    admin.post(f"{PATH}pool/", {"carrier": "sf", "warn_at": "5"})
    pool = Pool.objects.get(carrier="sf")
    assert (pool.is_offered, pool.warn_at) == (False, 5)
    assert "switched off" in text(admin.get(PATH))


def test_wrong_rows_are_named_and_nothing_is_taken(admin: Client) -> None:
    answer = brings(
        admin, "sf,SF0001,,", "pigeons,SF0002,,", "sf,sf0001,,", "sf,1.2E+15,,", "sf,SF0003,2020-01-01,moon"
    )
    shown = text(answer)
    assert answer.status_code == 422
    for words in ("Nothing was taken", "Row 3: “pigeons” is no carrier", "Row 4: the same number as in row 2",
                  "Row 5: “1.2E+15” is no tracking number", "Row 6: its last day, 2020-01-01, is over"):  # fmt: skip
        assert words in shown, words
    assert not PrepaidNumber.objects.exists()
    many = text(brings(admin, *(f"pigeons,SF{n:04d},," for n in range(40))))
    assert "and 10 more" in many


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"colour\nred\n", "there is none for: carrier, number"),
        (b"\0", "no CSV or Excel file"),
        (b"carrier,number\n", "no rows below its titles"),
    ],
)
def test_what_is_no_list_is_refused_in_words(admin: Client, content: bytes, words: str) -> None:
    answer = brings(admin, content=content)
    assert (answer.status_code, words in text(answer)) == (422, True)
    assert admin.post(f"{PATH}bring/").status_code == 422


@pytest.mark.parametrize("given", [{"carrier": "jd", "warn_at": "5"}, {"carrier": "sf", "warn_at": "many"}])
def test_what_cannot_be_set_is_said(admin: Client, given: dict[str, str]) -> None:
    brings(admin, "sf,SF0001,,")
    assert admin.post(f"{PATH}pool/", given).status_code == 422


def test_only_who_sets_up_the_company_sees_and_brings_them(shop: Shop, admin: Client) -> None:
    wang = as_(shop, "wang")
    assert wang.get(PATH).status_code == brings(wang, "sf,SF0001,,").status_code == 403
    assert wang.post(f"{PATH}pool/", {"carrier": "sf", "warn_at": "5"}).status_code == 403
    assert not PrepaidNumber.objects.exists()
