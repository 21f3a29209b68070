"""Fetching from servers of strangers: what comes in, and everything that must not."""
from __future__ import annotations

import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from articles.thumbnails.fetching import fetch, kind_of
from articles.thumbnails.refusals import Offline, Refused
from articles.thumbnails.wire import Net, look_up
from tests.thumbnails.strangers import Answer, Stranger, World, drip, http, moved, png, stranger

pytestmark = pytest.mark.pure
GOOD = png()


def fetched(url: str, *answers: Answer, **limits: float) -> tuple[bytes, World, Stranger]:
    with stranger(*answers) as server:
        world = World({"8.8.8.8": server})
        return fetch(url, world.net(), **limits), world, server  # type: ignore[arg-type]


def test_a_picture_comes_in_and_nothing_is_said_about_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    data, world, server = fetched("http://ok.example/a%20b.png?w=1#here", http(GOOD))

    assert data == GOOD
    assert (world.looked_up, world.reached) == (["ok.example"], [("8.8.8.8", 80)])
    assert server.heard == [
        b"GET /a%20b.png?w=1 HTTP/1.1\r\nHost: ok.example\r\nAccept: image/webp,image/avif,image/jpeg,image/png,image/gif\r\n"
        b"Accept-Encoding: identity\r\nUser-Agent: newsdesk-pictures\r\nConnection: close\r\n\r\n"
    ]


def test_redirects_are_followed_three_times_without_cookies() -> None:
    hops = [http(b"", "301 Moved", Location="/b", Set_Cookie="a=1"), moved("http://other.example/c"), moved("d", "308 Moved")]
    with stranger(*hops, http(GOOD)) as server:
        world = World({"8.8.8.8": server})

        assert fetch("http://ok.example/a", world.net()) == GOOD

    assert [asked.split()[1] for asked in server.heard] == [b"/a", b"/b", b"/c", b"/d"]
    assert world.looked_up == ["ok.example", "ok.example", "other.example", "other.example"]
    assert not any(b"Cookie" in asked or b"Referer" in asked for asked in server.heard)


def test_a_fourth_redirect_is_not_followed() -> None:
    with stranger(*[moved("/again")] * 5) as server, pytest.raises(Refused, match="more than 3 times"):
        fetch("http://ok.example/a", World({"8.8.8.8": server}).net())
    assert len(server.heard) == 4


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.1/x.png", "http://169.254.169.254/latest/", "http://[::1]/x.png", "file:///etc/passwd", "ftp://ok.example/",
        "http://inner.example/x.png", "//inner.example/x.png", "http://ok.example:8080/x.png", "http://a@ok.example/", "gopher://x/",
        "http://0x7f.1/", "javascript:alert(1)", "http://localhost/", "\\\\ok.example\\x",
    ],
)  # fmt: skip
def test_redirects_lead_to_no_inner_place(to: str) -> None:
    with stranger(moved(to), http(GOOD)) as server:
        world = World({"8.8.8.8": server, "10.0.0.5": server}, {"inner.example": [["10.0.0.5"]]})
        with pytest.raises(Refused):
            fetch("http://ok.example/a", world.net())
    assert world.reached == [("8.8.8.8", 80)]


def test_a_name_that_changes_its_mind_gains_nothing() -> None:
    """DNS rebinding: the second answer is inner, and nobody asks for it."""
    with stranger(http(GOOD)) as server:
        world = World({"8.8.8.8": server}, {"ok.example": [["8.8.8.8"], ["127.0.0.1"]]})

        assert fetch("http://ok.example/a", world.net()) == GOOD

    assert (world.looked_up, world.reached) == (["ok.example"], [("8.8.8.8", 80)])


def test_a_name_that_changes_its_mind_on_the_way_is_left() -> None:
    with stranger(moved("/b"), http(GOOD)) as server:
        world = World({"8.8.8.8": server, "127.0.0.1": server}, {"ok.example": [["8.8.8.8"], ["127.0.0.1"]]})
        with pytest.raises(Refused, match="inner network"):
            fetch("http://ok.example/a", world.net())
    assert world.reached == [("8.8.8.8", 80)]


