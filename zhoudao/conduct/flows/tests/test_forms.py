"""Forms: what people type and programs send, by declared type."""

from typing import Any

import pytest

from zhoudao.conduct.flows.forms import read_form
from zhoudao.conduct.flows.refusals import FormIncomplete
from zhoudao.engines.bpmn.graph import Field

FORM = (
    Field("finding", "text", required=True),
    Field("amount", "number"),
    Field("urgent", "boolean"),
    Field("until", "date"),
    Field("who", "choice", options=("warehouse", "carrier")),
)


def test_a_browser_sends_words_and_a_program_sends_values() -> None:
    words = {"finding": " wet ", "amount": "12.50", "urgent": "on", "until": "2026-03-12", "who": "carrier"}
    values = {"finding": "wet", "amount": 12.5, "urgent": True, "until": "2026-03-12", "who": "carrier"}
    assert read_form(FORM, words) == values
    assert read_form(FORM, values) == values


def test_what_is_left_empty_is_left_out_and_an_unticked_box_is_no() -> None:
    assert read_form(FORM, {"finding": "wet", "amount": "", "who": None}) == {"finding": "wet", "urgent": False}


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({}, {"finding": "missing"}),
        ({"finding": "  "}, {"finding": "missing"}),
        ({"finding": "x", "amount": "much"}, {"amount": "not_number"}),
        ({"finding": "x", "amount": "nan"}, {"amount": "not_number"}),
        ({"finding": "x", "amount": True}, {"amount": "not_number"}),
        ({"finding": "x", "until": "tomorrow"}, {"until": "not_date"}),
        ({"finding": "x", "who": "nobody"}, {"who": "not_an_option"}),
        ({"finding": "x", "urgent": "perhaps"}, {"urgent": "not_boolean"}),
        ({"finding": ["x"], "price": 1}, {"finding": "not_text", "price": "undeclared"}),
    ],
)
def test_every_fault_is_named_by_its_field(given: dict[str, Any], faults: dict[str, str]) -> None:
    with pytest.raises(FormIncomplete) as refused:
        read_form(FORM, given)
    assert refused.value.fields == faults
