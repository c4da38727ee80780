"""A finding of a report as the register takes it over: its words in each language, its numbers, its cases."""

from collections.abc import Mapping, Sequence
from typing import Any

from zhoudao.conduct.insight.models import Report, Source
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick
from zhoudao.kit.text import mask_personal


@frozen
class Taken:
    """`place` from 0; `words` are [title, proof] by language tag; `numbers` of our own cases that show it."""

    place: int
    figures: Mapping[str, Any]
    words: Mapping[str, Sequence[str]]
    numbers: tuple[str, ...]

    @property
    def kept(self) -> dict[str, Any]:
        """As an initiative keeps it, with personal numbers masked."""
        named = {name: self.figures.get(name) for name in ("kind", "hours", "cases", "count")}
        return {**named, "words": {tag: [mask_personal(each)[0] for each in said] for tag, said in self.words.items()}}

    def said(self, language: str) -> tuple[str, str]:
        """Its title and proof in a language."""
        return words_in(self.words, language)


def finding_of(report: Report, body: Mapping[str, Any], place: int) -> Taken | None:
    """The finding at a place of a report's body; None where there is none, or the report was made before its findings
    were kept in words.
    """
    figures, told = body.get("figures", {}).get("findings", []), body.get("told", {})
    if not 0 <= place < len(figures) or any(place >= len(said) for said in told.values()) or not told:
        return None
    is_ours = report.source == Source.OWN and report.object_type == "case"
    numbers = tuple(figures[place].get("examples", ())) if is_ours else ()
    return Taken(place, figures[place], {tag: said[place] for tag, said in told.items()}, numbers)


def words_in(words: Mapping[str, Sequence[str]], language: str) -> tuple[str, str]:
    """A finding's title and proof in a language, from what an initiative kept of it."""
    title = pick({tag: said[0] for tag, said in words.items()}, language)
    return title, pick({tag: said[1] for tag, said in words.items()}, language)
