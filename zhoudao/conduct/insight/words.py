"""Findings in words: what it is, what proves it, what could be done. In the language that is active."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from zhoudao.conduct.insight.spans import HOUR, percent, span
from zhoudao.engines.mining.findings import Finding, Kind


@dataclass(frozen=True)
class Told:
    """A finding for people. `pattern` is the redesign it suggests, in a few words."""

    title: str
    proof: str
    advice: str
    pattern: str


def told(finding: Finding) -> Told:
    """What a finding says."""
    advice, pattern = _advice(finding)
    return Told(_title(finding), _proof(finding), advice, pattern)


def cause_name(cause: str) -> str:
    """Why work waits, in two or three words."""
    return {
        "batching": _("gathered into batches"),
        "prioritisation": _("later work goes first"),
        "contention": _("its people are busy"),
        "unavailability": _("nobody is on duty"),
        "extraneous": _("no cause in the log"),
    }[cause]


def _title(finding: Finding) -> str:
    names = [name or _("(no name)") for name in finding.what]
    if finding.kind is Kind.CAUSE:
        return _("“{step}” waits: {cause}").format(step=names[0], cause=cause_name(names[1]))
    if finding.kind is Kind.REOPENED:
        return _("Cases go on after “{steps}”").format(steps=_("”, “").join(names))
    if finding.kind is Kind.TO_AND_FRO and not names:
        return _("Cases go to and fro between those of “{column}”").format(column=_column(finding))
    one, other = [*names, "", ""][:2]
    return _titles()[finding.kind].format(step=one, one=one, other=other)


def _column(finding: Finding) -> str:
    return _("resource") if finding.of == "resource" else finding.of


def _titles() -> dict[str, str]:
    return {
        "slow": _("Between “{one}” and “{other}” work lies"),
        "outside": _("Cases stand at “{step}”"),
        "at_once": _("“{step}” is done again at once"),
        "again": _("Cases come back to “{step}”"),
        "to_and_fro": _("“{one}” and “{other}” send cases to and fro"),
        "handed": _("Cases change hands"),
        "check": _("“{step}” almost always passes"),
        "contacts": _("Customers get in touch again before they have an answer that helps"),
        "put_right": _("“{step}” puts right what was wrong or missing"),
        "by_hand": _("“{step}” is done by hand"),
    }


def _proof(finding: Finding) -> str:
    said = _("{count} times in {cases} cases").format(count=f"{finding.count:,}", cases=f"{finding.cases:,}")
    said += "".join(_figures(finding.figures))
    if finding.of and finding.kind is not Kind.HANDED:
        said += _("; by “{column}”").format(column=_column(finding))
    return said


def _figures(figures: Mapping[str, float]) -> Iterator[str]:
    if "median_hours" in figures:
        yield _("; half take longer than {median}, one in ten longer than {p90}").format(
            median=span(figures["median_hours"] * HOUR), p90=span(figures["p90_hours"] * HOUR)
        )
    if "a_case" in figures:
        yield _("; hands change {number} times a case, and the wait is longer than where one person does both").format(
            number=f"{figures['a_case']:.1f}"
        )
    if "passes" in figures:
        yield _("; the same follows in {share}, after a wait of {wait} in the middle").format(
            share=percent(figures["passes"]), wait=span(figures["median_wait_hours"] * HOUR)
        )
    if "contacts" in figures:
        yield _("; {number} contacts a case, {share} of the later ones with nothing done in between").format(
            number=f"{figures['contacts']:.1f}", share=percent(figures["unanswered"])
        )


def _advice(finding: Finding) -> tuple[str, str]:
    """What could be done, and the redesign in a few words."""
    key = finding.what[1] if finding.kind is Kind.CAUSE else finding.kind.value
    return _what_to_do()[key], _patterns()[key]


def _what_to_do() -> dict[str, str]:
    return {
        "slow": _("Ask who could begin at once, whether the two can be one step, or go side by side."),
        "outside": _(
            "Ask for everything at once and earlier, remind by itself; stop the clock only where it is agreed."
        ),
        "at_once": _("Look at some of the cases: was the first time not enough, or is it only noted twice?"),
        "again": _("See what was missing the first time, and check it where it begins."),
        "to_and_fro": _("Agree who decides what; sort at the door, so that the case goes to the right one at once."),
        "reopened": _("Ask before closing whether it is solved; note why cases come back."),
        "handed": _("Let one person or one team do more of the case, with the rights it needs."),
        "check": _("Let a rule or a sample do it, and keep people for what stands out."),
        "contacts": _("Tell customers unasked where their case stands, and answer the whole of it the first time."),
        "put_right": _("Ask for all that is needed where the case begins, and check it there."),
        "by_hand": _("Let the system write, send or pass it on by itself; keep people for what needs judgement."),
        "batching": _("Do smaller batches, or each piece as it comes."),
        "prioritisation": _("Check the rule by which later work goes first; give waiting work an age."),
        "contention": _("Move people here at the hours in which it piles up, or take work away from them."),
        "unavailability": _("Change hours, cover each other, or let a rule do it outside hours."),
        "extraneous": _("The log shows nobody at work on it: ask the people, or watch the step for a day."),
    }


def _patterns() -> dict[str, str]:
    return {
        "slow": _("merge or parallel"),
        "outside": _("ask earlier"),
        "at_once": _("right first time"),
        "again": _("right first time"),
        "to_and_fro": _("triage"),
        "reopened": _("confirm before closing"),
        "handed": _("one-stop, empower"),
        "check": _("automate or drop"),
        "contacts": _("tell unasked"),
        "put_right": _("ask earlier"),
        "by_hand": _("automate"),
        "batching": _("smaller batches"),
        "prioritisation": _("order of work"),
        "contention": _("more hands"),
        "unavailability": _("hours of work"),
        "extraneous": _("observe"),
    }
