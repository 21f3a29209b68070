"""The address of a thumbnail: who gets it, how it may be kept, and what stands in for it."""
from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from articles import pictures
from articles.models import Article
from articles.pictures import picture_of
from articles.thumbnails.cache import Cache
from articles.thumbnails.making import Size
from articles.thumbnails.workshop import Workshop
from tests.conftest import signed_in
from tests.factories import make_article, make_person
from tests.thumbnails.strangers import World, http, png, stranger

URL = "http://pictures.example/crane.jpg"
pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    article = make_article(provider="Éclair")
    Article.objects.filter(pk=article.pk).update(images=[{"url": URL}])
    return Article.objects.get(pk=article.pk)


@pytest.fixture
def world(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Pictures are on, and the world is one server that has one picture."""
    settings.DESK_REMOTE_PICTURES = True
    with stranger(*[http(png(1600, 900))] * 4) as server:
        world = World({"8.8.8.8": server})
        shop = Workshop(Cache(tmp_path, 5_000_000), lambda url: pictures.fetch(url, world.net()))
        monkeypatch.setattr("articles.pictures.workshop", lambda: shop)
        monkeypatch.setattr("articles.views.pictures.workshop", lambda: shop)
        world.shop = shop  # type: ignore[attr-defined]
        yield world
        assert shop.settle(10)


def test_a_picture_is_answered_by_a_letter_until_it_is_here(world: Any, article: Article, editor: Any) -> None:
    client, src = signed_in(editor), picture_of(article, Size.LEAD).src

    first = client.get(src)
    assert world.shop.settle(10)
    second = client.get(src)

    if first["Content-Type"] != "image/webp":  # the background may have been quicker
        assert (first.status_code, first["Content-Type"], first["Cache-Control"]) == (200, "image/svg+xml", "no-store")
    assert (second.status_code, second["Content-Type"]) == (200, "image/webp")
    assert second["Cache-Control"] == "private, max-age=31536000, immutable"
    assert second["X-Content-Type-Options"] == "nosniff"
    assert second["Cross-Origin-Resource-Policy"] == "same-origin"
    assert second["Content-Security-Policy"] == "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    assert second.content == world.shop.cache.read(URL, Size.LEAD)
    assert world.reached == [("8.8.8.8", 80)]


def test_an_answer_never_waits_for_the_world(world: Any, article: Article, editor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    wishes: list[str] = []
    client, src = signed_in(editor), picture_of(article).src
    assert world.shop.settle(10)
    for path in world.shop.cache.folder.rglob("*.webp"):
        path.unlink()
    monkeypatch.setattr(world.shop, "want", wishes.append)

    answer = client.get(src)

    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "image/svg+xml", "no-store")
    drawing = ElementTree.fromstring(answer.content)
    assert drawing.get("width") == "1" and "".join(drawing.itertext()) == "É"
    assert wishes == [URL]


def test_a_refused_picture_stays_a_letter_and_is_not_asked_for(world: Any, article: Article, editor: Any, monkeypatch: Any) -> None:
    src = picture_of(article).src
    assert world.shop.settle(10)
    for path in world.shop.cache.folder.rglob("*.webp"):
        path.unlink()
    world.shop.cache.refuse(URL, "The host answered 404.", lasting=True)
    wishes: list[str] = []
    monkeypatch.setattr(world.shop, "want", wishes.append)

    answer = signed_in(editor).get(src)

    assert answer["Content-Type"] == "image/svg+xml" and wishes == []


def test_turned_off_nothing_is_read_or_fetched(world: Any, article: Article, editor: Any, settings: Any) -> None:
    src = picture_of(article).src
    assert world.shop.settle(10)
    world.reached.clear()
    settings.DESK_REMOTE_PICTURES = False

    answer = signed_in(editor).get(src)

    assert answer["Content-Type"] == "image/svg+xml" and world.reached == []


@pytest.mark.parametrize("letter", ["<", "&", "\x07", '"', " ", ""])
def test_no_letter_breaks_the_drawing(world: Any, article: Article, editor: Any, letter: str, monkeypatch: Any) -> None:
    Article.objects.filter(pk=article.pk).update(provider_name=letter + "x")
    src = picture_of(article).src
    assert world.shop.settle(10)
    for path in world.shop.cache.folder.rglob("*.webp"):
        path.unlink()
    monkeypatch.setattr(world.shop, "want", lambda url: None)

    drawing = ElementTree.fromstring(signed_in(editor).get(src).content)

    assert "".join(drawing.itertext()) == ("X" if not letter else "")


def test_pictures_are_for_people_who_are_signed_in_and_may_read(world: Any, article: Article) -> None:
    src = picture_of(article).src

    away = Client().get(src)

    assert (away.status_code, away["Location"]) == (302, f"/accounts/login/?next={src}")
    assert signed_in(make_person("reader")).get(src).status_code == 403


def test_only_our_own_addresses_are_answered(world: Any, article: Article, editor: Any) -> None:
    client, src = signed_in(editor), picture_of(article).src
    key = src.split("/")[2]

    for path in (src[:-3] + "huge", f"/pictures/{key[:-1]}x/row", "/pictures/http:/row", f"/pictures/{URL}/row", f"/pictures/a{article.pk}-0-{'0' * 32}/row"):
        assert client.get(path).status_code == 404, path
    assert client.post(src).status_code == 405
    assert client.head(src).status_code == 200


def test_an_answer_costs_one_query_beside_the_session(world: Any, article: Article, editor: Any, django_assert_num_queries: Any) -> None:
    client, src = signed_in(editor), picture_of(article).src
    assert world.shop.settle(10)
    with django_assert_num_queries(6):  # session, person, their seats and two kinds of permissions, the picture
        assert client.get(src)["Content-Type"] == "image/webp"


def test_pages_name_no_picture_of_anybody_else(world: Any, article: Article, editor: Any) -> None:
    client = signed_in(editor)

    for path in ("/queue/", f"/review/{article.pk}/"):
        page = client.get(path)
        assert f"/pictures/a{article.pk}-0-" in page.content.decode()
        assert URL not in page.content.decode()
        policy = dict(part.strip().partition(" ")[::2] for part in page["Content-Security-Policy"].split(";"))
        assert policy["img-src"] == "'self' data:"
