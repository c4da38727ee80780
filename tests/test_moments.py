"""Moments come from the database as they went in, and as the driver would read them."""

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import DataError, connection
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.ground.moments import MomentLoader

pytestmark = pytest.mark.django_db


@settings(max_examples=60, deadline=None)
@given(st.lists(st.datetimes(timezones=st.just(UTC)), min_size=1, max_size=20))
def test_every_moment_comes_back(moments: list[datetime]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(%s::timestamptz[])", [moments])
        found = [row[0] for row in cursor.fetchall()]
    assert found == moments
    assert {each.tzinfo for each in found} == {UTC}


def test_our_loader_reads_them() -> None:
    moment = psycopg.postgres.types["timestamptz"].oid
    with connection.cursor() as cursor:
        assert cursor.connection.adapters.get_loader(moment, psycopg.pq.Format.TEXT) is MomentLoader


@pytest.mark.parametrize("beyond", ["infinity", "-infinity", "20000-01-01", "0044-03-15 BC"])
def test_what_no_datetime_can_hold_is_refused_as_by_the_driver(beyond: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [beyond])
        with pytest.raises(DataError):
            cursor.fetchall()
