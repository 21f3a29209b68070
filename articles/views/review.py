"""One article in hand."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.claims import claim, presence
from articles.embeds import video_address
from articles.exporting.diffs import Preview, approval, preview
from articles.exporting.outgoing import held_of
from articles.forms.decisions import HEAT_STEPS, RULER, heat_step
from articles.frontmatter import Document, FrontMatterError
from articles.frontmatter.liquid import liquid_keys
from articles.models import Article, Review, Site, SourceFile, Topic
from articles.models.review import ReviewQuerySet
from articles.pace import median_look
from articles.pictures import picture_of, web_address
from articles.providers import record
from articles.queue import COUNTED_TO, Queue
from articles.suggestions import choices, marked
from articles.thumbnails.making import Size
from articles.views.alike import alike_context
from articles.views.claiming import claim_context
from articles.views.desk import article_of, count_words, desk_page
from articles.views.finding import topic_tree
from articles.views.guessing import guess_context
from articles.views.notes_shown import notes_context
from articles.views.recheck import since_card
from articles.views.rows import cools, related_row, row_of
from articles.views.rules import ruled_context
from articles.words import readable
from articles.workflow import DECIDED, PUBLISH_LINE, Action, Reason, Status

TAPE_BEFORE, TAPE_AFTER, RELATED = 3, 8, 12
PREFETCHED = 3  # articles after this one that the browser fetches ahead
UNDOABLE = 50  # how many of one's acts back Undo reaches; beyond them the page of what was decided does


@require_safe
@desk_page()
def review_next(request: HttpRequest, site: Site) -> HttpResponse:
    """The first article of the queue, with its filters."""
    asked = Queue.read(site, request.GET, request.user)
    if request.user.has_perm("articles.decide_article"):
        article = asked.take_next(None, timezone.now(), request.user)
    else:
        article = asked.first(timezone.now())
    if article is None:
        return redirect(address(reverse("articles:queue"), asked))
    return redirect(address(reverse("articles:review", args=[article.pk]), asked))


@require_safe
@desk_page()
def review(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    asked, article = Queue.read(site, request.GET, request.user), article_of(site, pk)
    if _is_shown(request) and article.status not in DECIDED and request.user.has_perm("articles.decide_article"):
        claim(article, request.user)
    return review_page(request, asked, article)


def _is_shown(request: HttpRequest) -> bool:
    """Whether somebody will look at the page. What a script fetches ahead is claimed when it is shown."""
    return not request.htmx and "prefetch" not in request.headers.get("Sec-Purpose", "")  # type: ignore[attr-defined]


def review_page(
    request: HttpRequest, asked: Queue, article: Article, *, sentence: str = "", status: int = 200
) -> HttpResponse:
    """The page of one article; ``sentence`` is shown above it. To htmx its main part alone."""
    context = review_context(request, asked, article, sentence if "text" in request.POST else "")
    context["sentence"] = sentence
    name = "articles/_review.html"
    if not request.htmx:  # type: ignore[attr-defined]
        name = "articles/review.html"
        context["topic_tree"] = topic_tree(article.site_id)  # for browsers without JavaScript, which fetch no fragments
    return render(request, name, context, status=status)


def review_context(request: HttpRequest, asked: Queue, article: Article, sentence: str = "") -> dict[str, Any]:
    at = timezone.now()
    topics = list(Topic.objects.filter(site=article.site))
    following = asked.following(article, at, TAPE_AFTER)
    here = presence(article.site, request.user)
    free = [one for one in following if not here.elsewhere(one.pk, request.user)]
    entries = list(article.related_entries.select_related("target")[: RELATED + 1])
    alike = alike_context(article, at)
    return {
        "queue": asked,
        "article": article,
        "row": row_of(article, at),
        "excerpt": marked(readable(article.excerpt or ""), topics),
        "picture": picture_of(article, Size.LEAD),
        "video": video_address(article.featured_content),
        "source": web_address(article.web_url) or web_address(article.original_url),
        "related": [
            related_row(entry, at, article.site_id)
            for entry in entries[:RELATED]
            if entry.target_id not in alike["alike_keys"]
        ],
        **alike,
        "related_more": max(0, article.related_count - RELATED),
        "tape": [row_of(other, at, here.elsewhere(other.pk, request.user)) for other in following],
        "ahead": [one.pk for one in free[:PREFETCHED]],
        "form_key": uuid.uuid4(),
        **own_acts(request, article.site_id),
        "previous": next(iter(asked.preceding(article, at)), None),
        "next": next(iter(free), None),
        "people": here.people,
        "claim": claim_context(request, asked, article, here.open.get(article.pk)),
        **count_context(asked, article, at),
        "reasons": [(str(number), reason) for number, reason in enumerate(Reason, 1)],
        "adds_topics": request.user.has_perm("articles.add_topic"),
        "since": since_card(article),
        **ruled_context(article),
        **notes_context(request, article, refused=sentence),
        **judge_context(article, topics),
        **guess_context(article),
    }


def count_context(asked: Queue, article: Article | None, at: datetime) -> dict[str, Any]:
    """How many match, and the place of the article among them; 0 where it is none of them, or too far down to be counted.
    One query."""
    if article is None:
        return {"count": count_words(asked.count(at)), "place": 0}
    count, place = asked.standing(article, at)
    return {"count": count_words(count), "place": place if place <= COUNTED_TO else 0}


def judge_context(article: Article, topics: list[Topic]) -> dict[str, Any]:
    """What the panel needs: values, choices, the provider's record, and the lines that approving would change."""
    lines, broken, robot, liquid = lines_context(article)
    offered = choices(article, topics)
    return {
        "choices": offered,
        "topic_count": sum(choice.chosen for choice in offered),
        "heat_steps": [
            # The chosen step stands for the heat as it is, so that sending it changes nothing.
            ((article.heat if chosen else value), label, chosen)
            for place, (value, label) in enumerate(HEAT_STEPS)
            for chosen in [place == heat_step(article.heat)]
        ],
        "line": PUBLISH_LINE,
        "cools": cools(article.heat),
        "robot": robot,
        "robot_at": min(robot, RULER) / 2 if isinstance(robot, int) else None,
        "ruler": min(article.quality or 0, RULER),
        "quality_at": min(article.quality or 0, RULER) / 2,
        "preview": lines,
        "broken": broken,
        "liquid": liquid,
        "record": record(article.provider) if article.provider else None,
        "can": {
            "approve": article.status != Status.APPROVED,
            "reject": article.status != Status.REJECTED,
            "hold": article.status in (Status.PENDING, Status.HELD),
            "wake": article.status == Status.HELD,
        },
    }


