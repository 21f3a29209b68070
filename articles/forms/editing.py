"""Every field that the desk may edit, laid out by crispy."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Fieldset, Layout, Row, Submit
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models import Article

LARGEST = 2**63 - 1
LONGEST = 100_000  # characters of a text field


class MomentField(forms.CharField):
    """``2021-02-01T04:12:00Z``, as the file has it."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        try:
            return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError as error:
            raise forms.ValidationError(gettext("Write a moment in UTC, such as 2021-02-01T04:12:00Z.")) from error

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value


class LinesField(forms.CharField):
    """A list, one item a line; empty lines are dropped."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> list[str]:
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(item or "" for item in value) if isinstance(value, list) else value


class ImagesField(LinesField):
    """Pictures, one a line: address, width, height. What else the file says of a picture is kept with its address."""

    def clean(self, value: Any) -> Any:
        found = []
        for line in super().clean(value):
            address, *size = line.split()
            if len(size) != 2 or not all(part.isdecimal() for part in size):
                raise forms.ValidationError(gettext("Write “address width height” for each picture, not “%(line)s”.") % {"line": line[:80]})
            found.append({"url": address, "width": int(size[0]), "height": int(size[1])})
        return found

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(
            f"{image.get('url', '')} {image.get('width', 0)} {image.get('height', 0)}"
            for image in value
            if isinstance(image, dict)
        )


class WebField(forms.CharField):
    """An address; only http and https may be new."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text and text != self.initial and not text.startswith(("http://", "https://")):
            raise forms.ValidationError(gettext("An address begins with http:// or https://."))
        return text


class GiveBackForm(forms.Form):
    """One field that the desk holds, and the version that the editor saw."""

    version = forms.IntegerField(min_value=1)
    field = forms.CharField(max_length=40)


class EditForm(forms.Form):
    """All editable fields of one article. An emptied field that the file did not have stays out of the file."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), strip=False)
    excerpt = forms.CharField(label=_("Excerpt"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}), strip=False)
    quality = forms.IntegerField(label=_("Quality"), required=False, min_value=0, max_value=LARGEST)
    heat = forms.IntegerField(label=_("Heat"), required=False, min_value=-1, max_value=LARGEST, help_text=_("−1 means unknown."))
    topics = LinesField(label=_("Topics"), required=False, help_text=_("One a line, the main topic first."))
    provider_name = forms.CharField(required=False, max_length=500, label=_("Provider"))
    provider_domain = forms.CharField(required=False, max_length=500, label=_("Domain"))
    category = forms.CharField(label=_("Category"), required=False, max_length=200)
    type = forms.CharField(label=_("Type"), required=False, max_length=200, help_text=_("article or video."))
    published_at = MomentField(required=False, label=_("Published at"), help_text=_("UTC, such as 2021-02-01T04:12:00Z."))
    publish_from = MomentField(required=False, label=_("Not before"), help_text=_("UTC. Until then it leaves as not published."))
    publish_until = MomentField(required=False, label=_("Take down on"), help_text=_("UTC. From then on it leaves as not published."))
    original_url = WebField(required=False, label=_("Original address"))
    web_url = WebField(required=False, label=_("Web address"))
    amp_web_url = WebField(required=False, label=_("AMP address"))
    cdn_amp_web_url = WebField(required=False, label=_("AMP address at the CDN"))
    images = ImagesField(required=False, label=_("Pictures"), help_text=_("One a line: address width height."))
    featured_content = forms.CharField(
        required=False, max_length=LONGEST, label=_("Embed"), widget=forms.Textarea(attrs={"rows": 3}), strip=False,
        help_text=_("HTML as the feed wrote it. The desk shows it only as a video that it has rebuilt."),
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), required=False, max_length=5000, help_text=_("Why, for the history."))

    def __init__(self, article: Article, data: Any = None) -> None:
        super().__init__(data, initial={name: getattr(article, name, None) for name in self.base_fields})
        self.article = article
        for name in ("original_url", "web_url", "amp_web_url", "cdn_amp_web_url"):
            self.fields[name].initial = getattr(article, name)
        for name, rows in (("topics", 5), ("images", 3)):
            self.fields[name].widget.attrs["rows"] = rows
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout(
            "version",
            Fieldset(gettext("Words"), "title", "excerpt", "topics"),
            Fieldset(gettext("Judgement"), Row(Column("quality"), Column("heat"))),
            Fieldset(gettext("Schedule"), Row(Column("publish_from"), Column("publish_until"))),
            Fieldset(gettext("Provider"), Row(Column("provider_name"), Column("provider_domain"))),
            Fieldset(gettext("Addresses"), "original_url", "web_url", "amp_web_url", "cdn_amp_web_url"),
            Fieldset(gettext("More"), Row(Column("category"), Column("type")), "published_at", "images", "featured_content"),
            "note",
            HTML('<div class="form-actions">'),
            Submit("save", gettext("Save"), css_class="btn pri"),
            HTML("</div>"),
        )

    def changes(self) -> dict[str, Any]:
        """The attributes whose value differs from the article's."""
        found = {}
        for name, value in self.cleaned_data.items():
            if name in ("version", "note"):
                continue
            old = getattr(self.article, name)
            if name == "images":
                show = self.fields["images"].prepare_value
                if show(value) == (show(old) or ""):
                    continue
                value = self._with_what_is_known(value)
            if isinstance(value, str) and isinstance(old, str):
                # A browser sends every line end as CR LF.
                value = value if "\r\n" in old else value.replace("\r\n", "\n")
            if value in ("", []) and old is None:
                value = None
            if value == "" and old is not None and name != "excerpt":
                value = None
            if name == "topics" and [item for item in old or () if item] == (value or []):
                continue
            if value != old:
                found[name] = value
        return found

    def _with_what_is_known(self, images: list[dict[str, Any]]) -> list[dict[str, Any]]:
        known = {image.get("url"): image for image in self.article.images or () if isinstance(image, dict)}
        return [{**known.get(image["url"], {"isCached": False}), **image} for image in images]
