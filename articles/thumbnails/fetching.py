"""The bytes of one picture from its own address, within limits of time, size, type and place."""

from __future__ import annotations

import http.client
import ssl
import time
from urllib.parse import urljoin

from articles.thumbnails.addresses import target_of
from articles.thumbnails.refusals import Offline, Refused
from articles.thumbnails.wire import Net, Reply, ask

SECONDS = 8.0  # for all of it, redirects too
BYTES = 8_000_000
REDIRECTS = 3
MOVED = frozenset({301, 302, 303, 307, 308})
GONE = frozenset({400, 401, 402, 403, 404, 405, 406, 410, 414, 451})
BLOCK = 64 * 1024


def fetch(url: str, net: Net, *, seconds: float = SECONDS, most: int = BYTES) -> bytes:
    """The bytes at ``url``: 1 to ``most`` of them, beginning like a picture. Raises Refused or Offline, nothing else."""
    until = time.monotonic() + seconds
    try:
        for _ in range(REDIRECTS + 1):
            reply = ask(target_of(url), net, until)
            try:
                if reply.status not in MOVED:
                    return _body(reply, most)
                url = urljoin(url, reply.header("Location").split("#")[0])
            finally:
                reply.close()
    except (Refused, Offline):
        raise
    except ssl.SSLCertVerificationError as error:
        raise Refused("The host's certificate is not valid for its name.") from error
    except TimeoutError as error:
        raise Refused("The host took too long.", lasting=False) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Refused("The host broke off or gave no proper answer.", lasting=False) from error
    raise Refused(f"The address leads on more than {REDIRECTS} times.")


def _body(reply: Reply, most: int) -> bytes:
    if reply.status != 200:
        raise Refused(f"The host answered {reply.status}.", lasting=reply.status in GONE)
    if reply.header("Content-Encoding").lower() not in ("", "identity"):
        raise Refused("The picture is packed.")
    said = reply.header("Content-Length")
    promised = int(said) if said.isdecimal() else None
    if (promised or 0) > most:
        raise Refused("The picture is too large.")
    data = bytearray()
    while block := reply.read(BLOCK):
        data += block
        if len(data) > most:
            raise Refused("The picture is too large.")
        if len(data) >= 16 and not kind_of(bytes(data[:16])):
            raise Refused("This is no JPEG, PNG, GIF, WebP or AVIF picture.")
    if promised is not None and len(data) < promised:
        raise Refused("The picture came in half.", lasting=False)
    if not kind_of(bytes(data[:16])):
        raise Refused("This is no JPEG, PNG, GIF, WebP or AVIF picture.")
    return bytes(data)


def kind_of(start: bytes) -> str:
    """Pillow's name of the picture's kind, by its first 16 bytes; "" for everything else, SVG above all."""
    if start.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if start.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WEBP"
    if start[4:12] in (b"ftypavif", b"ftypavis", b"ftypmif1"):
        return "AVIF"
    return ""
