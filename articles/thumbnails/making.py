"""From the bytes of a stranger's picture to our own small ones: decoded with care, drawn anew, nothing else kept."""

from __future__ import annotations

import io
import threading
import warnings
from enum import Enum

from PIL import Image, ImageOps

from articles.thumbnails.fetching import kind_of
from articles.thumbnails.refusals import Refused

PIXELS = 32_000_000  # of the original: 6,500 x 4,900
SIDE = 20_000
SMALLEST = 8  # pixels of a side; what is smaller only counts its readers
QUALITY = 78
# Pillow's own guard, for all that it opens here: twice this raises by itself, the rest is ours to refuse.
Image.MAX_IMAGE_PIXELS = PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)
# An original may take 130 MB while it is decoded, so one at a time in each process.
_decoding = threading.Lock()


class Size(Enum):
    """What pages show. Width and height in pixels, twice those of the page, for screens that have them.

    The lead is as wide as it can be and never higher than wide; a logo is whole, the others fill their place.
    """

    ROW = ("row", 184, 136)
    LEAD = ("lead", 1280, 1280)
    RELATED = ("related", 128, 84)
    LOGO = ("logo", 64, 64)

    def __init__(self, word: str, width: int, height: int) -> None:
        self.word, self.width, self.height = word, width, height


SIZES = {size.word: size for size in Size}


def thumbnails(data: bytes) -> dict[Size, bytes]:
    """Every size of one picture as WebP: the first frame, upright, without metadata. Raises Refused, nothing else.

    Of 4,000 x 3,000 pixels a JPEG takes 0.2 s (it is decoded at a smaller scale), a PNG or WebP 0.6 s, a photo less.
    """
    kind = kind_of(data[:16])
    if not kind:
        raise Refused("This is no JPEG, PNG, GIF, WebP or AVIF picture.")
    try:
        with _decoding:
            return _drawn(_opened(data, kind))
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("The picture has too many pixels.") from error
    except MemoryError as error:
        raise Refused("The picture needs too much memory.") from error
    except Exception as error:  # noqa: BLE001 - decoders raise whatever they like; none of it is our mistake
        raise Refused("The picture is damaged.") from error


def _opened(data: bytes, kind: str) -> Image.Image:
    """The picture, decoded, in RGB or RGBA and upright."""
    image: Image.Image = Image.open(io.BytesIO(data), formats=[kind])
    width, height = image.size
    if not (0 < width <= SIDE and 0 < height <= SIDE and width * height <= PIXELS):
        raise Refused("The picture has too many pixels.")
    if min(width, height) < SMALLEST:
        raise Refused("The picture is too small to show.")
    if kind == "JPEG":
        image.draft("RGB", (Size.LEAD.width, Size.LEAD.width))
    image.load()
    try:
        image = ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 - a broken note about the orientation is no reason to show nothing
        image.info.pop("exif", None)
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        image = image.convert("F").point(lambda value: value / 256).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _drawn(image: Image.Image) -> dict[Size, bytes]:
    width, height = image.size
    tall = max(0, height - width) / 2
    wide = min(width, Size.LEAD.width)
    lead = image.resize(
        (wide, max(1, round(wide * (height - 2 * tall) / width))), Image.Resampling.LANCZOS,
        box=(0, tall, width, height - tall), reducing_gap=2.0,
    )  # fmt: skip
    made = {Size.LEAD: lead}
    for size in (Size.ROW, Size.RELATED):
        made[size] = ImageOps.fit(lead, _within(size, lead.size), Image.Resampling.LANCZOS)
    logo = image.copy()
    logo.thumbnail((Size.LOGO.width, Size.LOGO.height), Image.Resampling.LANCZOS)
    made[Size.LOGO] = logo
    return {size: _written(small) for size, small in made.items()}


def _within(size: Size, whole: tuple[int, int]) -> tuple[int, int]:
    """The size's measures, less where the picture has less, in the size's own proportion and never one pixel wide."""
    scale = min(1.0, max(whole[0] / size.width, whole[1] / size.height))
    return max(2, round(size.width * scale)), max(2, round(size.height * scale))


def _written(image: Image.Image) -> bytes:
    room = io.BytesIO()
    clean = Image.new(image.mode, image.size)
    clean.paste(image)
    clean.save(room, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return room.getvalue()
