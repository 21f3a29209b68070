"""Providers: search, rename, and merging two into one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from articles import providers
from articles.models import Provider, ProviderAlias
from articles.providers import MergeRefused, merge


class AliasFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """Aliases of one provider: they belong to its site, where a spelling means one provider."""

    def clean(self) -> None:
        super().clean()
        spellings: set[tuple[str, str]] = set()
        for form in self.forms:
            if not form.has_changed() or not form.is_valid() or form.cleaned_data.get("DELETE"):
                continue
            form.instance.site_id = self.instance.site_id
            spelling = (form.cleaned_data.get("name", ""), form.cleaned_data.get("domain", ""))
            before = ProviderAlias.objects.filter(pk=form.instance.pk).values_list("name", "domain").first()
            sentence = "" if before == spelling else providers.why_not_alias(self.instance, spelling)
            if sentence:
                form.add_error(None, sentence)
            elif spelling in spellings:
                form.add_error(None, gettext("This alias is here already."))
            spellings.add(spelling)


class AliasInline(admin.TabularInline):
    model = ProviderAlias
    formset = AliasFormSet
    fields = ["name", "domain"]
    extra = 0


class ProviderForm(forms.ModelForm):
    class Meta:
        model = Provider
        fields = ["site", "name", "domain", "description", "trust", "notes"]
        help_texts = {"trust": "Blocked: what it brings from now on is rejected. What waits stays; reject it on the desk's own page."}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        site = self.instance.site_id or (data["site"].pk if data.get("site") else None)
        spelling = (data.get("name", ""), data.get("domain", ""))
        if site and {"name", "domain"} & set(self.changed_data) and (sentence := providers.why_not_called(site, spelling, self.instance.pk)):
            self.add_error("name", sentence)
        return data


@admin.register(Provider)
class ProviderAdmin(SimpleHistoryAdmin):
    form = ProviderForm
    inlines = [AliasInline]
    list_display = ["name", "domain", "trust", "article_count", "site"]
    list_filter = ["site", "trust"]
    list_select_related = ["site"]
    search_fields = ["name", "domain", "aliases__name", "aliases__domain"]
    actions = ["merge_into_one"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Provider]:
        return super().get_queryset(request).annotate(counted=Count("articles", distinct=True))

    @admin.display(description=_("Articles"), ordering="counted")
    def article_count(self, provider: Provider) -> int:
        return provider.counted

    def get_readonly_fields(self, request: HttpRequest, obj: Provider | None = None) -> list[str]:
        return ["site"] if obj else []

    def save_model(self, request: HttpRequest, obj: Provider, form: Any, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in ("name", "domain", "description", "trust", "notes")}
        if not change:
            made = providers.add_provider(obj.site, name=obj.name, domain=obj.domain, actor=request.user)
            obj.pk, obj._state.adding = made.pk, False
        providers.change(obj, values, actor=request.user)

    @admin.action(description=_("Merge into one…"), permissions=["change"])
    def merge_into_one(self, request: HttpRequest, chosen: QuerySet[Provider]) -> HttpResponse | None:
        """Ask which one stays, then merge."""
        listed = list(chosen.order_by("-counted", "pk"))
        keep = next((one for one in listed if str(one.pk) == request.POST.get("keep")), None)
        if keep is None:
            context = {
                **self.admin_site.each_context(request),
                "title": gettext("Merge providers"),
                "providers": listed,
                "opts": self.model._meta,
            }
            return render(request, "admin/articles/merge_providers.html", context)
        try:
            merger = merge(keep, [one for one in listed if one.pk != keep.pk], at=timezone.now(), actor=request.user)
        except MergeRefused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return None
        self.message_user(
            request,
            gettext("Merged %(count)s providers into %(kept)s; articles moved: %(moved)s. No file changes.")
            % {"count": len(listed), "kept": keep, "moved": merger.article_count},
            messages.SUCCESS,
        )
        return None
