"""Notes and to whom an article is assigned, as their section of a page sends them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from articles.people.colleagues import WORK, people_of

ACTS = ("write", "resolve", "reopen", "take_back")


class NoteForm(forms.Form):
    """``do`` is "write", or one of the other acts with the key of a note: "resolve:12"."""

    do = forms.RegexField(rf"^(?:{'|'.join(ACTS)})(?::[0-9]{{1,18}})?$", required=False)
    text = forms.CharField(required=False, label=_("Note"))
    key = forms.CharField(required=False, max_length=64)

    def act(self) -> tuple[str, int]:
        """What is wished, and the key of the note; 0 where none was named."""
        name, _colon, number = (self.cleaned_data["do"] or "write").partition(":")
        return name, int(number or 0)


def colleague(site: int, typed: str) -> User | None:
    """Whom a list of colleagues sent: a key of somebody who decides on the site, or nothing for nobody."""
    if not typed:
        return None
    found = people_of(site, WORK).filter(pk=int(typed)).first() if typed.isascii() and typed.isdecimal() else None
    if found is None:
        raise forms.ValidationError(gettext("Nobody of that name decides here. Choose somebody of the list."))
    return found


class AssignForm(forms.Form):
    """``person`` is somebody's key, or empty for nobody; ``was`` the one whom the editor saw there."""

    person = forms.CharField(required=False, max_length=18, label=_("Assigned to"))
    was = forms.CharField(required=False, max_length=18)

    def __init__(self, article: Article, data: Any) -> None:
        super().__init__(data)
        self.article = article

    def clean_person(self) -> User | None:
        return colleague(self.article.site_id, self.cleaned_data["person"])

    @property
    def is_stale(self) -> bool:
        """Whether somebody else has assigned it meanwhile."""
        return self.cleaned_data["was"] != str(self.article.assigned_to_id or "")
