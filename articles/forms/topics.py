"""What admins say about a topic."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.forms.editing import LinesField
from articles.mapping import LONGEST_TOPIC
from articles.models import Site, Topic
from articles.recording import touched


class TopicForm(forms.Form):
    """Its name and where it stands. ``rewrite``: also put the new name into the articles that carry the old one."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_TOPIC)
    parent = forms.ModelChoiceField(label=_("Below"), queryset=Topic.objects.none(), required=False, empty_label=_("nothing: at the top"))
    rewrite = forms.BooleanField(required=False)

    def __init__(self, site: Site, data: Any = None, *, topic: Topic | None = None) -> None:
        initial = {"name": topic.name, "parent": topic.parent_id} if topic else {}
        super().__init__(data, initial=initial, auto_id="topic-%s")
        listed = Topic.objects.filter(site=site).order_by("name", "pk")
        self.fields["parent"].queryset = listed.exclude(pk=topic.pk) if topic else listed  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "parent")}


class WordsForm(forms.Form):
    """What finds a topic, and what it is called in short."""

    keywords = LinesField(label=_("Keywords"), required=False, help_text=_("One a line. They find the topic in titles and excerpts."))
    hashtags = LinesField(label=_("Hashtags"), required=False, help_text=_("One a line."))
    short_name = forms.CharField(label=_("Short name"), max_length=LONGEST_TOPIC, required=False)

    def __init__(self, topic: Topic, data: Any = None) -> None:
        self.topic = topic
        super().__init__(
            data, initial={name: getattr(topic, name) for name in ("keywords", "hashtags", "short_name")}, auto_id="words-%s"
        )
        for name in ("keywords", "hashtags"):
            self.fields[name].widget.attrs["rows"] = 5

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in ("keywords", "hashtags"):
            data[name] = words_of(getattr(self.topic, name), data.get(name))
        return data

    def anew(self, seen: str) -> WordsForm:
        """The form with the topic as it is now, but for what the admin has changed in it, who saw ``seen``."""
        form = WordsForm(Topic.objects.get(pk=self.topic.pk))
        form.initial |= touched(self.cleaned_data, seen)
        return form


def words_of(old: list[Any] | None, new: list[str] | None) -> list[Any]:
    """Each word once; ``old`` itself, with all its odd lines, where the words are the same."""
    words = list(dict.fromkeys(new or []))
    listed = old if isinstance(old, list) else []
    same = [line for item in listed for line in str(item or "").splitlines() if line.strip()]
    return listed if words == list(dict.fromkeys(line.strip() for line in same)) else words
