"""No test leaves this machine: whoever tries is stopped, and the test that tried fails even if the error was swallowed."""
from __future__ import annotations

import ipaddress
import socket
from typing import Any

attempts: list[str] = []
_connect, _connect_ex, _sendto, _look_up = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto, socket.getaddrinfo


class Outbound(OSError):
    """A connection or a look-up that would have left the machine."""


def here(host: Any) -> bool:
    if host is None or host in ("", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _check(family: int, address: Any, what: str) -> None:
    if family in (socket.AF_INET, socket.AF_INET6) and not here(address[0]):
        attempts.append(f"{what} {address[0]}")
        raise Outbound(f"A test tried to {what} {address[0]}.")


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _check(self.family, address, "reach")
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _check(self.family, address, "reach")
    return _connect_ex(self, address)


def _guarded_sendto(self: socket.socket, *words: Any) -> int:
    _check(self.family, words[-1], "send to")
    return _sendto(self, *words)


def _guarded_look_up(host: Any, *words: Any, **named: Any) -> Any:
    if not here(host):
        attempts.append(f"look up {host}")
        raise Outbound(f"A test tried to look {host} up.")
    return _look_up(host, *words, **named)


def stand() -> None:
    """From now on, for the whole process."""
    socket.socket.connect = _guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign]
    socket.socket.sendto = _guarded_sendto  # type: ignore[assignment,method-assign]
    socket.getaddrinfo = _guarded_look_up
