"""A photo from its bytes, under limits: how large it says it is is read before a pixel is.

A JPEG of more pixels than are needed is decoded at a half, a quarter or an eighth of its size, so that 50 megapixels
cost no more memory than six.
"""

import io
import warnings
from typing import TYPE_CHECKING, Any

from zhoudao.kit.whole_pictures import whole_only

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    Pixels = NDArray[np.uint8]

LONGEST = 2_400  # pixels of the longer side that are kept
MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS, MOST_PIXELS_JPEG = 40_000_000, 64_000_000
LEAST_SIDE, MOST_SIDE = 24, 30_000
_KINDS = ("JPEG", "PNG", "WEBP")


class PhotoUnread(Exception):
    """This photo cannot be read."""

    code = "unread"


class PhotoUnknown(PhotoUnread):
    """This is no JPEG, PNG or WebP picture."""

    code = "unknown"


class PhotoBroken(PhotoUnread):
    """This picture is damaged or was not sent whole."""

    code = "broken"


class PhotoTooLarge(PhotoUnread):
    """This picture has more pixels than are opened."""

    code = "too_large"


class PhotoTooSmall(PhotoUnread):
    """There is nothing to be seen on a picture as small as this."""

    code = "too_small"


class PhotoMoves(PhotoUnread):
    """This is a moving picture."""

    code = "moves"


def open_photo(content: bytes) -> "Pixels":
    """The picture upright: height × width × 3, red first, at most `LONGEST` on its longer side.

    Raises: PhotoUnknown, PhotoBroken, PhotoTooLarge, PhotoTooSmall, PhotoMoves
    """
    from PIL import Image, UnidentifiedImageError

    if len(content) > MOST_BYTES:
        raise PhotoTooLarge(PhotoTooLarge.__doc__)
    with whole_only(), warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content), formats=_KINDS) as picture:
                _check(picture)
                return _pixels(picture)
        except PhotoUnread:
            raise
        except UnidentifiedImageError as error:
            raise PhotoUnknown(PhotoUnknown.__doc__) from error
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise PhotoTooLarge(PhotoTooLarge.__doc__) from error
        except (OSError, SyntaxError, ValueError, EOFError, IndexError, OverflowError) as error:
            raise PhotoBroken(PhotoBroken.__doc__) from error


def _check(picture: "Image.Image") -> None:
    width, height = picture.size
    most = MOST_PIXELS_JPEG if picture.format in ("JPEG", "MPO") else MOST_PIXELS
    if width * height > most or max(width, height) > MOST_SIDE:
        raise PhotoTooLarge(PhotoTooLarge.__doc__)
    if min(width, height) < LEAST_SIDE:
        raise PhotoTooSmall(PhotoTooSmall.__doc__)
    if picture.format != "MPO" and getattr(picture, "is_animated", False):  # MPO: a photo with a smaller one beside it
        raise PhotoMoves(PhotoMoves.__doc__)


def _pixels(picture: "Image.Image") -> "Pixels":
    import numpy as np
    from PIL import Image, ImageOps

    picture.draft("RGB", (LONGEST, LONGEST))
    picture.load()
    small: Any = picture
    if max(picture.size) > LONGEST:
        small = picture if picture.mode in ("RGB", "L") else picture.convert("RGBA")
        small.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS, reducing_gap=2.0)
    small = ImageOps.exif_transpose(small)
    if small.mode in ("RGBA", "LA", "P", "PA"):
        clear = small.convert("RGBA")
        small = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    return np.asarray(small.convert("RGB"), dtype=np.uint8)
