"""Skills are shown in words, a company's own as they are written."""

import json
from pathlib import Path

from django.utils import translation

import zhoudao
from zhoudao.rooms.fieldwork.skills import skill_word

TRIAGE = Path(zhoudao.__file__).parent / "rooms/repairs/tables/repairs.triage.json"


def test_every_skill_that_the_shipped_triage_asks_for_has_words() -> None:
    rules = json.loads(TRIAGE.read_text(encoding="utf-8"))["content"]["rules"]
    codes = {rule["skill"].strip("'") for rule in rules} - {""}
    with translation.override("zh-hans"):
        assert {code for code in codes if skill_word(code) == code} == set()
        assert (skill_word("washer"), skill_word("燃气"), skill_word("")) == ("洗衣机", "燃气", "")
