"""Who may open and do what: every address times every role, anonymous included. A new address without a row fails."""
from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from articles.decisions import decide
from articles.models import (
    Article,
    BulkRun,
    Conflict,
    Delivery,
    ExportRun,
    ImportRun,
    Invitation,
    Merger,
    Note,
    Place,
    Provider,
    QuarantinedFile,
    Review,
    Rule,
    SavedView,
    Seat,
    Site,
    Source,
    Topic,
    Webhook,
)
from articles.tokens import make_token
from articles.urls import urlpatterns
from articles.workflow import Action
from tests.conftest import signed_in
from tests.factories import NOON, make_article, make_person, make_seated, make_site

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
    "notes": ("post", (*IN, 403, 422, 422, 422)),
    "assign": ("post", (*IN, 403, 302, 302, 302)),
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
    "dashboard": ("get", (*IN, 403, 200, 200, 200)),
    "imports": ("get", (*IN, 403, 403, 200, 200)),
    "import_run": ("get", (*IN, 403, 403, 404, 404)),
    "import_undo": ("post", (*IN, 403, 403, 404, 404)),
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
    "providers": ("get", (*IN, 403, 403, 403, 200)),
    "provider_new": ("get", (*IN, 403, 403, 403, 200)),
    "provider_merge": ("get", (*IN, 403, 403, 403, 422)),
    "provider_part": ("post", (*IN, 403, 403, 403, 404)),
    "provider": ("get", (*IN, 403, 403, 403, 200)),
    "provider_trust": ("post", (*IN, 403, 403, 403, 422)),
    "provider_change": ("post", (*IN, 403, 403, 403, 422)),
    "provider_undo": ("post", (*IN, 403, 403, 403, 422)),
    "provider_aliases": ("post", (*IN, 403, 403, 403, 422)),
    "topics": ("get", (*IN, 403, 403, 403, 200)),
    "topic_new": ("get", (*IN, 403, 403, 403, 200)),
    "topic_merge": ("get", (*IN, 403, 403, 403, 422)),
    "topic_part": ("post", (*IN, 403, 403, 403, 404)),
    "topic": ("get", (*IN, 403, 403, 403, 200)),
    "topic_change": ("get", (*IN, 403, 403, 403, 200)),
    "topic_words": ("post", (*IN, 403, 403, 403, 302)),
    "topic_rewrite": ("post", (*IN, 403, 403, 403, 302)),
    "topic_undo": ("post", (*IN, 403, 403, 403, 422)),
    "rules": ("get", (*IN, 403, 200, 200, 200)),
    "rule_new": ("get", (*IN, 403, 403, 403, 200)),
    "rule_preview": ("get", (*IN, 403, 403, 403, 200)),
    "rule_conflicts": ("get", (*IN, 403, 200, 200, 200)),
    "rule": ("get", (*IN, 403, 403, 403, 404)),
    "rule_act": ("post", (*IN, 403, 403, 403, 404)),
    "rule_backtest": ("get", (*IN, 403, 403, 403, 404)),
    "keys": ("get", (*IN, 403, 200, 200, 200)),
    "me": ("get", (*IN, 403, 200, 200, 200)),
    "goal": ("post", (*IN, 403, 302, 302, 302)),
    "remap": ("post", (*IN, 403, 302, 302, 302)),
    "find": ("get", (*IN, 403, 200, 200, 200)),
    "find_operator": ("get", (*IN, 403, 200, 200, 200)),
    "find_topic": ("get", (*IN, 403, 200, 200, 200)),
    "end_sessions": ("post", (*IN, 302, 302, 302, 302)),
    "users": ("get", (*IN, 403, 403, 403, 200)),
    "users_log": ("get", (*IN, 403, 403, 403, 200)),
    "invitation": ("post", (*IN, 403, 403, 403, 404)),
    "user": ("post", (*IN, 403, 403, 403, 404)),
    "accept": ("get", (404, 404, 404, 404, 404, 404)),
    "choose": ("post", (302, 302, 302, 302, 302, 302)),
    "tokens": ("get", (*IN, 403, 200, 200, 200)),
    "revoke_token": ("post", (*IN, 403, 404, 404, 404)),
    "webhooks": ("get", (*IN, 403, 403, 403, 200)),
    "webhook": ("get", (*IN, 403, 403, 403, 404)),
    "change_webhook": ("post", (*IN, 403, 403, 403, 404)),
    "send_again": ("post", (*IN, 403, 403, 403, 404)),
    "feeds": ("get", (*IN, 403, 403, 403, 200)),
    "site_feed": ("get", (404, 404, 404, 404, 404, 404)),
    "topic_feed": ("get", (404, 404, 404, 404, 404, 404)),
    "api_docs": ("get", (*IN, 403, 200, 200, 200)),
    "openapi": ("get", (200, 200, 200, 200, 200, 200)),
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
    words |= {"<str:key>": "x", "<slug:size>": "row", "<str:kind>": "rss.xml", "<int:topic>": "1", "<str:token>": "x"}
    if pattern.name == "user":
        words["<int:pk>"] = "0"  # nobody
    if str(pattern.pattern).startswith("providers/<int:pk>"):
        words["<int:pk>"] = str(article.provider_id)
    if str(pattern.pattern).startswith("topics/<int:pk>"):
        words["<int:pk>"] = str(Topic.objects.filter(site=article.site).earliest("pk").pk)
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


