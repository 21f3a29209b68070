"""Pictures of every page and state, for the docs: ``python -m tests.pictures.take [NAME ...]`` writes docs/pictures.

It works on a desk of its own in a temporary folder. Look at every picture before you commit it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
THEMES = os.environ.get("DESK_PICTURE_THEMES", "light dark").split()
SIZES = {"": (1440, 900), "-narrow": (390, 844)}
COLOURS = 192  # of a picture: a third of its size, and nobody sees it
PORT = 8917
Steps = Callable[[Any], Any]


@dataclass(frozen=True)
class Shot:
    """One picture. ``address`` is filled in with the keys of what was staged; ``steps`` bring the page into its state."""

    name: str
    address: str
    steps: Steps = lambda page: None
    person: str = "admin"
    whole: bool = False  # down to the page's end
    narrow: bool = True


def press(*keys: str) -> Steps:
    def steps(page: Any) -> None:
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(150)

    return steps


def click(*places: str) -> Steps:
    def steps(page: Any) -> None:
        for place in places:
            page.locator(place).first.click()
            page.wait_for_timeout(150)

    return steps


def typed(key: str, text: str) -> Steps:
    def steps(page: Any) -> None:
        page.keyboard.press(key)
        page.wait_for_timeout(150)
        page.keyboard.type(text)
        page.wait_for_timeout(500)

    return steps


def offline(page: Any) -> None:
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    press("a", "a")(page)
    page.wait_for_timeout(600)


SHOTS = (
    Shot("sign-in", "/accounts/login/", person=""),
    Shot("queue", "/queue/", press("j")),
    Shot("queue-filters", "/queue/?quality=60..79&type=article"),
    Shot("queue-search", "/queue/?q=topic:rail+quality:50.."),
    Shot("queue-search-problem", "/queue/?q=quality:high"),
    Shot("queue-nothing-matches", "/queue/?q=zeppelin"),
    Shot("queue-selection", "/queue/", press("x", "Shift+J", "Shift+J")),
    Shot("queue-help", "/queue/", press("?"), narrow=False),
    Shot("queue-palette", "/queue/", typed("Control+k", "pro"), narrow=False),
    Shot("review", "/review/{next}/"),
    Shot("review-focus", "/review/{next}/", press("f"), narrow=False),
    Shot("review-after", "/review/{next}/?", press("Shift+R")),
    Shot("review-topics", "/review/{next}/", typed("t", "ra")),
    Shot("review-note", "/review/{next}/", press("n"), narrow=False),
    Shot("review-file", "/review/{next}/", press("p"), narrow=False),
    Shot("review-taken", "/review/{open}/", person="ida"),
    Shot("review-duplicates", "/review/{twin}/"),
    Shot("review-changed", "/review/{changed}/"),
    Shot("review-offline", "/review/{next}/", offline),
    Shot("compare", "/compare/{twin}/{other}/"),
    Shot("story", "/articles/{twin}/story/"),
    Shot("edit", "/articles/{next}/edit/", whole=True),
    Shot("history", "/articles/{contested}/history/"),
    Shot("file", "/articles/{contested}/file/"),
    Shot("conflicts", "/conflicts/"),
    Shot("conflict", "/conflicts/{contested}/"),
    Shot("another-look", "/recheck/"),
    Shot("decided", "/decided/"),
    Shot("bulk", "/queue/", click(".all-of-this button, [formaction*='bulk/all'], [action*='bulk/all'] button"), narrow=False),
    Shot("views", "/views/", person="ida"),
    Shot("suggestions", "/suggestions/"),
    Shot("imports", "/imports/"),
    Shot("quarantine", "/imports/quarantine/{bad}/"),
    Shot("exports", "/exports/"),
    Shot("export-preview", "/exports/new/"),
    Shot("ledger", "/exports/ledger/"),
    Shot("policy", "/policy/"),
    Shot("me", "/me/", whole=True),
    Shot("dashboard", "/dashboard/", whole=True),
    Shot("providers", "/providers/"),
    Shot("provider", "/providers/{provider}/", whole=True),
    Shot("topics", "/topics/"),
    Shot("topic", "/topics/{topic}/", whole=True),
    Shot("rules", "/rules/"),
    Shot("rule", "/rules/{rule}/", whole=True),
    Shot("rule-new", "/rules/new/", whole=True),
    Shot("rule-backtest", "/rules/{rule}/backtest/"),
    Shot("rule-conflicts", "/rules/conflicts/"),
    Shot("people", "/users/", whole=True),
    Shot("people-log", "/users/log/"),
    Shot("tokens", "/me/tokens/"),
    Shot("webhooks", "/webhooks/"),
    Shot("feeds", "/feeds/"),
    Shot("api", "/api/"),
    Shot("second-factors", "/accounts/2fa/"),
    Shot("not-found", "/review/999999/"),
    Shot("not-allowed", "/policy/", person="ida"),
)


def main(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DESK_DATA": folder, "DESK_REMOTE_PICTURES": "0", "DJANGO_SETTINGS_MODULE": "newsdesk.settings"}
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the thread that uses the database
        import django

        django.setup()
        from tests.pictures.staging import facts, stage

        ready = stage()
        server = subprocess.Popen([sys.executable, "manage.py", "serve", "--port", str(PORT), "--no-input"], cwd=ROOT,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        try:
            _wait()
            _take([shot for shot in SHOTS if not names or shot.name in names], ready, facts(ready))
        finally:
            server.terminate()
            server.wait(20)


def _wait() -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=2)  # noqa: S310
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The desk did not start.")


def _take(shots: list[Shot], ready: Any, keys: dict[str, int]) -> None:
    from playwright.sync_api import sync_playwright

    from articles.models import Preferences

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("DESK_CHROMIUM", "/usr/bin/chromium"), args=FLAGS)
        for theme in THEMES:
            for person in ready.people.values():
                Preferences.objects.update_or_create(user=person, defaults={"theme": theme, "goal": 40})
            for suffix, (width, height) in SIZES.items():
                for shot in shots:
                    if suffix and not shot.narrow:
                        continue
                    context = browser.new_context(
                        viewport={"width": width, "height": 1_800 if shot.whole else height}, base_url=f"http://127.0.0.1:{PORT}",
                        color_scheme=theme, reduced_motion="reduce",
                    )  # fmt: skip
                    if shot.person:
                        context.add_cookies([{"name": "sessionid", "value": ready.cookie(shot.person), "url": f"http://127.0.0.1:{PORT}"}])
                    page = context.new_page()
                    page.set_default_timeout(8_000)
                    try:
                        page.goto(shot.address.format(**keys))
                        page.wait_for_load_state("networkidle")
                        shot.steps(page)
                        page.wait_for_timeout(250)
                        _keep(page.screenshot(), f"{shot.name}-{theme}{suffix}.png")
                    except Exception as error:  # noqa: BLE001 - one page that has changed must not cost the other pictures
                        print(f"{shot.name}-{theme}{suffix}: {str(error).splitlines()[0]}", file=sys.stderr)
                    context.close()
        browser.close()


def _keep(data: bytes, name: str) -> None:
    import io

    from PIL import Image

    picture = Image.open(io.BytesIO(data)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(PICTURES / name, optimize=True)
    print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
