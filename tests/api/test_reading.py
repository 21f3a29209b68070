"""Reading by programs: every field but the sealed one, lists that go on where they stopped, and answers that need not be sent twice."""
from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.api.desk import openapi
from articles.decisions import assign, decide, edit
from articles.frontmatter import FIELDS
from articles.models import Article, Provider, Site, Topic
from articles.workflow import Action
from tests.api.calling import Program
from tests.factories import NOON, make_article, make_person, make_seated, make_site

pytestmark = pytest.mark.django_db
RELATED = """
related:
  - title: "A bridge"
    publishedDateTime: 2026-11-19T08:00:00Z
    webUrl: "https://tribune.example/bridge"
    type: article

secured:"""


@pytest.fixture
def program(editor: Any) -> Program:
    return Program(editor)


def walked(program: Program, path: str, words: dict[str, Any]) -> list[int]:
    """The ids of a whole list, page by page."""
    found, cursor = [], ""
    for _ in range(50):
        page = program.get(path, words | {"cursor": cursor}).json()
        found += [row["id"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return found
    raise AssertionError("The list has no end.")


def test_article_has_every_field_of_the_file_but_secured(program: Program, site: Site, editor: Any) -> None:
    from tests.factories import make_text

    article = make_article(site, text=make_text(title="A tram waits").replace("\nsecured:", RELATED))
    edit([article], {"quality": 72}, editor=editor, at=NOON)

    told = program.get(f"/api/articles/{article.pk}").json()

    assert {*told["fields"], "related"} == FIELDS.keys() - {"secured"}
    assert told["fields"]["title"] == "A tram waits" and told["fields"]["quality"] == 72
    assert told["fields"]["publishedDateTime"] == article.published_at.isoformat().replace("+00:00", "Z")
    assert told["fields"]["provider"] == {"name": "Harbour Tribune", "domain": "tribune.example", "images": None}
    assert told["fields"]["topics"] == ["Machines", "Rail"]
    assert [entry["webUrl"] for entry in told["related"]] == ["https://tribune.example/bridge"]
    assert (told["site"], told["version"], told["status"], told["desk_fields"]) == (site.name, 2, "pending", ["quality"])


def test_nothing_sealed_leaves_by_any_reading(program: Program, site: Site, editor: Any) -> None:
    article = make_article(site)
    decide([article], Action.REJECT, editor=editor, at=NOON, reason="thin")

    for path, methods in openapi()["paths"].items():
        if "get" in methods:
            reply = program.get(path.format(site=site.name, id=article.pk), {"status": "any"} if path.endswith("articles") else {})
            assert reply.status_code in (200, 403) and b"c2VjcmV0" not in reply.content and b"secured" not in reply.content, path
    assert "secured" not in json.dumps(openapi())


@pytest.mark.parametrize("order", ["quality", "heat", "newest", "oldest", "likely", "lowest"])
def test_pages_hold_every_article_once_while_others_write(program: Program, site: Site, editor: Any, order: str) -> None:
    articles = [make_article(site, quality=60 + number % 3) for number in range(7)]
    path = f"/api/sites/{site.name}/queue"
    whole = walked(program, path, {"sort": order, "limit": 100})
    first = program.get(path, {"sort": order, "limit": 3}).json()

    decide([Article.objects.get(pk=whole[0])], Action.APPROVE, editor=editor, at=NOON)  # behind the place: it moves nothing
    newcomer = make_article(site, quality=900, moment="2027-01-01T00:00:00Z")
    rest, cursor = [], first["next"]
    while cursor:
        page = program.get(path, {"sort": order, "limit": 3, "cursor": cursor}).json()
        rest += [row["id"] for row in page["items"]]
        cursor = page["next"]

    assert sorted(whole) == sorted(one.pk for one in articles)
    assert [row["id"] for row in first["items"]] == whole[:3]
    assert [key for key in rest if key != newcomer.pk] == whole[3:]


def test_filters_are_those_of_the_queue(program: Program, site: Site, editor: Any) -> None:
    low, high = make_article(site, quality=20), make_article(site, quality=75, title="A ferry turns", provider="Wire")
    decide([make_article(site, quality=30)], Action.HOLD, editor=editor, at=NOON)
    path = f"/api/sites/{site.name}/articles"

    for words, wanted in (
        ({"quality": "70.."}, [high]), ({"quality": "30..10", "status": "pending"}, [low]), ({"q": "ferry"}, [high]),
        ({"q": "quality:..20"}, [low]), ({"provider": "Wire"}, [high]), ({"status": "pending", "sort": "lowest"}, [low, high]),
        ({"topic": "rail", "status": "pending"}, [high, low]),
    ):  # fmt: skip
        assert [row["id"] for row in program.get(path, words).json()["items"]] == [one.pk for one in wanted], words
    assert len(program.get(path).json()["items"]) == 3


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ({"topic": "Cheese"}, 404, "This site has no topic of that name."),
        ({"q": "quality:high"}, 422, "Write from..to"),
        ({"since": "2026-02-30"}, 422, "Write a date"),
        ({"cursor": "bm9uc2Vuc2U"}, 404, "This list has no such page"),
        ({"limit": "101"}, 422, "less than or equal to 100"),
        ({"quality": "many"}, 422, "query.quality"),
        ({"stauts": "held"}, 422, "query.stauts"),
    ],
)
def test_what_cannot_be_read_is_told_and_not_left_out(program: Program, site: Site, words: dict[str, str], status: int, said: str) -> None:
    reply = program.get(f"/api/sites/{site.name}/articles", words)

    assert reply.status_code == status and reply["Content-Type"] == "application/problem+json"
    assert said in reply.content.decode() and reply.json()["status"] == status