# --- another site's people: generated from the addresses, so that a new one is asked too
WITHOUT_SITE = {"home", "choose", "healthz", "hook", "picture", "end_sessions", "accept", "site_feed", "topic_feed", "openapi"}  # they read no ?site=; hooks are signed, pictures' keys too
OWN_CLAIM = {"release"}  # gives up what oneself has open, and says the same whatever is named


def theirs(site: Site) -> dict[str, int]:
    """One thing of the site for each kind of address: its first word -> the number. A new word without one fails."""
    owner, article = make_person("superuser"), make_article(site)
    Conflict.objects.create(article=article, field="title", found_at=NOON)
    refused = QuarantinedFile.objects.create(site=site, path="_news/bad.md", reason="It is bad.", found_at=NOON, content=b"bad")
    invited = Invitation.objects.create(
        email="x@desk.example", role=Group.objects.get(name="editor"), secret_hash="x", invited_by=owner, expires_at=NOON
    )
    invited.sites.add(site)
    hook = Webhook.objects.create(site=site, url="https://ears.example/", secret="x")
    told = Delivery.objects.create(webhook=hook, event=Webhook.Event.DECISION, body="{}", due_at=NOON)
    return {
        "me/tokens": make_token(owner, "x", ["read"], at=NOON)[0].pk,
        "webhooks": hook.pk,
        "webhooks/deliveries": told.pk,
        "users": make_seated("editor", site).pk,
        "users/invitations": invited.pk,
        "articles": article.pk,
        "review": article.pk,
        "conflicts": article.pk,
        "compare": article.pk,
        "bulk": BulkRun.objects.create(site=site, editor=owner, seen=[[article.pk, 1]], total=1).pk,
        "views": SavedView.objects.create(site=site, owner=owner, name="Late", shared=True).pk,
        "imports": ImportRun.objects.create(site=site, origin="x", started_at=NOON).pk,
        "rules": Rule.objects.create(site=site, name="Late").pk,
        "imports/quarantine": refused.pk,
        "imports/sources": Source.objects.create(site=site, location="/srv/site.git").pk,
        "exports/places": Place.objects.create(site=site, location="/srv/public").pk,
        "providers": article.provider_id,
        "providers/mergers": merged(site, "provider", article.provider_id),
        "topics": Topic.objects.filter(site=site).earliest("pk").pk,
        "topics/mergers": merged(site, "topic", Topic.objects.filter(site=site).earliest("pk").pk),
        "exports": ExportRun.objects.create(site=site, destination="zip", file="x.zip", started_at=NOON).pk,
    }


def merged(site: Site, kind: str, keep: int) -> int:
    values = {"name": "Gone", "domain": "", "trust": "new"} if kind == "provider" else {"name": "Gone"}
    part = {"pk": 9_000, "values": values, "parent": None, "aliases": [], "children": [], "articles": 0}
    return Merger.objects.create(site=site, kind=kind, keep=keep, keep_name="x", gone=[part], after={"parent": None}, at=NOON).pk


def everything_of(site: Site) -> list[Any]:
    of_site = (Article, BulkRun, Rule, SavedView, QuarantinedFile, ExportRun, ImportRun, Source, Place, Seat, Provider, Topic, Merger)
    notes = list(Note.objects.filter(article__site=site).values())
    rows = [list(model.objects.filter(site=site).values()) for model in of_site]
    people = list(User.objects.filter(seats__site=site).values_list("pk", "is_active", "password"))
    return [*rows, notes, people, Invitation.objects.open().count(), Review.objects.filter(article__site=site).count()]


@pytest.mark.parametrize("role", ["editor", "admin"])
def test_what_belongs_to_another_site_is_nowhere(role: str) -> None:
    """Who has a seat on one site gets 404 for everything of the other one (403 where the role could not open even one's
    own), by every method, and changes nothing of it."""
    mine, other = make_site("mine"), make_site("other")
    make_article(mine)
    things, client = theirs(other), signed_in(make_seated(role, mine))
    done = decide([make_article(other)], Action.APPROVE, editor=make_person("superuser"), at=NOON).reviews[0]
    seen = f"{things['articles']}:1"
    named = {"review": done.pk, "run": things["bulk"], "act": f"approve:{things['articles']}", "seen": seen, "decision": "approve",
             "article": things["articles"], "articles": things["articles"], "site": other.pk, "scope": "all", "name": "x",
             "one": [things["providers"], things["topics"]], "keep": things["providers"]}  # fmt: skip
    before = everything_of(other)
    for pattern in urlpatterns:
        path = str(pattern.pattern)
        if "<int:pk>" in path:
            number = things[path.split("/<int:pk>")[0]]
            path = path.replace("<int:pk>", str(number)).replace("<int:other>", str(number))
            for method in ("get", "post"):
                words = {"decision": "approve", "version": "1", "act": "remove", "do": "start", "title": "x", "text": "x"}
                code = getattr(client, method)(f"/{path}", words if method == "post" else {}).status_code
                assert code in (403, 404, 405) or pattern.name in OWN_CLAIM, (pattern.name, method, code)
                assert code != 403 or TABLE[pattern.name][1][ROLES.index(role)] == 403, (pattern.name, method)
        elif pattern.name not in WITHOUT_SITE:
            assert "<" not in path, f"{pattern.name} needs an example."
            for method in ("get", "post"):
                assert getattr(client, method)(f"/{path}?site=other").status_code in (403, 404, 405), (pattern.name, method)
            client.post(f"/{path}", named)
    assert everything_of(other) == before
