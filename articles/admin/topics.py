"""Topics: keywords and hashtags one a line, by the same functions as on the desk's own pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from articles import topics
from articles.admin.mergers import linked_mergers
from articles.forms.editing import LinesField
from articles.forms.topics import words_of
from articles.labels import grouped
from articles.models import Merger, Topic
from articles.recording import ChangeRefused, meant, seen_of
from articles.topics.changing import SAID, why_not_below, why_not_called

SHOWN = ("path", "hits", "other_names", "mergers")  # beside what is changed


class TopicForm(forms.ModelForm):  # type: ignore[type-arg]
    keywords = LinesField(required=False, help_text=_("One a line. They find the topic in titles and excerpts."))
    hashtags = LinesField(required=False, help_text=_("One a line."))
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Topic
        fields = ["site", "name", "short_name", "parent", "keywords", "hashtags", "place"]
        help_texts = {
            "name": _("Articles keep the old name, which stays an alias; the desk’s own page rewrites them and shows the effect.")
        }

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        if self.instance.pk:  # which may be an earlier row of the history, to be brought back
            self.initial["seen"] = seen_of(Topic.objects.get(pk=self.instance.pk), SAID)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        site = self.instance.site_id or (data["site"].pk if data.get("site") else None)
        if site and data.get("name") and (sentence := why_not_called(site, data["name"], self.instance.pk)):
            self.add_error("name", sentence)
        if site and data.get("parent"):
            topic = Topic(pk=self.instance.pk, site_id=site)
            sentence = why_not_below(topic, data["parent"], Topic.objects.filter(site=site).in_bulk())
            if sentence:
                self.add_error("parent", sentence)
        for name in ("keywords", "hashtags"):
            data[name] = words_of(getattr(self.instance, name) if self.instance.pk else None, data.get(name))
        if self.instance.pk and not self.errors:
            try:
                meant(Topic.objects.get(pk=self.instance.pk), {name: data[name] for name in SAID}, data["seen"])
            except ChangeRefused as refused:
                self.add_error(None, str(refused))
        return data


@admin.register(Topic)
class TopicAdmin(SimpleHistoryAdmin):  # type: ignore[misc]
    form = TopicForm
    list_display = ["name", "parent", "place", "site"]
    list_filter = ["site"]
    list_select_related = ["parent", "site"]
    search_fields = ["name", "short_name", "aliases__name"]
    autocomplete_fields = ["parent"]
    actions = ["merge_into_one"]

    def get_readonly_fields(self, request: HttpRequest, obj: Topic | None = None) -> list[str]:
        return ["site", *SHOWN] if obj else []

    def get_fields(self, request: HttpRequest, obj: Topic | None = None) -> list[str]:
        return ["site", "name", "short_name", "parent", "keywords", "hashtags", "place", *((*SHOWN, "seen") if obj else [])]

    @admin.display(description=_("Keywords and what they find"))
    def hits(self, topic: Topic) -> str:
        return ", ".join(f"{word}: {grouped(count)}" for word, count in topics.hits_of(topic, timezone.now()).words) or "–"

    @admin.display(description=_("Other names in articles"))
    def other_names(self, topic: Topic) -> str:
        return ", ".join(topic.aliases.values_list("name", flat=True)) or "–"

    @admin.display(description=_("Mergers"))
    def mergers(self, topic: Topic) -> SafeString:
        return linked_mergers(topic, Merger.Kind.TOPIC)

    def view_on_site(self, topic: Topic) -> str:
        """Its page on the desk."""
        return f"{reverse('articles:topic', args=[topic.pk])}?{urlencode({'site': topic.site.name})}"

    def has_delete_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        return False  # its articles would bring it back, without its place and its words: it is merged

    def save_model(self, request: HttpRequest, obj: Topic, form: Any, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in SAID}
        if not change:
            made = topics.add_topic(obj.site, name=obj.name, parent=obj.parent, actor=request.user)
            obj.pk, obj._state.adding = made.pk, False
        elif "place" in form.changed_data:
            Topic.objects.filter(pk=obj.pk).update(place=form.cleaned_data["place"])
        try:
            topics.change(obj, values, actor=request.user, seen=form.cleaned_data.get("seen", ""))
        except ChangeRefused as refused:
            self.message_user(request, str(refused), messages.ERROR)

    @admin.action(description=_("Merge into one…"), permissions=["change"])
    def merge_into_one(self, request: HttpRequest, chosen: QuerySet[Topic]) -> HttpResponse | None:
        """Show what it does, on the desk's own page."""
        listed = list(chosen.select_related("site"))
        if len({topic.site_id for topic in listed}) > 1:
            self.message_user(request, gettext("Topics of two sites cannot be merged."), messages.ERROR)
            return None
        asked = [("site", listed[0].site.name), *(("one", topic.pk) for topic in listed)]
        return redirect(f"{reverse('articles:topic_merge')}?{urlencode(asked)}")
