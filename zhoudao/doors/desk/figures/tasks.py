"""Reports become PDFs in the analyst's process, the only one that loads WeasyPrint."""

import logging
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation
from procrastinate.contrib.django import app

from zhoudao.doors.desk.figures.reported import shown
from zhoudao.kit.paper import pdf_of
from zhoudao.rooms.targets.models import Paper
from zhoudao.rooms.targets.reporting import JOB, QUEUE, begin_paper, finish_paper, say_of_paper

_log = logging.getLogger(__name__)


@app.task(name=JOB, queue=QUEUE)
def print_report(paper_id: str) -> None:
    """Makes one file; made already, nothing happens. What goes wrong is said on the page, not tried for ever."""
    one = begin_paper(UUID(paper_id))
    if one is None:
        return
    try:
        content = pdf_of(html_of(one))
    except OSError as error:
        _log.warning("No PDF: %s", error)
        say_of_paper(one, "failed", "no_pango" if "library" in str(error) else "failed")
    except Exception:
        _log.exception("The report %s could not be printed", one.report_id)
        say_of_paper(one, "failed", "failed")
    else:
        finish_paper(one, content)


def html_of(one: Paper) -> str:
    """The pages to be printed."""
    with translation.override(one.language):
        return render_to_string("desk/figures/paper.html", shown(one.report))
