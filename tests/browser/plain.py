"""The dashboard's figures, counted the plain way: rows fetched whole, and counted one by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, date
from statistics import median
from typing import Any

from django.utils.formats import date_format

from articles.models import Article, Conflict, ExportRun, ImportRun, QuarantinedFile, Review, SentField, Site

DECIDING = ("approve", "reject")


def reviews(site: Site, **where: Any) -> list[Review]:
    return list(Review.objects.filter(article__site=site, **where).order_by("pk"))


def articles(site: Site, **where: Any) -> list[Article]:
    return list(Article.objects.filter(site=site, **where).order_by("pk"))


def waiting(site: Site) -> int:
    return sum(one.status == "pending" and not one.withdrawn for one in articles(site))


def stuck(site: Site) -> dict[str, int]:
    """What the navigation counts."""
    return {
        "Queue": waiting(site),
        "Conflicts": len({one.article_id for one in Conflict.objects.filter(article__site=site, settled_at=None)}),
        "Another look": sum(one.recheck != "" for one in articles(site)),
        "Ledger": sum(one.state == "reverted" for one in SentField.objects.filter(article__site=site)),
        "Imports": sum(one.dismissed_at is None and one.mended_at is None for one in QuarantinedFile.objects.filter(site=site)),
    }


def stands(site: Site, **where: Any) -> list[Review]:
    """Approvals, rejections and holds that nobody took back."""
    back = {row.undoes_id for row in reviews(site, action="undo")}
    found = reviews(site, action__in=[*DECIDING, "hold"], **where)
    return [row for row in found if row.pk not in back]


def keeping_up(site: Site, days: list[date]) -> list[list[str]]:
    """The days as the table has them: what came and needed somebody, what people and rules decided."""
    needed = [one for one in articles(site) if one.status != "live" and not (one.status == "pending" and one.withdrawn)]
    arrived = Counter(one.arrived_at.astimezone(UTC).date() for one in needed)
    decided = Counter(row.at.astimezone(UTC).date() for row in stands(site) if row.action in DECIDING)
    return [[date_format(day, "D, j N Y"), f"{arrived[day]:,}", f"{decided[day]:,}"] for day in days]


def line(site: Site, robot: Mapping[str, int]) -> list[list[str]]:
    """``robot``: path -> the quality that stood in the feed's file."""
    bands: dict[int, list[str]] = defaultdict(list)
    for row in stands(site, by="editor"):
        if row.action in DECIDING:
            bands[min(robot[row.article.path] // 10 * 10, 110)].append(row.action)
    found = []
    for least, acts in sorted(bands.items()):
        name = f"{least} and more" if least == 110 else f"{least} to {least + 9}"
        yes = acts.count("approve")
        found.append([name, str(yes), str(len(acts)), f"{100 * yes / len(acts):.1f}%"])
    return found


def hours(site: Site) -> list[list[str]]:
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for row in stands(site, by="editor"):
        found[row.at.astimezone(UTC).hour][row.action] += 1
    return [[f"{hour}:00", *(str(acts[name]) for name in (*DECIDING, "hold"))] for hour, acts in sorted(found.items())]


def coverage(site: Site) -> list[list[str]]:
    """All was decided on this day, so nothing marks what is usual."""
    found: Counter[str] = Counter()
    for row in stands(site, action="approve"):
        if row.article.status == "approved" and row.article.decided_at == row.at:
            found.update(set(row.article.topics) - {site.main_topic})
    return [[name, str(count), "0.0"] for name, count in sorted(found.items(), key=lambda one: (-one[1], one[0]))]


def pace(site: Site, person: Any) -> tuple[str, str]:
    """The figure of one person, and the line under it."""
    mine = stands(site, by="editor", actor=person)
    count = sum(row.action in DECIDING for row in mine)
    told = f"{count} today, {count} this week"
    seconds = sorted((row.at - row.shown_at).total_seconds() for row in mine if row.shown_at)
    if not seconds:
        return "–", told
    most = next(one for one in seconds if sum(other <= one for other in seconds) * 4 >= 3 * len(seconds))
    return f"{median(seconds):.1f} s", f"75% within {most:.1f} s · {told}"


def undone(site: Site) -> tuple[str, str]:
    made = reviews(site, by="editor", action__in=[*DECIDING, "hold"])
    back = len(made) - len(stands(site, by="editor"))
    return f"{100 * back / len(made):.1f}%", f"{back} of {len(made)} decisions"


def pipeline(site: Site) -> list[str]:
    """The lines about imports, conflicts and exports, as far as they tell figures."""
    run = max(ImportRun.objects.filter(site=site), key=lambda one: one.pk)
    found = [f"{run.created:,} new, {run.updated:,} changed, {run.unchanged:,} unchanged"]
    if count := stuck(site)["Conflicts"]:
        found.append(f"{count} articles have fields in conflict")
    left = [one.started_at for one in ExportRun.objects.filter(site=site) if one.finished_at]
    waits = sum(row.action in DECIDING and all(row.at > at for at in left) for row in stands(site))
    return [*found, f"{waits} decisions wait for an export" if waits else "Everything decided has left"]
