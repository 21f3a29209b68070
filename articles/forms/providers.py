"""What admins say about a provider."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.labels import choices
from articles.mapping import LONGEST_NAME
from articles.models import Provider
from articles.pictures import web_address
from articles.recording import touched
from articles.workflow import Trust

LARGEST_PICTURE = 10_000  # pixels
LOGO = ("logo", "width", "height")  # what a form asks of a provider's first picture


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
        return checked_logo(self.provider, self.cleaned_data["logo"])

    def values(self) -> dict[str, Any]:
        """The provider's fields: texts as they are where only what a form does to them differs."""
        data = self.cleaned_data
        values = {name: as_it_was(getattr(self.provider, name), data[name]) for name in ("name", "domain", "description", "notes")}
        return values | {"images": with_logo(self.provider, data["logo"], data["width"], data["height"])}

    def anew(self, seen: str) -> ProviderForm:
        """The form with the provider as it is now, but for what the admin has changed in it, who saw ``seen``."""
        mine = touched(self.values(), seen)
        form = ProviderForm(Provider.objects.get(pk=self.provider.pk))
        form.initial |= {
            name: self.cleaned_data[name] for name in self.fields if ("images" if name in LOGO else name) in mine
        }
        return form


class TrustForm(forms.Form):
    """``reject``: with blocking, also what waits now; ``back``: with anything else, take back what the block rejected."""

    trust = forms.ChoiceField(choices=choices(Trust))
    reject = forms.BooleanField(required=False)
    back = forms.BooleanField(required=False)


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


def checked_logo(provider: Provider, logo: str) -> str:
    """The logo, if it is the one that the provider has, an address or a path in the site. Raises ValidationError."""
    if logo and logo != first_logo(provider).get("url") and not (web_address(logo) or (logo[0] == "/" and logo[1:2] != "/")):
        raise forms.ValidationError(_("Give an address that begins with https://, or a path that begins with one /."))
    return logo


def with_logo(provider: Provider, logo: str, width: int | None, height: int | None) -> list[Any]:
    """The provider's pictures with this one as the first. Those behind it stay; without an address the first one goes."""
    images, first = list(provider.images or []), first_logo(provider)
    if (logo, width, height) == (first.get("url") or "", first.get("width"), first.get("height")):
        return images
    kept = {name: value for name, value in first.items() if name not in LOGO}
    sizes = {name: value for name, value in (("width", width), ("height", height)) if value}
    return [*([kept | {"url": logo} | sizes] if logo else []), *images[1:]]


def as_it_was(old: str, new: str) -> str:
    """``new``, but ``old`` where they differ only as browsers and forms change a text: by line ends, and by spaces around it."""
    text = new.replace("\r\n", "\n")
    return old if text == old.replace("\r\n", "\n").strip() else text
