"""What admins say about a provider."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.labels import choices
from articles.mapping import LONGEST_NAME
from articles.models import Provider
from articles.pictures import web_address
from articles.workflow import Trust

LARGEST_PICTURE = 10_000  # pixels


class SpellingForm(forms.Form):
    """A name and a domain, as files spell them."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, required=False)
    domain = forms.CharField(label=_("Domain"), max_length=LONGEST_NAME, required=False)

    @property
    def spelling(self) -> tuple[str, str]:
        return self.cleaned_data["name"], self.cleaned_data["domain"]


class NewProviderForm(SpellingForm):
    trust = forms.ChoiceField(
        label=_("Trust"), choices=[pair for pair in choices(Trust) if pair[0] != Trust.BLOCKED], initial=Trust.NORMAL
    )

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.fields["name"].required = True


class ProviderForm(SpellingForm):
    """What its file says, and the desk's notes. ``logo``: the address of the first picture, with its size."""

    description = forms.CharField(label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    logo = forms.CharField(
        label=_("Logo"), max_length=1000, required=False, help_text=_("An address, or a path in the site that begins with /.")
    )
    width = forms.IntegerField(label=_("Width"), min_value=1, max_value=LARGEST_PICTURE, required=False)
    height = forms.IntegerField(label=_("Height"), min_value=1, max_value=LARGEST_PICTURE, required=False)
    notes = forms.CharField(
        label=_("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("For the desk only.")
    )

    def __init__(self, provider: Provider, data: Any = None) -> None:
        self.provider = provider
        first = first_logo(provider)
        initial = {name: getattr(provider, name) for name in ("name", "domain", "description", "notes")}
        initial |= {"logo": first.get("url"), "width": first.get("width"), "height": first.get("height")}
        super().__init__(data, initial=initial, auto_id="provider-%s")
        self.fields["name"].required = True

    def clean_logo(self) -> str:
        logo: str = self.cleaned_data["logo"]
        if logo and logo != first_logo(self.provider).get("url") and not (web_address(logo) or (logo[0] == "/" and logo[1:2] != "/")):
            raise forms.ValidationError(_("Give an address that begins with https://, or a path that begins with one /."))
        return logo

    def values(self) -> dict[str, Any]:
        """The provider's fields. Pictures behind the first one stay; without an address the first one goes."""
        data = self.cleaned_data
        values = {name: data[name] for name in ("name", "domain", "description", "notes")}
        images = [dict(one) if isinstance(one, dict) else one for one in self.provider.images or []]
        kept = images[0] if images and isinstance(images[0], dict) else {}
        sizes = {name: data[name] for name in ("width", "height") if data[name]}
        kept = {name: value for name, value in kept.items() if name not in ("width", "height")}
        first = [kept | {"url": data["logo"]} | sizes] if data["logo"] else []
        return values | {"images": [*first, *images[1:]]}


class TrustForm(forms.Form):
    """``reject``: with blocking, also what waits now."""

    trust = forms.ChoiceField(choices=choices(Trust))
    reject = forms.BooleanField(required=False)


class MergeForm(forms.Form):
    """Which are merged, and which of them stays."""

    one = forms.TypedMultipleChoiceField(coerce=int, choices=())
    keep = forms.TypedChoiceField(coerce=int, choices=(), required=False)

    def __init__(self, choices: list[tuple[int, str]], data: Any) -> None:
        super().__init__(data)
        for name in ("one", "keep"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]


def first_logo(provider: Provider) -> dict[str, Any]:
    """The provider's first picture: url, width, height; empty where it has none."""
    first = provider.images[0] if isinstance(provider.images, list) and provider.images else {}
    return first if isinstance(first, dict) else {}
