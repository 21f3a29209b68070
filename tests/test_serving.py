"""What a server that is killed, or loses its database, does to decisions: with real servers that are really killed."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.databases import own_database
from tests.postgres import binaries, server
from tests.serving import LOOK, Served, said, serving

pytestmark = pytest.mark.usefixtures("django_db_setup")  # whose copy each of them begins with

KILLS = int(os.environ.get("DESK_TEST_KILLS", "14"))
WHOLE = 7  # every so many kills all processes go, else those that answer


def decide(served: Served, pk: int, key: str) -> int:
    """Approve over HTTP; where a kill took the connection away, ask again as a browser's person would."""
    for _ in range(50):
        try:
            return served.ask("POST", f"/articles/{pk}/decide/", decision="approve", version="1", key=key)[0]
        except OSError:
            continue
    raise AssertionError(served.log.read_text())


@pytest.mark.once
def test_what_was_answered_survives_every_kill(tmp_path: Path) -> None:
    with own_database(tmp_path / "data") as environment, serving(environment, tmp_path, KILLS) as (served, pks):
        answered = []
        for number, pk in enumerate(pks, 1):
            code = decide(served, pk, f"key-{number}")
            if number % WHOLE:
                served.kill_workers()
            else:
                served.kill()
                served.start()
            assert code == 302
            answered.append(f"key-{number}")

        assert sorted(said(LOOK, environment)) == sorted(answered)
        assert len(answered) == KILLS


@pytest.mark.once
def test_a_database_that_stops_and_starts_is_a_busy_page_and_then_work(tmp_path: Path) -> None:
    programs = binaries()
    assert programs is not None, "The tests need PostgreSQL."
    with server(programs) as database:
        environment = dict(os.environ, DESK_DATA=str(tmp_path / "data"), DATABASE_URL=database.url, DJANGO_SETTINGS_MODULE="newsdesk.settings")
        with serving(environment, tmp_path, 3) as (served, (first, second, third)):
            assert decide(served, first, "before") == 302
            assert served.ask("GET", f"/review/{second}/")[0] == 200

            database.stop()
            words = {"decision": "reject", "version": "1", "key": "mine", "note": "Not one of ours."}
            code, page = served.ask("POST", f"/articles/{second}/decide/", **words)
            assert (code, served.ask("GET", "/queue/")[0], served.ask("GET", "/healthz")[0]) == (503, 503, 503)
            assert "Your text is kept" in page and "Traceback" not in page and "psycopg" not in page
            kept = dict(re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page))
            assert kept == words

            database.start()
            # The connections that the workers hold are dead; the very next request must do.
            assert served.ask("POST", f"/articles/{second}/decide/", **kept)[0] == 302
            assert decide(served, third, "after") == 302
            assert sorted(said(LOOK, environment)) == ["after", "before", "mine"]
