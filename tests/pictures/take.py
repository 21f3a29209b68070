"""Pictures of every page and state, for the docs: ``python -m tests.pictures.take [NAME ...]`` writes docs/pictures.

It works on a desk of its own in a temporary folder. Look at every picture before you commit it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.pictures.shots import Shot
    from tests.pictures.staging import Stage

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
THEMES = os.environ.get("DESK_PICTURE_THEMES", "light dark").split()
SIZES = {"": (1440, 900), "-narrow": (390, 844)}
COLOURS = 192  # of a picture: a third of its size, and nobody sees it
NARROW_DARK = ("queue", "review")  # the others are narrow in the light alone: a picture more each would tell little
PORT = int(os.environ.get("DESK_PICTURE_PORT", "8917"))
ADDRESS = f"http://127.0.0.1:{PORT}"
LONGEST = 2_400  # pixels of a picture of a whole page
# How high the window has to be for what scrolls in it to be seen whole.
REACH = "Math.max(document.documentElement.scrollHeight, ...[...document.querySelectorAll('.page, .dash')].map(e => e.scrollHeight + e.getBoundingClientRect().top))"


def main(names: list[str]) -> None:
    folder = Path(tempfile.gettempdir()) / "newsdesk-pictures"  # the same each time: it is seen in pictures
    shutil.rmtree(folder, ignore_errors=True)
    with _folder(folder):
        os.environ |= {"DESK_DATA": str(folder), "DESK_REMOTE_PICTURES": "0", "DJANGO_SETTINGS_MODULE": "newsdesk.settings"}
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the thread that uses the database
        import django

        django.setup()
        from tests.pictures import shots
        from tests.pictures.staging import bare, emptied, stage

        ready = stage(folder)
        chapters = (
            (shots.JUDGING + shots.MANAGING + shots.ACCOUNTS, None, {}),
            (shots.LEFTWARDS, None, {"DESK_PSEUDO_LOCALES": "1"}),
            (shots.DECIDING, None, {}),
            (shots.EMPTY, emptied, {}),
            (shots.BARE, bare, {}),
        )
        for chapter, prepare, wishes in chapters:
            wanted = [shot for shot in chapter if not names or shot.name in names]
            if wanted:
                with _serving(wishes):
                    if prepare:  # under the server, which fills a desk that is empty when it starts
                        prepare(ready)
                    _take(wanted, ready)


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    folder.mkdir()
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _serving(wishes: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "manage.py", "serve", "--port", str(PORT), "--no-input"]
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | wishes, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait()
        yield
    finally:
        server.terminate()
        server.wait(20)


def _wait() -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{ADDRESS}/healthz", timeout=2)  # noqa: S310
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The desk did not start.")


def _take(wanted: list[Shot], ready: Stage) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("DESK_CHROMIUM", "/usr/bin/chromium"), args=FLAGS)
        for theme in THEMES:
            for suffix, size in SIZES.items():
                for shot in wanted:
                    if not suffix or (shot.narrow and (theme == "light" or shot.name in NARROW_DARK)):
                        _one(browser, shot, ready, theme, suffix, size)
        browser.close()


def _one(browser: Any, shot: Shot, ready: Stage, theme: str, suffix: str, size: tuple[int, int]) -> None:
    ready.like(shot.person, theme, shot.language)
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, base_url=ADDRESS, color_scheme=theme, reduced_motion="reduce"
    )
    if shot.person:
        context.add_cookies([{"name": "sessionid", "value": ready.cookie(shot.person), "url": ADDRESS}])
    page = context.new_page()
    page.set_default_timeout(8_000)
    name = f"{shot.name}-{theme}{suffix}.png"
    try:
        page.goto(shot.address.format(**ready.keys))
        page.wait_for_load_state("networkidle")
        shot.steps(page)
        page.wait_for_timeout(250)
        if shot.whole:
            page.set_viewport_size({"width": width, "height": min(LONGEST, max(height, page.evaluate(REACH)))})
            page.wait_for_timeout(100)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            print(f"{name}: {wide - width} px too wide", file=sys.stderr)
        _keep(page.screenshot(), name)
    except Exception as error:  # noqa: BLE001 - one page that has changed must not cost the other pictures
        print(f"{name}: {str(error).splitlines()[0]}", file=sys.stderr)
    context.close()
    ready.restore()


def _keep(data: bytes, name: str) -> None:
    import io

    from PIL import Image

    picture = Image.open(io.BytesIO(data)).convert("RGB").quantize(COLOURS, kmeans=1, dither=Image.Dither.NONE)
    picture.save(PICTURES / name, optimize=True)
    print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
