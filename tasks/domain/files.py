"""What may be attached to a task, how it is called and what it is: what its name says, if its content agrees."""

import re
import unicodedata

from .errors import InvalidInput
from .signatures import OLE, TEXT, ZIP, sniffed

MAX_FILES = 100
"""Of one task."""
MAX_NAME = 150
UNKNOWN = "application/octet-stream"
TYPES = {
    "avi": "video/x-msvideo",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "eml": "message/rfc822",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "png": "image/png",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "rtf": "application/rtf",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "txt": "text/plain",
    "wav": "audio/wav",
    "webp": "image/webp",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "zip": "application/zip",
}
CONTAINERS = {
    ZIP: frozenset(["docx", "odp", "ods", "odt", "pptx", "xlsx", "zip"]),
    OLE: frozenset(["doc", "ppt", "xls"]),
    TEXT: frozenset(["csv", "eml", "json", "txt", "xml"]),
}
"""How a file begins -> extensions of what may be in it."""
HARMLESS = frozenset({"application/pdf", "image/gif", "image/jpeg", "image/png", "image/webp"})
"""What a browser may show instead of saving it: none of these runs anything."""
_SPACES = re.compile(r"\s+")


def clean_name(given: str) -> str:
    """The file's own name without a path, without what cannot be seen, and short enough for every file system."""
    own = given.replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(sign if sign == " " or unicodedata.category(sign)[0] not in "CZ" else " " for sign in own)
    name = _SPACES.sub(" ", seen).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if dot and len(extension) <= 10:
        return f"{stem[: MAX_NAME - len(extension) - 1]}.{extension}"
    return name[:MAX_NAME] or "file"


def content_type(name: str, head: bytes) -> str:
    """What a file of that name is that begins so. Nobody is believed: HTML that is called a picture is no picture."""
    extension, found = name.rpartition(".")[2].lower(), sniffed(head)
    if extension in CONTAINERS.get(found, ()):
        return TYPES[extension]
    return found if found in TYPES.values() else UNKNOWN


def check_size(size: int, most: int) -> None:
    """Raise InvalidInput (field `file`) for an empty file and for one of more than `most` bytes."""
    if size <= 0:
        raise InvalidInput("The file is empty.", field="file")
    if size > most:
        raise too_large(most)


def too_large(most: int) -> InvalidInput:
    """The refusal, also for who stops reading before the end."""
    return InvalidInput(f"A file has at most {in_words(most)}.", field="file", code="too_large")


def in_words(size: int) -> str:
    """A number of bytes for people."""
    for unit, factor in (("MiB", 1024 * 1024), ("KiB", 1024)):
        if size >= factor:
            return f"{size / factor:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size} bytes"
