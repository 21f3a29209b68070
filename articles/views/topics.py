"""Topics: the tree, one of them beside it, and what admins do with them, its effect on files shown before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import renaming, topics
from articles.decisions import DecisionRefused
from articles.forms.providers import MergeForm
from articles.forms.topics import TopicForm, WordsForm
from articles.mergers import heir, standing
from articles.models import BulkRun, Merger, Site, Topic
from articles.recording import ChangeRefused, seen_of
from articles.tasks import hand_over
from articles.topics import MergeRefused
from articles.topics.changing import SAID
from articles.topics.figures import Counts
from articles.topics.merging import filled
from articles.views.desk import desk_page
from articles.views.provider_rows import number_of, past_of
from articles.words import spelled_lines

INVALID, CONFLICT = 422, 409
DEEPEST = 6  # levels that are indented


@dataclass(frozen=True)
class TopicRow:
    topic: Topic
    depth: int
    above: str
    counts: Counts


@require_safe
@desk_page("articles.change_topic")
def topics_page(request: HttpRequest, site: Site) -> HttpResponse:
    """The tree, or with ``?q=`` the topics whose name or words hold the text; beside it the first."""
    return _page(request, site)


@require_safe
@desk_page("articles.change_topic")
def topic_page(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """The tree with one topic beside it; alone on narrow screens. One that was merged leads to what it has become."""
    if not Topic.objects.filter(site=site, pk=pk).exists() and (kept := heir(site, Merger.Kind.TOPIC, pk)):
        return redirect("articles:topic", kept)
    return _page(request, site, _topic(site, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.add_topic")
def topic_new(request: HttpRequest, site: Site) -> HttpResponse:
    form = TopicForm(site, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = topics.add_topic(site, **form.values(), actor=request.user)
        except ChangeRefused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            return _done(request, made, gettext("Added"), undo=True)
    return render(request, "articles/topic_new.html", {"form": form}, status=INVALID if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.change_topic")
def topic_change(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """What another ``name`` and ``parent`` would do to files; a POST does it, and with ``rewrite`` to the articles as well."""
    topic = _topic(site, pk)
    asked = request.POST if request.method == "POST" else request.GET
    form = TopicForm(site, asked if "name" in asked else None, topic=topic)
    values = form.values() if form.is_bound and form.is_valid() else {"name": topic.name, "parent": topic.parent}
    seen, status = asked.get("seen") or seen_of(topic, SAID), INVALID
    if request.method == "POST" and form.is_valid():
        old = topic.name
        try:
            changed = topics.change(topic, values, actor=request.user, seen=seen)
            runs = _rewritten(request, topic, [old] if "name" in changed and form.cleaned_data["rewrite"] else [])
        except (ChangeRefused, DecisionRefused) as refused:
            form.add_error(getattr(refused, "field", "") or None, str(refused))
            topic = _topic(site, pk)
            if getattr(refused, "is_stale", False):
                seen, status = seen_of(topic, SAID), CONFLICT  # the page shows it as it is now
        else:
            words = gettext("Saved") if changed else gettext("Nothing to save in")
            return _done(request, topic, words, runs, undo=bool(changed))
    context = {"topic": topic, "seen": seen, "form": form, "effect": renaming.effect(topic, values), "name": values["name"]}
    context |= {"is_main": topic.name == site.main_topic, "renamed": values["name"] != topic.name}
    return render(request, "articles/topic_change.html", context, status=status if form.errors else 200)


@require_POST
@desk_page("articles.change_topic")
def topic_words(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Keywords, hashtags and the short name; or a file of its own."""
    topic = _topic(site, pk)
    if request.POST.get("act") == "describe":
        topics.describe(topic, actor=request.user)
        return _done(request, topic, gettext("The next export makes a file for"))
    form, seen = WordsForm(topic, request.POST), request.POST.get("seen", "")
    if not form.is_valid():
        return _page(request, site, topic, form=form, seen=seen, status=INVALID)
    try:
        changed = topics.change(topic, form.cleaned_data, actor=request.user, seen=seen)
    except ChangeRefused as refused:
        return _page(request, site, _topic(site, pk), sentence=str(refused), form=form.anew(seen), status=CONFLICT)
    return _done(request, topic, gettext("Saved") if changed else gettext("Nothing to save in"), undo=bool(changed))


