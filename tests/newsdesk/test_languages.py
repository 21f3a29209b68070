"""Which language a page speaks, and to whom."""
from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from articles.models import Preferences, Site
from newsdesk import pseudo
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
DOOR = "/accounts/login/"
STYLES = Path(settings.BASE_DIR) / "newsdesk" / "static" / "newsdesk" / "css"


def spoken(client: Client, address: str, **headers: str) -> tuple[str, ...]:
    """The language and the direction that a page says of itself, and its header's."""
    answer = client.get(address, headers=headers)
    return (*re.search(r'<html lang="([^"]+)"\s+dir="([^"]+)"', answer.content.decode()).groups(), answer["Content-Language"])  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("asked", "language"),
    [("", "en"), ("de-AT,de;q=0.9,en;q=0.5", "de"), ("fr, de;q=0.3", "de"), ("fr", "en"), ("en-xa", "en"), ("ar-xb", "en"), (";;=,de", "en")],
)
def test_before_anybody_chose_the_browser_is_asked(site: Site, asked: str, language: str) -> None:
    assert spoken(Client(), DOOR, accept_language=asked) == (language, "ltr", language)


def test_a_choice_belongs_to_the_person_and_the_door_remembers_it(site: Site, editor: User, second_editor: User) -> None:
    client = signed_in(editor)

    client.post("/me/choose/", {"language": "de"})

    assert spoken(client, "/queue/", accept_language="en") == ("de", "ltr", "de")
    assert spoken(signed_in(second_editor), "/queue/", accept_language="en") == ("en", "ltr", "en")
    client.logout()
    client.cookies["language"] = "de"
    assert spoken(client, DOOR) == ("de", "ltr", "de")
    client.force_login(second_editor, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert spoken(client, "/queue/") == ("en", "ltr", "en")


def test_the_browser_is_asked_again_when_that_is_chosen(site: Site, editor: User) -> None:
    client = signed_in(editor)
    client.post("/me/choose/", {"language": "de"})

    answer = client.post("/me/choose/", {"language": ""})

    assert answer.cookies["language"].value == ""
    assert Preferences.objects.get(user=editor).language == ""
    assert spoken(client, "/queue/", accept_language="en") == ("en", "ltr", "en")


@pytest.mark.parametrize("chosen", ["xx", "ar-xb", "../de"])
def test_a_language_that_is_not_offered_is_not_kept(site: Site, editor: User, chosen: str) -> None:
    client = signed_in(editor)

    client.post("/me/choose/", {"language": chosen, "theme": "dark"})
    client.cookies["language"] = chosen

    assert not Preferences.objects.filter(user=editor).exists()
    assert spoken(client, "/queue/") == ("en", "ltr", "en")


def test_pages_of_broken_moments_speak_it_too(site: Site) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["language"] = "de"

    assert spoken(client, "/no-such-page/") == ("de", "ltr", "de")


def test_the_thread_is_left_as_it_was(site: Site) -> None:
    client = Client()

    client.get(DOOR, headers={"accept-language": "de"})

    assert translation.get_language() == "en"


def test_pseudo_locales_are_there_where_the_setting_offers_them(site: Site, editor: User, settings: Any) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, *pseudo.LOCALES]
    client = signed_in(editor)
    client.post("/me/choose/", {"language": "ar-xb"})

    assert spoken(client, "/queue/") == ("ar-xb", "rtl", "ar-xb")
    client.post("/me/choose/", {"language": "en-xa"})
    page = client.get("/me/").content.decode()
    assert pseudo.disguised("Skip to the content") in page and "Skip to the content" not in page


@pytest.mark.parametrize("path", sorted(STYLES.glob("*.css")), ids=lambda path: path.name)
def test_style_sheets_know_no_left_and_no_right(path: Path) -> None:
    """Margins, borders and places are of the start or the end of a line, so that a page from right to left needs no second
    style sheet."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)

    assert re.findall(r"(?<![\w\[-])(?:left|right)\s*:|(?:margin|padding|border)-(?:left|right)|text-align:\s*(?:left|right)|float:", text) == []
    for name, value in re.findall(r"(?<![\w-])(margin|padding|inset|border-width):([^;}]+)", text):
        sides = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "()", value).split()
        assert name == "border-width" or len(sides) != 4 or sides[1] == sides[3], f"{name}:{value}"
