"""Feeds for everybody: shut until an admin opens them, never more than is published, and not sent twice."""
from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import Client

from articles.decisions import decide
from articles.feeds.opening import open_feed
from articles.feeds.writing import FORMATS
from articles.models import Article, Site, SiteFeed, Topic
from articles.workflow import Action
from tests.conftest import signed_in
from tests.factories import NOON, make_article, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_known() -> None:
    caches["feeds"].clear()


@pytest.fixture
def live(site: Site) -> Article:
    return make_article(site, published="true", title="A tram that everybody sees")


def feed(site: Site, kind: str = "rss.xml", **words: Any) -> Any:
    return Client().get(f"/feeds/{site.name}/{kind}", **words)


def test_shut_until_an_admin_opens_them(site: Site, live: Article, desk_admin: Any) -> None:
    codes = [feed(site).status_code]
    signed_in(desk_admin).post("/feeds/", {"access": "public"})
    codes.append(feed(site).status_code)
    signed_in(desk_admin).post("/feeds/", {"access": "off"})
    codes.append(feed(site).status_code)

    assert codes == [404, 200, 404] and SiteFeed.objects.get().access == "off"


def test_key_in_the_address_opens_and_a_new_one_ends_it(site: Site, live: Article, desk_admin: Any) -> None:
    admin = signed_in(desk_admin)
    admin.post("/feeds/", {"access": "key"})
    page = admin.get("/feeds/").content.decode()
    key = SiteFeed.objects.get().key
    path = re.search(rf"http://testserver(/feeds/{site.name}/rss.xml\?key=[\w-]+)", page)[1]  # type: ignore[index]

    assert Client().get(path).status_code == 200 and len(key) >= 24
    assert "private" in Client().get(path)["Cache-Control"]
    assert [feed(site, data={"key": wrong}).status_code for wrong in ("", "x", key[:-1])] == [404, 404, 404]
    admin.post("/feeds/", {"access": "key", "anew": "1"})
    assert Client().get(path).status_code == 404
    admin.post("/feeds/", {"access": "key"})
    assert SiteFeed.objects.get().key != key and Client().get(path).status_code == 404


@pytest.mark.parametrize("kind", FORMATS)
def test_feed_holds_what_is_published_and_nothing_else(site: Site, live: Article, editor: Any, kind: str) -> None:
    waiting = make_article(site, title="A tram that nobody sees yet")
    open_feed(site, "public", at=NOON)

    reply = feed(site, kind)

    assert reply.status_code == 200 and reply["Content-Type"] == FORMATS[kind][0]
    assert b"everybody sees" in reply.content and b"nobody sees" not in reply.content and b"c2VjcmV0" not in reply.content
    assert not reply.cookies and "default-src 'none'" in reply["Content-Security-Policy"]
    decide([waiting], Action.APPROVE, editor=editor, at=NOON)
    assert b"nobody sees yet" in feed(site, kind).content


def test_feed_speaks_its_site_to_all_alike(site: Site, live: Article) -> None:
    """A cache between desk and readers keeps one answer, whatever language a reader's program asks for."""
    Site.objects.filter(pk=site.pk).update(language="nl")
    open_feed(site, "public", at=NOON)

    reply = feed(site, headers={"Accept-Language": "de"})

    assert reply["Content-Language"] == "nl" and "Accept-Language" not in reply["Vary"]
    assert reply.content == feed(site, headers={"Accept-Language": "en"}).content


def test_topic_has_a_feed_of_its_own(site: Site, live: Article) -> None:
    make_article(site, text=live.source_file.text.replace("  - Rail\n", "").replace("everybody", "no rail"))
    open_feed(site, "public", at=NOON)
    other = Topic.objects.create(site=make_site(), name="Rail")

    reply = Client().get(f"/feeds/{site.name}/topics/{Topic.objects.get(site=site, name='Rail').pk}/atom.xml").content.decode()

    assert "everybody" in reply and "no rail" not in reply and "A site of the tests: Rail" in reply
    assert Client().get(f"/feeds/{site.name}/topics/{other.pk}/atom.xml").status_code == 404


def test_what_is_known_is_not_sent_again(site: Site, live: Article, editor: Any) -> None:
    open_feed(site, "public", at=NOON)
    first = feed(site)
    by_tag = feed(site, headers={"If-None-Match": first["ETag"]})
    by_time = feed(site, headers={"If-Modified-Since": first["Last-Modified"]})
    decide([live], Action.REJECT, editor=editor, at=NOON)

    assert (by_tag.status_code, by_tag.content, by_time.status_code) == (304, b"", 304)
    assert first["Cache-Control"] == "public, max-age=300"
    assert feed(site, headers={"If-None-Match": first["ETag"]}).status_code == 200
    later = feed(site, headers={"If-Modified-Since": first["Last-Modified"]})  # within the same second, and one entry less
    assert later.status_code == 200 and b"everybody sees" not in later.content


@pytest.mark.parametrize("path", ["/feeds/nowhere/rss.xml", "/feeds/{}/else.xml"])
def test_what_is_not_there_is_not_there(site: Site, live: Article, path: str) -> None:
    open_feed(site, "public", at=NOON)

    assert Client().get(path.format(site.name)).status_code == 404


def test_readers_of_feeds_make_no_limit_forgotten(site: Site, live: Article) -> None:
    cache.set("limit", 3)
    open_feed(site, "public", at=NOON)
    before = cache._list_cache_files()  # type: ignore[attr-defined]

    for kind in FORMATS:
        assert feed(site, kind).status_code == 200

    assert cache._list_cache_files() == before and len(caches["feeds"]._list_cache_files()) == 3  # type: ignore[attr-defined]


def test_wrong_choice_changes_nothing(site: Site, desk_admin: Any) -> None:
    page = signed_in(desk_admin).post("/feeds/", {"access": "world"})

    assert page.status_code == 422 and "Choose who may read." in page.content.decode() and not SiteFeed.objects.exists()
