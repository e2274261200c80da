"""Paper for the demo: files as scanners and mails bring them, made from the lines that `documents.yaml` says."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

SHEET = (840, 480)


def made(file: Mapping[str, Any]) -> bytes:
    """The bytes of a file of the story."""
    if "pages" in file:
        return _pdf(file["pages"])
    if "picture" in file:
        return _picture(file["picture"])
    return str(file.get("torn") or "\n".join(file["lines"]) + "\n").encode()


def _pdf(pages: Sequence[Sequence[str]]) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, invariant=True)
    canvas.setTitle(pages[0][0])
    canvas.setAuthor("Mail room")
    canvas.setSubject("Scanned mail")
    canvas.setCreator("Scanner on the ground floor")
    for lines in pages:
        for place, line in enumerate(lines):
            canvas.drawString(72, 760 - 20 * place, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _picture(lines: Sequence[str]) -> bytes:
    image = Image.new("L", SHEET, "white")
    draw = ImageDraw.Draw(image)
    for place, line in enumerate(lines):
        draw.text((60, 60 + 60 * place), line, fill="black", font=ImageFont.load_default(32))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
