"""Labels become PDFs in the analyst's process, the only one that loads WeasyPrint, in a queue of their own."""

import logging
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation
from procrastinate.contrib.django import app

from zhoudao.kit.code128 import Bars, code128
from zhoudao.kit.paper import pdf_of
from zhoudao.rooms.fulfilment.commands.sheets import JOB, QUEUE, begin_sheet, finish_sheet, say_of_sheet
from zhoudao.rooms.fulfilment.models import LabelSheet
from zhoudao.rooms.fulfilment.queries.labels import Printed, printed
from zhoudao.rooms.parcels.carriers import called
from zhoudao.rooms.return_labels.commands.taking import PAPER
from zhoudao.rooms.return_labels.queries.printing import label_printed
from zhoudao.rooms.return_labels.refusals import LabelNotFound

_log = logging.getLogger(__name__)
_LONG, _VERY_LONG = 60, 100  # letters of an address; Latin ones are half as wide


@app.task(name=JOB, queue=QUEUE)
def print_labels(sheet_id: str) -> None:
    """Makes one file; made already, nothing happens. What goes wrong is said on the page, not tried for ever."""
    sheet = begin_sheet(UUID(sheet_id))
    if sheet is None:
        return
    try:
        content = pdf_of(html_of(sheet))
    except OSError as error:
        _log.warning("No PDF: %s", error)
        say_of_sheet(sheet, "failed", "no_pango" if "library" in str(error) else "failed")
    except Exception:
        _log.exception("The labels %s could not be printed", sheet.id)
        say_of_sheet(sheet, "failed", "failed")
    else:
        finish_sheet(sheet, content)


def html_of(sheet: LabelSheet) -> str:
    """A page for each label, of exactly its printer's size."""
    with translation.override(sheet.language):
        return _return_label(sheet) if sheet.paper == PAPER else _parcels(sheet)


def _parcels(sheet: LabelSheet) -> str:
    format, labels = printed(sheet)
    width, _by, height = format.partition("x")
    context = {"labels": [(one, *_drawn(one)) for one in labels], "width": width, "height": height}
    return render_to_string("desk/fulfilment/label_paper.html", context)


def _return_label(sheet: LabelSheet) -> str:
    """Raises: LabelNotFound (it was put back)."""
    one = label_printed(sheet.subjects[0])
    if one is None:
        raise LabelNotFound(LabelNotFound.__doc__)
    drawn = {"bars": code128(one.number), "own": code128(one.request_number), "carrier": called(one.carrier)}
    return render_to_string("desk/aftersales/label_paper.html", {"label": one, **drawn})


def _drawn(one: Printed) -> tuple[Bars, Bars, str, str]:
    """Its bars, those of its own code, its carrier in words, and how small its address is written so that it fits."""
    wide = sum(1 if letter > "\u2e7f" else 0.5 for letter in one.address)
    size = "is-tiny" if wide > _VERY_LONG else "is-small" if wide > _LONG else ""
    return code128(one.barcode), code128(one.tote.code), called(one.carrier) if one.carrier else "", size
