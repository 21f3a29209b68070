"""A caller's own name of an act, by which a repetition is told from another act."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Header

from articles.api.problems import Problem
from articles.api.wishes import Wish

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=200,
        pattern=r"^[A-Za-z0-9._:-]+$",
        description="Your own name of this act, such as a UUID: sent again with the same body, it is the same act.",
    ),
]


def names(person: Any, key: str, wish: Wish) -> tuple[str, str]:
    """How the act's rows are called: how all acts under the person's key begin, and this one's whole name.

    A key is a person's own, so that nobody meets another's act; the body's hash tells a repetition from a mistake.
    """
    body = json.dumps([type(wish).__name__, wish.model_dump(mode="json", exclude_unset=True)], sort_keys=True)
    owner = hashlib.blake2b(f"{person.pk}:{key}".encode(), digest_size=16).hexdigest()
    beginning = f"api-{owner}-"
    return beginning, beginning + hashlib.blake2b(body.encode(), digest_size=10).hexdigest()


def reused() -> Problem:
    where, sentence = "header.Idempotency-Key", _("This key was sent with another body. Take a new key for another act.")
    return Problem(422, sentence, "key_reused", errors=[{"where": where, "message": sentence}])
