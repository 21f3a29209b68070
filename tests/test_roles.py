"""Who may open and do what: every address times every role, anonymous included. A new address without a row fails."""
from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from articles.models import Article, Review
from articles.urls import urlpatterns
from tests.conftest import signed_in
from tests.factories import make_article, make_person, make_site

pytestmark = pytest.mark.django_db
ROLES = ("anonymous", "inactive", "reader", "editor", "senior editor", "admin")
# name -> method, and what each role gets: "in" is the sign-in page, 403 and 404 as they are
IN = ("in", "in")
TABLE: dict[str, tuple[str, tuple[Any, ...]]] = {
    "home": ("get", (302, 302, 302, 302, 302, 302)),
    "queue": ("get", (*IN, 403, 200, 200, 200)),
    "live": ("post", (*IN, 403, 200, 200, 200)),
    "bulk": ("get", (*IN, 403, 200, 200, 200)),
    "bulk_all": ("post", (*IN, 403, 302, 302, 302)),
    "bulk_run": ("get", (*IN, 403, 404, 404, 404)),
    "views": ("get", (*IN, 403, 200, 200, 200)),
    "view": ("post", (*IN, 403, 404, 404, 404)),
    "claim": ("post", (*IN, 403, 302, 302, 302)),
    "release": ("post", (*IN, 403, 204, 204, 204)),
    "review_next": ("get", (*IN, 403, 302, 302, 302)),
    "review": ("get", (*IN, 403, 200, 200, 200)),
    "unfolded": ("get", (*IN, 403, 200, 200, 200)),
    "decide": ("post", (*IN, 403, 302, 302, 302)),
    "adjust": ("post", (*IN, 403, 302, 302, 302)),
    "edit": ("get", (*IN, 403, 200, 200, 200)),
    "give_back": ("post", (*IN, 403, 422, 422, 422)),
    "history": ("get", (*IN, 403, 200, 200, 200)),
    "file": ("get", (*IN, 403, 200, 200, 200)),
    "confirm": ("post", (*IN, 403, 302, 302, 302)),
    "conflicts": ("get", (*IN, 403, 403, 200, 200)),
    "conflict": ("get", (*IN, 403, 403, 302, 302)),
    "recheck": ("get", (*IN, 403, 200, 200, 200)),
    "picture": ("get", (*IN, 403, 404, 404, 404)),
    "story": ("get", (*IN, 403, 200, 200, 200)),
    "compare": ("get", (*IN, 403, 200, 200, 200)),
    "decide_alike": ("post", (*IN, 403, 302, 302, 302)),
    "suggestions": ("get", (*IN, 403, 200, 200, 200)),
    "undo": ("post", (*IN, 403, 302, 302, 302)),
    "decided": ("get", (*IN, 403, 200, 200, 200)),
    "imports": ("get", (*IN, 403, 403, 200, 200)),
    "import_run": ("get", (*IN, 403, 403, 404, 404)),
    "source_new": ("get", (*IN, 403, 403, 403, 200)),
    "source": ("get", (*IN, 403, 403, 403, 404)),
    "quarantined": ("get", (*IN, 403, 403, 403, 200)),
    "quarantine": ("get", (*IN, 403, 403, 403, 404)),
    "exports": ("get", (*IN, 403, 403, 200, 200)),
    "ledger": ("get", (*IN, 403, 200, 200, 200)),
    "export_new": ("get", (*IN, 403, 403, 200, 200)),
    "export_diff": ("get", (*IN, 403, 403, 404, 404)),
    "export_run": ("get", (*IN, 403, 403, 404, 404)),
    "place_new": ("get", (*IN, 403, 403, 403, 200)),
    "place": ("get", (*IN, 403, 403, 404, 404)),
    "schedule": ("get", (*IN, 403, 200, 200, 200)),
    "export_download": ("get", (*IN, 403, 403, 404, 404)),
    "hook": ("post", (401, 401, 401, 401, 401, 401)),
    "policy": ("get", (*IN, 403, 403, 403, 200)),
    "keys": ("get", (*IN, 403, 200, 200, 200)),
    "me": ("get", (*IN, 403, 200, 200, 200)),
    "goal": ("post", (*IN, 403, 302, 302, 302)),
    "remap": ("post", (*IN, 403, 302, 302, 302)),
    "find": ("get", (*IN, 403, 200, 200, 200)),
    "find_operator": ("get", (*IN, 403, 200, 200, 200)),
    "find_topic": ("get", (*IN, 403, 200, 200, 200)),
    "choose": ("post", (302, 302, 302, 302, 302, 302)),
    "healthz": ("get", (200, 200, 200, 200, 200, 200)),
}
ADMIN = {"provider": 200, "topic": 200, "article": 200, "site": 200, "review": 200, "quarantinedfile": 200, "conflict": 200, "repository": 200,
         "fieldpolicy": 200}  # fmt: skip


