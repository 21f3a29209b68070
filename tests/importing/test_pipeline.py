"""The first import, and the second one that changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.frontmatter.files import blob_id
from articles.models import Article, ImportRun, Provider, RelatedArticle, Review, Site, SourceFile
from tests.factories import NOON, make_article, make_site, make_text
from tests.importing.folders import bring, contents, counts, news, put, text_with_related


def test_importing_a_folder_stores_every_field(tmp_path: Path, site: Site) -> None:
    text = make_text(title='The tram \\"waits\\"', slug="waits", quality=81, heat=90, published="true")
    put(tmp_path, {news(1): text})

    report = bring(tmp_path, site)

    article = Article.objects.get()
    assert counts(report) == (1, 0, 0)
    assert (article.site, article.path, article.title) == (site, news(1), 'The tram "waits"')
    assert (article.quality, article.heat, article.published, article.removed) == (81, 90, True, None)
    assert (article.sort_quality, article.sort_heat) == (81, 90)
    assert (article.provider.name, article.provider.domain) == ("Harbour Tribune", "tribune.example")
    assert article.topics == ["Machines", "Rail"]
    assert [link.topic.name for link in article.topic_links.select_related("topic")] == ["Machines", "Rail"]
    assert article.images[0]["width"] == 1200
    assert article.queued_at == article.published_at
    assert article.search_text == ' the tram waits \n a tram learns to wait \n harbour tribune \n tribune example '
    assert article.source_file.text == text
    assert article.source_file.blob_id == blob_id(text.encode())
    assert Review.objects.count() == 0


def test_importing_stores_the_same_values_as_the_model_layer(tmp_path: Path, site: Site) -> None:
    text = text_with_related("https://tribune.example/other", title="Zwölf Züge — 十二")
    put(tmp_path, {news(1): text})
    bring(tmp_path, site)

    other = make_article(make_site(), text=text, path=news(1))

    tables = {
        Article: "site_id, provider_id, id, url_key, version, arrived_at",
        SourceFile: "site_id, article_id, id, imported_at",
        RelatedArticle: "article_id, id",
    }
    for model, left_out in tables.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {model._meta.db_table} ORDER BY id")
            names = [column[0] for column in cursor.description]
            first, second = (
                {name: value for name, value in zip(names, row, strict=True) if name not in left_out.split(", ")}
                for row in cursor.fetchall()
            )
        assert first == second, model
    assert Article.objects.get(pk=other.pk).url_key == Article.objects.get(site=site).url_key


def test_importing_twice_changes_nothing(tmp_path: Path, site: Site) -> None:
    put(tmp_path, {news(number): make_text() for number in range(1, 8)} | {"_config.yml": "title: A\n"})
    bring(tmp_path, site)
    before = contents(site)

    with CaptureQueriesContext(connection) as queries:
        report = bring(tmp_path, site, at=NOON + timedelta(days=1))

    assert counts(report) == (0, 0, 7)
    assert contents(site) == before
    assert ImportRun.objects.count() == 1
    assert [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


@pytest.mark.parametrize(("published", "status"), [("true", "live"), ("false", "pending")])
def test_an_arrival_follows_the_feed(tmp_path: Path, site: Site, published: str, status: str) -> None:
    put(tmp_path, {news(1): make_text(published=published)})

    bring(tmp_path, site)

    assert Article.objects.get().status == status


def test_an_arrival_without_most_fields_waits_since_the_import(tmp_path: Path, site: Site) -> None:
    put(tmp_path, {news(1): '---\ntitle: "Bare"\n---\n'})

    bring(tmp_path, site, at=NOON)

    article = Article.objects.get()
    assert (article.status, article.queued_at, article.published_at) == ("pending", NOON, None)
    assert (article.quality, article.topics, article.provider, article.url_key) == (None, None, None, None)
    assert article.sort_quality == -1


def test_a_removed_arrival_is_kept_out_of_the_queue(tmp_path: Path, site: Site) -> None:
    put(tmp_path, {news(1): make_text(published="false\nremoved: true")})

    bring(tmp_path, site)

    assert Article.objects.get().withdrawn
    assert not Article.objects.of_site(site).pending().exists()


def test_related_entries_find_their_articles_in_either_direction(tmp_path: Path, site: Site) -> None:
    put(
        tmp_path,
        {
            news(1): text_with_related("https://tribune.example/later", slug="early"),
            news(2): text_with_related("https://tribune.example/early", slug="later"),
            news(3): text_with_related("https://elsewhere.example/x", slug="alone"),
        },
    )

    bring(tmp_path, site)

    found = {row.article.path: row.target and row.target.path for row in RelatedArticle.objects.all()}
    assert found == {news(1): news(2), news(2): news(1), news(3): None}
    assert set(Article.objects.values_list("related_count", flat=True)) == {1}


def test_related_entries_wait_for_an_article_that_comes_later(tmp_path: Path, site: Site) -> None:
    put(tmp_path, {news(1): text_with_related("https://tribune.example/later")})
    bring(tmp_path, site)
    assert RelatedArticle.objects.get().target is None

    put(tmp_path, {news(2): make_text(slug="later")})
    bring(tmp_path, site)

    assert RelatedArticle.objects.get().target.path == news(2)


def test_related_entries_never_point_into_another_site(tmp_path: Path, site: Site) -> None:
    make_article(make_site(), text=make_text(slug="there"))
    put(tmp_path, {news(1): text_with_related("https://tribune.example/there")})

    bring(tmp_path, site)

    assert RelatedArticle.objects.get(article__site=site).target is None


def test_related_entries_take_the_first_of_several_files_with_one_address(tmp_path: Path, site: Site) -> None:
    put(
        tmp_path,
        {
            news(1): make_text(slug="twice"),
            news(2): make_text(slug="twice"),
            news(3): text_with_related("https://tribune.example/twice"),
        },
    )

    bring(tmp_path, site)

    assert RelatedArticle.objects.get().target.path == news(1)


def test_a_run_is_recorded_with_its_counts(tmp_path: Path, site: Site, editor: object) -> None:
    put(tmp_path, {news(1): make_text(), news(2): make_text(), news(3): "no article"})

    bring(tmp_path, site, at=NOON, actor=editor)

    run = ImportRun.objects.get()
    assert (run.site, run.actor, run.kind, run.origin) == (site, editor, "folder", str(tmp_path))
    assert (run.created, run.updated, run.unchanged, len(run.problems)) == (2, 0, 0, 1)
    assert run.started_at == NOON
    assert run.is_finished


def test_progress_ends_at_the_number_of_files(tmp_path: Path, site: Site) -> None:
    put(
        tmp_path,
        {news(1): make_text(), news(2): "bad", "_config.yml": "title: A\n", "_data/topics/01-x.yaml": "broken: ["},
    )
    told: list[tuple[int, int]] = []

    bring(tmp_path, site, progress=lambda done, of: told.append((done, of)))

    assert told[-1] == (4, 4)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_two_spellings_of_one_provider_stay_two(tmp_path: Path, site: Site) -> None:
    named = make_text(provider="Harbour Tribune")
    put(tmp_path, {news(1): named, news(2): named.replace("name: Harbour", "name: Old Harbour")})

    bring(tmp_path, site)

    assert set(Provider.objects.values_list("name", flat=True)) == {"Harbour Tribune", "Old Harbour Tribune"}


def test_a_provider_that_goes_by_an_alias_is_found(tmp_path: Path, site: Site) -> None:
    from articles import providers

    put(tmp_path, {news(1): make_text(provider="Harbour Tribune"), news(2): make_text(provider="HT Online")})
    bring(tmp_path, site)
    keep, other = (Provider.objects.get(name=name) for name in ("Harbour Tribune", "HT Online"))
    providers.merge(keep, [other], at=NOON)

    put(tmp_path, {news(3): make_text(provider="HT Online")})
    bring(tmp_path, site)

    assert Article.objects.get(path=news(3)).provider == keep
    assert Provider.objects.count() == 1


def test_a_file_that_is_gone_keeps_its_article(tmp_path: Path, site: Site) -> None:
    put(tmp_path, {news(1): make_text(), news(2): make_text()})
    bring(tmp_path, site)
    (tmp_path / news(1)).unlink()

    report = bring(tmp_path, site)

    assert counts(report) == (0, 0, 1)
    assert Article.objects.filter(path=news(1)).exists()


def test_moments_are_stored_in_utc(tmp_path: Path, site: Site) -> None:
    put(tmp_path, {news(1): make_text(moment="2026-11-20T01:30:00+02:00")})

    bring(tmp_path, site)

    moment = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    assert Article.objects.get().published_at == moment
    assert Article.objects.filter(published_at=moment, queued_at__lte=moment).count() == 1