@require_POST
@desk_page("articles.change_topic")
def topic_rewrite(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Put the topic's name into the articles that carry another of its names (``name``; all without)."""
    topic = _topic(site, pk)
    known = list(topic.aliases.values_list("name", flat=True))
    asked = request.POST.getlist("name")
    try:
        runs = _rewritten(request, topic, [name for name in known if name in asked or not asked])
    except DecisionRefused as refused:
        return _page(request, site, topic, sentence=str(refused), status=INVALID)
    return _done(request, topic, gettext("No article says otherwise than") if not runs else "", runs)


@require_POST
@desk_page("articles.change_topic")
def topic_undo(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Take back one change of the topic: ``history``, the number of its row."""
    topic, row = _topic(site, pk), request.POST.get("history", "")
    try:
        topics.take_back(topic, number_of(row), actor=request.user)
    except ChangeRefused as refused:
        return _page(request, site, _topic(site, pk), sentence=str(refused), status=CONFLICT if refused.is_stale else INVALID)
    if topic.pk is None:
        request.session["toast"] = {"text": gettext("Undone:"), "title": topic.name}
        return redirect("articles:topics")
    return _done(request, topic, gettext("Undone:"), undo=True)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.change_topic")
def topic_merge(request: HttpRequest, site: Site) -> HttpResponse:
    """What a merger of ``one`` (several) into ``keep`` would do; a POST does it, and with ``rewrite`` to the articles too."""
    at = timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    pks = [number_of(pk) for pk in asked.getlist("one")[:50]]
    chosen = list(Topic.objects.filter(site=site, pk__in=pks).select_related("parent", "site").order_by("place", "name", "pk"))
    form = MergeForm([(one.pk, one.name) for one in chosen], asked)
    if request.method == "POST" and (merger := standing(site, Merger.Kind.TOPIC, pks)):
        return _done(request, _topic(site, merger.keep), gettext("Merged into"), merger=merger)
    if len(chosen) < 2 or not form.is_valid():
        gone = 1 < len(set(pks)) > len(chosen)
        sentence = gettext("One of these topics was merged meanwhile. Look again.") if gone else gettext("Tick at least two topics, then press Merge.")
        return _page(request, site, sentence=sentence, status=CONFLICT if gone else INVALID)
    counts = topics.counts_of(site, at)
    best = max(chosen, key=lambda one: (bool(one.path), counts.get(one.pk, Counts()).lately, -one.pk))
    keep = next((one for one in chosen if one.pk == form.cleaned_data["keep"]), best)
    others = [one for one in chosen if one.pk != keep.pk]
    sentence = ""
    if request.method == "POST":
        try:
            merger = topics.merge(keep, others, at=at, actor=request.user)
            runs = _rewritten(request, keep, [one.name for one in others] if request.POST.get("rewrite") else [])
        except (MergeRefused, DecisionRefused) as refused:
            sentence = str(refused)
        else:
            return _done(request, keep, gettext("Merged into"), runs, merger=merger)
    context = {
        "keep": keep, "others": others, "parts": [(one, counts.get(one.pk, Counts())) for one in (keep, *others)],
        "effect": renaming.effect(keep, {}, gone=others, words=filled(keep, others)), "more": filled(keep, others),
        "sentence": sentence, "name": keep.name, "renamed": True,
    }  # fmt: skip
    return render(request, "articles/topic_merge.html", context, status=CONFLICT if sentence else 200)


@require_POST
@desk_page("articles.change_topic")
def topic_part(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Take a merger back."""
    merger = get_object_or_404(Merger, site=site, kind=Merger.Kind.TOPIC, pk=pk)
    try:
        back = topics.undo(merger, at=timezone.now(), actor=request.user)
    except MergeRefused as refused:
        keep = Topic.objects.filter(site=site, pk=merger.keep).select_related("parent", "site").first()
        return _page(request, site, keep, sentence=str(refused), status=CONFLICT)
    request.session["toast"] = {"text": gettext("Parted again:"), "title": ", ".join(one.name for one in back)}
    return redirect("articles:topic", merger.keep)


def _topic(site: Site, pk: int) -> Topic:
    return get_object_or_404(Topic.objects.select_related("parent", "site"), site=site, pk=pk)


def _rewritten(request: HttpRequest, topic: Topic, names: list[str]) -> list[BulkRun]:
    runs = renaming.rewrite(topic, names, editor=request.user, at=timezone.now()) if names else []
    for run in runs:
        run.refresh_from_db()
        if run.is_open:
            hand_over(run)
    return runs


def _done(request: HttpRequest, topic: Topic, words: str, runs: list[BulkRun] | None = None, *, undo: bool = False,
          merger: Merger | None = None) -> HttpResponse:  # fmt: skip
    """Back to the topic, and the last change or the merger can be undone; where articles are rewritten, with a link to the
    run, which is to be undone first, there."""
    toast: dict[str, Any] = {"text": words, "title": topic.name}
    row = topic.history.order_by("-history_id").first() if undo else None
    if merger is not None:
        toast["undo"] = {"at": reverse("articles:topic_part", args=[merger.pk]), "fields": {}}
    elif row is not None:
        toast["undo"] = {"at": reverse("articles:topic_undo", args=[topic.pk]), "fields": {"history": row.history_id}}
    if runs:
        count = sum(run.total for run in runs)
        said = ngettext("Rewriting %(count)d article:", "Rewriting %(count)d articles:", count) % {"count": count}
        toast.pop("undo", None)
        toast |= {"text": f"{words} · {said}" if words else said, "show": f"/bulk/{runs[0].pk}/" if len(runs) == 1 else "/bulk/"}
    request.session["toast"] = toast
    return redirect("articles:topic", topic.pk)


def _page(request: HttpRequest, site: Site, chosen: Topic | None = None, *, sentence: str = "", status: int = 200,
          form: WordsForm | None = None, seen: str = "") -> HttpResponse:  # fmt: skip
    at = timezone.now()
    counts = topics.counts_of(site, at)
    listed = list(Topic.objects.filter(site=site).select_related("parent").order_by("place", "name", "pk"))
    text = request.GET.get("q", "").strip()[:200]
    rows = [TopicRow(one, min(depth, DEEPEST), above, counts.get(one.pk, Counts())) for one, depth, above in _tree(listed)]
    if text:
        asked = spelled_lines([text])
        rows = [row for row in rows if asked in spelled_lines([row.topic.name, *map(str, row.topic.keywords or [])])]
    shown = chosen or (rows[0].topic if rows else None)
    context: dict[str, Any] = {
        "rows": rows, "total": len(listed), "text": text, "is_chosen": chosen is not None, "sentence": sentence,
    }  # fmt: skip
    if shown:
        shown.site = site
        context |= _pane(shown, counts.get(shown.pk, Counts()), form, seen)
    return render(request, "articles/topics.html", context, status=status)


def _tree(listed: list[Topic]) -> list[tuple[Topic, int, str]]:
    """Topics with those below them after each: the topic, its depth, its parent's name. Whatever stands in a circle is at the
    top. No query."""
    known = {topic.pk for topic in listed}
    below: dict[int | None, list[Topic]] = {}
    for topic in listed:
        below.setdefault(topic.parent_id if topic.parent_id in known else None, []).append(topic)
    found: list[tuple[Topic, int, str]] = []
    waiting = [(topic, 0, "") for topic in reversed(below.get(None, []))]
    while waiting:
        topic, depth, above = waiting.pop()
        found.append((topic, depth, above))
        waiting += [(child, depth + 1, topic.name) for child in reversed(below.get(topic.pk, []))]
    reached = {topic.pk for topic, _, _ in found}
    return found + [(topic, 0, "") for topic in listed if topic.pk not in reached]


def _pane(topic: Topic, counts: Counts, form: WordsForm | None, seen: str) -> dict[str, Any]:
    """What ``_topic.html`` needs. ``seen``: what the form was filled in upon, where that is not what the topic is now."""
    mergers = Merger.objects.filter(site=topic.site_id, kind=Merger.Kind.TOPIC, keep=topic.pk, undone_at=None)[:5]
    carried = renaming.carried(topic)
    names = dict(Topic.objects.filter(site=topic.site_id).values_list("pk", "name"))
    past = past_of(topic, SAID, lambda name, value: names.get(value, value) if name == "parent" else value)
    return {
        "topic": topic,
        "counts": counts,
        "hits": topics.hits_of(topic, timezone.now()),
        "below": [one for one in Topic.objects.filter(site=topic.site_id, parent=topic).order_by("place", "name", "pk")],
        "aliases": [(alias, carried.get(alias.name, 0)) for alias in topic.aliases.all()],
        "carried": sum(carried.values()),
        "mergers": [(merger, topics.why_not_undone(merger)) for merger in mergers],
        "past": past,
        "seen": seen or seen_of(topic, SAID),
        "words": form or WordsForm(topic),
        "form": TopicForm(topic.site, topic=topic),
    }

