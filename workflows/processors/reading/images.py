"""Pictures, by Pillow: what they are, whether they are whole, and how they look. Nothing here guesses letters."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, BinaryIO

from PIL import Image, ImageOps

from . import bounds
from .content import Broken, Content, fact

_SHRINKABLE = {"L", "RGB", "RGBA", "CMYK"}
_ORIENTATION, _LYING = 0x0112, range(5, 9)
FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "WEBP")
_EXIF = {"make": 0x010F, "model": 0x0110, "software": 0x0131, "created": 0x0132, "author": 0x013B}
"""Few of many: nobody asked where a picture was taken."""
Image.MAX_IMAGE_PIXELS = bounds.MAX_PIXELS


def read(file: BinaryIO) -> Content:
    """Size, format and what the camera wrote. The picture is unpacked once, so that a damaged one is known as such."""
    with _opened(file) as image:
        facts: dict[str, Any] = {
            "format": image.format,
            "width": image.width,
            "height": image.height,
            "color": image.mode,
            **_exif(image),
        }
        pages, is_cut = _pages(image)
        return Content("image", ("",) * pages, {"pages": pages} | facts, is_cut=is_cut)


def render(file: BinaryIO, page: int, width: int) -> bytes:
    """The picture, upright and at most `width` wide, as PNG."""
    with _opened(file) as image:
        try:
            image.seek(page - 1)
        except (EOFError, ValueError):
            raise Broken("There is no such page.") from None
        _check_size(image)
        small = _shrunk(image, width)
        shown = ImageOps.exif_transpose(small)
        shown = shown.convert("RGBA" if shown.has_transparency_data else "RGB")
        out = BytesIO()
        shown.save(out, "PNG", compress_level=3)
        return out.getvalue()


def _shrunk(image: Any, width: int) -> Any:
    """The picture as it lies in the file, small: before anything is copied, so that a large one is there only once."""
    box = (width, bounds.TALLEST * width)
    if image.format != "TIFF" and image.getexif().get(_ORIENTATION) in _LYING:  # a TIFF is turned while it is read
        box = (box[1], box[0])
    image.draft("RGB", box)
    if image.mode not in _SHRINKABLE:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail(box)
    return image


@contextmanager
def _opened(file: BinaryIO) -> Iterator[Any]:
    try:
        with Image.open(file, formats=FORMATS) as image:
            _check_size(image)
            yield image
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise Broken("The picture is damaged or incomplete.") from None


def _check_size(image: Any) -> None:
    if image.width * image.height > bounds.MAX_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> Broken:
    return Broken(f"The picture has more than {bounds.MAX_PIXELS // 1_000_000} million pixels.")


def _pages(image: Any) -> tuple[int, bool]:
    """How many pages it has, each of which can be unpacked. Only a TIFF has pages; a GIF that moves is one."""
    image.load()
    if image.format != "TIFF":
        return 1, False
    for number in range(1, bounds.MAX_PAGES):
        try:
            image.seek(number)
        except EOFError:
            return number, False
        _check_size(image)
    return bounds.MAX_PAGES, True


def _exif(image: Any) -> dict[str, str]:
    exif = image.getexif()
    told = {name: fact(exif.get(tag) or "") for name, tag in _EXIF.items()}
    return {name: words for name, words in told.items() if words}
