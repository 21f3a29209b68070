"""What the palette, the topic finder and the search field show beneath what is typed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.completing import completions
from articles.mapping import LONGEST_TOPIC, fold
from articles.models import Preferences, Provider, Site, Topic
from articles.searching import LONGEST
from articles.shortcuts import remapped
from articles.views.desk import desk_page

FOUND = 5  # topics and providers each that the palette shows
SHOWN = 100  # topics that the finder shows
LOOKED_AT = 200  # names of which the best are chosen


@require_safe
@desk_page()
def find(request: HttpRequest, site: Site) -> HttpResponse:
    """The commands whose words hold what was typed, then topics and providers, those that begin with it first."""
    typed = request.GET.get("q", "").strip()[:100]
    words = fold(typed).split()
    context: dict[str, Any] = {
        "typed": typed,
        "commands": [
            shortcut
            for shortcut in remapped(Preferences.of(request.user).keymap).values()
            if shortcut.name != "palette"
            and not shortcut.keys[-1].isdigit()
            and all(word in fold(f"{shortcut.group} {shortcut.label}") for word in words)
        ],
    }
    if typed:
        context["topics"] = _best(Topic.objects.filter(site=site, name__icontains=typed).select_related("parent"), typed)
        context["providers"] = _best(Provider.objects.filter(site=site, name__icontains=typed), typed)
    return render(request, "articles/_found.html", context)


@require_safe
@desk_page()
def find_topic(request: HttpRequest, site: Site) -> HttpResponse:
    """Topics of the site whose name or parent holds what was typed, as the tree has them; all of it for nothing typed."""
    typed = request.GET.get("add", "").strip()[:LONGEST_TOPIC]
    words = fold(typed).split()
    tree = topic_tree(site.pk)
    found = [row for row in tree if all(word in fold(f"{row[1]} {row[2]}") for word in words)][:SHOWN]
    if words:
        found = [(0, name, parent) for _, name, parent in sorted(found, key=lambda row: not fold(row[1]).startswith(fold(typed)))]
    known = {fold(name) for _, name, _ in tree}
    new = typed if typed and fold(typed) not in known and request.user.has_perm("articles.add_topic") else ""
    return render(request, "articles/_found_topics.html", {"found": found, "new": new})


@require_safe
@desk_page()
def find_operator(request: HttpRequest, site: Site) -> HttpResponse:
    """How what stands in the search field may go on."""
    found = completions(site, request.GET.get("q", "")[:LONGEST])
    return render(request, "articles/_found_operators.html", {"found": found})


def topic_tree(site: int) -> list[tuple[int, str, str]]:
    """The site's topics, parents before their children: depth, name, and the parent's name. One query."""
    topics = list(Topic.objects.filter(site=site))
    known = {topic.pk for topic in topics}
    children: dict[int | None, list[Topic]] = {}
    for topic in topics:
        children.setdefault(topic.parent_id if topic.parent_id in known else None, []).append(topic)
    found: list[tuple[int, str, str]] = []
    waiting = [(0, "", topic) for topic in reversed(children.get(None, []))]
    while waiting:
        depth, parent, topic = waiting.pop()
        found.append((depth, topic.name, parent))
        waiting += [(depth + 1, topic.name, child) for child in reversed(children.pop(topic.pk, []))]
    seen = {name for _, name, _ in found}
    # Topics that are each other's parents have no root; they are not lost for that.
    return found + [(0, topic.name, "") for topic in topics if topic.name not in seen]


def _best(things: Any, typed: str) -> list[Any]:
    return sorted(things[:LOOKED_AT], key=lambda thing: not fold(thing.name).startswith(fold(typed)))[:FOUND]
