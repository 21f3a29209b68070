"""Providers by the same functions as on the desk's own pages: names, trust, logo, notes, aliases, and merging."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from articles import blocking, providers
from articles.admin.mergers import linked_mergers
from articles.decisions import DecisionRefused
from articles.forms.providers import LARGEST_PICTURE, as_it_was, checked_logo, first_logo, with_logo
from articles.labels import counted
from articles.models import Merger, Provider, ProviderAlias
from articles.providers import MergeRefused, merge
from articles.providers.alike import alike_of, names_of
from articles.providers.changing import CHANGEABLE
from articles.recording import ChangeRefused, meant, seen_of, touched
from articles.workflow import NN_, Trust

TEXTS = ("name", "domain", "description", "notes")


class AliasForm(forms.ModelForm):  # type: ignore[type-arg]
    """A name and domain for files to mention the provider by. One that is there is removed, never respelt."""

    class Meta:
        model = ProviderAlias
        fields = ["name", "domain"]

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        for field in self.fields.values():
            field.disabled = self.instance.pk is not None


class AliasFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """Aliases of one provider: they belong to its site, where a spelling means one provider."""

    def clean(self) -> None:
        super().clean()
        spellings: set[tuple[str, str]] = set()
        removed = (form.instance for form in self.deleted_forms if form.instance.pk)
        kept = [f"{alias}: {sentence}" for alias in removed if (sentence := providers.why_not_removed(alias))]
        if kept:
            raise forms.ValidationError(kept)  # what is wrong with a row that goes would not be asked for
        for form in self.forms:
            if form.instance.pk or not form.has_changed() or not form.is_valid() or form.cleaned_data.get("DELETE"):
                continue
            form.instance.site_id = self.instance.site_id
            spelling = (form.cleaned_data.get("name", ""), form.cleaned_data.get("domain", ""))
            sentence = gettext("This alias is here already.") if spelling in spellings else providers.why_not_alias(self.instance, spelling)
            if sentence:
                form.add_error(None, sentence)
            spellings.add(spelling)


class AliasInline(admin.TabularInline):  # type: ignore[type-arg]
    model = ProviderAlias
    form = AliasForm
    formset = AliasFormSet
    extra = 0


class ProviderForm(forms.ModelForm):  # type: ignore[type-arg]
    logo = forms.CharField(
        label=_("Logo"), max_length=1000, required=False, help_text=_("An address, or a path in the site that begins with /.")
    )
    width = forms.IntegerField(label=_("Width"), min_value=1, max_value=LARGEST_PICTURE, required=False)
    height = forms.IntegerField(label=_("Height"), min_value=1, max_value=LARGEST_PICTURE, required=False)
    reject_waiting = forms.BooleanField(label=_("With blocking, reject what waits"), required=False)
    take_back = forms.BooleanField(label=_("With another trust, take back what the block rejected"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Provider
        fields = ["site", "name", "domain", "description", "trust", "notes"]

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        first = first_logo(self.instance)
        self.initial |= {"logo": first.get("url"), "width": first.get("width"), "height": first.get("height")}
        if self.instance.pk:  # which may be an earlier row of the history, to be brought back
            self.initial["seen"] = seen_of(Provider.objects.get(pk=self.instance.pk), CHANGEABLE)

    def clean_logo(self) -> str:
        return checked_logo(self.instance, self.cleaned_data["logo"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        site = self.instance.site_id or (data["site"].pk if data.get("site") else None)
        spelling = (data.get("name", ""), data.get("domain", ""))
        if site and (sentence := providers.why_not_called(site, spelling, self.instance.pk)):
            self.add_error("name", sentence)
        if self.instance.pk and not self.errors:
            now = Provider.objects.get(pk=self.instance.pk)
            try:
                meant(now, self.values(now) | {"trust": data["trust"]}, data["seen"])
            except ChangeRefused as refused:
                self.add_error(None, str(refused))
        return data

    def values(self, now: Provider) -> dict[str, Any]:
        """What ``providers.change`` is given, beside the trust. ``now``: the provider as it is stored."""
        data = self.cleaned_data
        values: dict[str, Any] = {name: as_it_was(getattr(now, name), data[name]) for name in TEXTS}
        return values | {"images": with_logo(now, data["logo"], data["width"], data["height"])}


@admin.register(Provider)
class ProviderAdmin(SimpleHistoryAdmin):  # type: ignore[misc]
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
        return provider.counted  # type: ignore[attr-defined, no-any-return]

    @admin.display(description=_("If you block it"))
    def effect(self, provider: Provider) -> SafeString:
        """What blocking would do, or has done."""
        context = {"provider": provider, "effect": blocking.effect(provider, timezone.now()), "rejected": blocking.rejections(provider).count()}
        return SafeString(render_to_string("admin/articles/block_effect.html", context))

    @admin.display(description=_("Names that look alike"))
    def alike(self, provider: Provider) -> SafeString:
        """Each with a link; two of them are merged from the list."""
        found = alike_of(provider, names_of(provider.site, {}))
        links = ((reverse("admin:articles_provider_change", args=[one.pk]), f"{one.name} ({one.domain})" if one.domain else one.name) for one in found)
        return format_html_join(", ", '<a href="{}">{}</a>', links) or SafeString("–")

    @admin.display(description=_("Mergers"))
    def mergers(self, provider: Provider) -> SafeString:
        return linked_mergers(provider, Merger.Kind.PROVIDER)

    def get_readonly_fields(self, request: HttpRequest, obj: Provider | None = None) -> list[str]:
        return ["site", "path", "effect", "alike", "mergers"] if obj else []

    def get_fieldsets(self, request: HttpRequest, obj: Provider | None = None) -> Any:
        said = ["name", "domain", "description", "logo", "width", "height"]
        if obj is None:
            return [(None, {"fields": ["site", *said, "notes"]})]
        said.append("seen")
        trust = ["trust", "effect", "take_back" if obj.trust == Trust.BLOCKED else "reject_waiting"]
        return [
            (None, {"fields": ["site", *said, "path"]}),
            (_("Trust"), {"fields": trust}),
            (None, {"fields": ["notes", "alike", "mergers"]}),
        ]

    def view_on_site(self, provider: Provider) -> str:
        """Its page on the desk."""
        return f"{reverse('articles:provider', args=[provider.pk])}?{urlencode({'site': provider.site.name})}"

    def has_delete_permission(self, request: HttpRequest, obj: Provider | None = None) -> bool:
        return False  # its articles would bring it back, without what is known of it: it is merged, or blocked

    def save_model(self, request: HttpRequest, obj: Provider, form: Any, change: bool) -> None:
        data = form.cleaned_data
        if not change:
            made = providers.add_provider(obj.site, name=obj.name, domain=obj.domain, actor=request.user)
            obj.pk, obj._state.adding = made.pk, False
        now = Provider.objects.get(pk=obj.pk)
        try:
            providers.change(now, form.values(now), actor=request.user, seen=data.get("seen", ""))
            if touched({"trust": data.get("trust", now.trust)}, data.get("seen", "")) and data.get("trust", now.trust) != now.trust:
                asked = {"waiting": bool(data.get("reject_waiting")), "back": bool(data.get("take_back")), "seen": data.get("seen", "")}
                count = blocking.set_trust(now, data["trust"], actor=request.user, at=timezone.now(), **asked)
                self._tell(request, now, count)
            elif now.trust == Trust.BLOCKED and data.get("reject_waiting"):
                self._tell(request, now, blocking.set_trust(now, now.trust, actor=request.user, at=timezone.now(), waiting=True))
        except (ChangeRefused, DecisionRefused) as refused:
            self.message_user(request, str(refused), messages.ERROR)

    def _tell(self, request: HttpRequest, provider: Provider, count: int) -> None:
        words = {
            True: NN_("Rejected %(count)s article.", "Rejected %(count)s articles."),
            False: NN_("Took %(count)s article back.", "Took %(count)s articles back."),
        }[provider.trust == Trust.BLOCKED]
        if count:
            self.message_user(request, counted(words, count), messages.SUCCESS)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Aliases come and go by the desk's own functions, which keep history."""
        provider = Provider.objects.get(pk=form.instance.pk)
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        try:
            for row in formset.deleted_forms:
                if row.instance.pk:
                    providers.remove_alias(row.instance, actor=request.user)
                    formset.deleted_objects.append(row.instance)
            for row in formset.extra_forms:
                if row.has_changed() and row not in formset.deleted_forms:
                    spelling = (row.cleaned_data["name"], row.cleaned_data["domain"])
                    formset.new_objects.append(providers.add_alias(provider, spelling, actor=request.user))
        except ChangeRefused as refused:
            self.message_user(request, str(refused), messages.ERROR)

    @admin.action(description=_("Merge into one…"), permissions=["change"])
    def merge_into_one(self, request: HttpRequest, chosen: QuerySet[Provider]) -> HttpResponse | None:
        """Show what each merger would do and ask which one stays, then merge."""
        listed = list(chosen.order_by("-counted", "pk"))
        keep = next((one for one in listed if str(one.pk) == request.POST.get("keep")), None)
        if keep is None and len({one.site_id for one in listed}) == 1 and len(listed) > 1:
            context = {
                **self.admin_site.each_context(request),
                "title": gettext("Merge providers"),
                "previews": [providers.preview(one, [other for other in listed if other.pk != one.pk]) for one in listed],
                "opts": self.model._meta,
            }
            return render(request, "admin/articles/merge_providers.html", context)
        try:
            merger = merge(keep or listed[0], [one for one in listed if one is not keep], at=timezone.now(), actor=request.user)
        except MergeRefused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return None
        words = gettext("Merged %(count)s providers into %(kept)s; articles moved: %(moved)s. No file changes.")
        done = words % {"count": len(listed), "kept": keep, "moved": merger.article_count}
        link = format_html('<a href="{}">{}</a>', reverse("admin:articles_merger_change", args=[merger.pk]), gettext("Undo"))
        self.message_user(request, format_html("{} {}", done, link), messages.SUCCESS)
        return None
