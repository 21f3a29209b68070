"""One's own tokens: shown once, kept as a hash, revoked by their person alone."""
from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest

from articles import tokens
from articles.models import AccountEvent, ApiToken, Site
from tests.api.calling import Program
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
WORDS = {"name": "nightly report", "scopes": ["read", "decide"], "days": "90"}


def test_token_is_shown_once_and_only_its_hash_is_kept(site: Site, editor: Any) -> None:
    client = signed_in(editor)

    page = client.post("/me/tokens/", WORDS)
    token = re.search(r"desk_[\w-]{43}", page.content.decode())[0]  # type: ignore[index]
    later = client.get("/me/tokens/").content.decode()

    row = ApiToken.objects.get()
    assert (row.person, row.name, row.scopes, row.prefix) == (editor, "nightly report", ["read", "decide"], token[:12])
    assert row.digest == hashlib.sha256(token.encode()).hexdigest() and token not in str(ApiToken.objects.values().get())
    assert (row.expires_at - row.made_at).days == 90
    assert "no-store" in page["Cache-Control"]
    event = AccountEvent.objects.get(kind="token_made")
    assert (event.actor, event.after) == (editor, {"token": f"nightly report ({token[:12]}…)", "scopes": ["read", "decide"]})
    assert token not in later and token[:12] in later and "nightly report" in later


def test_made_token_opens_the_api(site: Site, editor: Any) -> None:
    page = signed_in(editor).post("/me/tokens/", WORDS).content.decode()
    token = re.search(r"desk_[\w-]{43}", page)[0]  # type: ignore[index]
    program = Program(editor)
    program.token = token

    assert program.get("/api/sites").status_code == 200


@pytest.mark.parametrize(("words", "said"), [({"name": ""}, "Say what the token is for"), ({"scopes": []}, "Choose at least one thing"), ({"days": "9999"}, "")])
def test_wrong_form_makes_nothing(site: Site, editor: Any, words: dict[str, Any], said: str) -> None:
    page = signed_in(editor).post("/me/tokens/", WORDS | words)

    assert page.status_code == 422 and said in page.content.decode() and not ApiToken.objects.exists()


def test_only_its_person_sees_and_revokes_a_token(site: Site, editor: Any, second_editor: Any) -> None:
    program = Program(editor)

    assert signed_in(second_editor).post(f"/me/tokens/{program.row.pk}/revoke/").status_code == 404
    assert "of the tests" not in signed_in(second_editor).get("/me/tokens/").content.decode()
    assert program.get("/api/sites").status_code == 200
    assert signed_in(editor).post(f"/me/tokens/{program.row.pk}/revoke/").status_code == 302
    assert program.get("/api/sites").status_code == 401
    assert "revoked" in signed_in(editor).get("/me/tokens/").content.decode()
    assert [event.kind for event in AccountEvent.objects.filter(kind__startswith="token")] == ["tokens_revoked"]


def test_nobody_hoards_tokens(site: Site, editor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST", 1)
    Program(editor)

    page = signed_in(editor).post("/me/tokens/", WORDS)

    assert page.status_code == 422 and "You have 1 tokens already" in page.content.decode()


def test_page_speaks_the_language_that_the_browser_asks_for(site: Site, editor: Any) -> None:
    page = signed_in(editor).get("/me/tokens/", headers={"Accept-Language": "de"}).content.decode()

    assert "90 Tage" in page and "90 days" not in page and "Token anlegen" in page


def test_page_lists_the_operations(site: Site, editor: Any) -> None:
    page = signed_in(editor).get("/api/").content.decode()

    assert "/api/sites/{site}/decide" in page and "Idempotency-Key" in page and "cdn" not in page.lower().replace("cdnamp", "")