def client_of(role: str) -> Client:
    if role == "anonymous":
        return Client()
    if role == "inactive":
        person = make_person("editor")
        client = signed_in(person)
        type(person).objects.filter(pk=person.pk).update(is_active=False)
        return client
    return signed_in(make_person(role))


def address(pattern: Any, article: Article) -> str:
    words = {"<int:pk>": str(article.pk), "<int:other>": str(another(article).pk), "<slug:name>": article.site.name}
    words |= {"<str:key>": "x", "<slug:size>": "row"}
    path = "/" + str(pattern.pattern)
    for name, value in words.items():
        path = path.replace(name, value)
    return path


def another(article: Article) -> Article:
    """A second article of the same site."""
    return Article.objects.filter(site=article.site).exclude(pk=article.pk).first() or make_article(article.site)


def test_every_address_has_a_row() -> None:
    assert {pattern.name for pattern in urlpatterns} == TABLE.keys()


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_role_gets_what_the_table_says(place: int) -> None:
    client = client_of(ROLES[place])
    for pattern in urlpatterns:
        article = make_article(make_site() if not Article.objects.exists() else Article.objects.first().site)
        method, expected = TABLE[pattern.name]
        words = {"decision": "approve", "version": article.version} if method == "post" else {}
        if pattern.name == "decide_alike":
            words = {"act": f"approve:{article.pk}", "seen": f"{article.pk}:{article.version}"}
        reply = getattr(client, method)(address(pattern, article), words)
        got: Any = reply.status_code
        if got == 302 and "/accounts/login/" in reply["Location"]:
            got = "in"
        assert got == expected[place], pattern.name


@pytest.mark.parametrize(("role", "status"), [("editor", 302), ("senior editor", 302), ("admin", 200), ("superuser", 200)])
def test_admin_is_for_admins(role: str, status: int) -> None:
    make_article()
    client = signed_in(make_person(role))
    for name in ADMIN:
        assert client.get(f"/admin/articles/{name}/").status_code == status, name


@pytest.mark.parametrize("role", ["admin", "superuser"])
def test_reviews_and_articles_are_read_only_in_the_admin(role: str) -> None:
    article = make_article()
    client = signed_in(make_person(role))

    for name in ("review", "article", "quarantinedfile", "conflict"):
        assert client.get(f"/admin/articles/{name}/add/").status_code == 403
        assert client.post(f"/admin/articles/article/{article.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(f"/admin/articles/article/{article.pk}/change/", {"status": "approved"})
    assert Article.objects.get(pk=article.pk).status == "pending"


def test_admin_actions_go_through_the_door() -> None:
    article = make_article()
    client = signed_in(make_person("admin"))

    for action, seen, words in (("approve", 1, {}), ("reject", 2, {"reason": "thin"})):
        chosen = {"action": action, "_selected_action": "0", "select_across": "1", "seen": f"{article.pk}:{seen}"}
        client.post("/admin/articles/article/", chosen | words)
    assert [row.action for row in Review.objects.filter(article=article).order_by("pk")] == ["approve", "reject"]
    assert Article.objects.get(pk=article.pk).status == "rejected"


def test_reading_changes_nothing() -> None:
    article = make_article()
    client = signed_in(make_person("admin"))
    another(article)
    before = list(Article.objects.values())
    for pattern in urlpatterns:
        client.get(address(pattern, article))
    assert list(Article.objects.values()) == before and not Review.objects.exists()


def test_secured_is_shown_nowhere() -> None:
    article = make_article()
    client = signed_in(make_person("superuser"))
    for pattern in urlpatterns:
        reply = client.get(address(pattern, article))
        assert b"c2VjcmV0" not in getattr(reply, "content", b""), pattern.name
    for name in ("article",):
        assert b"c2VjcmV0" not in client.get(f"/admin/articles/{name}/{article.pk}/change/").content


def test_post_without_a_token_is_refused() -> None:
    article = make_article()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_person(), backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.post(f"/articles/{article.pk}/decide/", {"decision": "approve", "version": 1}).status_code == 403


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "http:///evil.example"])
def test_redirects_stay_at_home(target: str) -> None:
    assert Client().post("/me/choose/", {"theme": "dark", "next": target})["Location"] == "/"


def test_every_answer_carries_the_policy() -> None:
    client = signed_in(make_person("superuser"))
    article = make_article()
    for pattern in urlpatterns:
        reply = client.get(address(pattern, article))
        assert "default-src 'none'" in reply["Content-Security-Policy"]
        assert "unsafe" not in reply["Content-Security-Policy"]
