"""What a stolen database would tell: nothing a customer is known by."""

import pytest
from django.apps import apps
from django.db import connection

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.commands.replying import note_on_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, Upload, receive_message

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 40


def secrets(number: int) -> list[str]:
    return [
        f"慕容秘{number:03d}",
        f"1380013{number:04d}",
        f"hidden.person{number:03d}@mail.example",
        f"账单{number:03d}.txt",
    ]


def test_no_name_phone_address_or_file_name_stands_anywhere_in_the_database() -> None:
    shop = open_shop()
    for number in range(PEOPLE):
        name, phone, email, file_name = secrets(number)
        inbound = Inbound(
            channel="webchat",
            external_id=f"m-{number}",
            claims=[
                Claim("visitor", f"v-{number}", scope="webchat"),
                Claim("phone", phone, verified=number % 2 == 0),
                Claim("email", email),
            ],
            name=name,
            text=f"请打我的电话 {phone}，谢谢",
            uploads=[Upload(file_name, f"电话 {phone}".encode())],
        )
        receive_message(inbound=inbound, at=shop.now)
    dispatch.drain()
    case = Case.objects.first()
    assert case is not None
    note_on_case(case_id=case.id, text=f"客户电话 {secrets(0)[1]}", viewer=shop.viewer("admin"), at=shop.now)
    dispatch.drain()
    needles = [needle for number in range(PEOPLE) for needle in secrets(number)]
    found = []
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT needle FROM unnest(%s::text[]) AS needle WHERE EXISTS"
                f' (SELECT FROM "{table}" AS t WHERE position(needle IN t::text) > 0)',
                [needles],
            )
            found += [(table, row[0]) for row in cursor.fetchall()]
    assert found == []


def test_events_carry_codes_and_ids_never_words() -> None:
    shop = open_shop()
    words = "这句话只属于客户"
    shop.hears(words)
    assert Event.objects.count() > 5
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM eventlog_event AS e WHERE position(%s IN e::text) > 0", [words[:4]])
        assert cursor.fetchone() == (0,)


def test_every_room_is_looked_through() -> None:
    tables = set(connection.introspection.table_names())
    assert {model._meta.db_table for model in apps.get_models() if model._meta.managed} <= tables
