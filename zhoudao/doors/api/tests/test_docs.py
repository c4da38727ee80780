"""The API for people: complete, of the schema itself, and its examples really work."""

import json
import os
import runpy
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.api import page
from zhoudao.doors.api.describing import groups
from zhoudao.doors.api.schema import description
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.roles import SCOPES
from zhoudao.ground.webhooks.catalogue import GROUPS, catalogue, kinds_known
from zhoudao.ground.webhooks.payload import example
from zhoudao.kit.signed_hooks import new_secret, sign

pytestmark = pytest.mark.django_db
EXAMPLES = Path(page.__file__).parent / "examples"
NODE = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))  # as set-up finds it


def test_everybody_reads_it_in_three_languages_under_the_strict_policy(client: Client) -> None:
    for language, words in {"zh-hans": "如何开始", "zh-hant": "如何開始", "en": "How to begin"}.items():
        answer = client.get("/api/v1/docs", headers={"Accept-Language": language})
        assert answer.status_code == 200
        assert words in answer.content.decode()
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    text = answer.content.decode()
    assert "<style" not in text
    assert " style=" not in text
    assert "cdn" not in text.lower()


def test_whoever_is_signed_in_reads_it_in_the_language_of_their_workspace(client: Client) -> None:
    client.force_login(
        User.objects.create(email="wang@example.com", language="zh-hant"), "zhoudao.ground.accounts.backends.WithGrants"
    )
    assert "如何開始" in client.get("/api/v1/docs", headers={"Accept-Language": "en"}).content.decode()


def test_every_operation_has_its_scope_its_curl_line_and_its_errors() -> None:
    found = [one for group in groups(description()) for one in group.operations]
    asked = {(method.upper(), path) for path, methods in description()["paths"].items() for method in methods}
    assert {(one.method, one.path) for one in found} == asked
    assert len({one.anchor for one in found}) == len(found)
    for one in found:
        assert one.scope in SCOPES
        assert one.answers
        assert {"401", "403", "429"} <= set(one.errors)
        assert "{" not in one.curl.partition("\n")[0], one.curl
        assert one.has_key == (one.method == "POST")
        if one.body:
            assert set(json.loads(one.body)) == {field.name for field in one.fields}


def test_every_kind_of_event_has_an_example_and_words_in_every_language() -> None:
    kinds = [kind for group in catalogue() for kind in group.kinds]
    assert {kind.type for kind in kinds} == kinds_known()
    rooms = {group.code for group in catalogue()} - {"tests"}  # facts other tests make
    assert rooms <= set(GROUPS), "a room without a name for people"
    for kind in kinds:
        told = json.loads(example(kind.type))
        assert told["type"] == kind.type
        assert None not in [told["data"][name] for name in ("id", "seq", "actor", "object")]
        assert "%(" not in kind.words


def signed(age: timedelta = timedelta()) -> tuple[str, dict[str, str], bytes]:
    secret, body = new_secret(), example("cases.CaseOpened").encode()
    return secret, sign("0190", datetime.now(UTC) - age, body, [new_secret(), secret]), body


def test_the_python_lines_verify_what_we_sign_and_nothing_else() -> None:
    verified: Any = runpy.run_path(str(EXAMPLES / "verify.py"))["verified"]
    secret, headers, body = signed()
    assert verified(secret, headers, body)["type"] == "cases.CaseOpened"
    for wrong in ((new_secret(), headers, body), (secret, headers, body + b" ")):
        with pytest.raises(ValueError, match="not signed"):
            verified(*wrong)
    with pytest.raises(ValueError, match="too old"):
        verified(*signed(timedelta(minutes=6)))


@pytest.mark.skipif(not NODE and not os.environ.get("REQUIRE_ALL"), reason="Node is not installed")
def test_the_javascript_lines_do_too() -> None:
    assert NODE, "REQUIRE_ALL=1 allows no skip, and there is no Node: neither the system's nor the one set-up brings."
    secret, headers, body = signed()
    file = json.dumps((EXAMPLES / "verify.mjs").as_uri())
    given = ", ".join(json.dumps(one) for one in (secret, headers, body.decode()))
    script = f"import {{ verified }} from {file}; console.log(verified({given}).type);"
    ask = [NODE, "--input-type=module", "-e", script]
    done = subprocess.run(ask, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "cases.CaseOpened", done.stderr
    refused = subprocess.run([*ask[:-1], script.replace(secret, new_secret())], capture_output=True, check=False)
    assert refused.returncode == 1
