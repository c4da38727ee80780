"""What a file is, by its content; its name and claimed type are not believed."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"#!AMR", "audio/amr"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
_HEIC = (b"heic", b"heix", b"mif1")  # what iPhones take photos in
INLINE = frozenset(["image/png", "image/jpeg", "image/gif", "image/webp"])


def kind_of(content: bytes) -> str:
    """The media type the bytes show; text only when it is UTF-8 without markup; else octet-stream."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    if content[:4] == b"RIFF" and content[8:12] in (b"WEBP", b"WAVE"):
        return "image/webp" if content[8:12] == b"WEBP" else "audio/wav"
    if content[4:8] == b"ftyp":
        return "image/heic" if content[8:12] in _HEIC else "video/mp4"
    return "text/plain" if _is_plain(content) else "application/octet-stream"


def _is_plain(content: bytes) -> bool:
    head = content[:4096]
    if b"\0" in head or b"<" in head:
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
