"""What the codes of our own log are called in the language that is active."""

from dataclasses import fields, replace

from django.utils.translation import gettext as _

from zhoudao.engines.mining.diagnosis import Diagnosis
from zhoudao.engines.mining.findings import Finding, Kind
from zhoudao.ground.accounts.models import User
from zhoudao.ground.eventlog.facts import known_facts, sentence, word_of
from zhoudao.ground.webhooks.catalogue import words_of


def people_of(found: Diagnosis) -> dict[str, str]:
    """The names of colleagues by `user:<id>` (one statement)."""
    ids = [name.removeprefix("user:") for name in found.log.resources if name.startswith("user:")]
    return {f"user:{user.id}": str(user) for user in User.objects.filter(id__in=ids)}


def named(found: Diagnosis, people: dict[str, str]) -> Diagnosis:
    """The same diagnosis with words for codes: facts as their sentences, colleagues by name."""
    log = found.log
    steps = {code: step_words(code) for code in log.activities}
    resources = {code: people.get(code) or _actor(code) for code in log.resources}
    columns = {
        name: replace(column, values=tuple(word_of(value) for value in column.values)) if name == "channel" else column
        for name, column in log.columns.items()
    }
    fresh = replace(
        log, activities=tuple(steps[code] for code in log.activities), columns=columns,
        resources=tuple(resources[code] for code in log.resources),
    )  # fmt: skip
    return replace(found, log=fresh, findings=[_renamed(each, steps, resources) for each in found.findings])


def step_words(code: str) -> str:
    """A fact's sentence without what differs, and the step's name where it is about one."""
    type_, _colon, step = code.partition(":")
    fact = known_facts().get(type_)
    if not step or fact is None:
        return words_of(type_)
    return sentence(type_, {**{field.name: "…" for field in fields(fact)}, "step": step})


def _actor(code: str) -> str:
    return _("Customer") if code == "customer" else _("A colleague")


def _renamed(finding: Finding, steps: dict[str, str], resources: dict[str, str]) -> Finding:
    if finding.kind is Kind.CAUSE:
        return replace(finding, what=(steps[finding.what[0]], finding.what[1]))
    words = {"": steps, "resource": resources}.get(finding.of, {})
    return replace(finding, what=tuple(words.get(name, name) for name in finding.what))
