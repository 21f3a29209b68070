"""What is to be done with many articles: the bar under the queue, and the page that asks before it is done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.bulk import MOST, Wish
from articles.forms.decisions import HEAT_STEPS, LARGEST
from articles.forms.notes import colleague
from articles.mapping import LONGEST_TOPIC
from articles.models import Site, Topic
from articles.workflow import Action, Reason

STEP = 5  # what , and . change
SAVE, REMOVE, ASSIGN, TAKE = "save", "remove", "assign", "take"
NOBODY = "0"  # instead of a person's key
DECISIONS = {
    "approve": Wish(Action.APPROVE),
    "lift": Wish(Action.APPROVE, changes={"lift": True}),
    "reject": Wish(Action.REJECT),
    "hold": Wish(Action.HOLD),
    "wake": Wish(Action.WAKE),
    "lower": Wish(Action.EDIT, changes={"step": -STEP}),
    "higher": Wish(Action.EDIT, changes={"step": STEP}),
    **{f"reject:{reason.value}": Wish(Action.REJECT, reason.value) for reason in Reason},
}


class BulkForm(forms.Form):
    """``act`` is a decision, a step of the quality, "save" (the values that were filled in; also what Enter in a field
    presses), "remove" (the topic), "assign" (to ``person``, a key; 0 is nobody) or "take" (to who presses). ``seen``
    are the ticked articles, each as ``article:version``."""

    act = forms.ChoiceField(choices=[(name, name) for name in (*DECISIONS, SAVE, REMOVE, ASSIGN, TAKE)])
    quality = forms.IntegerField(required=False, min_value=0, max_value=LARGEST, label=_("Quality"))
    heat = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, choices=[("", _("As it is")), *HEAT_STEPS], label=_("Heat")
    )
    topic = forms.CharField(required=False, max_length=LONGEST_TOPIC, label=_("Topic"))
    person = forms.CharField(required=False, max_length=18, label=_("Assigned to"))
    note = forms.CharField(required=False, max_length=5000, label=_("Note"))
    run = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    key = forms.UUIDField(required=False)

    def __init__(self, site: Site, data: Any, *, editor: Any, adds_topics: bool = False) -> None:
        super().__init__(data)
        self.site = site
        self.editor = editor
        self.adds_topics = adds_topics
        self._ticked: list[str] = data.getlist("seen")

    def clean_topic(self) -> str:
        name = str(self.cleaned_data["topic"])
        known = self.adds_topics or not name or Topic.objects.filter(site=self.site, name=name).exists()
        if not known and self.data.get("act") == SAVE:
            raise forms.ValidationError(gettext("“%(name)s” is not a topic of this site. New topics need an admin.") % {"name": name})
        return name

    def clean_person(self) -> str:
        """The name of whom it is assigned to; "" for nobody, and where nothing is assigned."""
        act, typed = self.data.get("act"), self.cleaned_data["person"]
        if act == TAKE:
            return str(self.editor.get_username())
        if act != ASSIGN or typed == NOBODY:
            return ""
        person = colleague(self.site.pk, typed)
        if person is None:
            raise forms.ValidationError(gettext("Choose whom to assign them to."))
        return str(person.get_username())

    def clean(self) -> dict[str, Any]:
        if not self.errors and self.wish().action == Action.EDIT and not self.wish().changes:
            raise forms.ValidationError(gettext("Say which quality, heat or topic."))
        return self.cleaned_data

    def wish(self) -> Wish:
        data = self.cleaned_data
        act, note = data["act"], data["note"]
        if act == SAVE:
            given = {"quality": data["quality"], "heat": data["heat"], "add": data["topic"] or None}
            return Wish(Action.EDIT, note=note, changes={name: value for name, value in given.items() if value is not None})
        if act in (ASSIGN, TAKE):
            return Wish(Action.EDIT, note=note, changes={"assign": data["person"]})
        if act == REMOVE:
            return Wish(Action.EDIT, note=note, changes={"remove": data["topic"]} if data["topic"] else {})
        wish = DECISIONS[act]
        return Wish(wish.action, wish.reason, note, wish.changes)

    def seen(self) -> dict[int, int]:
        """The ticked articles with the versions that the page showed. What is not of our writing is passed over."""
        found = {}
        for text in self._ticked[: MOST + 1]:
            pk, _, version = text.partition(":")
            if pk.isdecimal() and version.isdecimal() and max(len(pk), len(version)) < 19:
                found[int(pk)] = int(version)
        return found

    @property
    def token(self) -> UUID | None:
        return self.cleaned_data["key"]
