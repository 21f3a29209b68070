"""Connections to strangers: to a checked address, for a limited time, with nothing said about us."""

from __future__ import annotations

import contextlib
import errno
import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from articles.thumbnails.addresses import Target, is_public
from articles.thumbnails.refusals import Offline, Refused

CONNECT = 3.0  # seconds for one connection
TRIED = 3  # addresses of one host
HEADERS = {
    "Accept": "image/webp,image/avif,image/jpeg,image/png,image/gif",
    "Accept-Encoding": "identity",
    "User-Agent": "newsdesk-pictures",
    "Connection": "close",
}
NO_NETWORK = frozenset({errno.ENETUNREACH, errno.ENETDOWN})


def look_up(host: str, port: int) -> list[str]:
    """The host's addresses. The dot at the end keeps search domains and the machine's own host names out."""
    try:
        found = socket.getaddrinfo(host + ".", port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise Offline from error
        raise Refused("The host's name is not known.", lasting=False) from error
    except (OSError, UnicodeError) as error:
        raise Refused("The host's name cannot be looked up.", lasting=False) from error
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


@cache
def _trusted() -> ssl.SSLContext:
    """The system's certificates, read once."""
    return ssl.create_default_context()


@dataclass(frozen=True)
class Net:
    """How the world is reached. Tests give their own; the desk has one, with the defaults and perhaps a proxy.

    ``proxy`` is ``http://host:port``. It looks names up itself, so it must be one that keeps inner addresses out.
    """

    look_up: Callable[[str, int], Sequence[str]] = look_up
    allows: Callable[[str], bool] = is_public
    connect: Callable[[tuple[str, int], float], socket.socket] = socket.create_connection
    proxy: str = ""
    tls: ssl.SSLContext = field(default_factory=_trusted)


class Reply:
    """One answer: its status, its headers, and the body that has not been read yet."""

    def __init__(self, response: http.client.HTTPResponse, line: Line) -> None:
        self._response, self._line = response, line
        self.status = response.status

    def header(self, name: str) -> str:
        return self._response.headers.get(name, "") or ""

    def read(self, most: int) -> bytes:
        """At most ``most`` bytes of the body; b"" at its end."""
        return self._response.read1(most)

    def close(self) -> None:
        self._line.end()


def ask(
    target: Target, net: Net, until: float, *, headers: Mapping[str, str] = HEADERS, body: bytes | None = None
) -> Reply:
    """GET ``target``, or POST ``body`` to it, before ``until`` (``time.monotonic``). Raises Refused, Offline, OSError,
    http.client.HTTPException.

    The host is looked up once, every address of it is judged, and the connection goes to one of those: a name that
    changes its mind in between gains nothing.
    """
    raw = _tunnel(target, net, until) if net.proxy else _direct(target, net, until)
    try:
        raw.settimeout(_left(until))
        if target.scheme == "https":
            raw = net.tls.wrap_socket(raw, server_hostname=target.host)
        line = Line(raw, until)
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.auto_open = 0
        connection.sock = line
        connection.putrequest("GET" if body is None else "POST", target.path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", target.host_header)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        return Reply(connection.getresponse(), line)
    except BaseException:
        raw.close()
        raise


def _direct(target: Target, net: Net, until: float) -> socket.socket:
    addresses = [target.address] if target.address else list(net.look_up(target.host, target.port))
    if not addresses:
        raise Refused("The host has no address.", lasting=False)
    if not all(net.allows(address) for address in addresses):
        raise Refused("The host belongs to an inner network.")
    trouble: OSError | None = None
    for address in addresses[:TRIED]:
        try:
            return net.connect((address, target.port), min(CONNECT, _left(until)))
        except OSError as error:
            trouble = error
    if trouble is not None and trouble.errno in NO_NETWORK:
        raise Offline from trouble
    raise Refused("The host does not answer.", lasting=False) from trouble


def _tunnel(target: Target, net: Net, until: float) -> socket.socket:
    """A connection through the admin's proxy, for http as for https."""
    if target.address and not net.allows(target.address):
        raise Refused("The host belongs to an inner network.")
    proxy = urlsplit(net.proxy)
    try:
        raw = net.connect((proxy.hostname or "", proxy.port or 3128), min(CONNECT, _left(until)))
    except OSError as error:
        raise Offline from error
    try:
        place = target.host_header if target.own_port else f"{target.host_header}:{target.port}"
        line = Line(raw, until)
        line.sendall(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode("ascii"))
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            one = line.recv(1)
            if not one or len(answer) > 8192:
                raise Refused("The proxy broke off.", lasting=False)
            answer += one
        if answer.split(b" ", 2)[1:2] != [b"200"]:
            raise Refused("The proxy does not lead there.", lasting=False)
    except BaseException:
        raw.close()
        raise
    return raw


def _left(until: float) -> float:
    """Seconds left. Raises TimeoutError when there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("The time is up.")
    return left


class Line:
    """A socket whose every read and write ends at one moment: a server that sends a byte a second gains no time by it.

    It has the part of a socket's manners that http.client asks for.
    """

    def __init__(self, raw: socket.socket, until: float) -> None:
        self._raw, self._until = raw, until

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        return io.BufferedReader(_Kept(self._raw, self._until))

    def recv(self, most: int) -> bytes:
        self._raw.settimeout(_left(self._until))
        return self._raw.recv(most)

    def sendall(self, data: bytes) -> None:
        self._raw.settimeout(_left(self._until))
        self._raw.sendall(data)

    def close(self) -> None:
        """Nothing yet: http.client closes when it has read the headers, and the body is still to come."""

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self._raw.close()


class _Kept(io.RawIOBase):
    """The readable side of a Line, closed by nobody but the Line."""

    def __init__(self, raw: socket.socket, until: float) -> None:
        self._raw, self._until = raw, until

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        self._raw.settimeout(_left(self._until))
        return self._raw.recv_into(room)
