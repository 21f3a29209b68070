"""Every address of the desk, its accounts and its admin, out of the URL configuration: who gets what, that reading changes
nothing, that nothing is sent without a token, and that the policy stands on every answer. The desk's own pages have their
table in test_roles; a new address without a row fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django_tasks_db.models import DBTaskResult, get_date_max

from articles.decisions import decide
from articles.models import (
    Article,
    Conflict,
    ExportRun,
    FieldPolicy,
    ImportRun,
    Merger,
    Provider,
    QuarantinedFile,
    Repository,
    Review,
    Site,
    Topic,
)
from articles.workflow import Action
from tests.addresses import Address, addresses
from tests.conftest import SIGNED_IN, signed_in
from tests.factories import NOON, make_article, make_person
from tests.things import ACTS, changed, everything, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ROLES = ("anonymous", "reader", "editor", "admin", "superuser")
# name -> what each role gets; "in" is the sign-in page.
ACCOUNTS: dict[str, tuple[Any, ...]] = {
    "account_login": (200, 302, 302, 302, 302),
    "account_logout": ("in", 200, 200, 200, 200),
    "account_inactive": (200, 200, 200, 200, 200),
    "account_signup": (200, 302, 302, 302, 302),
    "account_reauthenticate": ("in", 200, 200, 200, 200),
    "account_email": ("in", 302, 302, 302, 302),
    "account_email_verification_sent": (200, 200, 200, 200, 200),
    "account_change_password": ("in", 200, 200, 200, 200),
    "account_set_password": ("in", 302, 302, 302, 302),
    "account_reset_password": (200, 200, 200, 200, 200),
    "account_confirm_login_code": ("in", 302, 302, 302, 302),
    "account_confirm_email": (200, 200, 200, 200, 200),
    "account_reset_password_from_key_done": (200, 200, 200, 200, 200),
    "account_reset_password_from_key": (200, 200, 200, 200, 200),
    "account_reset_password_done": (200, 200, 200, 200, 200),
    **dict.fromkeys(  # no session opens the API: tests/api/test_authority.py has the table of who may what
        ("api:list_sites", "api:list_articles", "api:list_queue", "api:get_article", "api:list_reviews", "api:list_providers",
         "api:list_topics", "api:list_exports", "api:list_people", "api:list_notes", "api:write_note"), (401,) * 5,
    ),
    **dict.fromkeys(("api:decide_articles", "api:edit_articles", "api:assign_articles", "api:undo_act", "api:change_note"), (405,) * 5),
    "api_nowhere": (404,) * 5,
    "api:api-root": ("in", 403, 200, 200, 200),  # the page that lists the operations
    "mfa_index": ("in", 200, 200, 200, 200),
    "mfa_authenticate": ("in", 302, 302, 302, 302),
    "mfa_reauthenticate": ("in", 302, 302, 302, 302),
    "mfa_activate_totp": ("in", 302, 302, 302, 302),
    "mfa_deactivate_totp": ("in", 404, 404, 404, 404),
    "mfa_view_recovery_codes": ("in", 404, 404, 404, 404),
    "mfa_generate_recovery_codes": ("in", 302, 302, 302, 302),
    "mfa_download_recovery_codes": ("in", 404, 404, 404, 404),
    "mfa_list_webauthn": ("in", 200, 200, 200, 200),
    "mfa_add_webauthn": ("in", 302, 302, 302, 302),
    "mfa_reauthenticate_webauthn": ("in", 302, 302, 302, 302),
    "mfa_remove_webauthn": ("in", 302, 302, 302, 302),
    "mfa_edit_webauthn": ("in", 302, 302, 302, 302),
    "mfa_login_webauthn": ("in", 302, 302, 302, 302),
    "admin:index": ("in", "in", "in", 200, 200),
    "admin:login": ("in", 403, 403, 302, 302),
    "admin:logout": (302, 302, 302, 405, 405),
    "admin:password_change": ("in", "in", "in", 302, 302),
    "admin:password_change_done": ("in", "in", "in", 200, 200),
    "admin:autocomplete": ("in", "in", "in", 403, 403),
    "admin:jsi18n": ("in", "in", "in", 200, 200),
    "admin:view_on_site": ("in", "in", "in", 404, 404),
    "admin:app_list": ("in", "in", "in", 200, 200),
}
# model -> what an admin and a superuser may do with it in the admin: view, add, change, delete. Nobody else comes in.
MODELS: dict[str, tuple[str, str]] = {
    "articles.article": ("v", "v"),
    "articles.conflict": ("v", "v"),
    "articles.exportrun": ("v", "v"),
    "articles.fieldpolicy": ("vacd", "vacd"),
    "articles.importrun": ("v", "v"),
    "articles.merger": ("v", "v"),
    "articles.provider": ("vac", "vac"),
    "articles.quarantinedfile": ("v", "v"),
    "articles.repository": ("vacd", "vacd"),
    "articles.review": ("v", "v"),
    "articles.site": ("vacd", "vacd"),
    "articles.topic": ("vac", "vac"),
    "auth.group": ("v", "vacd"),
    "auth.user": ("v", "vacd"),
    "account.emailaddress": ("", "vacd"),
    "mfa.authenticator": ("", "vacd"),
    "django_tasks_database.dbtaskresult": ("", "v"),
}
NEEDS = {"changelist": "v", "add": "a", "change": "v", "delete": "d", "history": "v", "simple_history": "c", "password_change": "c"}


@pytest.fixture
def known() -> dict[str, Any]:
    """One row of every model, and what the addresses are filled in with."""
    person = make_person("superuser", "root")
    article = make_article()
    decide([article], Action.HOLD, editor=person, at=NOON)
    site = article.site
    EmailAddress.objects.create(user=person, email="root@desk.example", verified=True)
    Authenticator.objects.create(user=make_person("reader"), type="recovery_codes", data={})
    Conflict.objects.create(article=article, field="title", found_at=NOON)
    FieldPolicy.objects.bulk_create([FieldPolicy(site=site, field="title", owner="feed", change="decision")])
    ImportRun.objects.create(site=site, origin="x", started_at=NOON)
    ExportRun.objects.create(site=site, destination="x", started_at=NOON)
    Merger.objects.create(site=site, kind=Merger.Kind.PROVIDER, keep=article.provider_id, keep_name="Harbour Tribune", at=NOON)
    QuarantinedFile.objects.create(site=site, path="_news/bad.md", reason="It is bad.", found_at=NOON, content=b"bad")
    Repository.objects.create(site=site, location="/srv/site")
    DBTaskResult.objects.create(
        task_path="articles.tasks.work_on", args_kwargs={"args": [0], "kwargs": {}}, backend_name="default", run_after=get_date_max()
    )
    objects = {model: rows_of(model).first().pk for model in admin.site._registry if rows_of(model).exists()}
    return {"pk": article.pk, "name": site.name, "rest": "nothing", "app_label": "articles", "key": "abc", "objects": objects}


def client_of(role: str) -> Client:
    client = Client() if role == "anonymous" else signed_in(make_person(role))
    client.raise_request_exception = False
    return client


def expected(address: Address, place: int) -> Any:
    """What the tables say."""
    if address.name in ACCOUNTS:
        return ACCOUNTS[address.name][place]
    model = address.model
    assert model is not None, f"{address.name} is not in a table."
    allowed = MODELS[model._meta.label_lower]
    if place < 3:
        return "in"
    verb = address.verb_of(model)
    if verb == "simple_history" and NEEDS[verb] in allowed[place - 3]:
        return 404  # the number of a history row that is not there
    return 200 if NEEDS[verb] in allowed[place - 3] else 403


def beyond_the_desk() -> Iterator[Address]:
    for address in addresses():
        if not address.name.startswith("articles:"):
            yield address


def test_every_address_and_every_model_has_a_row() -> None:
    found = list(beyond_the_desk())

    assert {one.name for one in found if one.model is None} == ACCOUNTS.keys()
    assert {one.model._meta.label_lower for one in found if one.model} == MODELS.keys()
    assert {one.verb_of(one.model) for one in found if one.model} == NEEDS.keys()


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_role_gets_what_the_tables_say(known: dict[str, Any], place: int) -> None:
    """By GET, and in the admin by POST too where the role may not: neither changes a row of any table. Every answer carries the
    policy."""
    client = client_of(ROLES[place])
    before, wrong = everything(), {}
    for address in beyond_the_desk():
        asked = {} if address.name.endswith("_changelist") else ACTS  # lists of the admin clean their address
        reply, wanted = client.get(address.example(known), asked), expected(address, place)
        if gets(reply) != wanted:
            wrong[address.name] = (gets(reply), wanted)
        policy = reply["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy, address.name
        if refused_by_post(address, place):
            got = gets(client.post(address.example(known), {"post": "yes", "name": "x", "status": "approved"}))
            if got not in ("in", 403):
                wrong[f"POST {address.name}"] = got
    assert wrong == {}
    assert changed(before) == []


def gets(reply: Any) -> Any:
    return "in" if reply.status_code == 302 and "/login/" in reply["Location"] else reply.status_code


def refused_by_post(address: Address, place: int) -> bool:
    """Whether a page of the admin must not be sent by the role: the verb of the page, where "change" may be to look only."""
    if address.name == "admin:login" or not address.name.startswith("admin:"):
        return False
    model = address.model
    if place < 3 or model is None:
        return place < 3 and model is not None
    verb = {"changelist": "v", "history": "v"}.get(address.verb_of(model)) or {"add": "a", "delete": "d"}.get(address.verb_of(model), "c")
    return verb not in MODELS[model._meta.label_lower][place - 3]


def test_nothing_is_taken_without_a_token(known: dict[str, Any]) -> None:
    """Webhooks alone are signed instead, and the API asks for a token of its own."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_person("superuser"), backend=SIGNED_IN)
    before = everything()

    codes = {one.name: client.post(one.example(known), {"decision": "approve", "version": "2"}).status_code for one in addresses()}

    calls = {name: codes.pop(name) for name in [*codes] if name.startswith("api:") and name != "api:api-root"}
    assert {name: code for name, code in codes.items() if code != 403} == {"articles:hook": 401, "api_nowhere": 404}
    assert set(calls.values()) == {401, 405}
    assert everything() == before


