"""One article in hand."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.embeds import video_address
from articles.exporting.diffs import approval, preview
from articles.forms.decisions import HEAT_STEPS, heat_step
from articles.frontmatter import Document, FrontMatterError
from articles.models import Article, Review, Site, SourceFile, Topic
from articles.pictures import picture_of, web_address
from articles.providers import record
from articles.queue import Queue
from articles.suggestions import choices, marked
from articles.views.alike import alike_context
from articles.views.desk import article_of, count_words, desk_page
from articles.views.guessing import guess_context
from articles.views.rows import cools, related_row, row_of
from articles.workflow import Action, Reason, Status

TAPE_BEFORE, TAPE_AFTER, RELATED = 3, 8, 12


@require_safe
@desk_page()
def review_next(request: HttpRequest, site: Site) -> HttpResponse:
    """The first article of the queue, with its filters."""
    asked = Queue.read(site, request.GET)
    article = asked.first(timezone.now())
    if article is None:
        return redirect(address(reverse("articles:queue"), asked))
    return redirect(address(reverse("articles:review", args=[article.pk]), asked))


@require_safe
@desk_page()
def review(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    asked = Queue.read(site, request.GET)
    return review_page(request, asked, article_of(site, pk))


def review_page(
    request: HttpRequest, asked: Queue, article: Article, *, sentence: str = "", status: int = 200, whole: bool = False
) -> HttpResponse:
    """The page of one article; ``sentence`` is shown above it. To htmx its main part alone."""
    context = review_context(request, asked, article)
    context["sentence"] = sentence
    name = "articles/_review.html" if request.htmx and not whole else "articles/review.html"  # type: ignore[attr-defined]
    return render(request, name, context, status=status)


def review_context(request: HttpRequest, asked: Queue, article: Article) -> dict[str, Any]:
    at = timezone.now()
    topics = list(Topic.objects.filter(site=article.site))
    following = asked.following(article, at, TAPE_AFTER)
    entries = list(article.related_entries.select_related("target")[: RELATED + 1])
    alike = alike_context(article, at)
    return {
        "queue": asked,
        "article": article,
        "row": row_of(article, at),
        "excerpt": marked(article.excerpt or "", topics),
        "picture": picture_of(article.images),
        "video": video_address(article.featured_content),
        "source": web_address(article.web_url) or web_address(article.original_url),
        "related": [
            related_row(entry, at) for entry in entries[:RELATED] if entry.target_id not in alike["alike_keys"]
        ],
        **alike,
        "related_more": max(0, article.related_count - RELATED),
        "tape": [row_of(other, at) for other in following],
        "done": just_decided(request, article.site_id),
        "previous": next(iter(asked.preceding(article, at)), None),
        "next": following[0] if following else None,
        "count": count_words(asked.count(at)),
        "reasons": list(Reason),
        **judge_context(article, topics),
        **guess_context(article),
    }


def judge_context(article: Article, topics: list[Topic]) -> dict[str, Any]:
    """What the panel needs: values, choices, the provider's record, and the lines that approving would change."""
    text = SourceFile.objects.filter(article=article).values_list("text", flat=True).first()
    lines, broken, robot = None, "", None
    if text is not None:
        try:
            lines = preview(article, text, approval(article))
            robot = Document.parse(text, path=article.path).values.get("quality")
        except FrontMatterError as error:
            broken = str(error)
    offered = choices(article, topics)
    return {
        "choices": offered,
        "topic_count": sum(choice.chosen for choice in offered),
        "topic_names": [topic.name for topic in topics],
        "heat_steps": [
            (value, label, place == heat_step(article.heat)) for place, (value, label) in enumerate(HEAT_STEPS)
        ],
        "cools": cools(article.heat),
        "robot": robot,
        "robot_at": min(robot, 200) / 2 if isinstance(robot, int) else None,
        "quality_at": min(article.quality or 0, 200) / 2,
        "preview": lines,
        "broken": broken,
        "record": record(article.provider) if article.provider else None,
        "can": {
            "approve": article.status != Status.APPROVED,
            "reject": article.status != Status.REJECTED,
            "hold": article.status in (Status.PENDING, Status.HELD),
            "wake": article.status == Status.HELD,
        },
    }


def just_decided(request: HttpRequest, site: int) -> list[Review]:
    """The person's last decisions on the site, oldest first, those taken back left out."""
    rows = (
        Review.objects.filter(actor=request.user.pk, article__site=site, undone_by=None)
        .exclude(action__in=[Action.UNDO, Action.FOLLOW, Action.EDIT])
        .select_related("article")
        .order_by("-pk")[:TAPE_BEFORE]
    )
    return list(reversed(rows))


def address(path: str, asked: Queue) -> str:
    return f"{path}?{asked.query_string}" if asked.query_string else path
