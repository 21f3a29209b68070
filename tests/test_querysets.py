"""Search and its index: the same answers on both databases, and quick ones."""
from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from articles import indexing
from articles.indexing import make_search_index
from articles.models import Article
from articles.queue import Queue
from bench.crowd import fill
from tests.conftest import signed_in
from tests.factories import make_article, make_person, make_site, make_text

pytestmark = pytest.mark.django_db
TITLES = {
    "tram": "The tram waits",
    "trams": "Trams that wait",
    "cafe": "Café Straße opens in Łódź",
    "tokyo": "東京タワーが光る",
    "kyoto": "京都と東の町",
    "arabic": "وصل مُحَمَّد إلى المدينة",
    "hindi": "हिन्दी समाचार",
    "hyphen": "State-of-the-art lift",
    "quote": "O’Hara says \\\"never again\\\"",
    "syntax": "NEAR and OR not AND",
    "math": "50% of x_y & (a|b)",
}
CASES = [
    ("tram", {"tram", "trams"}),
    ("TRAM", {"tram", "trams"}),
    ("tra", {"tram", "trams"}),
    ("ram", set()),
    ('"tram"', {"tram"}),
    ('"tram waits"', {"tram"}),
    ('"tram wait"', set()),
    ('"waits tram"', set()),
    ("tram-wait", {"tram"}),
    ("trams-that", {"trams"}),
    ("tram waits", {"tram"}),
    ("waits tram", {"tram"}),
    ("wait -tram", set()),
    ("wait -trams", {"tram"}),
    ('wait -"tram waits"', {"trams"}),
    ("cafe", {"cafe"}),
    ("cafe\u0301 STRASSE lodz", {"cafe"}),
    ("ｃａｆé", {"cafe"}),
    ("東京", {"tokyo"}),
    ("京", {"tokyo", "kyoto"}),
    ("タワー", {"tokyo"}),
    ("東 京", {"tokyo", "kyoto"}),
    ("محمد", {"arabic"}),
    ("مُحَمَّد", {"arabic"}),
    ("हिन्दी", {"hindi"}),
    ("state-of-the-art", {"hyphen"}),
    ("state art", {"hyphen"}),
    ("o'hara", {"quote"}),
    ("never again", {"quote"}),
    ("near", {"syntax"}),
    ("or and", {"syntax"}),
    ("x_y", {"math"}),
    ("50%", {"math"}),
    ("new day", set(TITLES)),
    ("tribune.example", set(TITLES)),
    ("harbour tribune", set(TITLES)),
    ('"waits a"', set()),  # the title's end and the excerpt's beginning are no row of words
]  # fmt: skip
HARMLESS = ["tram* OR cafe", "tram:*", "^tram", "tram'", "tram\\", "' OR 1=1 --", "NEAR(tram waits)", "title:tram", "{tram}", "!tram",
            "tram & !cafe", "(tram", "tram)", "tram;", "%", "_", "tram <-> waits", '"', '"tram', "\x00tram", "tram\n--", "$$tram$$"]  # fmt: skip


@pytest.fixture
def shelf() -> Any:
    site = make_site()
    for name, title in TITLES.items():
        shelve(site, name, title)
    return site


def shelve(site: Any, name: str, title: str) -> Any:
    text = make_text(title=title).replace("A tram learns to wait.", "A new day.")
    return make_article(site, text=text, path=f"_news/{name}.md")


def found(site: Any, typed: str) -> set[str]:
    asked = Queue.read(site, {"q": typed})
    rows = asked.page(timezone.now())[0]
    assert len(rows) == asked.count(timezone.now())
    return {row.path.removeprefix("_news/").removesuffix(".md") for row in rows}


def test_words_find_the_same_everywhere(shelf: Any) -> None:
    for typed, expected in CASES:
        assert found(shelf, typed) == expected, typed


def test_common_words_find_the_same(shelf: Any, monkeypatch: Any) -> None:
    """The other way to the same articles, which many matches take."""
    monkeypatch.setattr("articles.querysets.COMMON", 0)
    for typed, expected in CASES:
        assert found(shelf, typed) == expected, typed


def test_syntax_of_databases_is_harmless(shelf: Any) -> None:
    for typed in HARMLESS:
        assert found(shelf, typed) <= set(TITLES), typed
    assert found(shelf, "NEAR(tram waits)") == set()
    assert found(shelf, "' OR 1=1 --") == set()
    assert found(shelf, "tram:*") == {"tram", "trams"}


