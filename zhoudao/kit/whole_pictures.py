"""Pictures that were not sent whole are refused, whatever else in this process would rather have them filled up."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def whole_only() -> Iterator[None]:
    """Within it Pillow refuses a picture that ends too early (`OSError`). WeasyPrint, once loaded, has it fill up what
    is missing, for all of the process.
    """
    from PIL import ImageFile

    with _ONE_AT_A_TIME:
        was, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = was
