"""Small pictures from large ones: upright, bare, and never from what is broken or too big."""
from __future__ import annotations

import contextlib
import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from articles.thumbnails.making import SIZES, Size, thumbnails
from articles.thumbnails.refusals import Refused
from tests.thumbnails.strangers import png

pytestmark = pytest.mark.pure


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def sizes_of(data: bytes) -> dict[str, tuple[int, int]]:
    return {size.word: opened(small).size for size, small in thumbnails(data).items()}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_every_size_is_made_of_every_kind(kind: str) -> None:
    made = thumbnails(png(1600, 900, kind=kind))

    assert {size.word: (opened(data).format, opened(data).size) for size, data in made.items()} == {
        "row": ("WEBP", (184, 136)), "lead": ("WEBP", (1280, 720)), "related": ("WEBP", (128, 84)), "logo": ("WEBP", (64, 36)),
    }  # fmt: skip
    red = opened(made[Size.ROW]).convert("RGB").getpixel((90, 60))
    assert all(abs(a - b) < 12 for a, b in zip(red, (200, 30, 30), strict=True))


@pytest.mark.parametrize(
    ("width", "height", "sizes"),
    [
        (90, 60, {"row": (90, 67), "lead": (90, 60), "related": (91, 60), "logo": (64, 43)}),
        (8, 8, {"row": (11, 8), "lead": (8, 8), "related": (12, 8), "logo": (8, 8)}),
        (400, 4000, {"row": (184, 136), "lead": (400, 400), "related": (128, 84), "logo": (6, 64)}),
        (6000, 40, {"row": (184, 136), "lead": (1280, 9), "related": (128, 84), "logo": (64, 1)}),
    ],
)
def test_odd_proportions_and_small_originals(width: int, height: int, sizes: dict[str, Any]) -> None:
    assert sizes_of(png(width, height)) == sizes


def test_the_picture_is_turned_upright_and_tells_nothing_of_its_maker() -> None:
    original = Image.new("RGB", (300, 200), (0, 0, 255))
    original.paste((255, 0, 0), (0, 0, 300, 20))  # red at the top, which lies at the right when turned by a quarter
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x013B] = 6, "SecretCamera", "SecretAuthor"
    room = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    original.save(room, "JPEG", exif=exif, icc_profile=profile, comment=b"SecretComment", quality=95)
    assert b"Secret" in room.getvalue()

    lead = thumbnails(room.getvalue())[Size.LEAD]

    image = opened(lead)
    assert image.size == (200, 300 - 100)
    red, green, blue = image.convert("RGB").getpixel((195, 100))
    assert red > 200 and blue < 60
    assert not any(name in lead for name in (b"Secret", b"EXIF", b"ICCP", b"XMP ", b"Exif"))
    assert image.getexif() == {} and "icc_profile" not in image.info


def test_text_in_a_png_is_left_behind() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "SecretAuthor", zip=False)
    assert b"Secret" in (data := png(pnginfo=words))

    assert not any(b"Secret" in small for small in thumbnails(data).values())


def test_only_the_first_picture_of_several_is_kept() -> None:
    room = io.BytesIO()
    frames = [Image.new("RGB", (50, 50), colour) for colour in ((255, 0, 0), (0, 255, 0), (0, 0, 255))]
    frames[0].save(room, "GIF", save_all=True, append_images=frames[1:])

    image = opened(thumbnails(room.getvalue())[Size.LEAD])

    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((25, 25))[0] > 200


def test_what_is_see_through_stays_so() -> None:
    image = opened(thumbnails(png(100, 100, (10, 20, 30, 0)))[Size.LOGO])

    assert image.mode == "RGBA" and image.getpixel((5, 5))[3] == 0


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "I;16", "CMYK"])
def test_every_colour_mode_is_drawn(mode: str) -> None:
    room = io.BytesIO()
    Image.new(mode, (30, 30)).save(room, "JPEG" if mode == "CMYK" else "PNG")

    assert sizes_of(room.getvalue())["lead"] == (30, 30)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def claimed(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is this large."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


BOMBS = {
    "64,000 x 64,000": claimed(64_000, 64_000),
    "just over": claimed(8_000, 4_001),
    "a line": claimed(30_000, 10),
    "2**31": claimed(2**31 - 1, 2**31 - 1),
    "gif": b"GIF89a" + struct.pack("<HHBBB", 60_000, 60_000, 0, 0, 0) + b",\0\0\0\0" + struct.pack("<HHB", 60_000, 60_000, 0) + b"\x02\x02L\x01\0;",
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS)
def test_bombs_are_refused_before_they_are_decoded(data: bytes) -> None:
    with pytest.raises(Refused, match="pixels"):  # the words of the check that comes before any decoding
        thumbnails(data)


WHOLE = {kind: png(300, 200, kind=kind) for kind in ("JPEG", "PNG", "GIF", "WEBP", "AVIF")}
BROKEN = {
    **{f"{kind} cut": data[: len(data) * 2 // 3] for kind, data in WHOLE.items()},
    **{f"{kind} only begun": data[:16] for kind, data in WHOLE.items()},
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "nothing": b"", "no pixels": claimed(0, 10), "one pixel": png(1, 1), "a thin line": png(900, 7),
    "tiff in a jpeg's name": b"\xff\xd8\xffII*\0" + b"\0" * 100,
    "a text chunk that unpacks to 100 MB": b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0))
    + chunk(b"zTXt", b"a\0\0" + zlib.compress(b"a" * 100_000_000)) + chunk(b"IDAT", zlib.compress(b"\0" * 49 * 16)) + chunk(b"IEND", b""),
}  # fmt: skip


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_broken_pictures_are_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        thumbnails(data)


def test_mutants_raise_nothing_else() -> None:
    import random

    chance = random.Random(7)
    for data in WHOLE.values():
        for _ in range(60):
            mutant = bytearray(data)
            for _ in range(chance.randint(1, 8)):
                mutant[chance.randrange(12, len(mutant))] = chance.randrange(256)
            with contextlib.suppress(Refused):
                assert set(thumbnails(bytes(mutant))) == set(Size)


def test_what_hides_in_a_picture_does_not_come_out() -> None:
    """A GIF that is a script as well, and a PNG with a page behind it: what is drawn anew holds neither."""
    gif = bytearray(WHOLE["GIF"])
    for data in (bytes(gif) + b"*/=1;alert(1)//", WHOLE["PNG"] + b"<script>alert(1)</script>"):
        for small in thumbnails(data).values():
            assert b"alert" not in small and small[:4] == b"RIFF"


def test_sizes_have_the_names_that_addresses_use() -> None:
    assert list(SIZES) == ["row", "lead", "related", "logo"]
