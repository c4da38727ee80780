"""Pictures made anew, small and large, from what somebody gave: their pixels and nothing else."""

import io

from zhoudao.ground.files.kinds import kind_of
from zhoudao.kit.frozen import frozen
from zhoudao.kit.whole_pictures import whole_only
from zhoudao.rooms.catalogue.refusals import PictureUnsound

MOST_BYTES, MOST_DOTS = 8_000_000, 16_000_000
LARGE, SMALL = 1_200, 320
_TAKEN = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}


@frozen
class Drawn:
    """Two WebP pictures, and how large the larger is, in dots."""

    large: bytes
    small: bytes
    width: int
    height: int


def drawn(content: bytes) -> Drawn:
    """This will make both from a PNG, JPEG or WebP; its size is read before any of its pixels are.

    Raises: PictureUnsound
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    kind = _TAKEN.get(kind_of(content))
    if kind is None or len(content) > MOST_BYTES:
        raise PictureUnsound
    try:
        with whole_only(), Image.open(io.BytesIO(content), formats=[kind]) as given:
            if given.width * given.height > MOST_DOTS or getattr(given, "n_frames", 1) != 1:
                raise PictureUnsound
            given.draft("RGB", (LARGE, LARGE))
            picture = ImageOps.exif_transpose(given).convert("RGBA" if given.mode in ("RGBA", "LA", "P") else "RGB")
            picture.thumbnail((LARGE, LARGE))
            large, size = _written(picture), picture.size
            picture.thumbnail((SMALL, SMALL))
            return Drawn(large, _written(picture), *size)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureUnsound from error


def _written(picture: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, "WEBP", quality=82)  # type: ignore[attr-defined]  # a PIL image, whose module is not named here
    return file.getvalue()
