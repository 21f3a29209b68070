"""Which pictures are taken: every page and state, in chapters that each need the desk in another state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.pictures.staging import PASSWORD

Steps = Callable[[Any], Any]


@dataclass(frozen=True)
class Shot:
    """One picture. ``address`` is filled in with the keys of what was staged; ``steps`` bring the page into its state."""

    name: str
    address: str
    steps: Steps = lambda page: None
    person: str = "admin"
    whole: bool = False  # down to the page's end
    narrow: bool = False  # on a telephone too, in the light
    language: str = ""


def press(*keys: str) -> Steps:
    def steps(page: Any) -> None:
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(150)

    return steps


def click(*places: str) -> Steps:
    def steps(page: Any) -> None:
        for place in places:
            page.locator(place).locator("visible=true").first.click()
            page.wait_for_timeout(150)

    return steps


def typed(key: str, text: str) -> Steps:
    def steps(page: Any) -> None:
        page.keyboard.press(key)
        page.wait_for_timeout(150)
        page.keyboard.type(text)
        page.wait_for_timeout(500)

    return steps


def sent(button: str, **fields: str) -> Steps:
    """Fill in the fields, press the button and wait for the page behind it."""

    def steps(page: Any) -> None:
        for name, value in fields.items():
            page.fill(f"[name={name}]", value)
        page.click(button)
        page.wait_for_load_state("networkidle")

    return steps


def decided(page: Any) -> None:
    """The state after an act, which is taken back when the picture is there: the next one finds the desk as it was."""
    press("l")(page)
    page.wait_for_timeout(600)


def offline(page: Any) -> None:
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    press("a")(page)
    page.wait_for_timeout(600)


def whole_filter(page: Any) -> None:
    press("x")(page)
    click("[formaction*='bulk/all']")(page)


def again(page: Any) -> None:
    """The password once more, where it was not given a moment ago."""
    if page.locator("[name=password]").count():
        sent("form button.pri", password=PASSWORD)(page)


JUDGING = (
    Shot("queue", "/queue/", press("j"), narrow=True),
    Shot("queue-filters", "/queue/?quality=60..79&type=article", narrow=True),
    Shot("queue-search", "/queue/?q=topic:rail+quality:50.."),
    Shot("queue-search-problem", "/queue/?q=quality:high"),
    Shot("queue-nothing-matches", "/queue/?q=zeppelin"),
    Shot("queue-selection", "/queue/", press("x", "Shift+J", "Shift+J"), narrow=True),
    Shot("queue-all-of-filter", "/queue/?quality=50..69", whole_filter),
    Shot("queue-help", "/queue/", press("?")),
    Shot("queue-palette", "/queue/", typed("Control+k", "pro")),
    Shot("queue-german", "/queue/", press("j"), language="de", narrow=True),
    Shot("review", "/review/{next}/", narrow=True),
    Shot("review-focus", "/review/{next}/", press("f")),
    Shot("review-reasons", "/review/{next}/", press("Shift+R"), narrow=True),
    Shot("review-topics", "/review/{next}/", typed("t", "ra"), narrow=True),
    Shot("review-note", "/review/{next}/", press("n")),
    Shot("review-file", "/review/{next}/", press("p")),
    Shot("review-taken", "/review/{open}/", person="ida"),
    Shot("review-duplicates", "/review/{twin}/", narrow=True),
    Shot("review-changed", "/review/{changed}/", narrow=True),
    Shot("review-offline", "/review/{next}/", offline, narrow=True),
    Shot("review-german", "/review/{next}/", language="de"),
    Shot("compare", "/compare/{twin}/{other}/", narrow=True),
    Shot("story", "/articles/{twin}/story/"),
    Shot("edit", "/articles/{next}/edit/", whole=True, narrow=True),
    Shot("history", "/articles/{contested}/history/"),
    Shot("file", "/articles/{contested}/file/"),
    Shot("conflicts", "/conflicts/"),
    Shot("conflict", "/conflicts/{contested}/", narrow=True),
    Shot("another-look", "/recheck/"),
    Shot("decided", "/decided/", narrow=True),
    Shot("bulk", "/bulk/"),
    Shot("bulk-preview", "/bulk/{chosen}/", whole=True, narrow=True),
    Shot("bulk-done", "/bulk/{done}/"),
    Shot("views", "/views/", person="ida"),
    Shot("suggestions", "/suggestions/"),
    Shot("dashboard", "/dashboard/", whole=True, narrow=True),
    Shot("ledger", "/exports/ledger/?state=sent"),
)
MANAGING = (
    Shot("imports", "/imports/", narrow=True),
    Shot("import-run", "/imports/{import}/"),
    Shot("source-new", "/imports/sources/new/", whole=True),
    Shot("source", "/imports/sources/{source}/", whole=True),
    Shot("quarantined", "/imports/quarantine/"),
    Shot("quarantine", "/imports/quarantine/{bad}/"),
    Shot("exports", "/exports/"),
    Shot("export-preview", "/exports/new/", whole=True, narrow=True),
    Shot("export-run", "/exports/{export}/"),
    Shot("export-place", "/exports/places/{place}/"),
    Shot("schedule", "/exports/schedule/"),
    Shot("providers", "/providers/", narrow=True),
    Shot("provider", "/providers/{provider}/", whole=True, narrow=True),
    Shot("provider-new", "/providers/new/"),
    Shot("provider-merge", "/providers/merge/?one={alike}&one={alike_2}"),
    Shot("topics", "/topics/", narrow=True),
    Shot("topic", "/topics/{topic}/", whole=True),
    Shot("topic-new", "/topics/new/"),
    Shot("topic-change", "/topics/{topic}/change/?name=Railways"),
    Shot("topic-merge", "/topics/merge/?one={topic}&one={topic_2}", whole=True),
    Shot("rules", "/rules/", narrow=True),
    Shot("rule", "/rules/{rule}/", whole=True, narrow=True),
    Shot("rule-new", "/rules/new/", whole=True),
    Shot("rule-backtest", "/rules/{rule}/backtest/", whole=True),
    Shot("rule-conflicts", "/rules/conflicts/"),
    Shot("rule-pair", "/rules/conflicts/?of={rule}&and={rule_2}"),
    Shot("policy", "/policy/"),
    Shot("people", "/users/", whole=True, narrow=True),
    Shot("people-log", "/users/log/"),
    Shot("webhooks", "/webhooks/"),
    Shot("webhook", "/webhooks/{webhook}/"),
    Shot("feeds", "/feeds/"),
    Shot("api", "/api/", whole=True),
)
ACCOUNTS = (
    Shot("sign-in", "/accounts/login/", person="", narrow=True),
    Shot("sign-in-wrong", "/accounts/login/", sent("form button.pri", login="ida", password="not-this-one"), person=""),
    Shot("forgotten-password", "/accounts/password/reset/", person=""),
    Shot("second-factor", "/accounts/login/", sent("form button.pri", login="sam", password=PASSWORD), person=""),
    Shot("join", "/invitation/{token}/", person="", whole=True, narrow=True),
    Shot("join-expired", "/invitation/nobody/", person=""),
    Shot("me", "/me/", whole=True, narrow=True),
    Shot("keys", "/help/keys/", whole=True),
    Shot("tokens", "/me/tokens/"),
    Shot("password", "/accounts/password/change/", person="ida"),
    Shot("sign-out", "/accounts/logout/", person="ida"),
    Shot("second-factors", "/accounts/2fa/", person="sam"),
    Shot("second-factors-none", "/accounts/2fa/", person="ida"),
    Shot("second-factors-again", "/accounts/2fa/totp/activate/", person="tove"),
    Shot("second-factors-codes", "/accounts/2fa/totp/activate/", again, person="tove", narrow=True),
    Shot("second-factors-passkey", "/accounts/2fa/webauthn/add/", again, person="tove"),
    Shot("second-factors-recovery", "/accounts/2fa/recovery-codes/", again, person="sam"),
    Shot("not-found", "/review/999999/"),
    Shot("not-allowed", "/policy/", person="ida"),
)
LEFTWARDS = (
    Shot("queue-right-to-left", "/queue/", press("j"), language="ar-xb", narrow=True),
    Shot("review-right-to-left", "/review/{next}/", language="ar-xb", narrow=True),
    Shot("dashboard-right-to-left", "/dashboard/", language="ar-xb"),
)
DECIDING = (Shot("review-after", "/review/{next}/", decided), Shot("queue-toast", "/queue/", decided))
EMPTY = (
    Shot("queue-empty", "/queue/", narrow=True),
    Shot("decided-empty", "/decided/"),
    Shot("conflicts-empty", "/conflicts/"),
    Shot("another-look-empty", "/recheck/"),
    Shot("dashboard-empty", "/dashboard/"),
    Shot("imports-empty", "/imports/"),
    Shot("exports-empty", "/exports/"),
    Shot("ledger-empty", "/exports/ledger/"),
    Shot("providers-empty", "/providers/"),
    Shot("topics-empty", "/topics/"),
    Shot("rules-empty", "/rules/"),
)
BARE = (Shot("no-site", "/queue/"),)
