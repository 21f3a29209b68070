"""Decisions and small changes, as the judge's panel sends them."""

from __future__ import annotations

from typing import Any

from django import forms

from articles.models import Article
from articles.workflow import DECISIONS, PUBLISH_LINE, Action, Reason

HEAT_STEPS = ((-1, "Unknown"), (0, "Cold"), (25, "Warm"), (50, "Hot"), (75, "Breaking"))
LARGEST = 2**31 - 1
STEP = 5


class JudgeForm(forms.Form):
    """What both forms carry: the version that the editor saw, and the values of the panel.

    A field that was not sent changes nothing.
    """

    version = forms.IntegerField(min_value=1)
    quality = forms.IntegerField(required=False, min_value=0, max_value=LARGEST, label="Quality")
    heat = forms.IntegerField(required=False, min_value=-1, max_value=LARGEST, label="Heat")
    key = forms.CharField(required=False, max_length=64)

    def __init__(self, article: Article, data: Any) -> None:
        super().__init__(data)
        self.article = article

    def changes(self) -> dict[str, Any]:
        """The values that differ from the article's."""
        found = {}
        for name in ("quality", "heat"):
            value = self.cleaned_data.get(name)
            if value is not None and value != getattr(self.article, name):
                found[name] = value
        return found

    def first_error(self) -> str:
        """What is wrong, in one sentence."""
        name, errors = next(iter(self.errors.items()))
        label = self.fields[name].label or name if name in self.fields else "The form"
        return f"{str(label).capitalize()}: {errors[0]}"

    def seen(self) -> Article:
        """The article as the version that the editor saw."""
        self.article.version = self.cleaned_data["version"]
        return self.article


class DecisionForm(JudgeForm):
    """A press of a decision's button. ``lift`` approves and raises the quality to the line; ``reject:thin`` rejects with
    that reason."""

    LIFT = "lift"
    CHOICES = [
        *((case.value, case.label) for case in DECISIONS),
        *((f"{Action.REJECT}:{case}", case.label) for case in Reason),
        (LIFT, "Approve, lift"),
    ]

    decision = forms.ChoiceField(choices=CHOICES)
    reason = forms.ChoiceField(required=False, choices=[("", ""), *Reason.choices()])
    note = forms.CharField(required=False, max_length=5000)

    @property
    def action(self) -> Action:
        chosen = self.cleaned_data["decision"]
        return Action.APPROVE if chosen == self.LIFT else Action(chosen.partition(":")[0])

    @property
    def why(self) -> str:
        """Why it is rejected; "" where no reason is given, or where the decision takes none."""
        pressed: str = self.cleaned_data["decision"].partition(":")[2]
        return pressed or (self.cleaned_data["reason"] if self.action == Action.REJECT else "")

    def changes(self) -> dict[str, Any]:
        found = super().changes()
        if self.cleaned_data["decision"] == self.LIFT:
            quality = found.get("quality", self.article.quality)
            if quality is None or quality < PUBLISH_LINE:
                found["quality"] = PUBLISH_LINE
        return found


class AdjustForm(JudgeForm):
    """One press of a button: ``step`` moves the quality, ``toggle`` a topic, ``add`` names a new one."""

    step = forms.IntegerField(required=False, min_value=-1000, max_value=1000)
    warmer = forms.IntegerField(required=False, min_value=-1, max_value=1)
    toggle = forms.CharField(required=False, max_length=200, strip=False)
    add = forms.CharField(required=False, max_length=200)

    def changes(self) -> dict[str, Any]:
        found = super().changes()
        data = self.cleaned_data
        if data["step"]:
            quality = found.get("quality", self.article.quality)
            found["quality"] = max(0, (quality or 0) + data["step"])
        if data["warmer"]:
            steps = [value for value, _ in HEAT_STEPS]
            found["heat"] = steps[min(max(heat_step(self.article.heat) + data["warmer"], 0), len(steps) - 1)]
        topics = list(self.article.topics or [])
        if data["toggle"]:
            if data["toggle"] in topics:
                topics.remove(data["toggle"])
            else:
                topics.append(data["toggle"])
        if data["add"] and data["add"] not in topics:
            topics.append(data["add"])
        if topics != list(self.article.topics or []):
            found["topics"] = topics
        return {name: value for name, value in found.items() if value != getattr(self.article, name)}


def heat_step(heat: int | None) -> int:
    """The place of a heat among the five steps."""
    if heat is None or heat < 0:
        return 0
    return max(place for place, (least, _) in enumerate(HEAT_STEPS) if heat >= least)
