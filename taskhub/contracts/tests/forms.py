"""Forms with files, as clients send them."""

from typing import Any

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8
BOUNDARY = "----taskhub"
HEADERS = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
Form = tuple[bytes, dict[str, Any]]


def part(name: str, content: bytes, *, field: str = "file", kind: str = "application/octet-stream") -> bytes:
    """One part; the name is written as it is, as no browser would."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="'.encode()
    head += name.encode() + f'"\r\nContent-Type: {kind}\r\n\r\n'.encode()
    return head + content + b"\r\n"


def end() -> bytes:
    return f"--{BOUNDARY}--\r\n".encode()


def many(*given: tuple[str, bytes], field: str = "files") -> Form:
    """The body and headers of a form with several files in one field."""
    return b"".join(part(name, content, field=field) for name, content in given) + end(), HEADERS


def form(name: str, content: bytes, **how: str) -> Form:
    """The body and headers of a form with one file."""
    return part(name, content, **how) + end(), HEADERS
