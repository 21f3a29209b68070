"""The policy on every answer, and what a hostile article becomes in the HTML of every page."""
from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from articles.models import Article
from tests.conftest import signed_in
from tests.factories import make_article, make_person, make_text

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NUMBER = {"int": "1", "slug": "x", "str": "x", "path": "1", "uuid": "00000000-0000-0000-0000-000000000000"}


def addresses(resolver: URLResolver, before: str = "/") -> list[str]:
    """Every address of the desk, its parameters filled in with something."""
    found: list[str] = []
    for one in resolver.url_patterns:
        route = str(one.pattern)
        path = re.sub(r"<(?:(\w+):)?\w+>", lambda part: NUMBER[part[1] or "str"], route)
        path = re.sub(r"\(\?P<\w+>[^)]*\)|\\.", "x", path).strip("^$")
        found += addresses(one, before + path) if isinstance(one, URLResolver) else [before + path]
    return found


def policy_of(answer: Any) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in answer.get("Content-Security-Policy", "").split(";"))


def test_the_policy_stands_on_every_answer() -> None:
    make_article()
    paths = sorted({*addresses(get_resolver()), "/none", "/static/newsdesk/icons.svg", "/static/none", "/pictures/x/row", "/%00"})
    paths.sort(key=lambda path: "logout" in path)  # last, so that whoever is signed in stays so
    assert len(paths) > 100
    clients = [Client(raise_request_exception=False), signed_in(make_person("superuser")), signed_in(make_person("reader"))]
    clients[1].raise_request_exception = clients[2].raise_request_exception = False
    statuses = set()
    for client in clients:
        for path in paths:
            for method in (client.get, client.post):
                answer = method(path)
                policy = policy_of(answer)
                statuses.add(answer.status_code)
                assert policy.get("default-src") == "'none'", (path, answer.status_code)
                assert policy["frame-ancestors"] == policy["base-uri"] == "'none'", path
                assert "unsafe" not in answer["Content-Security-Policy"] and "*" not in answer["Content-Security-Policy"]
                assert answer["X-Content-Type-Options"] == "nosniff", path
                if answer.streaming:
                    list(answer)  # closes the file
    assert {200, 302, 403, 404, 405} <= statuses and not {code for code in statuses if code >= 500}


def test_the_policy_stands_on_the_pages_of_errors(settings: Any) -> None:
    client = Client()

    assert policy_of(client.get("/queue/", headers={"host": "evil.example"}))["default-src"] == "'none'"
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in(make_person("editor")).cookies
    answer = strict.post("/undo/", {"review": 1})
    assert answer.status_code == 403 and policy_of(answer)["default-src"] == "'none'"


HOSTILE = {
    "title": '</h2><script>alert(1)</script><img src=x onerror=alert(1) hx-post=\\"/undo/\\" hx-trigger=load> {{ site.x }}',
    "provider": "\"<base href='https://evil.example/'><form action='https://evil.example/'><input name=a>\"",
}
URLS = ["javascript:alert(1)", "data:text/html,x", "//evil.example/x", "https://a@evil.example/x", "JaVaScRiPt:alert(1)", " javascript:x", "vbscript:x"]


class Page(HTMLParser):
    """The tags of a page with their attributes, and all addresses that something would follow."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    @property
    def addresses(self) -> list[str]:
        names = ("href", "src", "action", "formaction", "data-src", "data-url", "data-row", "hx-get", "hx-post", "srcset", "poster")
        return [str(attributes[name]) for _, attributes in self.tags for name in names if attributes.get(name)]


@pytest.mark.parametrize("url", URLS)
def test_a_hostile_article_is_text_on_every_page(url: str) -> None:
    text = make_text(**HOSTILE).replace("https://tribune.example/", url + "?").replace("https://pictures.example/", url + "?")
    text = text.replace("images:", f'related:\n  - title: "<b hx-get=/x>r</b>"\n    webUrl: "{url}"\n    images:\n      - url: "{url}"\n\nimages:', 1)
    text = text.replace("\n\nprovider:", f'\n\nfeaturedContent: "<iframe src=\\"{url}\\"></iframe><script>alert(1)</script>"\n\nprovider:', 1)
    article = make_article(text=text)
    client = signed_in(make_person("superuser"))
    for path in ("/queue/", f"/review/{article.pk}/", f"/articles/{article.pk}/row/", f"/articles/{article.pk}/edit/", f"/articles/{article.pk}/file/",
                 f"/articles/{article.pk}/history/", "/decided/", "/exports/new/", f"/admin/articles/article/{article.pk}/change/"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200, path
        page = Page(answer.content.decode())
        followed = [one for one in page.addresses if not re.match(r"/(?!/)|\?|#|\.|$", one)]
        assert followed == [], path
        assert not [tag for tag, _ in page.tags if tag == "base"], path
        own = [tag for tag, attributes in page.tags if tag == "script" and not str(attributes.get("src", "")).startswith("/static/")]
        assert own == [] or path.startswith("/admin/"), path
        assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")], path
        bodies = [attributes for tag, attributes in page.tags if tag == "body"]
        assert bodies or path.endswith("/row/"), path
        assert not [name for body in bodies for name in body if name.startswith("hx-")], path


def test_liquid_is_told_on_the_review_card() -> None:
    client = signed_in(make_person("editor"))
    quiet, loud = make_article(), make_article(title="A {{ site.secret }}", slug="{% raw %}")

    assert b"Holds Liquid" not in client.get(f"/review/{quiet.pk}/?site={quiet.site.name}").content
    page = client.get(f"/review/{loud.pk}/?site={loud.site.name}").content.decode()
    assert "Holds Liquid, which runs when the site is built: title, originalUrl, webUrl, images." in page
    Article.objects.filter(pk=quiet.pk).update(excerpt="{{ typed here }}")
    assert b"site is built: excerpt." in client.get(f"/review/{quiet.pk}/?site={quiet.site.name}").content
