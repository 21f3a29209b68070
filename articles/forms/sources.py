"""Where a site's files come from, and where its exports may go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.importing import uploads
from articles.importing.sources import SourceError
from articles.importing.sources.remotes import Remote, is_address
from articles.models import Place, Site, Source

MINUTE, HOUR = 60, 3600
OFTEN = [
    ("", _("Only when asked")), (MINUTE, _("Every minute")), (5 * MINUTE, _("Every 5 minutes")),
    (15 * MINUTE, _("Every 15 minutes")), (HOUR, _("Every hour")), (6 * HOUR, _("Every 6 hours")), (24 * HOUR, _("Every day")),
]  # fmt: skip


def clean_place(text: str) -> str:
    """A path or an address that Git may be given. Raises ValidationError."""
    text = text.strip()
    try:
        if text.startswith("-") or "\0" in text:
            raise SourceError(gettext("A location cannot begin with a dash."))
        if is_address(text):
            Remote(text)
    except SourceError as error:
        raise ValidationError(str(error)) from error
    return text


def clean_branch(name: str) -> str:
    """The name of a branch that Git may be given. Raises ValidationError."""
    if name.startswith("-") or any(char in name for char in " ~^:?*[\\"):
        raise ValidationError(gettext("This is not the name of a branch."))
    return name


def clean_folder(text: str) -> str:
    """The full path of a folder on the desk's machine, outside of the desk's own data. Raises ValidationError."""
    text = text.strip()
    if not text.startswith(("/", "~/")) or "\0" in text:
        raise ValidationError(gettext("Write the folder's full path, such as /srv/site."))
    try:
        path = Path(text).expanduser().resolve()
    except (OSError, RuntimeError) as error:
        raise ValidationError(gettext("This path cannot be followed.")) from error
    if not path.is_dir():
        raise ValidationError(gettext("There is no such folder on the desk's machine."))
    if path.is_relative_to(settings.DATA_DIR) or settings.DATA_DIR.is_relative_to(path):
        raise ValidationError(gettext("That is the desk's own data. Choose another folder."))
    return str(path)


class EveryField(forms.TypedChoiceField):
    """An interval, as seconds; one that somebody chose elsewhere is a choice, too. ``more``: choices after the first."""

    def __init__(self, *, more: Sequence[tuple[int, Any]] = (), **words: Any) -> None:
        choices = [OFTEN[0], *more, *OFTEN[1:]]
        super().__init__(choices=choices, coerce=int, empty_value=None, required=False, **words)

    def keep(self, seconds: int | None) -> None:
        if seconds and seconds not in dict(OFTEN):
            self.choices = [*self.choices, (seconds, gettext("Every %(seconds)d seconds") % {"seconds": seconds})]


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]
    """One source. Its kind is chosen when it is added and stays."""

    every = EveryField(label=_("Look again"))
    upload = forms.FileField(label=_("Archive"), required=False, max_length=500, help_text=_("A zip or tar of the site."))

    class Meta:
        model = Source
        fields = ["location", "upload", "branch", "push_to", "every", "is_part"]
        labels = {"branch": _("Branch"), "push_to": _("Push exports to"), "is_part": _("It is only a part of the site")}
        help_texts = {
            "branch": _("Empty: the repository's own."),
            "push_to": _("An address. Empty: where the repository came from, if that is elsewhere."),
            "is_part": _("What it lacks stays on the desk."),
        }

    def __init__(self, site: Site, kind: str, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        self.instance.site, self.instance.kind = site, kind
        self.kind = Source.Kind(kind)
        shown = {
            Source.Kind.GIT: ("location", "branch", "push_to", "every"),
            Source.Kind.FOLDER: ("location", "every", "is_part"),
            Source.Kind.UPLOAD: ("upload", "is_part"),
        }[self.kind]
        for name in [name for name in self.fields if name not in shown]:
            del self.fields[name]
        if "location" in self.fields:
            git = self.kind == Source.Kind.GIT
            self.fields["location"].label = gettext("Repository") if git else gettext("Folder")
            self.fields["location"].help_text = (
                gettext("https://, ssh://, or a path on the desk's machine: a repository or a bundle.")
                if git else gettext("The full path on the desk's machine.")
            )  # fmt: skip
        if "every" in self.fields:
            self.fields["every"].keep(self.instance.every)  # type: ignore[attr-defined]
        if "upload" in self.fields:
            self.fields["upload"].required = not self.instance.pk
            self.fields["upload"].widget = forms.FileInput(attrs={"accept": ".zip,.tar,.tgz,.gz,.bz2,.xz"})
        if not self.instance.pk and "is_part" in self.fields:
            self.initial["is_part"] = Source.objects.filter(site=site).exists()
        for name, field in self.fields.items():
            if name != "is_part":
                field.widget.attrs["class"] = "field"

    def clean_location(self) -> str:
        text: str = self.cleaned_data["location"]
        return clean_place(text) if self.kind == Source.Kind.GIT else clean_folder(text)

    def clean_push_to(self) -> str:
        return clean_place(self.cleaned_data["push_to"])

    def clean_branch(self) -> str:
        return clean_branch(self.cleaned_data["branch"])

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        if upload:
            try:
                uploads.check(upload)
            except SourceError as error:
                raise ValidationError(str(error)) from error
        return upload

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        others = Source.objects.filter(site=self.instance.site).exclude(pk=self.instance.pk)
        if self.kind == Source.Kind.GIT and others.filter(kind=Source.Kind.GIT).exists():
            raise ValidationError(gettext("The site has its repository already. Change that one, or remove it first."))
        if self.kind == Source.Kind.FOLDER and others.filter(kind=self.kind, location=found.get("location")).exists():
            raise ValidationError(gettext("This folder is a source already."))
        return found

    def keep(self) -> Source:
        """Store it. Only what the form changed is written: an import may have moved the rest on meanwhile. Raises OSError."""
        source: Source = self.instance
        if self.cleaned_data.get("upload"):
            uploads.keep(source, self.cleaned_data["upload"])
        if not source.pk:
            source.save()
            return source
        values = {name: getattr(source, name) for name in self.changed_data if name != "upload"}
        if "upload" in self.changed_data:
            values |= {"location": source.location, "label": source.label}
        if {"location", "branch"} & values.keys():
            values |= {"commit": "", "failure": "", "failed_count": 0, "retry_at": None, "told_at": None}
        if values:
            Source.objects.filter(pk=source.pk).update(**values)
        return source


class PlaceForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where exports may go beside a zip, and how often they go there by themselves."""

    every = EveryField(
        label=_("Export by itself"), more=[(0, _("When an article comes out or goes down"))],
        help_text=_("With an interval, too, it goes out when an article comes out or goes down."),
    )  # fmt: skip

    class Meta:
        model = Place
        fields = ["kind", "location", "scope", "every"]
        labels = {"kind": _("Kind"), "location": _("Folder"), "scope": _("What")}
        help_texts = {"location": _("The full path on the desk's machine. Empty for Git: the site's repository.")}
        widgets = {"kind": forms.RadioSelect, "scope": forms.RadioSelect}

    def __init__(self, site: Site, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        self.instance.site = site
        self.fields["every"].keep(self.instance.every)  # type: ignore[attr-defined]
        for name in ("location", "every"):
            self.fields[name].widget.attrs["class"] = "field"

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("kind") == Place.Kind.GIT:
            found["location"] = ""
        elif "location" in found:
            try:
                found["location"] = clean_folder(found["location"])
            except ValidationError as error:
                self.add_error("location", error)
        same = Place.objects.filter(site=self.instance.site, kind=found.get("kind"), location=found.get("location", ""))
        if same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(gettext("This place is there already."))
        return found
