"""Handbooks become PDFs in the analyst's process, the only one that loads WeasyPrint."""

import logging
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation
from procrastinate.contrib.django import app

from zhoudao.conduct.handbooks.models import Print
from zhoudao.conduct.handbooks.printing import JOB, QUEUE, begin_print, finish_print, note_progress
from zhoudao.doors.desk.handbooks.showing import shown
from zhoudao.kit.paper import pdf_of

_log = logging.getLogger(__name__)


@app.task(name=JOB, queue=QUEUE)
def print_handbook(print_id: str) -> None:
    """Makes one file; made already, nothing happens. What goes wrong is said on the page, not tried for ever."""
    one = begin_print(UUID(print_id))
    if one is None:
        return
    try:
        content = _pdf(one)
    except OSError as error:
        _log.warning("No PDF: %s", error)
        note_progress(one, "failed", 0, fault="no_pango" if "library" in str(error) else "failed")
    except Exception:
        _log.exception("The handbook %s could not be printed", one.edition_id)
        note_progress(one, "failed", 0, fault="failed")
    else:
        finish_print(one, content)


def html_of(one: Print) -> str:
    """The pages to be printed."""
    with translation.override(one.language):
        return render_to_string("desk/handbooks/print.html", shown(one.edition, one.language))


def _pdf(one: Print) -> bytes:
    html = html_of(one)
    note_progress(one, "making", 30)
    return pdf_of(html, at_half=lambda: note_progress(one, "making", 80))
