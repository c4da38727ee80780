"""Pages as PDF. Heavy, and it needs Pango: only the analyst's process calls it."""

from collections.abc import Callable


class NothingElse(Exception):
    """A paper is all its text: nothing is fetched from anywhere."""


def pdf_of(html: str, *, at_half: Callable[[], None] = lambda: None) -> bytes:
    """These pages as a file; `at_half` is called when they are set.

    Raises: OSError (Pango is not installed)
    """
    from weasyprint import HTML

    document = HTML(string=html, url_fetcher=_refuse).render()
    at_half()
    content: bytes = document.write_pdf()
    return content


def _refuse(url: str, *_given: object, **_named: object) -> object:
    raise NothingElse(url)