def lines_context(article: Article) -> tuple[Preview | None, str, Any, list[str]]:
    """The lines that approving would change, or why the file cannot take it; the quality that the robot gave; and the
    keys that hold Liquid, which would run when the site is built."""
    text = SourceFile.objects.filter(article=article).values_list("text", flat=True).first()
    liquid = liquid_keys({"title": article.title, "excerpt": article.excerpt})
    if text is None:
        return None, "", None, liquid
    try:
        lines = preview(article, text, approval(article), held=held_of(article))
        document = Document.parse(text, path=article.path)
    except FrontMatterError as error:
        return None, str(error), None, liquid
    if "{{" in text or "{%" in text:  # otherwise nothing needs to be read for it
        liquid = list(dict.fromkeys([*liquid, *liquid_keys(document.values, document.body)]))
    return lines, "", document.values.get("quality"), liquid


def own_acts(request: HttpRequest, site: int) -> dict[str, Any]:
    """The person's last decisions on the site, oldest first, those taken back left out; the act that Undo takes back next,
    if it is among the last fifty; and their own median look. One query."""
    rows = (
        own_rows(request.user, site)
        .select_related("article", "undone_by")
        .only("action", "reason", "after", "key", "at", "shown_at", "actor_id", "article__title", "article__path", "undone_by__undoes_id")
        .order_by("-pk")[:UNDOABLE]
    )
    standing = [row for row in rows if getattr(row, "undone_by", None) is None]
    decided = [row for row in standing if row.action != Action.EDIT]
    return {
        "done": decided[:TAPE_BEFORE][::-1],
        "last": last_of(rows, request.user, site),
        "median_look": median_look(decided),
    }


def own_rows(person: Any, site: int) -> ReviewQuerySet:
    """The person's acts on the site that can be taken back, and those that were."""
    return Review.objects.filter(actor=person.pk, article__site=site).exclude(action__in=[Action.UNDO, Action.FOLLOW])


def last_of(recent: Iterable[Review], person: Any, site: int) -> Review | None:
    """The act that Undo takes back next, of the person's last fifty rows, newest first. Many articles that were done at once
    are one act: where they have been taken back, one more query looks behind them."""
    rows = list(recent)
    standing = next((row for row in rows if getattr(row, "undone_by", None) is None), None)
    if standing is not None or not any(row.run_token for row in rows):
        return standing
    return own_rows(person, site).filter(undone_by=None).select_related("article", "undone_by").order_by("-pk").first()


def address(path: str, asked: Queue) -> str:
    return f"{path}?{asked.query_string}" if asked.query_string else path