def test_cursor_of_another_list_or_order_is_refused(program: Program, site: Site) -> None:
    for _ in range(3):
        make_article(site)
    path = f"/api/sites/{site.name}/queue"
    cursor = program.get(path, {"limit": 1}).json()["next"]

    assert program.get(path, {"cursor": cursor, "sort": "newest"}).status_code == 404
    assert program.get(f"/api/sites/{site.name}/topics", {"cursor": cursor}).status_code == 404


def test_etag_spares_what_is_known(program: Program, site: Site, editor: Any) -> None:
    article = make_article(site)
    first = program.get(f"/api/articles/{article.pk}")

    again = program.get(f"/api/articles/{article.pk}", If_None_Match=first["ETag"])
    edit([article], {"quality": 71}, editor=editor, at=NOON)
    changed = program.get(f"/api/articles/{article.pk}", If_None_Match=first["ETag"])

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert changed.status_code == 200 and changed["ETag"].startswith('"2-') and changed["ETag"] != first["ETag"]


def test_reviews_are_told_the_newest_first(program: Program, site: Site, editor: Any) -> None:
    article = make_article(site)
    decide([article], Action.REJECT, editor=editor, at=NOON, reason="thin", note="Too short.")
    decide([Article.objects.get()], Action.APPROVE, editor=editor, at=NOON)

    rows = program.get(f"/api/articles/{article.pk}/reviews").json()["items"]

    assert [(row["action"], row["reason"], row["actor"], row["version"]) for row in rows] == [
        ("approve", None, "ida", 3), ("reject", "thin", "ida", 2)
    ]  # fmt: skip
    assert rows[1]["after"]["status"] == "rejected" and rows[1]["note"] == "Too short."


def test_values_of_reviews_have_the_names_that_articles_have(program: Program, site: Site, editor: Any, second_editor: Any) -> None:
    article = make_article(site)
    edit([article], {"provider_name": "Wire", "published_at": NOON, "publish_from": NOON}, editor=editor, at=NOON)
    assign([Article.objects.get()], second_editor, editor=editor, at=NOON)

    assigned, edited = program.get(f"/api/articles/{article.pk}/reviews").json()["items"]
    told = program.get(f"/api/articles/{article.pk}").json()

    assert (assigned["before"], assigned["after"]) == ({"assigned_to": None}, {"assigned_to": "milo"})
    assert edited["before"]["provider"] == {"name": "Harbour Tribune"} and edited["after"]["provider"] == {"name": "Wire"}
    assert edited["after"]["desk_fields"] == ["provider", "publishedDateTime"] == told["desk_fields"]
    assert {*edited["after"]} <= told.keys() | told["fields"].keys() and told["publish_from"] == "2026-11-20T12:00:00Z"


def test_sites_providers_and_topics_are_told(program: Program, site: Site) -> None:
    make_article(site)
    Provider.objects.create(site=site, name="Kestrel Wire", trust="watch", notes="Ours alone.")
    parent = Topic.objects.get(name="Machines")
    Topic.objects.filter(name="Rail").update(parent=parent, keywords=["tram"])

    providers = program.get(f"/api/sites/{site.name}/providers")
    topics = {row["name"]: row for row in program.get(f"/api/sites/{site.name}/topics").json()["items"]}

    assert [(row["name"], row["trust"]) for row in providers.json()["items"]] == [("Harbour Tribune", "new"), ("Kestrel Wire", "watch")]
    assert b"Ours alone" not in providers.content
    assert (topics["Rail"]["parent"], topics["Rail"]["keywords"]) == (parent.pk, ["tram"])
    assert [row["name"] for row in program.get("/api/sites").json()["items"]] == [site.name]


def test_people_are_those_who_decide_on_the_site(program: Program, site: Site, second_editor: Any) -> None:
    make_person("reader", "rhea")
    make_seated("editor", make_site())

    pages = [program.get(f"/api/sites/{site.name}/people", {"limit": 1}).json()]
    pages.append(program.get(f"/api/sites/{site.name}/people", {"limit": 1, "cursor": pages[0]["next"]}).json())

    assert [page["items"] for page in pages] == [[{"name": "ida"}], [{"name": "milo"}]] and pages[1]["next"] is None


@pytest.mark.parametrize("path", ["articles", "queue"])
def test_lists_cost_the_same_for_one_and_for_fifty(program: Program, path: str) -> None:
    counts = []
    for number in (1, 50):
        site = make_site()
        for _ in range(number):
            make_article(site)
        program.get(f"/api/sites/{site.name}/{path}")  # the use of the token is noted once a minute
        with CaptureQueriesContext(connection) as caught:
            assert len(program.get(f"/api/sites/{site.name}/{path}", {"limit": 100}).json()["items"]) == number
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 6


def test_another_site_is_another_list(program: Program, site: Site) -> None:
    make_article(make_site("elsewhere"))

    assert program.get(f"/api/sites/{site.name}/articles").json() == {"next": None, "items": []}
    assert program.get("/api/sites/nowhere/articles").status_code == 404
