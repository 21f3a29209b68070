"""A data folder of its own for each process that runs tests. Loaded with ``-p``, before Django's settings are read."""
from __future__ import annotations

import os
import tempfile
from pathlib import Path

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
_ROOT = os.environ.setdefault("DESK_TEST_ROOT", os.environ.get("DESK_DATA") or tempfile.mkdtemp(prefix="newsdesk-tests-"))
os.environ.setdefault("DESK_CORPUS_CACHE", _ROOT)
os.environ["DESK_DATA"] = str(Path(_ROOT) / _WORKER)
os.environ["DESK_REMOTE_PICTURES"] = "0"  # no test leaves this machine
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the thread that uses the database
