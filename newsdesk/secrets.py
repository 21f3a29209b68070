"""The secret key of one desk: from the environment, or a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 40  # characters; a key that Django itself calls good has 50


def secret_key(folder: Path, given: str = "") -> str:
    """The key in ``given``, else in ``folder/secret-key``; the file is made, random and 0600, when it is missing.

    Raises ImproperlyConfigured for a key that is short or one that was once printed as an example.
    """
    key = given or _from_file(folder / "secret-key")
    if len(key) < SHORTEST_KEY or key.startswith("django-insecure-") or len(set(key)) < 10:
        raise ImproperlyConfigured(
            f"The secret key is too weak: it needs {SHORTEST_KEY} random characters. "
            "Unset DESK_SECRET_KEY to have one made, or set a longer one."
        )
    return key


def _from_file(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    # Two processes may start at once: each writes its own file, the first link wins, both read the winner.
    own = path.with_name(f"secret-key.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(own, path)
    except FileExistsError:
        pass
    finally:
        own.unlink()
    return path.read_text(encoding="ascii").strip()
