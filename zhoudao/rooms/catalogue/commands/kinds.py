"""Kinds of product: what is told of each, and what is asked of who looks for one."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.catalogue.events import CategorySaved
from zhoudao.rooms.catalogue.models import Aim, Asks, Attribute, Better, Category, Question, Typed, Variant
from zhoudao.rooms.catalogue.refusals import (
    AttributeInUse,
    AttributeUnsound,
    CategoryUnknown,
    CategoryUnsound,
    QuestionUnsound,
    ValueUnsound,
)
from zhoudao.rooms.catalogue.specification import read_value
from zhoudao.rooms.catalogue.wording import in_languages

MOST_ATTRIBUTES, MOST_QUESTIONS, MOST_ANSWERS = 40, 8, 8
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LINE = re.compile(r"[a-z][a-z0-9-]{0,39}")
_NAME, _PRAISE = 60, 40
_AIMS = {Asks.BUDGET: {Aim.MOST}, Asks.NUMBER: {Aim.LEAST, Aim.MOST}, Asks.FLAG: {Aim.IS}, Asks.CHOICE: set(Aim)}


@frozen
class Line:
    """What is to be told of each product of a kind. `choices`: by code the names by language."""

    code: str
    names: Mapping[str, str]
    typed: str
    unit: str = ""
    choices: Mapping[str, Mapping[str, str]] | None = None
    better: str = ""
    praise: Mapping[str, str] | None = None
    is_option: bool = False
    is_facet: bool = True


@frozen
class Asked:
    """What is to be asked. `attribute`: its code, none for a budget. `answers` of a choice: names and what each wants,
    as it is written ('' where it does not matter).
    """

    code: str
    names: Mapping[str, str]
    asks: str
    attribute: str = ""
    aim: str = Aim.MOST
    answers: Sequence[tuple[Mapping[str, str], str]] = ()
    weight: int = 1
    is_must: bool = False


@transaction.atomic
def save_category(
    *, code: str, names: Mapping[str, str], lines: Sequence[Line], position: int = 100, by: By, at: datetime
) -> Category:
    """This will declare a kind of product, or say anew what is told of it; a line products speak of stays.

    Raises: CategoryUnsound, AttributeUnsound, AttributeInUse
    """
    called = in_languages(names, _NAME)
    if not CODE.fullmatch(code) or not called or len(lines) > MOST_ATTRIBUTES or not 0 <= position < 1_000:
        raise CategoryUnsound
    if len({one.code for one in lines}) < len(lines):
        raise CategoryUnsound
    Category.objects.bulk_create([Category(code=code)], ignore_conflicts=True)
    category = Category.objects.select_for_update().get(code=code)
    category.names, category.position = called, position
    category.save(update_fields=["names", "position"])
    _drop(category, {one.code for one in lines})
    known = {one.code: one for one in category.attributes.all()}
    for place, line in enumerate(lines):
        _put(category, known.get(line.code), line, place)
    record(CategorySaved(code, "specification"), at=at, by=by, about=[About("category", category.id)])
    return category


@transaction.atomic
def save_questions(*, code: str, questions: Sequence[Asked], by: By, at: datetime) -> Category:
    """This will say anew which questions a kind's guide asks, in order.

    Raises: CategoryUnknown, QuestionUnsound
    """
    category = Category.objects.select_for_update().filter(code=code).first()
    if category is None:
        raise CategoryUnknown(code)
    if len(questions) > MOST_QUESTIONS or len({one.code for one in questions}) < len(questions):
        raise QuestionUnsound(code)
    attributes = {one.code: one for one in category.attributes.all()}
    rows = [_question(category, attributes, one, place) for place, one in enumerate(questions)]
    category.questions.all().delete()
    Question.objects.bulk_create(rows)
    record(CategorySaved(code, "guide"), at=at, by=by, about=[About("category", category.id)])
    return category


def _drop(category: Category, kept: set[str]) -> None:
    for gone in category.attributes.exclude(code__in=kept):
        if Variant.objects.filter(product__category=category, whole__has_key=gone.code).exists():
            raise AttributeInUse(gone.code)
        if category.questions.filter(attribute=gone).exists():
            raise AttributeInUse(gone.code)
        gone.delete()


def _put(category: Category, known: Attribute | None, line: Line, place: int) -> None:
    names, choices = in_languages(line.names, _NAME), _choices(line)
    sound = _LINE.fullmatch(line.code) and names and line.typed in Typed.values and line.better in Better.values
    if not sound or (line.better and line.typed != Typed.NUMBER) or bool(choices) != (line.typed == Typed.CHOICE):
        raise AttributeUnsound(line.code)
    if known is not None and _loses(category, known, line.typed, choices):
        raise AttributeInUse(line.code)
    attribute = known or Attribute(category=category, code=line.code)
    attribute.names, attribute.typed, attribute.unit, attribute.choices = names, line.typed, line.unit[:12], choices
    attribute.better, attribute.praise = line.better, in_languages(line.praise or {}, _PRAISE)
    attribute.is_option, attribute.is_facet, attribute.position = line.is_option, line.is_facet, place
    attribute.save()


def _loses(category: Category, known: Attribute, typed: str, choices: Mapping[str, object]) -> bool:
    """Whether a product says what could not be said any more."""
    rows = Variant.objects.filter(product__category=category, whole__has_key=known.code)
    if known.typed != typed:
        return rows.exists()
    lost = sorted(set(known.choices) - set(choices))
    return any(rows.filter(whole__contains={known.code: code}).exists() for code in lost)


def _choices(line: Line) -> dict[str, dict[str, str]]:
    found = {code: in_languages(names, _NAME) for code, names in (line.choices or {}).items()}
    if any(not CODE.fullmatch(code) or not names for code, names in found.items()):
        raise AttributeUnsound(line.code)
    return found


def _question(category: Category, attributes: Mapping[str, Attribute], one: Asked, place: int) -> Question:
    names, attribute = in_languages(one.names, 120), attributes.get(one.attribute)
    is_sound = CODE.fullmatch(one.code) and names and one.asks in Asks.values and 1 <= one.weight <= 10
    if not is_sound or one.aim not in _AIMS[Asks(one.asks)] or not _may_ask(one, attribute):
        raise QuestionUnsound(one.code)
    return Question(
        category=category,
        code=one.code,
        names=names,
        asks=one.asks,
        attribute=attribute,
        aim=one.aim,
        answers=[_answer(one, attribute, *each) for each in one.answers],
        weight=one.weight,
        is_must=one.is_must,
        position=place,
    )


def _may_ask(one: Asked, attribute: Attribute | None) -> bool:
    if one.asks == Asks.BUDGET:
        return not one.attribute and not one.answers
    if attribute is None or bool(one.answers) != (one.asks == Asks.CHOICE) or len(one.answers) > MOST_ANSWERS:
        return False
    wanted = {Asks.NUMBER: (Typed.NUMBER,), Asks.FLAG: (Typed.FLAG,)}.get(Asks(one.asks))
    if wanted is not None:
        return attribute.typed in wanted
    return attribute.typed == Typed.NUMBER if one.aim != Aim.IS else attribute.typed in (Typed.CHOICE, Typed.FLAG)


def _answer(one: Asked, attribute: Attribute | None, names: Mapping[str, str], value: str) -> dict[str, Any]:
    called = in_languages(names, 120)
    try:
        wanted = read_value(attribute, value) if attribute else None
    except ValueUnsound as error:
        raise QuestionUnsound(f"{one.code}: {value}") from error
    if not called:
        raise QuestionUnsound(one.code)
    return {"names": called, "value": wanted}
