"""A rule in words."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from articles.models import Rule
from articles.rules import conditions, effects
from articles.rules.conditions import Condition
from articles.rules.effects import Effects
from articles.rules.kinds import RuleUnreadable


def sentence(when: tuple[Condition, ...], then: Effects) -> str:
    """“When the provider is X and the title has “…”, reject as Thin.”"""
    words = {"conditions": conditions.in_words(when), "effects": effects.in_words(then)}
    return _("When %(conditions)s, %(effects)s.") % words


def sentence_of(rule: Any) -> str:
    """The sentence of a rule, or of a row of its history; of one that cannot be read, why."""
    try:
        return sentence(conditions.read(rule.conditions), effects.read(rule.effects))
    except RuleUnreadable as error:
        return str(error)


def told(rule: Rule) -> str:
    """What the rule's acts say of it: its name, and its words as they are now. In the desk's own language, whoever acts."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{rule.name}: {sentence_of(rule)}"
