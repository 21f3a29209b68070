"""What is never asked for a picture: the table of addresses and tricks, each without one connection."""
from __future__ import annotations

import socket
import struct

import pytest

from articles.thumbnails.addresses import Target, is_public, target_of
from articles.thumbnails.fetching import fetch
from articles.thumbnails.refusals import Refused
from articles.thumbnails.wire import Net

pytestmark = pytest.mark.pure

INNER = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.8.9.10 168.63.129.16
169.254.169.254 169.254.0.1 172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255
198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1
100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:20::1 2001:db8::1 2002:7f00:1::1 2002:c0a8:101::1 3fff::1 5f00::1
fc00::1 fd00:ec2::254 fd20:ce::254 fe80::1 fe80::1%eth0 2606:4700::1%1 fec0::1 ff02::1
""".split()
PUBLIC = "8.8.8.8 1.1.1.1 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.167.1.1 9.9.9.9 2606:4700::1111 2a00:1450::5".split()
TRICKS = [
    "http://2130706433/x.png",  # 127.0.0.1 as one number
    "http://0177.0.0.1/x.png",  # octal
    "http://0x7f.0.0.1/x.png",  # hexadecimal
    "http://0x7f000001/x.png",
    "http://127.1/x.png",
    "http://127.0.1/x.png",
    "http://0/x.png",
    "http://127.0.0.1./x.png",
    "http://127.0.0.01/x.png",
    "http://１２７.０.０.１/x.png",  # full width
    "http://127。0。0。1/x.png",  # ideographic full stops
    "http://①②⑦.⓪.⓪.①/x.png",
    "http://localhost/x.png",
    "http://LOCALHOST./x.png",
    "http://a.localhost/x.png",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/x.png",
    "http://printer/x.png",  # one label: the machine's own network
    "http://nas.local/x.png",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/x.png",
    "http://[::ffff:127.0.0.1]/x.png",
    "http://[fe80::1%25eth0]/x.png",
    "http://[0:0:0:0:0:ffff:7f00:1]/x.png",
    "http://[::1/x.png",
    "http://[v1.x]/x.png",
    "http://ok.example@127.0.0.1/x.png",
    "http://127.0.0.1@ok.example/x.png",
    "http://user:word@ok.example/x.png",
    "http://ok.example:22/x.png",
    "http://ok.example:443/x.png",
    "https://ok.example:80/x.png",
    "https://ok.example:8443/x.png",
    "http://ok.example:99999/x.png",
    "http://ok.example:x/x.png",
    "ftp://ok.example/x.png",
    "file:///etc/passwd",
    "gopher://ok.example/_x",
    "data:image/png;base64,AAAA",
    "javascript:alert(1)",
    "//ok.example/x.png",
    "/x.png",
    "",
    "http:///x.png",
    "http://./x.png",
    "http://a..example/x.png",
    "http://-a.example/x.png",
    "http://a_b .example/x.png",
    "http://ok.example\\@127.0.0.1/x.png",
    "http://ok.example/\r\nHost: inner",
    "http://ok.example/\x00.png",
    "http://%31%32%37.0.0.1/x.png",
    "http://" + "a" * 64 + ".example/x.png",
    "http://" + "a." * 130 + "example/x.png",
    "http://ok.example/" + "x" * 4000,
]


def nobody(address: tuple[str, int], seconds: float) -> socket.socket:
    raise AssertionError(f"{address} was reached")


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("odd", ["", "1", "127.1", "0x7f.1", "::g", "8.8.8.8/8", "8.8.8.8 ", "localhost"])
def test_what_is_no_plain_address_is_not_public(odd: str) -> None:
    assert not is_public(odd)


@pytest.mark.parametrize("address", INNER)
def test_names_that_lead_inside_are_not_reached(address: str) -> None:
    """DNS answers with an inner address, alone or beside a public one, in either order."""
    for answer in ([address], ["8.8.8.8", address], [address, "8.8.8.8"]):
        net = Net(look_up=lambda host, port, answer=answer: answer, connect=nobody)
        with pytest.raises(Refused, match="inner network"):
            fetch("https://ok.example/x.png", net)


@pytest.mark.parametrize("url", TRICKS)
def test_tricks_are_neither_looked_up_nor_reached(url: str) -> None:
    def unasked(host: str, port: int) -> list[str]:
        raise AssertionError(f"{host} was looked up")

    with pytest.raises(Refused):
        fetch(url, Net(look_up=unasked, connect=nobody))


def test_the_desks_own_net_stops_at_the_same_tricks(_nothing_leaves_the_machine: list[str]) -> None:
    """With nothing replaced but the guard beneath: no look-up, no connection, not even to this machine."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.01)
    for address in INNER:
        url = f"http://[{address}]/x" if ":" in address else f"http://{address}/x"
        with pytest.raises(Refused):
            fetch(url, Net())
    for url in TRICKS:
        with pytest.raises(Refused):
            fetch(url, Net())
    with pytest.raises(TimeoutError):
        listening.accept()
    listening.close()
    assert _nothing_leaves_the_machine == []


def test_ipv4_networks_are_judged_as_python_judges_them() -> None:
    """A second opinion, where the standard library has one: it never calls inner what we call public."""
    import ipaddress

    for high in range(0, 2**16, 37):
        address = ipaddress.IPv4Address(struct.pack(">HH", high, 0x0101))
        if is_public(str(address)):
            assert address.is_global and not address.is_multicast, address


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://ok.example", Target("https", "ok.example", "/")),
        ("http://OK.Example.:80/a b".replace(" ", "%20"), Target("http", "ok.example", "/a%20b")),
        ("https://bücher.example/ü?q=ü&x=[1]", Target("https", "xn--bcher-kva.example", "/%C3%BC?q=%C3%BC&x=[1]")),
        ("https://ok.example/x.png#part", Target("https", "ok.example", "/x.png")),
        ("http://8.8.8.8/x.png", Target("http", "8.8.8.8", "/x.png")),
        ("http://[2606:4700:0::1111]/x.png", Target("http", "2606:4700::1111", "/x.png")),
    ],
)
def test_ordinary_addresses_are_asked_as_they_are(url: str, target: Target) -> None:
    assert target_of(url) == target
