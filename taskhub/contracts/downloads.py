"""Files that a contract hands out: to be saved, whatever they are, and running nothing where a browser shows them."""

from typing import IO

from django.http import FileResponse

POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def to_save(content: IO[bytes], name: str, content_type: str) -> FileResponse:
    """The answer that is the file, read as it is sent. Closes `content` at the end."""
    answer = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
