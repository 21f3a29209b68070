"""What admins are told of sources that can be read and are not well all the same: one mail for each trouble, until it is over.

A feed that falls silent fails nowhere. So each source is compared with its own weeks now and then, by whichever worker asks
first; what has been told stands in its row, and the same is told again only after it was over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import leases, schedules
from articles.importing.health import Health, healths_of
from articles.importing.running import name_of
from articles.models import Source

AGAIN = timedelta(minutes=10)  # between two looks at a source
LATE = timedelta(hours=1)  # since the last look, for sources that are looked at more often than that
DROP, UNREADABLE, LEFT = "drop", "unreadable", "left"


def tell_of_trouble(at: datetime) -> int:
    """Look at the sources whose turn it is, and mail what is new to those who import there. How many sources were told of.
    One query where none is due."""
    turn = Q(checked_at=None) | Q(checked_at__lte=at - AGAIN)
    due = Source.objects.filter(turn).exclude(kind=Source.Kind.UPLOAD)
    mine = [pk for pk in due.values_list("pk", flat=True) if due.filter(pk=pk).update(checked_at=at)]
    if not mine:
        return 0
    return sum(_tell(one, at) for one in healths_of(Source.objects.filter(pk__in=mine).select_related("site"), at))


def _tell(health: Health, at: datetime) -> bool:
    source, was = health.source, set(health.source.told_of.split())
    found = troubles(health, at)
    new = found.keys() - was
    now = found.keys() | {trouble for trouble in was if not _is_over(health, trouble)}
    if now != was and not Source.objects.filter(pk=source.pk, told_of=source.told_of).update(told_of=" ".join(sorted(now))):
        return False  # another worker was first
    if not new:
        return False
    subject = _("%(site)s: look at a source") % {"site": source.site.title or source.site.name}
    said = [_("About %(source)s:") % {"source": name_of(source)}, *(found[trouble] for trouble in sorted(new))]
    said.append(_("Imports shows each of its runs. There is no other mail about this until it is over."))
    if schedules.tell_admins(source, subject, "\n\n".join(said), permission="add_importrun") == schedules.UNSENT:
        Source.objects.filter(pk=source.pk).update(told_of=" ".join(sorted(now - new)))
    return True


def troubles(health: Health, at: datetime) -> Mapping[str, str]:
    """What is wrong now, each as a sentence. Of a source that fails the failure says enough."""
    found: dict[str, str] = {}
    if health.source.failure:
        return found
    if health.has_dropped and _is_looked_at(health, at):
        found[DROP] = ngettext(
            "%(today)d file came in the last day; %(usual)d are usual. Is the feed still running?",
            "%(today)d files came in the last day; %(usual)d are usual. Is the feed still running?", health.today,
        ) % {"today": health.today, "usual": round(health.median or 0)}  # fmt: skip
    if health.brings_unreadable:
        found[UNREADABLE] = _(
            "%(refused)d of the last day's %(all)d files could not be read. They wait in quarantine, each with its reason."
        ) % {"refused": health.refused_today, "all": health.refused_today + health.today}
    if health.left:
        found[LEFT] = ngettext(
            "%(count)d article is missing there and was left as it is. Say under Imports whether it is gone.",
            "%(count)d articles are missing there and were left as they are. Say under Imports whether they are gone.", health.left,
        ) % {"count": health.left}  # fmt: skip
    return found


def _is_over(health: Health, trouble: str) -> bool:
    """Whether it may be told again. A share that hovers at its limit is not over."""
    if trouble == DROP:
        return health.is_back
    return not (health.refused_today if trouble == UNREADABLE else health.left)


def _is_looked_at(health: Health, at: datetime) -> bool:
    """Whether the desk has looked lately, where it looks by itself: one that was switched off knows nothing of the feed."""
    source = health.source
    if not source.every:
        return True
    busy = health.last is not None and health.last.state in leases.OPEN
    late = max(LATE, timedelta(seconds=2 * source.every))
    return not busy and source.looked_at is not None and source.looked_at >= at - late
