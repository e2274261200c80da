"""What a file is, told from how it begins. Only the kinds that may be attached under their own name are known here."""

ZIP, OLE, TEXT = "application/zip", "ole", "text"
HEAD = 4096
"""So many bytes are enough."""
_STARTS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (4, b"ftyp", "video/mp4"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"PK\x03\x04", ZIP),
    (0, b"PK\x05\x06", ZIP),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
)
"""Where, what, and what it is then: a media type, or the container of several."""
_MARKS_OF_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1b")


def sniffed(head: bytes) -> str:
    """A media type, ZIP, OLE or TEXT; empty for what is none of them."""
    for place, sign, kind in _STARTS:
        if head[place : place + len(sign)] == sign and (place != 8 or head[:4] == b"RIFF"):
            return kind
    is_text = head.startswith(_MARKS_OF_UTF16) or _CONTROLS.isdisjoint(head)
    return TEXT if is_text else ""
