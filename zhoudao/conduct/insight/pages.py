"""A report as its page shows it and as a file: everything the analyst makes ready for the web process, which has no
numpy.
"""

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from zhoudao.conduct.insight.behind import behind
from zhoudao.conduct.insight.choices import choices
from zhoudao.conduct.insight.compared import Against, compared, figures_of
from zhoudao.conduct.insight.drawn import drawn
from zhoudao.conduct.insight.figures import figures
from zhoudao.conduct.insight.named import named, people_of
from zhoudao.conduct.insight.narrowing import token_of
from zhoudao.conduct.insight.remarks import said as remarked
from zhoudao.conduct.insight.shown import FINDINGS, shown
from zhoudao.conduct.insight.ways import ways_named
from zhoudao.conduct.insight.words import told as in_words
from zhoudao.engines.mining.diagnosis import Diagnosis
from zhoudao.engines.mining.reading import Remark
from zhoudao.kit.languages import LANGUAGES, tag

_LEADS = {
    "behind": "cases/?of=", "open_step": "cases/?of=s{one}", "open_path": "cases/?of=p{one}-{other}", "narrow": "?",
    "open_way": "cases/?of=v",
}  # fmt: skip
"""Where numbers and the map lead to, from the report's own page; a way is called by its place."""


def pages(
    found: Diagnosis,
    *,
    name: str,
    remarks: Sequence[Remark] = (),
    cases_at: str = "",
    has_pages: bool = True,
    beside: Against | None = None,
    improve_at: str = "",
) -> dict[str, Any]:
    """`pages`, `maps` and `choices` (what may be filtered by) by language, `figures`, and the cases `behind` each
    number; `told` holds title and proof of the findings shown, by language tag. `cases_at`: of our own events, what
    their cases are; their codes are told in words. `has_pages`: the numbers have pages behind them. `beside`: the flow
    it should have gone by. `improve_at`: where something is begun about a finding, whose place is added.
    """
    people = people_of(found) if cases_at else {}
    keys = {token_of(name): code for code, name in enumerate(found.log.activities)}
    made: dict[str, Any] = {
        "pages": {}, "maps": {}, "choices": {}, "told": {}, "figures": figures(found), "behind": behind(found)
    }  # fmt: skip
    if beside is not None:
        made["figures"]["conformance"] = figures_of(beside)
    for language in (each.lower() for each in LANGUAGES):
        with translation.override(language):
            told = named(found, people) if cases_at else found
            context = {
                **shown(told, found.log.activities, [remarked(each) for each in remarks]), "name": name,
                "language": language, "has_beginnings": found.log.begun is not None, "improve_at": improve_at,
                **(_LEADS if has_pages else {}),
            }  # fmt: skip
            if beside is not None:
                context["comparison"] = compared(beside)
            said = [in_words(each) for each in told.findings[:FINDINGS]]
            made["told"][tag(language)] = [[each.title, each.proof] for each in said]
            made["pages"][language] = render_to_string("insight/_report.html", context)
            made["maps"][language] = drawn(told.log, told.map, keys)
            made["choices"][language] = {**choices(found, told), "ways": ways_named(context["variants"])}
    return made
