"""The database plans what is sent all day once a connection, unless it is told not to."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from zhoudao.config.settings import _database
from zhoudao.ground.eventlog.models import Event

_URL = "postgresql://somebody@127.0.0.1/somewhere"


def _options() -> dict[str, object]:
    options = _database(_URL)["OPTIONS"]
    assert isinstance(options, dict)
    return options


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_again_and_again_is_prepared() -> None:
    connection.close()
    for _ in range(7):
        assert not Event.objects.filter(seq=70_000).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%eventlog_event%seq%"])
        assert cursor.fetchone() == (1,)


def test_behind_a_pooler_nothing_is_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _options()["prepare_threshold"] == 5
    monkeypatch.setenv("ZHOUDAO_PREPARE", "0")
    assert "prepare_threshold" not in _options()


def test_a_wrong_number_stops_the_start_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHOUDAO_PREPARE", "often")
    with pytest.raises(ImproperlyConfigured, match="ZHOUDAO_PREPARE"):
        _database(_URL)
