"""The webhook: whoever knows the secret asks for a look; nobody learns anything else."""
from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest
from django.test import Client

from articles.models import Article, Repository, Site
from articles.views import hooks
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
SECRET, BODY = "of-the-tests", b'{"ref": "refs/heads/main"}'
SIGNATURE = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()


@pytest.fixture
def repository(site: Site) -> Repository:
    return Repository.objects.create(site=site, location="/nowhere", hook_secret=SECRET)


def call(name: str, body: bytes = BODY, **headers: str) -> Any:
    return Client(enforce_csrf_checks=True).post(f"/hooks/{name}/", body, content_type="application/json", headers=headers)


def asked(site: Site) -> bool:
    return Repository.objects.get(site=site).asked_at is not None


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Hub-Signature-256", f"sha256={SIGNATURE}"),
        ("X-Gitea-Signature", SIGNATURE),
        ("X-Forgejo-Signature", SIGNATURE),
        ("X-Gitlab-Token", SECRET),
    ],
)
def test_forge_that_knows_the_secret_asks(repository: Repository, site: Site, header: str, value: str) -> None:
    before = Repository.objects.values().get()

    reply = call(site.name, **{header: value})

    assert reply.status_code == 202
    after = Repository.objects.values().get()
    assert after.pop("asked_at") is not None and before.pop("asked_at") is None
    assert after == before and not Article.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature-256": "sha256="},
        {"X-Hub-Signature-256": "sha256=" + "0" * 64},
        {"X-Hub-Signature-256": f"sha1={SIGNATURE}"},
        {"X-Gitea-Signature": SIGNATURE[:-1]},
        {"X-Gitlab-Token": ""},
        {"X-Gitlab-Token": SECRET[:-1]},
        {"X-Gitlab-Token": "é"},
        {"X-Hub-Signature-256": "sha256=" + "0" * 64, "X-Gitlab-Token": SECRET},
    ],
)
def test_others_are_refused_as_if_there_were_no_such_site(repository: Repository, site: Site, headers: Any) -> None:
    reply = call(site.name, **headers)
    nobody = call("no-such-site", **headers)

    assert (reply.status_code, reply.content) == (nobody.status_code, nobody.content) == (401, nobody.content)
    assert not asked(site)


def test_signature_is_of_this_body(repository: Repository, site: Site) -> None:
    assert call(site.name, BODY + b" ", **{"X-Hub-Signature-256": f"sha256={SIGNATURE}"}).status_code == 401
    assert not asked(site)


def test_site_without_a_secret_has_no_webhook(repository: Repository, site: Site) -> None:
    Repository.objects.update(hook_secret="")
    empty = hmac.new(b"", BODY, hashlib.sha256).hexdigest()

    assert call(site.name, **{"X-Gitea-Signature": empty}).status_code == 401
    assert call(site.name, **{"X-Gitlab-Token": ""}).status_code == 401
    assert not asked(site)


def test_long_messages_and_many_wrong_ones_are_not_read(
    repository: Repository, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "MOST_BYTES", len(BODY) - 1)
    assert call(site.name, **{"X-Gitlab-Token": SECRET}).status_code == 413
    monkeypatch.setattr(hooks, "MOST_BYTES", 1000)
    monkeypatch.setattr(hooks, "MOST_FAILURES", 3)
    assert [call(site.name).status_code for _ in range(4)] == [401, 401, 401, 429]
    assert not asked(site)


def test_only_posts_are_taken(repository: Repository, site: Site) -> None:
    assert Client().get(f"/hooks/{site.name}/").status_code == 405


# --- the admin
def test_secret_is_made_and_shown_once(repository: Repository, site: Site, desk_admin: Any) -> None:
    client = signed_in(desk_admin)
    page = client.post(
        "/admin/articles/repository/", {"action": "make_secret", "_selected_action": [repository.pk]}, follow=True
    ).content.decode()

    secret = Repository.objects.get().hook_secret
    assert secret != SECRET and len(secret) >= 40
    assert f"/hooks/{site.name}/" in page and secret in page
    for address in ("", f"{repository.pk}/change/", f"{repository.pk}/history/"):
        assert secret not in client.get(f"/admin/articles/repository/{address}").content.decode()
    assert call(site.name, **{"X-Gitlab-Token": secret}).status_code == 202


@pytest.mark.parametrize(
    "wrong",
    [{"location": "--upload-pack=x"}, {"location": "http://h/x"}, {"push_to": "-x"}, {"branch": "-x"}, {"branch": "a b"}, {"every": "1"}],
)
def test_admin_refuses_what_git_must_not_be_given(repository: Repository, desk_admin: Any, wrong: dict[str, str]) -> None:
    words = {"site": repository.site_id, "location": "/srv/site", "branch": "", "every": "60", "push_to": ""}
    client = signed_in(desk_admin)

    assert client.post(f"/admin/articles/repository/{repository.pk}/change/", words | wrong).status_code == 200
    assert Repository.objects.get().location == "/nowhere"
    Repository.objects.update(commit="a" * 40, asked_at=None)
    assert client.post(f"/admin/articles/repository/{repository.pk}/change/", words).status_code == 302
    after = Repository.objects.get()
    assert (after.location, after.every, after.commit, after.hook_secret) == ("/srv/site", 60, "", SECRET)
