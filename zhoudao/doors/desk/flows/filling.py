"""A step's form as the page shows it: each field with its value, its fault and its choices in words."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

from zhoudao.conduct.flows.queries import FieldView, TaskView
from zhoudao.ground.accounts.models import Team
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick


@frozen
class Line:
    """One field to fill in. `choices` are (code, words, chosen)."""

    field: FieldView
    value: Any
    fault: str
    choices: list[tuple[str, str, bool]]

    @property
    def is_tick(self) -> bool:
        """Yes or no; of a customer's papers and signature, whether they are there."""
        return self.field.type in ("boolean", "confirm", "signature", "file")


@frozen
class Form:
    """A step to do, with what was filled in so far."""

    task: TaskView
    lines: list[Line] = field(default_factory=list)
    refusal: str = ""


def forms_of(tasks: Iterable[TaskView], language: str) -> list[Form]:
    """Empty forms (at most one statement: options may be teams' codes, said by their names)."""
    found = list(tasks)
    names = team_names([each for task in found for each in task.fields], language)
    return [Form(task, _lines(task, {}, {}, names)) for task in found]


def refused_form(
    task: TaskView, given: Mapping[str, Any], faults: Mapping[str, str], refusal: str, language: str
) -> Form:
    """The form as it was sent, with what is wrong."""
    return Form(task, _lines(task, given, faults, team_names(task.fields, language)), refusal)


def _lines(task: TaskView, given: Mapping[str, Any], faults: Mapping[str, str], names: Mapping[str, str]) -> list[Line]:
    lines = []
    for each in task.fields:
        value = given.get(each.name, "")
        chosen = value if isinstance(value, list) else [value]
        said = {**names, **each.words}
        choices = [(option, said.get(option, option), option in chosen) for option in each.options]
        lines.append(Line(each, value, faults.get(each.name, ""), choices))
    return lines


def team_names(fields: Iterable[FieldView], language: str) -> dict[str, str]:
    """Options that are teams' codes, by their names (at most one statement)."""
    codes = {option for each in fields for option in each.options}
    rows = Team.objects.filter(code__in=codes).values_list("code", "names") if codes else []
    return {code: pick(names, language) or code for code, names in rows}
