"""A pip to install with: one that lies on this machine, else the locked one from the package index.

Debian's bare python3 has neither pip nor ensurepip, so this must go by itself there, through the same index, proxy and
certificates that pip would use.
"""

from __future__ import annotations

import base64
import configparser
import hashlib
import os
import ssl
import sys
import urllib.parse
import urllib.request
from contextlib import suppress
from html.parser import HTMLParser
from importlib import metadata
from pathlib import Path

from launcher.terminal import fail

INDEX = "https://pypi.org/simple"
DEBIAN = Path("/usr/share/python-wheels")
KNOWS_PYTHON_OPTION = (22, 3)  # the first pip that can install for another Python
TIMEOUT = 60  # seconds without an answer


def find_pip(folder: Path, python: Path, lock: Path) -> list[str]:
    """The words that run a pip for the environment in ``folder``. Ends the start when there is none to be had."""
    places = [DEBIAN]
    with suppress(ImportError):
        import ensurepip

        places.insert(0, Path(ensurepip.__file__).parent / "_bundled")
    for place in places:
        for wheel in sorted(place.glob("pip-*.whl"), reverse=True):
            return [str(python), str(wheel / "pip")]
    with suppress(metadata.PackageNotFoundError, ValueError):
        if tuple(map(int, metadata.version("pip").split(".")[:2])) >= KNOWS_PYTHON_OPTION:
            return [sys.executable, "-m", "pip", "--python", str(python)]
    return [str(python), str(download(folder, lock) / "pip")]


def download(folder: Path, lock: Path) -> Path:
    """The wheel that ``lock`` names with its hash, put into ``folder``."""
    name, digest = lock.read_text(encoding="utf-8").split()
    opener = urllib.request.build_opener(*handlers())
    trouble = "no index is set"
    for index in [*(setting("index-url") or INDEX).split(), *setting("extra-index-url").split()]:
        try:
            page, base = fetch(opener, f"{index.rstrip('/')}/pip/")
            link = link_to(name, page.decode("utf-8", "replace"))
            if not link:
                trouble = f"{urllib.parse.urlsplit(index).hostname or index} has no {name}"
                continue
            data, _ = fetch(opener, with_login(urllib.parse.urljoin(base, link), index))
        except (OSError, ValueError) as error:
            trouble = str(getattr(error, "reason", error))
            continue
        if hashlib.sha256(data).hexdigest() != digest:
            fail("The pip that was downloaded is not the one that is locked; nothing of it was run.")
        (folder / name).write_bytes(data)
        return folder / name
    fail(
        f"This Python has no pip, and none could be downloaded: {trouble}. Check the network, or set HTTPS_PROXY or "
        "PIP_INDEX_URL, or install python3-venv, and start again."
    )


def fetch(opener: urllib.request.OpenerDirector, address: str) -> tuple[bytes, str]:
    """The bytes at an address, and where they were after redirects. A name and password in it are sent as such."""
    parts = urllib.parse.urlsplit(address)
    request = urllib.request.Request(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl())
    request.add_header("Accept", "text/html, */*;q=0.1")
    if parts.username:
        secret = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        request.add_unredirected_header("Authorization", f"Basic {base64.b64encode(secret.encode()).decode()}")
    with opener.open(request, timeout=TIMEOUT) as answer:
        return answer.read(), answer.geturl()


def with_login(address: str, index: str) -> str:
    """The address with the index's name and password, when it is on the index's own host and has none itself."""
    there, home = urllib.parse.urlsplit(address), urllib.parse.urlsplit(index)
    if home.username and not there.username and (there.scheme, there.netloc) == (home.scheme, _host(home.netloc)):
        return there._replace(netloc=home.netloc).geturl()
    return address


def _host(netloc: str) -> str:
    return netloc.rpartition("@")[2]


def link_to(name: str, page: str) -> str:
    """The link on an index's page whose file has this name; "" when there is none."""
    found: list[str] = []

    class Links(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            href = dict(attrs).get("href") or ""
            if tag == "a" and urllib.parse.unquote(urllib.parse.urlsplit(href).path).rpartition("/")[2] == name:
                found.append(href)

    Links().feed(page)
    return found[0] if found else ""


def handlers() -> list[urllib.request.BaseHandler]:
    """The proxy and certificates that pip is told to use. Without any, urllib takes those of the environment itself."""
    chosen: list[urllib.request.BaseHandler] = []
    proxy = setting("proxy")
    if proxy:
        chosen.append(urllib.request.ProxyHandler({"http": proxy, "https": proxy}))
    cert = setting("cert") or os.environ.get("REQUESTS_CA_BUNDLE", "")
    if cert and Path(cert).exists():
        chosen.append(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=cert)))
    return chosen


def setting(name: str) -> str:
    """A setting of pip's: from its environment variable, else from the configuration files; "" when there is none."""
    given = os.environ.get(f"PIP_{name.upper().replace('-', '_')}")
    if given is not None:
        return given
    named, home = os.environ.get("PIP_CONFIG_FILE"), Path.home()
    person = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    files = [Path(sys.prefix, "pip.conf"), person / "pip" / "pip.conf", home / ".pip" / "pip.conf", Path("/etc/pip.conf")]
    for path in [Path(named), *files] if named else files:
        reader = configparser.RawConfigParser()
        with suppress(OSError, configparser.Error, UnicodeError):
            reader.read_string(path.read_text(encoding="utf-8"))
        for section in ("install", "global"):
            if reader.has_option(section, name):
                return reader.get(section, name).strip()
    return ""
