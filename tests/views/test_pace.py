"""The day's goal, the place in the view and one's own median, as pages show them."""
from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Preferences, Site
from tests.conftest import signed_in
from tests.factories import make_article
from tests.views.test_decisions import decision, send

pytestmark = pytest.mark.django_db


def part(page: str, name: str) -> str:
    """The words of the element with this id, up to the next that is replaced by its id; "" where it is not."""
    found = page.partition(f'id="{name}"')[2].partition("<!--")[0].partition("</progress>" if name == "goal" else "</span>")[0]
    return " ".join(found.partition(">")[2].replace("<", " <").split())


def test_a_goal_is_kept_refused_and_given_up(site: Site, editor: User) -> None:
    client = signed_in(editor)
    make_article(site)

    assert part(client.get("/queue/").content.decode(), "goal") == ""
    assert client.post("/me/goal/", {"goal": "5"}).status_code == 302
    assert Preferences.objects.get(user=editor).goal == 5
    refused = client.post("/me/goal/", {"goal": "0"})
    assert (refused.status_code, Preferences.objects.get(user=editor).goal) == (422, 5)
    assert "greater than or equal to 1" in refused.content.decode()
    client.post("/me/choose/", {"theme": "dark"})
    assert Preferences.objects.get(user=editor).goal == 5
    client.post("/me/goal/", {"goal": ""})
    assert Preferences.objects.get(user=editor).goal is None


def test_only_the_person_sees_the_day(site: Site, editor: User, second_editor: User) -> None:
    Preferences.objects.create(user=editor, goal=500)
    made = [make_article(site) for _ in range(3)]
    send(signed_in(editor), f"/articles/{made[0].pk}/decide/", **decision(made[0]))

    for path in ("/queue/", f"/review/{made[1].pk}/"):
        mine, theirs = (signed_in(person).get(path).content.decode() for person in (editor, second_editor))
        assert '<b class="num">1</b> of 500 today' in " ".join(mine.split())
        assert 'value="1" max="500"' in mine
        assert 'id="goal"' not in theirs
    assert "You have decided 1 article today." in signed_in(editor).get("/me/").content.decode()
    assert "You have decided 0 articles today." in signed_in(second_editor).get("/me/").content.decode()


def test_a_decision_answers_with_the_place_of_what_is_shown(site: Site, editor: User) -> None:
    Preferences.objects.create(user=editor, goal=2)
    first, second, third = (make_article(site, quality=quality) for quality in (90, 80, 70))
    client = signed_in(editor)

    assert part(client.get(f"/review/{second.pk}/").content.decode(), "count") == "2 of 3"
    assert part(client.get(f"/review/{second.pk}/?quality=..75").content.decode(), "count") == "1 in this view"
    answer = send(client, f"/articles/{second.pk}/decide/", **decision(second, shows=third.pk, elapsed="6900")).content.decode()
    assert part(answer, "count") == "2 of 2"
    assert f'id="count" data-of="{third.pk}"' in answer
    assert part(answer, "pace") == "6.9 s median"
    assert "<b class=\"num\">1</b> of 2 today" in " ".join(answer.split())
    claimed = client.post(f"/articles/{first.pk}/claim/", headers={"HX-Request": "true"}).content.decode()
    assert part(claimed, "count") == "1 of 2"
    last = send(client, f"/articles/{third.pk}/decide/", **decision(third, key="k-2", shows="x")).content.decode()
    assert part(last, "count") == "1 in this view"


def test_the_day_costs_one_query_however_many_rows(site: Site, editor: User) -> None:
    client = signed_in(editor)
    make_article(site)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get("/queue/")
        return len(found)

    client.get("/queue/")
    bare = queries()
    client.post("/me/goal/", {"goal": "5"})
    assert queries() == bare + 1
    for _ in range(20):
        make_article(site)
    assert queries() == bare + 1
