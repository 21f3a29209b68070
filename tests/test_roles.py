"""Who may open and do what: every address of the desk times every method times every role. A new address without a row fails."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from articles.decisions import decide
from articles.models import Article, Review
from articles.urls import urlpatterns
from articles.workflow import Action
from tests.conftest import signed_in
from tests.factories import NOON, make_article, make_person, make_seated, make_site
from tests.things import ACTS, changed, everything, everything_of, theirs, words_for

pytestmark = pytest.mark.django_db
# By group, but for the senior editor, who has a seat: both ways lead to the same answers.
ROLES = ("anonymous", "inactive", "reader", "editor", "senior editor", "admin")
ALL, SIGNED_IN, EDITOR, SENIOR, ADMIN = "anonymous", "reader", "editor", "senior editor", "admin"
Cell = tuple[str, int] | None
# name -> what GET and POST give: the first role that comes in, and its answer; None: the address does not take the method
TABLE: dict[str, tuple[Cell, Cell]] = {
    "home": ((ALL, 302), None),
    "queue": ((EDITOR, 200), None),
    "live": (None, (EDITOR, 200)),
    "bulk": ((EDITOR, 200), (EDITOR, 303)),
    "bulk_all": (None, (EDITOR, 302)),
    "bulk_run": ((EDITOR, 200), (EDITOR, 302)),
    "views": ((EDITOR, 200), (EDITOR, 302)),
    "view": (None, (ADMIN, 302)),
    "review_next": ((EDITOR, 302), None),
    "review": ((EDITOR, 200), None),
    "unfolded": ((EDITOR, 200), None),
    "claim": (None, (EDITOR, 302)),
    "release": (None, (EDITOR, 204)),
    "decide": (None, (EDITOR, 302)),
    "adjust": (None, (EDITOR, 302)),
    "edit": ((EDITOR, 200), (EDITOR, 422)),
    "notes": (None, (EDITOR, 422)),
    "assign": (None, (EDITOR, 302)),
    "give_back": (None, (EDITOR, 422)),
    "history": ((EDITOR, 200), None),
    "file": ((EDITOR, 200), None),
    "confirm": (None, (EDITOR, 302)),
    "conflicts": ((SENIOR, 200), None),
    "conflict": ((SENIOR, 200), (SENIOR, 409)),
    "recheck": ((EDITOR, 200), (EDITOR, 422)),
    "picture": ((EDITOR, 404), None),
    "story": ((EDITOR, 200), None),
    "compare": ((EDITOR, 200), None),
    "decide_alike": (None, (EDITOR, 302)),
    "undo": (None, (EDITOR, 302)),
    "suggestions": ((EDITOR, 200), None),
    "decided": ((EDITOR, 200), None),
    "dashboard": ((EDITOR, 200), None),
    "imports": ((SENIOR, 200), None),
    "import_run": ((SENIOR, 200), (ADMIN, 302)),
    "import_undo": (None, (SENIOR, 302)),
    "source_new": ((ADMIN, 200), (ADMIN, 422)),
    "source": ((ADMIN, 200), (ADMIN, 200)),
    "quarantined": ((ADMIN, 200), None),
    "quarantine": ((ADMIN, 200), (ADMIN, 422)),
    "exports": ((SENIOR, 200), None),
    "ledger": ((EDITOR, 200), None),
    "export_new": ((SENIOR, 200), (SENIOR, 302)),
    "export_diff": ((SENIOR, 404), None),
    "schedule": ((EDITOR, 200), None),
    "place_new": ((ADMIN, 200), (ADMIN, 422)),
    "place": ((ADMIN, 200), (ADMIN, 200)),
    "export_run": ((SENIOR, 200), (SENIOR, 302)),
    "export_download": ((SENIOR, 404), None),
    "hook": (None, (ALL, 401)),
    "policy": ((ADMIN, 200), (ADMIN, 422)),
    "providers": ((ADMIN, 200), None),
    "provider_new": ((ADMIN, 200), (ADMIN, 422)),
    "provider_merge": ((ADMIN, 422), (ADMIN, 409)),
    "provider_part": (None, (ADMIN, 302)),
    "provider": ((ADMIN, 200), None),
    "provider_trust": (None, (ADMIN, 422)),
    "provider_change": (None, (ADMIN, 302)),
    "provider_undo": (None, (ADMIN, 422)),
    "provider_aliases": (None, (ADMIN, 302)),
    "topics": ((ADMIN, 200), None),
    "topic_new": ((ADMIN, 200), (ADMIN, 302)),
    "topic_merge": ((ADMIN, 422), (ADMIN, 409)),
    "topic_part": (None, (ADMIN, 302)),
    "topic": ((ADMIN, 200), None),
    "topic_change": ((ADMIN, 200), (ADMIN, 302)),
    "topic_words": (None, (ADMIN, 302)),
    "topic_rewrite": (None, (ADMIN, 302)),
    "topic_undo": (None, (ADMIN, 422)),
    "rules": ((EDITOR, 200), None),
    "rule_new": ((ADMIN, 200), (ADMIN, 422)),
    "rule_preview": ((ADMIN, 200), None),
    "rule_conflicts": ((EDITOR, 200), None),
    "rule": ((ADMIN, 200), (ADMIN, 422)),
    "rule_act": (None, (ADMIN, 302)),
    "rule_backtest": ((ADMIN, 200), (ADMIN, 422)),
    "keys": ((EDITOR, 200), None),
    "me": ((EDITOR, 200), None),
    "choose": (None, (ALL, 302)),
    "goal": (None, (EDITOR, 302)),
    "remap": (None, (EDITOR, 302)),
    "end_sessions": (None, (SIGNED_IN, 302)),
    "users": ((ADMIN, 200), (ADMIN, 422)),
    "users_log": ((ADMIN, 200), None),
    "invitation": (None, (ADMIN, 200)),
    "user": (None, (ADMIN, 422)),
    "accept": ((ALL, 404), (ALL, 404)),
    "find": ((EDITOR, 200), None),
    "find_operator": ((EDITOR, 200), None),
    "find_topic": ((EDITOR, 200), None),
    "tokens": ((EDITOR, 200), (EDITOR, 422)),
    "revoke_token": (None, (EDITOR, 404)),
    "feeds": ((ADMIN, 200), (ADMIN, 302)),
    "site_feed": ((ALL, 404), None),
    "topic_feed": ((ALL, 404), None),
    "webhooks": ((ADMIN, 200), (ADMIN, 422)),
    "webhook": ((ADMIN, 200), None),
    "change_webhook": (None, (ADMIN, 302)),
    "send_again": (None, (ADMIN, 302)),
    "api_docs": ((EDITOR, 200), None),
    "openapi": ((ALL, 200), None),
    "healthz": ((ALL, 200), None),
}
IN_ADMIN = ("provider", "topic", "article", "site", "review", "quarantinedfile", "conflict", "repository", "fieldpolicy")


def client_of(role: str, site: Any) -> Client:
    if role == "anonymous":
        return Client()
    if role == SENIOR:
        return signed_in(make_seated(role, site))
    person = make_person("editor" if role == "inactive" else role)
    client = signed_in(person)
    if role == "inactive":
        type(person).objects.filter(pk=person.pk).update(is_active=False)
    return client


def expected(cell: Cell, role: str) -> Any:
    """"in" is the sign-in page."""
    if cell is None:
        return 405
    least, status = cell
    if ROLES.index(role) >= ROLES.index(least):
        return status
    return "in" if role in ("anonymous", "inactive") else 403


def addresses_with(things: dict[str, int], other: int) -> Iterator[tuple[str, str]]:
    """Each name with its address, about things that there are."""
    words = {"<slug:name>": "mine", "<str:key>": "x", "<slug:size>": "row", "<str:kind>": "rss.xml", "<int:topic>": "1", "<str:token>": "x"}
    for pattern in urlpatterns:
        path = str(pattern.pattern)
        if "<int:pk>" in path:
            path = path.replace("<int:pk>", str(things[path.split("/<int:pk>")[0]])).replace("<int:other>", str(other))
        for name, value in words.items():
            path = path.replace(name, value)
        assert "<" not in path, f"{pattern.name} needs an example."
        yield pattern.name, f"/{path}"


def test_every_address_has_a_row() -> None:
    assert {pattern.name for pattern in urlpatterns} == TABLE.keys()


@pytest.mark.parametrize("role", ROLES)
def test_role_gets_what_the_table_says(role: str) -> None:
    """Neither reading nor what a role may not do changes a row of any table, on its own site; every answer carries the policy,
    and none the sealed field."""
    site = make_site("mine")
    things = theirs(site)
    done = decide([make_article(site)], Action.APPROVE, editor=make_person("superuser"), at=NOON).reviews[0]
    client, words, before, wrong = client_of(role, site), words_for(things, site, done), everything(), {}
    for name, path in addresses_with(things, done.article_id):
        for method, cell in zip(("get", "post"), TABLE[name], strict=True):
            wanted = expected(cell, role)
            merging = {"one": [things.get(path.split("/")[1], 0), 0]}  # of what the address is about, and of nothing that there is
            sent = words | merging if method == "post" else {} if name == "queue" else ACTS  # the queue cleans its address
            with transaction.atomic():
                reply = getattr(client, method)(path, sent)
                transaction.set_rollback(wanted not in ("in", 403, 405))  # what is refused must have nothing to take back
            got: Any = "in" if reply.status_code == 302 and "/accounts/login/" in reply["Location"] else reply.status_code
            if got != wanted:
                wrong[name, method] = (got, wanted)
            policy = reply["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy, name
            assert b"c2VjcmV0" not in getattr(reply, "content", b""), name
        if role == "anonymous":
            assert client.delete(path).status_code == 405, name
    assert wrong == {} and changed(before) == []


@pytest.mark.parametrize(("role", "status"), [("editor", 302), ("senior editor", 302), ("admin", 200), ("superuser", 200)])
def test_admin_is_for_admins(role: str, status: int) -> None:
    make_article()
    client = signed_in(make_person(role))
    for name in IN_ADMIN:
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


def test_secured_is_shown_nowhere_in_the_admin() -> None:
    article = make_article()

    assert b"c2VjcmV0" not in signed_in(make_person("superuser")).get(f"/admin/articles/article/{article.pk}/change/").content


def test_post_without_a_token_is_refused() -> None:
    article = make_article()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_person(), backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.post(f"/articles/{article.pk}/decide/", {"decision": "approve", "version": 1}).status_code == 403


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "http:///evil.example"])
def test_redirects_stay_at_home(target: str) -> None:
    assert Client().post("/me/choose/", {"theme": "dark", "next": target})["Location"] == "/"


# --- another site's people: generated from the addresses, so that a new one is asked too
WITHOUT_SITE = {"home", "choose", "healthz", "hook", "picture", "end_sessions", "accept", "site_feed", "topic_feed", "openapi"}  # they read no ?site=; hooks are signed, pictures' keys too
OWN_CLAIM = {"release"}  # gives up what oneself has open, and says the same whatever is named


@pytest.mark.parametrize("role", ["editor", "admin"])
def test_what_belongs_to_another_site_is_nowhere(role: str) -> None:
    """Who has a seat on one site gets 404 for everything of the other one (403 where the role could not open even one's
    own), by every method, and changes nothing of it."""
    mine, other = make_site("mine"), make_site("other")
    make_article(mine)
    things, client = theirs(other), signed_in(make_seated(role, mine))
    done = decide([make_article(other)], Action.APPROVE, editor=make_person("superuser"), at=NOON).reviews[0]
    named = words_for(things, other, done)
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
                assert code != 403 or expected(TABLE[pattern.name][method == "post"], role) == 403, (pattern.name, method)
        elif pattern.name not in WITHOUT_SITE:
            assert "<" not in path, f"{pattern.name} needs an example."
            for method in ("get", "post"):
                assert getattr(client, method)(f"/{path}?site=other").status_code in (403, 404, 405), (pattern.name, method)
            client.post(f"/{path}", named)
    assert everything_of(other) == before
