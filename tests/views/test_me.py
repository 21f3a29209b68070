"""One's own choices and keys, and the names that the palette and the topic finder find."""
from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.models import Preferences, Site, Topic
from tests.conftest import signed_in
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def preferences(person: User) -> dict[str, Any]:
    return Preferences.objects.filter(user=person).values("key_mode", "theme", "density", "keymap").get()


def test_choices_belong_to_the_person(site: Site, editor: User, second_editor: User) -> None:
    client = signed_in(editor)

    client.post("/me/choose/", {"theme": "dark", "key_mode": "alt"})
    client.post("/me/choose/", {"density": "compact"})

    assert preferences(editor) == {
        "key_mode": "alt", "theme": "dark", "density": "compact",
        "keymap": {},
    }  # fmt: skip
    assert 'data-theme="dark"' in client.get("/queue/").content.decode()
    assert not Preferences.objects.filter(user=second_editor).exists()


def test_before_signing_in_only_the_browser_remembers_the_theme(site: Site) -> None:
    client = Client()

    client.post("/me/choose/", {"theme": "dark"})

    assert client.cookies["theme"].value == "dark"
    assert not Preferences.objects.exists()


@pytest.mark.parametrize(
    ("typed", "keymap", "sentence"),
    [
        ({"approve": "w"}, {"approve": "W"}, ""),
        ({"approve": "shift+y", "reject": "R"}, {"approve": "Shift Y"}, ""),
        ({"approve": "r", "reject": "a"}, {"approve": "R", "reject": "A"}, ""),
        ({"approve": "r"}, None, "“Reject” has this key."),
        ({"approve": "5"}, None, "The digits choose topics, reasons and sides."),
        ({"approve": "g"}, None, "G is the first of two keys."),
        ({"approve": "ab"}, None, "Type one character"),
        ({"approve": "Shift ,"}, None, "Shift goes with a letter only."),
        ({"approve": "w", "reject": "w"}, None, "has this key."),
    ],
)
def test_keys_are_remapped_or_refused_as_a_whole(
    site: Site, editor: User, typed: dict[str, str], keymap: dict[str, str] | None, sentence: str
) -> None:
    client = signed_in(editor)

    answer = client.post("/me/keys/", typed)

    if keymap is None:
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert not Preferences.objects.exists()
    else:
        assert preferences(editor)["keymap"] == keymap
        client.post("/me/keys/", {"reset": "1", "approve": "x"})
        assert preferences(editor)["keymap"] == {}


def test_a_changed_key_is_everywhere(site: Site, editor: User) -> None:
    article, client = make_article(site), signed_in(editor)
    client.post("/me/keys/", {"approve": "w"})

    page = client.get(f"/review/{article.pk}/").content.decode()

    assert 'data-key="approve" data-decides aria-keyshortcuts="W"' in page
    assert "&quot;w&quot;: &quot;approve&quot;" in page and "&quot;a&quot;" not in page


def test_the_palette_finds_commands_topics_and_providers(site: Site, editor: User) -> None:
    make_article(site, provider="Northern Rail Letter")
    client = signed_in(editor)

    found = client.get("/find/", {"q": "rail"}).content.decode()
    commands = client.get("/find/", {"q": "undo"}).content.decode()

    assert "Topic: Rail" in found and "Provider: Northern Rail Letter" in found and "data-name" not in found
    assert 'data-name="undo"' in commands and "<kbd>Z</kbd>" in commands


def test_the_topic_finder_knows_the_tree(site: Site, editor: User, desk_admin: User) -> None:
    parent = Topic.objects.create(site=site, name="Sea", place=1)
    Topic.objects.create(site=site, name="Ports", parent=parent, place=1)
    one, other = Topic.objects.create(site=site, name="One"), Topic.objects.create(site=site, name="Other")
    Topic.objects.filter(pk=one.pk).update(parent=other)
    Topic.objects.filter(pk=other.pk).update(parent=one)

    whole = client_found(editor, "")

    assert whole == [("0", "Sea"), ("1", "Ports"), ("0", "One"), ("0", "Other")]
    assert client_found(editor, "sea") == [("0", "Sea"), ("0", "Ports")]
    assert client_found(editor, "tides") == []
    assert client_found(desk_admin, "tides") == [("", "tides")]


def client_found(person: User, typed: str) -> list[tuple[str, str]]:
    import re

    page = signed_in(person).get("/find/topic/", {"add": typed}).content.decode()
    return [(depth, name) for name, depth in re.findall(r'data-value="([^"]*)"(?: data-depth="(\d)")?', page)]
