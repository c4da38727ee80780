"""A diagnosis as one file that needs nothing else: words in three languages, pictures, the map and what draws it."""

from collections.abc import Sequence
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from zhoudao.conduct.insight.drawn import drawn
from zhoudao.conduct.insight.remarks import said
from zhoudao.conduct.insight.shown import shown
from zhoudao.engines.mining.diagnosis import Diagnosis
from zhoudao.engines.mining.reading import Remark
from zhoudao.kit.languages import LANGUAGES, tag

_PACKAGE = Path(__file__).resolve().parents[2]
_STYLES = ("static_src/css/standalone.css", "static_src/css/base.css", "static_src/css/insight.css")
_SCRIPTS = ("static/vendor/elk.js", "static_src/js/processmap.js")


def paper(found: Diagnosis, *, name: str, remarks: Sequence[Remark] = (), first: str = "zh-hans") -> str:
    """The report of a diagnosis as HTML, opened in the language `first`. Raises: FileNotFoundError before set-up."""
    languages = sorted((each.lower() for each in LANGUAGES), key=lambda each: each != first)
    bodies = []
    for language in languages:
        with translation.override(language):
            context = {**shown(found, [said(each) for each in remarks]), "name": name, "language": language}
            context["has_beginnings"] = found.log.begun is not None
            words = render_to_string("insight/_report.html", context)
        bodies.append({"language": language, "called": LANGUAGES[tag(language)], "words": SafeString(words)})
    return render_to_string(
        "insight/report.html",
        {
            "name": name, "bodies": bodies, "map": drawn(found.log, found.map),
            "styles": _ours(_STYLES), "scripts": _ours(_SCRIPTS),
        },
    )  # fmt: skip


def _ours(paths: Sequence[str]) -> SafeString:
    """Files of this project and of its libraries, to stand in a page as they are: none may end the element it is in."""
    text = "\n".join((_PACKAGE / path).read_text() for path in paths)
    return SafeString(text.replace("</script", "<\\/script").replace("</style", "<\\/style"))