def test_other_addresses_of_a_host_are_tried_and_at_most_three() -> None:
    with stranger(http(GOOD)) as server:
        answers = {"ok.example": [["9.9.9.9", "8.8.8.8"]], "gone.example": [["9.9.9.1", "9.9.9.2", "9.9.9.3", "8.8.8.8"]]}
        world = World({"8.8.8.8": server}, answers)
        assert fetch("http://ok.example/a", world.net()) == GOOD
        with pytest.raises(Refused, match="does not answer") as refused:
            fetch("http://gone.example/a", world.net())
    assert not refused.value.lasting
    assert [place for place, _ in world.reached] == ["9.9.9.9", "8.8.8.8", "9.9.9.1", "9.9.9.2", "9.9.9.3"]


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
NO_PICTURES = [
    ("svg", http(SVG, Content_Type="image/svg+xml")),
    ("svg that calls itself png", http(SVG)),
    ("html", http(b"<!doctype html><p>Sign in to see this.</p>", Content_Type="text/html")),
    ("nothing", http(b"")),
    ("short", http(b"\xff\xd8")),
    ("pdf", http(b"%PDF-1.7 and much more of it, line after line")),
    ("tiff", http(b"II*\x00" + b"\0" * 60)),
    ("ico", http(b"\0\0\1\0" + b"\0" * 60)),
    ("eps", http(b"%!PS-Adobe-3.0 EPSF-3.0\n" + b"\0" * 60)),
    ("bmp", http(b"BM" + b"\0" * 60)),
    ("picture behind html", http(b"<html>" + GOOD)),
    ("packed", http(GOOD, Content_Encoding="gzip")),
    ("says it is too large", http(GOOD, Content_Length="99000000")),
    ("is too large", http(GOOD + b"x" * 70_000, Content_Length="")),
    ("cut off", http(GOOD, Content_Length=str(len(GOOD) + 10))),
    ("no http", b"SSH-2.0-OpenSSH_9.2\r\n"),
    ("hangs up", b""),
    ("half a header", b"HTTP/1.1 200 OK\r\nContent-"),
    ("endless headers", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n"),
    ("one endless header", b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n"),
    ("broken chunks", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + GOOD),
    ("404", http(GOOD, "404 Not Found")),
    ("403", http(GOOD, "403 Forbidden")),
    ("500", http(GOOD, "500 Oh")),
    ("206", http(GOOD, "206 Partial Content")),
    ("304", http(b"", "304 Not Modified")),
    ("moves nowhere", http(b"", "302 Found")),
]  # fmt: skip


@pytest.mark.parametrize("answer", [answer for _, answer in NO_PICTURES], ids=[name for name, _ in NO_PICTURES])
def test_what_is_no_picture_is_refused(answer: bytes) -> None:
    with pytest.raises(Refused):
        fetched("http://ok.example/x.png", *[answer] * 4, most=60_000)


def test_a_chunked_picture_comes_in() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD)

    assert fetched("http://ok.example/x.png", chunked)[0] == GOOD


def test_refusals_know_whether_they_last() -> None:
    for answer, lasting in ((http(b"", "404 No"), True), (http(b"", "503 Busy"), False), (http(b"", "429 Slow"), False), (http(SVG), True)):
        with pytest.raises(Refused) as refused:
            fetched("http://ok.example/x", answer)
        assert refused.value.lasting is lasting


SLOW = [("body", drip(http(GOOD, Content_Length="9000"))), ("headers", drip(b"HTTP/1.1 200 OK\r\nX: ")), ("silence", drip(b"", 1.0))]


@pytest.mark.parametrize("answer", [answer for _, answer in SLOW], ids=[name for name, _ in SLOW])
def test_slow_servers_have_the_time_that_all_have(answer: Answer) -> None:
    start = time.monotonic()
    with pytest.raises(Refused, match="too long") as refused:
        fetched("http://ok.example/x", answer, seconds=0.3)
    assert time.monotonic() - start < 3
    assert not refused.value.lasting


def test_a_huge_body_is_left_at_the_limit() -> None:
    sent = 0

    def endless(line: socket.socket) -> None:
        nonlocal sent
        line.sendall(http(GOOD, Content_Length=""))
        for _ in range(400):
            line.sendall(b"\0" * 65536)
            sent += 65536

    with pytest.raises(Refused, match="too large"):
        fetched("http://ok.example/x", endless, most=500_000)
    assert sent < 12_000_000


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for ok.example."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=ok.example", "-addext", "subjectAltName=DNS:ok.example", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder


def test_https_is_pinned_to_the_address_and_verified_for_the_name(certificate: Path) -> None:
    names: list[str | None] = []
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    served.sni_callback = lambda line, name, context: names.append(name)  # type: ignore[assignment]
    trusting = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    with stranger(*[http(GOOD)] * 3, context=served) as server:
        world = World({"8.8.8.8": server})

        assert fetch("https://ok.example/x", world.net(tls=trusting)) == GOOD
        with pytest.raises(Refused, match="certificate"):
            fetch("https://other.example/x", world.net(tls=trusting))
        with pytest.raises(Refused, match="certificate"):
            fetch("https://ok.example/x", world.net())

    assert names == ["ok.example", "other.example", "ok.example"]
    assert set(world.reached) == {("8.8.8.8", 443)}
    assert len(server.heard) == 1


def through(answer: bytes, then: bytes) -> Answer:
    """What a proxy answers after CONNECT, and the server behind it."""

    def speak(line: socket.socket) -> None:
        line.sendall(answer)
        asked = b""
        while b"\r\n\r\n" not in asked and (block := line.recv(4096)):
            asked += block
        line.sendall(then)

    return speak


def test_a_proxy_that_the_admin_names_is_used_and_looks_names_up() -> None:
    with stranger(through(b"HTTP/1.1 200 Go\r\nVia: x\r\n\r\n", http(GOOD)), http(b"", "403 No")) as server:
        world = World({"proxy.example": server})
        net = world.net(proxy="http://proxy.example:3128")

        assert fetch("http://ok.example/x", net) == GOOD
        with pytest.raises(Refused, match="does not lead there"):
            fetch("http://ok.example/x", net)
        with pytest.raises(Refused):
            fetch("http://127.0.0.1/x", net)

    assert server.heard[0] == b"CONNECT ok.example:80 HTTP/1.1\r\nHost: ok.example:80\r\n\r\n"
    assert (world.looked_up, world.reached) == ([], [("proxy.example", 3128)] * 2)


def test_without_a_network_nothing_is_said_about_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(address: tuple[str, int], seconds: float) -> socket.socket:
        import errno

        raise OSError(errno.ENETUNREACH, "no network")

    def again(*words: object, **named: object) -> object:
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    with pytest.raises(Offline):
        fetch("http://ok.example/x", Net(look_up=lambda host, port: ["8.8.8.8"], connect=unreachable))
    monkeypatch.setattr(socket, "getaddrinfo", again)
    with pytest.raises(Offline):
        fetch("http://ok.example/x", Net(connect=unreachable))


def test_names_are_looked_up_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def found(host: str, port: int, **named: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(2, 1, 6, "", ("8.8.8.8", port)), (2, 1, 6, "", ("8.8.8.8", port)), (10, 1, 6, "", ("fe80::1%eth0", port, 0, 2))]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    assert look_up("ok.example", 80) == ["8.8.8.8", "fe80::1%eth0"]
    assert asked == ["ok.example."]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_kinds_are_told_by_their_first_bytes(kind: str) -> None:
    assert kind_of(png(kind=kind)[:16]) == kind
