"""Two peers for every measure: the naive one that anybody would write first, and the careful one that a good team would.

They store into newsdesk's own tables, so that both sides do the same work for the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import frontmatter
import yaml
from django.db import transaction

from articles.mapping import url_key
from articles.models import Article, ArticleTopic, Provider, RelatedArticle, Site, SourceFile, Topic


def _fields(values: dict[str, Any]) -> dict[str, Any]:
    provider = values.get("provider") or {}
    moment = values.get("publishedDateTime")
    if isinstance(moment, datetime) and moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return {
        "category": values.get("category"),
        "title": values.get("title"),
        "excerpt": values.get("excerpt"),
        "published_at": moment,
        "original_url": values.get("originalUrl"),
        "web_url": values.get("webUrl"),
        "amp_web_url": values.get("ampWebUrl"),
        "type": values.get("type"),
        "quality": values.get("quality"),
        "heat": values.get("heat"),
        "published": values.get("published"),
        "provider_name": provider.get("name"),
        "provider_domain": provider.get("domain"),
        "provider_images": provider.get("images"),
        "topics": values.get("topics"),
        "images": values.get("images"),
        "queued_at": moment,
        "related_count": len(values.get("related") or ()),
    }


def naive_import(site: Site, root: Path, paths: Sequence[Path]) -> None:
    """python-frontmatter, get_or_create and save for everything, autocommit."""
    for path in paths:
        post = frontmatter.load(str(path))
        values = dict(post.metadata)
        fields = _fields(values)
        provider, _ = Provider.objects.get_or_create(
            site=site, name=fields["provider_name"], domain=fields["provider_domain"]
        )
        article, _ = Article.objects.get_or_create(site=site, path=str(path.relative_to(root)))
        for name, value in fields.items():
            setattr(article, name, value)
        article.provider = provider
        article.save()
        SourceFile.objects.update_or_create(
            site=site, path=article.path, defaults={"article": article, "text": path.read_text(), "kind": "article"}
        )
        for place, name in enumerate(values.get("topics") or ()):
            topic, _ = Topic.objects.get_or_create(site=site, name=name)
            ArticleTopic.objects.get_or_create(article=article, topic=topic, place=place)
        for place, entry in enumerate(values.get("related") or ()):
            RelatedArticle.objects.update_or_create(
                article=article,
                place=place,
                defaults={
                    "url_key": url_key(entry.get("webUrl")),
                    "target": Article.objects.filter(site=site, web_url=entry.get("webUrl")).first(),
                },
            )


def careful_import(site: Site, root: Path, paths: Sequence[Path], batch: int = 200) -> None:
    """CSafeLoader, lookups in dictionaries, bulk_create, one transaction for each batch."""
    providers: dict[tuple[str, str], Provider] = {}
    topics: dict[str, Topic] = {}
    for start in range(0, len(paths), batch):
        texts = [(path, path.read_text()) for path in paths[start : start + batch]]
        read = [(path, text, yaml.load(text.split("\n---", 1)[0], yaml.CSafeLoader)) for path, text in texts]
        with transaction.atomic():
            articles = []
            for path, _, values in read:
                fields = _fields(values)
                spelling = (fields["provider_name"], fields["provider_domain"])
                if spelling not in providers:
                    providers[spelling] = Provider.objects.create(site=site, name=spelling[0], domain=spelling[1])
                articles.append(
                    Article(site=site, path=str(path.relative_to(root)), provider=providers[spelling], **fields)
                )
            Article.objects.bulk_create(articles)
            SourceFile.objects.bulk_create(
                SourceFile(site=site, path=article.path, article=article, text=text, kind="article")
                for article, (_, text, _) in zip(articles, read, strict=True)
            )
            links, related = [], []
            for article, (_, _, values) in zip(articles, read, strict=True):
                for place, name in enumerate(values.get("topics") or ()):
                    if name not in topics:
                        topics[name] = Topic.objects.create(site=site, name=name)
                    links.append(ArticleTopic(article=article, topic=topics[name], place=place))
                for place, entry in enumerate(values.get("related") or ()):
                    related.append(
                        RelatedArticle(
                            article=article,
                            place=place,
                            url_key=url_key(entry.get("webUrl")),
                        )
                    )
            ArticleTopic.objects.bulk_create(links)
            RelatedArticle.objects.bulk_create(related)


def naive_export(site: Site, root: Path, limit: int) -> None:
    """Load with python-frontmatter, set the fields, dump, write in place: what most tools do."""
    for article in Article.objects.filter(site=site).order_by("pk")[:limit]:
        post = frontmatter.loads(article.source_file.text)
        post["quality"], post["published"] = article.quality, article.published
        target = root / article.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(frontmatter.dumps(post), encoding="utf-8")


def careful_export(site: Site, root: Path, limit: int) -> None:
    """CSafeLoader and CSafeDumper, one query for all texts."""
    rows = SourceFile.objects.filter(site=site, kind="article").order_by("pk").values_list("path", "text")
    for path, text in rows[:limit]:
        values = yaml.load(text.split("\n---", 1)[0], yaml.CSafeLoader)
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        dumped = yaml.dump(values, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
        target.write_text(f"---\n{dumped}---\n", encoding="utf-8")
