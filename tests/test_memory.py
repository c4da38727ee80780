"""What a serving process does not hold for nothing, and that it still works when it is needed."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from zhoudao.config import assets

_SERVING = """
import sys
from zhoudao.config.memory import put_off_rare_work, spare_test_tools
spare_test_tools()
put_off_rare_work()
import django
django.setup()
from django.urls import get_resolver
get_resolver().reverse_dict
for name in ("django.test.testcases", "unittest", "httpcore", "sqlparse.sql", "numpy", "numba", "pyarrow", "scipy"):
    assert name not in sys.modules, name
import fido2.server
from fido2 import rpid
assert not hasattr(rpid, "suffixes"), "the list of public suffixes was read"
asked = [("shop.example.com", "https://login.shop.example.com"), ("co.uk", "https://shop.co.uk"), ("a.b", "http://a.b")]
assert [fido2.server.verify_rp_id(*each) for each in asked] == [True, False, False]
assert hasattr(sys.modules["fido2.rpid"], "suffixes")
import sqlparse
assert sqlparse.split("SELECT 1; SELECT ';'") == ["SELECT 1;", "SELECT ';'"]
"""


def test_what_is_put_off_is_read_when_it_is_needed_and_does_the_same() -> None:
    done = subprocess.run([sys.executable, "-c", _SERVING], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.django_db
def test_what_the_api_says_of_itself_is_written_once_a_version_and_read(tmp_path: Path, settings: Any) -> None:
    settings.API_DESCRIPTION = file = tmp_path / "openapi.json"
    made = Client().get("/api/v1/openapi.json").content
    assert not file.exists()
    assets.describe()
    assert file.read_bytes() == made
    file.write_bytes(b'{"paths": {}}')
    assets.describe()
    assert Client().get("/api/v1/openapi.json").json() == {"paths": {}}, "of the same code it isn't made again"
    file.with_suffix(".stamp").write_text("another version")
    assets.describe()
    assert file.read_bytes() == made
