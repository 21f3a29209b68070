"""Three months of decisions on a few providers, so that their pages have something to tell."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from articles.decisions import decide
from articles.models import Article, Provider
from articles.workflow import Action, Reason
from tests.factories import make_article, make_text

if TYPE_CHECKING:
    from tests.pictures.staging import Stage

# name, domain -> how many came in twelve weeks, every how manyth was approved (its quality by so much more), the robot's middle
BROUGHT = {
    ("PressPulse Wire", "presspulse.example"): (46, 15, -9, 40),
    ("Meridian Post", "meridianpost.example"): (34, 1, 4, 76),
    ("Harbour Tribune", "harbourtribune.example"): (28, 2, 2, 63),
    ("Northline", "northline.example"): (24, 1, 7, 82),
    ("Circuit Weekly", "circuitweekly.example"): (19, 2, 0, 58),
}
LATEST = 15  # days ago: what is newer belongs to the other pictures


def reputations(ready: Stage) -> None:
    """Let the providers have brought articles that people decided, and two names look alike."""
    now, editors = timezone.now(), list(ready.people.values())
    for (name, domain), (count, every, more, middle) in BROUGHT.items():
        for place in range(count):
            # More and more of them: the gap shrinks from the oldest to the newest.
            days = LATEST + 68 * (1 - (place / count) ** 0.6)
            quality = max(5, middle + (place * 37) % 41 - 20)
            text = make_text(title=f"{name} on the quay, part {place + 1}", quality=quality, provider=name)
            article = make_article(ready.site, text=text.replace("tribune.example", domain))
            Article.objects.filter(pk=article.pk).update(queued_at=now - timedelta(days=days), arrived_at=now - timedelta(days=days))
            article = Article.objects.get(pk=article.pk)
            action = Action.APPROVE if place % every == every - 1 else Action.REJECT
            changes = {"quality": quality + more + place % 3} if more and place % 4 == 0 else {}
            decide(
                [article], action, editor=editors[place % len(editors)], at=now - timedelta(days=days, hours=-5), changes=changes,
                reason=Reason.ADVERTISING if action == Action.REJECT else "",
            )  # fmt: skip
    Provider.objects.filter(site=ready.site, name="Kestrel Wire", domain="kestrel-wire.example").update(trust="new")
    pair = Provider.objects.filter(site=ready.site, name="Kestrel Wire").order_by("-trust", "pk").values_list("pk", flat=True)
    ready.keys |= {"provider": Provider.objects.get(site=ready.site, name="PressPulse Wire").pk, "alike": pair[0], "alike_2": pair[1]}
