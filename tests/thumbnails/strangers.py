"""Servers of strangers, on this machine: each connection is answered with the bytes that a test wrote."""
from __future__ import annotations

import contextlib
import io
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from PIL import Image

from articles.thumbnails.wire import Net

Answer = bytes | Callable[[socket.socket], None]


def png(width: int = 40, height: int = 30, colour: Any = (200, 30, 30), kind: str = "PNG", **words: Any) -> bytes:
    room = io.BytesIO()
    mode = "RGBA" if len(colour) == 4 else "RGB"
    Image.new(mode, (width, height), colour).save(room, kind, **words)
    return room.getvalue()


def http(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    lines = {"Content-Type": "image/png", "Content-Length": str(len(body))} | {k.replace("_", "-"): v for k, v in headers.items()}
    return f"HTTP/1.1 {status}\r\n".encode() + "".join(f"{k}: {v}\r\n" for k, v in lines.items() if v).encode() + b"\r\n" + body


def moved(to: str, status: str = "302 Found") -> bytes:
    return http(b"", status, Location=to)


class Stranger:
    """Answers connection after connection with the next answer. ``heard`` is what it was asked, ``names`` the TLS names."""

    def __init__(self, answers: Sequence[Answer], context: ssl.SSLContext | None = None) -> None:
        self.answers, self.context = list(answers), context
        self.heard: list[bytes] = []
        self.names: list[str | None] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(20)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    @property
    def place(self) -> tuple[str, int]:
        return self.listener.getsockname()

    def _serve(self) -> None:
        for answer in self.answers:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            line.settimeout(10)
            with contextlib.suppress(OSError), line:
                if self.context:
                    line = self.context.wrap_socket(line, server_side=True)
                asked = b""
                while b"\r\n\r\n" not in asked and (block := line.recv(4096)):
                    asked += block
                length = re.search(rb"Content-Length: ([0-9]+)", asked)
                while length and len(asked.partition(b"\r\n\r\n")[2]) < int(length[1]) and (block := line.recv(4096)):
                    asked += block
                self.heard.append(asked)
                if callable(answer):
                    answer(line)
                else:
                    line.sendall(answer)
                line.close()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits there
        self.listener.close()
        self.thread.join(5)


@contextlib.contextmanager
def stranger(*answers: Answer, context: ssl.SSLContext | None = None) -> Iterator[Stranger]:
    server = Stranger(answers, context)
    try:
        yield server
    finally:
        server.close()


class World:
    """A net whose names lead to public addresses, and whose public addresses are servers of this machine.

    ``reached`` and ``looked_up`` tell what the desk did. The judgement of addresses is the desk's own.
    """

    def __init__(self, servers: dict[str, Stranger], names: dict[str, list[list[str]]] | None = None) -> None:
        self.servers, self.names = servers, names or {}
        self.reached: list[tuple[str, int]] = []
        self.looked_up: list[str] = []

    def look_up(self, host: str, port: int) -> list[str]:
        answers = self.names.get(host, [["8.8.8.8"]])
        self.looked_up.append(host)
        return answers[min(self.looked_up.count(host), len(answers)) - 1]

    def connect(self, address: tuple[str, int], seconds: float) -> socket.socket:
        self.reached.append(address)
        if address[0] not in self.servers:
            raise ConnectionRefusedError
        return socket.create_connection(self.servers[address[0]].place, seconds)

    def net(self, **words: Any) -> Net:
        return Net(look_up=self.look_up, connect=self.connect, **words)


def drip(start: bytes, pause: float = 0.05) -> Callable[[socket.socket], None]:
    """An answer that gives ``start`` and then one byte after the other, for longer than anybody should wait."""

    def answer(line: socket.socket) -> None:
        line.sendall(start)
        for _ in range(100):
            time.sleep(pause)
            line.sendall(b"x")

    return answer
