"""Topics: keywords and hashtags one a line, and no topic above itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from articles.forms.editing import LinesField
from articles.models import Topic


class TopicForm(forms.ModelForm):
    keywords = LinesField(required=False, help_text=_("One a line. They find the topic in titles and excerpts."))
    hashtags = LinesField(required=False, help_text=_("One a line."))

    class Meta:
        model = Topic
        fields = ["site", "name", "short_name", "parent", "keywords", "hashtags", "place"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        above, seen = data.get("parent"), set()
        while above is not None and above.pk not in seen:
            if above.pk == self.instance.pk:
                self.add_error("parent", gettext("A topic cannot stand below itself."))
                break
            seen.add(above.pk)
            above = above.parent
        if data.get("parent") and data.get("site") and data["parent"].site_id != data["site"].pk:
            self.add_error("parent", gettext("The parent is a topic of another site."))
        return data


@admin.register(Topic)
class TopicAdmin(SimpleHistoryAdmin):
    form = TopicForm
    list_display = ["name", "parent", "place", "site"]
    list_filter = ["site"]
    list_select_related = ["parent", "site"]
    search_fields = ["name", "short_name"]
    autocomplete_fields = ["parent"]

    def get_readonly_fields(self, request: Any, obj: Topic | None = None) -> list[str]:
        # Articles name a topic by its name: renaming it here would part them. Merging and renaming come with their effect
        # on the files shown.
        return ["name", "site"] if obj else []
