"""Real files, made on the spot: PDF by ReportLab, pictures by Pillow."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Page = Sequence[str] | Image.Image


def pdf(*pages: Page, password: str = "", **told: str) -> bytes:
    """Each page is some lines, or a picture, as of a scanner."""
    out = BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption(password) if password else None, invariant=True)
    for name, words in told.items():
        getattr(canvas, f"set{name.title()}")(words)
    for page in pages:
        if isinstance(page, Image.Image):
            canvas.drawImage(ImageReader(page), 0, 0, 595, 842)
        else:
            for place, line in enumerate(page):
                canvas.drawString(72, 780 - 16 * place, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def scan(words: str = "", size: tuple[int, int] = (420, 594)) -> Image.Image:
    """A sheet as a scanner sees it."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text((40, 40), words, fill="black")
    return image


def picture(kind: str, size: tuple[int, int] = (320, 200), **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "navy").save(out, kind, **options)
    return out.getvalue()