def test_index_follows_every_change(shelf: Any) -> None:
    article = Article.objects.get(path="_news/tram.md")

    Article.objects.filter(pk=article.pk).update(search_text=" ferry ")
    assert found(shelf, "ferry") == {"tram"} and found(shelf, "waits") == set()
    Article.objects.filter(pk=article.pk).update(quality=3)
    assert found(shelf, "ferry") == {"tram"}
    Article.objects.filter(pk=article.pk).delete()
    assert found(shelf, "ferry") == set()


def test_a_missing_index_is_made_and_old_spellings_mended(shelf: Any) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER articles_search_came")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the test's own inserts wait for their transaction's end
            cursor.execute("DROP INDEX articles_search")
    Article.objects.filter(path="_news/cafe.md").update(search_text="Café as an older desk wrote it")
    new = shelve(shelf, "new", "Zeppelin")

    assert make_search_index() is True
    assert make_search_index() is False
    assert found(shelf, "zeppelin") == {"new"} and new.pk
    assert found(shelf, "lodz") == {"cafe"}


@pytest.mark.once
def test_changing_the_table_does_not_lose_the_index(shelf: Any) -> None:
    """SQLite makes a table anew to change a column, and drops its triggers with the old one."""
    with connection.cursor() as cursor:
        for name in ("came", "went", "changed"):
            cursor.execute(f"DROP TRIGGER articles_search_{name}")
    shelve(shelf, "new", "Zeppelin")
    assert found(shelf, "zeppelin") == set()

    indexing.after_migrate(sender=None, using="default")

    assert found(shelf, "zeppelin") == {"new"}


def plan(queryset: Any) -> str:
    return queryset.explain()


def test_search_asks_the_index() -> None:
    """At 2,000 articles: a rare word is looked up; a common one walks the list's own index. No table is read whole."""
    site = fill(2_000)
    at = timezone.now()
    make_article(site, title="Zeppelin")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rare = Queue.read(site, {"q": "zeppelin"}).articles(at).in_order(Queue(site).order)[:50]
    common = Queue.read(site, {"q": "harbour"}).articles(at).in_order(Queue(site).order)[:50]

    if connection.vendor == "sqlite":
        assert "SCAN articles_search VIRTUAL TABLE" in plan(rare) and "PRIMARY KEY" in plan(rare)
        assert "article_waiting_quality" in plan(common) and "TEMP B-TREE" not in plan(common)
        assert "SCAN articles_article" not in plan(rare) + plan(common)
    else:
        assert "Bitmap Index Scan on articles_search" in plan(rare)
        assert "Seq Scan on articles_article" not in plan(rare)
    assert len(rare) == 1 and len(common) == 50
    ranged = Queue.read(site, {"quality": "110.."}).articles(at).in_order(Queue(site).order)[:50]
    assert "article_waiting_quality" in plan(ranged)
    assert "Seq Scan" not in plan(ranged) and "SCAN articles_article" not in plan(ranged)


def test_a_page_walks_its_index_beside_other_sites() -> None:
    """Where a site is one of several, the newest key that is shown must not lure the planner away from the list's own index."""
    make_person()
    for number in range(8):
        fill(40, name=f"quay-{number}")
    site = fill(2_000)

    queue = Queue.read(site, {"seen": str(Article.objects.latest("pk").pk)})
    read = plan(queue.shown(timezone.now()).in_order(queue.order).for_listing()[:51])
    assert "article_waiting_quality" in read and "TEMP B-TREE" not in read and "Sort" not in read, read


def test_tally_counts_everything_in_one_query(shelf: Any, django_assert_num_queries: Any) -> None:
    at = timezone.now()
    asked = [Queue.stored(shelf, query).articles(at) for query in ("", "quality=90..", "type=article&has=topics")]
    asked.append(Article.objects.none())

    with django_assert_num_queries(1):
        counted = Article.objects.tally(asked, 5)

    assert counted == [6, 0, 6, 0, Article.objects.order_by("-pk").first().pk]


def test_a_word_is_refused_to_nobody_in_the_admin(shelf: Any, desk_admin: Any) -> None:
    client = signed_in(desk_admin)
    assert b"1 result" in client.get("/admin/articles/article/?q=lodz").content
    assert b"1 result" in client.get("/admin/articles/article/?q=_news/math.md").content
    assert client.get("/admin/articles/article/?q=%26").status_code == 200


def test_index_is_written_in_the_same_transaction(shelf: Any) -> None:
    class Undone(Exception):
        pass

    with pytest.raises(Undone), transaction.atomic():
        make_article(shelf, title="Zeppelin")
        assert len(found(shelf, "zeppelin")) == 1
        raise Undone
    assert found(shelf, "zeppelin") == set()
