"""`zhoudao figures export`: every figure's days as a file."""

from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from zhoudao.doors.cli import Refused
from zhoudao.doors.cli.figures import export
from zhoudao.kit.tables import rows_of
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.targets.tests.days import lived

pytestmark = pytest.mark.django_db(transaction=True)
CODE = "cases.first_reply"


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    opened = open_shop()
    monkeypatch.setattr("zhoudao.ground.installation.clock.now", lambda: opened.now)
    return opened


def test_the_command_writes_the_same(shop: Shop, tmp_path: Path, capsys: Any) -> None:
    lived(CODE, [10.0, 20.5])
    asked = {"store": "", "days": 90, "format": "xlsx", "file": tmp_path / "x.xlsx"}
    assert export(Namespace(**asked)) == 0
    assert len(list(rows_of((tmp_path / "x.xlsx").read_bytes()))) == 3
    assert "2 rows" in capsys.readouterr().out
    for wrong in ({"store": "nowhere"}, {"days": 0}, {"file": tmp_path / "no" / "x.csv"}):
        with pytest.raises(Refused):
            export(Namespace(**(asked | wrong)))
