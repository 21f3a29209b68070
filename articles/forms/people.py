"""Inviting people, their roles, and what somebody who comes in says of themselves."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.models import Group, User
from django.utils.translation import gettext_lazy as _

from articles.labels import role as role_label
from articles.models import Site
from articles.people.roles import Manager

EVERYWHERE = "all"


class InviteForm(forms.Form):
    """A mail address, a role and where it holds, out of what the manager may give."""

    email = forms.EmailField(label=_("Mail address"), max_length=254, widget=forms.EmailInput({"autocomplete": "off"}))
    role = forms.ModelChoiceField(Group.objects.none(), label=_("Role"), empty_label=None)
    where = forms.MultipleChoiceField(label=_("Where"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, manager: Manager, data: Any = None) -> None:
        super().__init__(data)
        groups = manager.groups()
        role, where = self.fields["role"], self.fields["where"]
        role.queryset = Group.objects.filter(pk__in=[group.pk for group in groups]).order_by("name")  # type: ignore[attr-defined]
        role.initial = groups[0].pk if groups else None  # the smallest
        role.label_from_instance = lambda group: role_label(group.name)  # type: ignore[attr-defined]
        where.choices = places(manager)  # type: ignore[attr-defined]
        if len(where.choices) == 1:  # type: ignore[attr-defined]
            where.initial = [where.choices[0][0]]  # type: ignore[attr-defined]
        self.sites = {str(site.pk): site for site in manager.sites}

    def clean_where(self) -> list[Site] | None:
        """The sites, or None for all of them."""
        chosen = self.cleaned_data["where"]
        if EVERYWHERE in chosen:
            if len(chosen) > 1:
                raise forms.ValidationError(_("Choose all sites, or some of them."))
            return None
        return [self.sites[number] for number in chosen]


class RoleForm(forms.Form):
    """A role on one site or on all; an empty one takes it away."""

    where = forms.ChoiceField(label=_("Where"))
    role = forms.ModelChoiceField(Group.objects.none(), label=_("Role"), required=False, empty_label=_("None"))

    def __init__(
        self, manager: Manager, data: Any = None, *, groups: list[Group] | None = None, person: User | None = None
    ) -> None:
        """For reading with ``data``, else to be shown for the ``person``, with a role that they have."""
        super().__init__(data, auto_id=f"person-{person.pk}-%s" if person else True)
        found = manager.groups() if groups is None else groups
        role = self.fields["role"]
        if data is None:
            role.choices = [("", _("None")), *((group.pk, role_label(group.name)) for group in found)]  # type: ignore[attr-defined]
        else:
            role.queryset = Group.objects.filter(pk__in=[group.pk for group in found])  # type: ignore[attr-defined]
        self.fields["where"].choices = places(manager)  # type: ignore[attr-defined]
        self.sites = {str(site.pk): site for site in manager.sites}
        if person is not None:
            seat = next((one for one in person.seats.all() if str(one.site_id) in self.sites), None)
            group = next(iter(person.groups.all()), None)
            self.initial = {"where": str(seat.site_id), "role": seat.role_id} if seat else {"role": group.pk if group else ""}

    def clean_where(self) -> Site | None:
        chosen = self.cleaned_data["where"]
        return None if chosen == EVERYWHERE else self.sites[chosen]


class JoinForm(forms.Form):
    """The name and the password of a new account."""

    name = forms.CharField(label=_("Your name on the desk"), max_length=150, widget=forms.TextInput({"autocomplete": "username"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("At least ten characters, and not a common one."),
    )
    again = forms.CharField(
        label=_("Password again"), strip=False, max_length=200, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, email: str, data: Any = None) -> None:
        super().__init__(data)
        self.email = email

    def clean_name(self) -> str:
        name: str = get_adapter().clean_username(self.cleaned_data["name"])
        return name

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "password" in given:
            try:
                get_adapter().clean_password(given["password"], User(username=given.get("name", ""), email=self.email))
            except forms.ValidationError as error:
                self.add_error("password", error)
            else:
                if given["password"] != given.get("again"):
                    self.add_error("again", _("The two passwords are not the same."))
        return given


def places(manager: Manager) -> list[tuple[str, Any]]:
    everywhere = [(EVERYWHERE, _("All sites, also those to come"))] if manager.everywhere else []
    return [*everywhere, *((str(site.pk), str(site)) for site in manager.sites)]