# --- what a form did not ask for is not taken
EXTRA = {
    "status": "approved", "withdrawn": "on", "published": "true", "removed": "true", "decided_by": "1", "decided_at": "2020-01-01",
    "desk_fields": "[]", "actor": "1", "by": "feed", "at": "2020-01-01", "batch": "0", "undoes": "1", "action": "undo",
    "path": "_news/other.md", "site": "1", "secured": "x", "related": "[]", "pk": "1", "id": "1", "queued_at": "2020-01-01",
    "search_text": "x", "is_superuser": "on", "is_staff": "on", "groups": "1",
}  # fmt: skip
KEPT = ("path", "site_id", "removed", "withdrawn", "queued_at", "search_text", "related_count", "url_key", "featured_content")


@pytest.mark.parametrize(
    ("name", "words", "status"),
    [
        ("decide", {"decision": "hold", "version": "1"}, "held"),
        ("adjust", {"version": "1", "step": "5"}, "pending"),
        ("adjust", {"version": "1"}, "pending"),
    ],
)
def test_a_form_takes_only_its_own_fields(name: str, words: dict[str, str], status: str) -> None:
    article, editor = make_article(), make_person()
    other = make_article(article.site)

    signed_in(editor).post(f"/articles/{article.pk}/{name}/", EXTRA | words)

    after = Article.objects.get(pk=article.pk)
    assert after.status == status and (after.decided_by, after.published) == (None, False)
    assert {field: getattr(after, field) for field in KEPT} == {field: getattr(article, field) for field in KEPT}
    for row in Review.objects.all():
        assert (row.actor, row.by, row.undoes, row.article_id) == (editor, "editor", None, article.pk)
        assert row.at.year > 2020
    assert Article.objects.get(pk=other.pk).version == 1
    editor.refresh_from_db()
    assert not editor.is_superuser and not editor.is_staff and [group.name for group in editor.groups.all()] == ["editor"]


def test_nobody_gives_himself_a_role_or_a_provider_another_site(known: dict[str, Any]) -> None:
    desk_admin = make_person("admin")
    client = signed_in(desk_admin)
    provider, elsewhere = Provider.objects.get(), Site.objects.create(name="elsewhere")

    client.post(f"/admin/auth/user/{desk_admin.pk}/change/", EXTRA | {"username": "x"})
    client.post("/admin/auth/group/add/", {"name": "mine"})
    inline = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    client.post(f"/admin/articles/provider/{provider.pk}/change/", {"name": "New", "domain": "", "trust": "normal", "site": elsewhere.pk} | inline)

    desk_admin.refresh_from_db()
    assert not desk_admin.is_superuser and desk_admin.username != "x" and not Group.objects.filter(name="mine").exists()
    provider.refresh_from_db()
    assert (provider.name, provider.site_id) == ("New", Topic.objects.first().site_id)
