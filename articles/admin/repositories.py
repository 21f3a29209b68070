"""The repositories that feed the sites: where they are, how often they are looked at, who may ask for a look."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles.forms.sources import clean_branch, clean_place
from articles.importing.sources import SourceError
from articles.importing.sources.remotes import Remote, is_address
from articles.models import Repository


class RepositoryForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_location(self) -> str:
        return clean_place(self.cleaned_data["location"])

    def clean_push_to(self) -> str:
        return clean_place(self.cleaned_data["push_to"])

    def clean_branch(self) -> str:
        return clean_branch(self.cleaned_data["branch"])

    def clean_every(self) -> int | None:
        every: int | None = self.cleaned_data["every"]
        if every is not None and every < 5:
            raise ValidationError(gettext("Choose at least 5 seconds."))
        return every

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if Repository.objects.filter(site=found.get("site")).exclude(pk=self.instance.pk).exists():
            raise ValidationError(gettext("The site has its repository already. Change that one, or remove it first."))
        return found


@admin.register(Repository)
class RepositoryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = RepositoryForm
    list_display = ["site", "where", "branch", "every", "webhook", "looked_at", "failure"]
    list_select_related = ["site"]
    fields = ["site", "location", "branch", "every", "push_to", "webhook", "imported_at", "asked_at", "looked_at", "failure"]
    readonly_fields = ["webhook", "imported_at", "asked_at", "looked_at", "failure"]
    actions = ["make_secret", "drop_secret"]

    @admin.display(description=_("Location"))
    def where(self, repository: Repository) -> str:
        try:
            return str(Remote(repository.location)) if is_address(repository.location) else repository.location
        except SourceError:
            return repository.location

    @admin.display(description=_("Webhook"))
    def webhook(self, repository: Repository) -> str:
        on = repository.pk and repository.hook_secret
        return reverse("articles:hook", args=[repository.site.name]) if on else gettext("off")

    @admin.action(description=_("Make a new webhook secret"), permissions=["change"])
    def make_secret(self, request: HttpRequest, chosen: QuerySet[Repository]) -> None:
        """The secret is shown this once; an older one is no longer taken."""
        for repository in chosen.select_related("site"):
            secret = secrets.token_urlsafe(32)
            Repository.objects.filter(pk=repository.pk).update(hook_secret=secret)
            address = request.build_absolute_uri(reverse("articles:hook", args=[repository.site.name]))
            self.message_user(request, gettext("%(address)s takes this secret, which is shown once: %(secret)s") % {"address": address, "secret": secret}, messages.WARNING)

    @admin.action(description=_("Turn the webhook off"), permissions=["change"])
    def drop_secret(self, request: HttpRequest, chosen: QuerySet[Repository]) -> None:
        count = chosen.update(hook_secret="")
        self.message_user(request, ngettext("Turned off %(count)s webhook.", "Turned off %(count)s webhooks.", count) % {"count": count})

    def save_model(self, request: HttpRequest, obj: Repository, form: Any, change: bool) -> None:
        """Only what the form changed is written: an import may have moved the rest on meanwhile."""
        if not change:
            obj.save()
        elif form.changed_data:
            values = {name: getattr(obj, name) for name in form.changed_data}
            if {"location", "branch"} & values.keys():
                values["commit"] = ""  # what is known of the old place says nothing of the new one
            Repository.objects.filter(pk=obj.pk).update(**values)

