"""Decisions and small changes, as the judge's panel sends them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.labels import choices
from articles.mapping import LONGEST_TOPIC
from articles.models import Article, Topic
from articles.pace import read_elapsed
from articles.workflow import DECISIONS, PUBLISH_LINE, Action, Reason

HEAT_STEPS: tuple[tuple[int, Any], ...] = ((-1, _("Unknown")), (0, _("Cold")), (25, _("Warm")), (50, _("Hot")), (75, _("Breaking")))
LARGEST = 2**31 - 1
RULER = 200  # where the slider ends; the number field goes on


class JudgeForm(forms.Form):
    """What both forms carry: the version that the editor saw, and the values of the panel.

    A field that was not sent changes nothing. ``topics`` are the ticked ones; they mean something only with
    ``topics_shown``, for nothing ticked sends nothing. ``ruler`` is the quality as a slider, which ends at 200.
    """

    version = forms.IntegerField(min_value=1)
    quality = forms.IntegerField(required=False, min_value=0, max_value=LARGEST, label=_("Quality"))
    ruler = forms.IntegerField(required=False, min_value=0, max_value=RULER, label=_("Quality"))
    heat = forms.IntegerField(required=False, min_value=-1, max_value=LARGEST, label=_("Heat"))
    topics_shown = forms.BooleanField(required=False)
    add = forms.CharField(required=False, max_length=LONGEST_TOPIC, label=_("Topic"))
    key = forms.CharField(required=False, max_length=64)

    def __init__(self, article: Article, data: Any, *, adds_topics: bool = False) -> None:
        super().__init__(data)
        self.article = article
        self.adds_topics = adds_topics
        self.ticked: list[str] = data.getlist("topics") if hasattr(data, "getlist") else list(data.get("topics", ()))

    def clean(self) -> dict[str, Any]:
        if any(len(name) > LONGEST_TOPIC for name in self.ticked):
            self.add_error("add", gettext("A topic has at most %(most)s characters.") % {"most": LONGEST_TOPIC})
        elif not self.adds_topics:
            new = [name for name in self.topics() if name and name not in (self.article.topics or ())]
            known = Topic.objects.filter(site=self.article.site_id, name__in=new).values_list("name", flat=True)
            for name in sorted(set(new) - set(known) if new else ()):
                self.add_error("add", gettext("“%(name)s” is not a topic of this site. New topics need an admin.") % {"name": name})
        return self.cleaned_data

    def topics(self) -> list[str | None]:
        """The article's list without what was unticked, in the file's order, and then what was added."""
        old = list(self.article.topics or [])
        wanted = [*self.ticked, self.cleaned_data.get("add") or ""]
        if self.cleaned_data.get("topics_shown"):
            old = [name for name in old if not name or name in wanted]
        for name in wanted:
            if name and name not in old:
                old.append(name)
        return old

    def changes(self) -> dict[str, Any]:
        """The values that differ from the article's."""
        data, found = self.cleaned_data, {}
        for name in ("quality", "heat"):
            value = data.get(name)
            if value is not None and value != getattr(self.article, name):
                found[name] = value
        ruler = data.get("ruler")
        if ruler is not None and "quality" not in found and ruler != min(self.article.quality or 0, RULER):
            found["quality"] = ruler
        topics = self.topics()
        if topics != list(self.article.topics or []):
            found["topics"] = topics
        return found

    def seen(self) -> Article:
        """The article as the version that the editor saw."""
        self.article.version = self.cleaned_data["version"]
        return self.article


class DecisionForm(JudgeForm):
    """``decision`` is one of the workflow's, "lift" (approve with the quality raised to the line), or "reject:" with a
    reason, so that one button is enough for each. ``duplicate_of`` is the article's best match, or the one that was chosen:
    it means something only for a rejection as a duplicate."""

    decision = forms.ChoiceField(
        choices=[
            *((case.value, case.label) for case in DECISIONS),
            ("lift", _("Approve, lift")),
            *((f"reject:{reason.value}", reason.label) for reason in Reason),
        ]
    )
    reason = forms.ChoiceField(required=False, choices=[("", ""), *choices(Reason)])
    duplicate_of = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    note = forms.CharField(required=False, max_length=5000)

    def elapsed(self) -> timedelta | None:
        """How long the article was before the editor, where a script measured it. Never a reason to refuse a decision."""
        return read_elapsed(str(self.data.get("elapsed", "")))

    @property
    def action(self) -> Action:
        chosen = self.cleaned_data["decision"].partition(":")[0]
        return Action.APPROVE if chosen == "lift" else Action(chosen)

    @property
    def reason_given(self) -> str:
        if self.action != Action.REJECT:
            return ""
        return self.cleaned_data["decision"].partition(":")[2] or self.cleaned_data["reason"]

    def twin(self) -> Article | None:
        """The article that this one is rejected as a duplicate of, None for any other decision. Raises Http404."""
        chosen = self.cleaned_data["duplicate_of"] if self.reason_given == Reason.DUPLICATE else None
        return get_object_or_404(Article, site=self.article.site_id, pk=chosen) if chosen else None

    def changes(self) -> dict[str, Any]:
        found = super().changes()
        if self.cleaned_data["decision"] == "lift":
            quality = found.get("quality", self.article.quality)
            if quality is None or quality < PUBLISH_LINE:
                found["quality"] = PUBLISH_LINE
        return found


class AdjustForm(JudgeForm):
    """Values of the panel, or one press of a button: ``step`` moves the quality, ``toggle`` a topic."""

    step = forms.IntegerField(required=False, min_value=-1000, max_value=1000)
    warmer = forms.IntegerField(required=False, min_value=-1, max_value=1)
    toggle = forms.CharField(required=False, max_length=LONGEST_TOPIC, strip=False)

    def topics(self) -> list[str | None]:
        found, name = super().topics(), self.cleaned_data.get("toggle")
        if name in found:
            found.remove(name)
        elif name:
            found.append(name)
        return found

    def changes(self) -> dict[str, Any]:
        found = super().changes()
        data = self.cleaned_data
        if data["step"]:
            found["quality"] = max(0, (found.get("quality", self.article.quality) or 0) + data["step"])
        if data["warmer"]:
            steps = [value for value, _ in HEAT_STEPS]
            found["heat"] = steps[min(max(heat_step(self.article.heat) + data["warmer"], 0), len(steps) - 1)]
        return {name: value for name, value in found.items() if value != getattr(self.article, name)}


def heat_step(heat: int | None) -> int:
    """The place of a heat among the five steps."""
    if heat is None or heat < 0:
        return 0
    return max(place for place, (least, _) in enumerate(HEAT_STEPS) if heat >= least)
