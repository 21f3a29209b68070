"""The sentence of a rule as a form: what is left empty is not asked. Words stand in rows of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from articles.labels import choices
from articles.mapping import LONGEST_TOPIC
from articles.models import Provider, Rule, Site
from articles.narrowing import provider_named, topic_named
from articles.people.colleagues import WORK, people_of
from articles.rules import conditions, effects
from articles.rules.effects import LARGEST_STEP, LONGEST_PERSON
from articles.rules.kinds import LARGEST, PLACES, TWINS, TYPES, RuleUnreadable
from articles.rules.languages import LANGUAGES
from articles.workflow import Action, Reason, Trust

LONGEST = 1_000
ROWS = 2  # empty rows for words on a new form; there is always one more than was filled in
EMPTY_ROWS = {"words-TOTAL_FORMS": str(ROWS), "words-INITIAL_FORMS": "0"}
IS = [("", pgettext_lazy("rule", "is")), ("not", pgettext_lazy("rule", "is not"))]
HOWS = [
    ("all", pgettext_lazy("rule", "has all of")), ("any", pgettext_lazy("rule", "has any of")), ("exact", pgettext_lazy("rule", "has exactly")),
    ("not any", pgettext_lazy("rule", "has none of")), ("not exact", pgettext_lazy("rule", "does not have exactly")),
    ("not all", pgettext_lazy("rule", "does not have all of")),
]  # fmt: skip
ANY = ("", pgettext_lazy("rule", "any"))


def _choice(choices: Any, label: Any, **words: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, label=label, required=False, widget=forms.Select(attrs={"class": "field"}), **words)


def _text(label: Any, most: int, listed: str = "") -> forms.CharField:
    attrs: dict[str, Any] = {"class": "field", "autocomplete": "off"} | ({"list": listed} if listed else {})
    return forms.CharField(label=label, required=False, max_length=most, widget=forms.TextInput(attrs=attrs))


def _number(label: Any, least: int = 0, most: int = LARGEST) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "field"})
    return forms.IntegerField(label=label, required=False, min_value=least, max_value=most, widget=widget)


class WordsForm(forms.Form):
    """One row of words."""

    place = _choice(list(PLACES.items()), gettext_lazy("Where"), initial="either")
    how = _choice(HOWS, gettext_lazy("How"), initial="all")
    text = _text(gettext_lazy("Words"), LONGEST)

    def stored(self) -> dict[str, Any] | None:
        data = getattr(self, "cleaned_data", {})
        if not data.get("text"):
            return None
        contrary, _space, how = (data["how"] or "all").rpartition(" ")
        value = {"in": data["place"] or "either", "how": how, "text": data["text"]}
        return {"kind": "words", "value": value} | ({"not": True} if contrary else {})


WordsFormSet = forms.formset_factory(WordsForm, extra=1, max_num=conditions.MOST_CONDITIONS, absolute_max=40)


class RuleForm(forms.Form):
    """When … then …. ``stored`` gives conditions and effects as ``articles.rules`` keeps them."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, widget=forms.TextInput(attrs={"class": "field", "autocomplete": "off"})
    )
    provider_how = _choice(IS, gettext_lazy("Provider is or is not"))
    provider = _text(gettext_lazy("Provider"), 1_100, "known-providers")
    trust_how = _choice(IS, gettext_lazy("Trust is or is not"))
    trust = _choice([ANY, *choices(Trust)], gettext_lazy("Trust"))
    topic = _text(gettext_lazy("About the topic"), LONGEST_TOPIC, "known-topics")
    topic_not = _text(gettext_lazy("Not about the topic"), LONGEST_TOPIC, "known-topics")
    type_how = _choice(IS, gettext_lazy("Type is or is not"))
    type = _choice([ANY, *TYPES.items()], gettext_lazy("Type"))
    quality_least, quality_most = _number(gettext_lazy("Quality from")), _number(gettext_lazy("Quality to"))
    heat_least, heat_most = _number(gettext_lazy("Heat from")), _number(gettext_lazy("Heat to"))
    duplicate_how = _choice(IS, gettext_lazy("Duplicate or not"))
    duplicate = _choice([("", gettext_lazy("whatever it is")), *TWINS.items()], gettext_lazy("Likely duplicate of"))
    age_than = _choice([("over", pgettext_lazy("rule", "over")), ("under", pgettext_lazy("rule", "at most"))], gettext_lazy("Older or younger"))
    age = _text(gettext_lazy("Age"), 10)
    language_how = _choice(IS, gettext_lazy("Language is or is not"))
    language = _choice([ANY, *LANGUAGES.items()], gettext_lazy("Language"))

    decide = _choice(
        [("", gettext_lazy("decide nothing")), (Action.APPROVE.value, pgettext_lazy("rule", "approve")),
         (Action.REJECT.value, pgettext_lazy("rule", "reject")), (Action.HOLD.value, pgettext_lazy("rule", "put aside"))], gettext_lazy("Decision"),
    )  # fmt: skip
    reason = _choice([("", gettext_lazy("no reason")), *choices(Reason)], gettext_lazy("Reason"))
    quality_how = _choice(
        [("", pgettext_lazy("rule", "leave as it is")), ("set", pgettext_lazy("rule", "set to")), ("add", pgettext_lazy("rule", "add"))],
        gettext_lazy("Quality"),
    )
    quality = _number(gettext_lazy("Quality or step"), -LARGEST_STEP)
    add = _text(gettext_lazy("Add the topic"), LONGEST_TOPIC, "known-topics")
    remove = _text(gettext_lazy("Remove the topic"), LONGEST_TOPIC, "known-topics")
    watch = forms.BooleanField(label=gettext_lazy("Put it on the watch list"), required=False)
    assign = _text(gettext_lazy("Assign it to"), LONGEST_PERSON, "known-people")
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, site: Site, data: Any = None, *, rule: Rule | None = None, named: bool = True) -> None:
        self.site = site
        rows = _rows_of(rule) if rule else []
        super().__init__(data, initial=_initial(rule) if rule else {"age_than": "over"})
        self.fields["name"].required = named
        self.words = WordsFormSet(data, initial=rows, prefix="words")
        self.words.extra = 1 if rows else ROWS
        self.when: list[dict[str, Any]] = []
        self.then: dict[str, Any] = {}

    def is_valid(self) -> bool:
        return bool(self.words.is_valid()) and super().is_valid()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        self.when, self.then = self._when(data), self._then(data)
        for read, stored in ((conditions.read, self.when), (effects.read, self.then)):
            try:
                read(stored)  # type: ignore[operator]
            except RuleUnreadable as error:
                field = {"step": "quality", "words": "", "reason": "reason"}.get(error.kind, error.kind)
                field = {"quality": "quality_least", "heat": "heat_least"}.get(field, field) if read == conditions.read else field
                self.add_error(field if field in self.fields else None, str(error))
        return data

    def _when(self, data: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = []
        provider = self._provider(data["provider"])
        if provider:
            spelling = {"name": provider.name, "domain": provider.domain}
            found.append(_one("provider", spelling, data["provider_how"]))
        if data["trust"]:
            found.append(_one("trust", data["trust"], data["trust_how"]))
        for name, contrary in (("topic", ""), ("topic_not", "not")):
            if topic := self._topic(name, data[name]):
                found.append(_one("topic", topic, contrary))
        if data["type"]:
            found.append(_one("type", data["type"], data["type_how"]))
        for name in ("quality", "heat"):
            ends = [data[f"{name}_least"], data[f"{name}_most"]]
            if ends != [None, None]:
                found.append(_one(name, ends))
        found += [row for form in self.words if (row := form.stored())]
        if data["duplicate"]:
            found.append(_one("duplicate", data["duplicate"], data["duplicate_how"]))
        if data["age"]:
            found.append(_one("age", {"than": data["age_than"] or "over", "span": data["age"].lower()}))
        if data["language"]:
            found.append(_one("language", data["language"], data["language_how"]))
        return found

    def _then(self, data: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {"decide": data["decide"], "reason": data["reason"], "watch": data["watch"]}
        if data["quality_how"]:
            found["quality" if data["quality_how"] == "set" else "step"] = data["quality"]
            if data["quality"] is None:
                self.add_error("quality", _("Write a number."))
        elif data["quality"] is not None:
            self.add_error("quality_how", _("Say whether the number is set or added."))
        for name in ("add", "remove"):
            found[name] = self._topic(name, data[name])
        found["assign"] = self._person(data["assign"])
        return {name: value for name, value in found.items() if value not in ("", None, False)}

    def _provider(self, text: str) -> Provider | None:
        """The provider that was typed: its label in the list, its name or its domain."""
        text = " ".join(text.split())
        if not text:
            return None
        name, _open, domain = text.removesuffix(")").rpartition(" (")
        labelled = Provider.objects.filter(site=self.site, name=name, domain=domain).first() if text.endswith(")") else None
        found = labelled or provider_named(self.site, "" if text.isdecimal() else text)
        if found is None:
            self.add_error("provider", _("The site has no provider “%(name)s”.") % {"name": text})
        elif not labelled and Provider.objects.filter(site=self.site, name__iexact=found.name).count() > 1:
            self.add_error("provider", _("Several providers have this name. Choose one with its domain."))
        return found

    def _person(self, text: str) -> str:
        """The name of somebody who may decide here, as they are called."""
        name = text.strip().removeprefix("@")
        if not name:
            return ""
        found = next(iter(sorted(people_of(self.site, WORK).filter(username__iexact=name), key=lambda one: one.username != name)), None)
        if found is None:
            self.add_error("assign", _("%(name)s may not decide here. Choose somebody else.") % {"name": name})
        return found.username if found else ""

    def _topic(self, field: str, text: str) -> str:
        """The name of the topic that was typed, as the site spells it."""
        if not text.strip():
            return ""
        found = topic_named(self.site, " ".join(text.split()))
        if found is None:
            self.add_error(field, _("The site has no topic “%(name)s”.") % {"name": text})
        return found.name if found else ""


def provider_label(name: str, domain: str) -> str:
    return f"{name} ({domain})" if domain and name else name or domain


def _one(kind: str, value: Any, contrary: str = "") -> dict[str, Any]:
    return {"kind": kind, "value": value} | ({"not": True} if contrary else {})


def _rows_of(rule: Rule) -> list[dict[str, str]]:
    return [
        {"place": one["value"]["in"], "how": f"{'not ' if one.get('not') else ''}{one['value']['how']}", "text": one["value"]["text"]}
        for one in rule.conditions
        if one["kind"] == "words"
    ]


def _initial(rule: Rule) -> dict[str, Any]:
    """The fields as the rule is written down."""
    found: dict[str, Any] = {"name": rule.name, "version": rule.version, "age_than": "over"}
    for one in rule.conditions:
        kind, value = one["kind"], one["value"]
        if kind == "provider":
            found["provider"] = provider_label(value["name"], value["domain"])
        elif kind in ("quality", "heat"):
            found[f"{kind}_least"], found[f"{kind}_most"] = value
        elif kind == "age":
            found |= {"age_than": value["than"], "age": value["span"]}
        elif kind == "topic":
            found["topic_not" if one.get("not") else "topic"] = value
        elif kind != "words":
            found[kind] = value
        if one.get("not"):
            found[f"{kind}_how"] = "not"
    then = rule.effects
    found |= {name: then[name] for name in ("decide", "reason", "add", "remove", "watch", "assign") if name in then}
    for name, how in (("quality", "set"), ("step", "add")):
        if name in then:
            found |= {"quality_how": how, "quality": then[name]}
    return found
