"""Asking the web: one deadline over all of it, and no address that is not everybody's."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.tracker.autumn import RECORD, SEASON, SOON, START
from tests.tracker.conftest import Run
from tracker.errors import TrackerError
from tracker.goals.addresses import Address, is_public, literal
from tracker.goals.links import Found
from tracker.goals.references import parse_reference
from tracker.workspace import link_check, web
from tracker.workspace.link_check import Check, check
from tracker.workspace.web import PrivateAddressError, ask

PATIENCE = 0.8  # seconds
LATE = 20.0  # seconds, on a machine that is busy: a drip lasts for more than a minute
HERE = "127.0.0.1"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 38\r\n\r\n"
BODY = b"<html><title>One &amp; two</title> and on"
Answer = Callable[[socket.socket, str], None]


def here(address: Address) -> bool:
    """As if the one server of the test were everybody's."""
    return str(address) == HERE


@contextmanager
def server(answer: Answer) -> Iterator[int]:
    """The port of a server that leaves each connection, with its path, to a function."""
    stopped = threading.Event()
    with socket.create_server((HERE, 0)) as listening:
        listening.settimeout(0.05)

        def serve(peer: socket.socket) -> None:
            with peer, suppress(OSError):
                words = peer.recv(65536).split(b" ")
                answer(peer, words[1].decode("latin-1") if len(words) > 1 else "")

        def accept() -> None:
            while not stopped.is_set():
                with suppress(TimeoutError):
                    peer, _ = listening.accept()
                    peer.settimeout(None)
                    threading.Thread(target=serve, args=[peer], daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            stopped.set()
            thread.join()


def drip(peer: socket.socket, data: bytes) -> None:
    """A byte at a time, each of them long before any single read would lose its patience."""
    for byte in data * 100:
        peer.sendall(bytes([byte]))
        time.sleep(0.1)


def redirect(peer: socket.socket, target: str) -> None:
    peer.sendall(f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode())


def drip_headers(peer: socket.socket, _: str) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\n")
    drip(peer, b"X-Slow: yes\r\n")


def drip_status(peer: socket.socket, _: str) -> None:
    drip(peer, b"HTTP/1.1 200 ")


def drip_redirects(peer: socket.socket, path: str) -> None:
    time.sleep(0.3)
    redirect(peer, f"{path}a")


def say_nothing(peer: socket.socket, _: str) -> None:
    peer.recv(1)


@pytest.mark.parametrize("answer", [drip_headers, drip_status, drip_redirects, say_nothing])
def test_no_server_holds_a_question_past_its_deadline(answer: Answer) -> None:
    with server(answer) as port:
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            ask(f"http://{HERE}:{port}/", PATIENCE, here)
        assert time.monotonic() - started < LATE


def test_no_handshake_does_either() -> None:
    with server(lambda peer, _: drip(peer, b"\x16\x03\x03")) as port:
        started = time.monotonic()
        with pytest.raises(OSError, match="timed out"):
            ask(f"https://{HERE}:{port}/", PATIENCE, here)
        assert time.monotonic() - started < LATE


def test_no_look_up_of_a_name_does_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.socket, "getaddrinfo", lambda *_, **__: time.sleep(90))
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        ask("http://slow.example.org/", PATIENCE)
    assert time.monotonic() - started < LATE


def test_a_page_whose_body_drips_is_there_all_the_same() -> None:
    def answer(peer: socket.socket, _: str) -> None:
        peer.sendall(PAGE.replace(b"38", b"99999"))
        drip(peer, BODY)

    with server(answer) as port:
        started = time.monotonic()
        page = ask(f"http://{HERE}:{port}/", PATIENCE, here)
        assert time.monotonic() - started < LATE
    assert page.status == 200
    assert 0 < len(page.body) < 50


def test_an_endless_body_is_cut_short() -> None:
    def answer(peer: socket.socket, _: str) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            peer.sendall(b"x" * 65536)

    with server(answer) as port:
        assert len(ask(f"http://{HERE}:{port}/", 30, here).body) == web.MOST_BYTES


PRIVATE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001",
    "10.0.0.5", "0xa.5", "172.16.3.4", "192.168.1.1", "3232235777", "169.254.169.254",
    "0xa9fea9fe", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1",
    "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fd12:3456::1]", "[ff02::1]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a00:5]", "[2002:7f00:1::]",
    "[2002:c0a8:101::]", "127\u30020\u30020\u30021", "\uff11\uff12\uff17.0.0.1", "127.0.0.1.",
]  # fmt: skip
PUBLIC = [
    "8.8.8.8", "134744072", "0x08080808", "[2606:4700::1111]", "[::ffff:8.8.8.8]",
    "[64:ff9b::808:808]", "[2002:808:808::]",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_a_private_address_is_refused_in_every_spelling(host: str, tmp_path: Path) -> None:
    address = literal(host)
    assert address is not None
    assert not is_public(address)
    with pytest.raises(TrackerError, match="an address of a private network"):
        parse_reference(f"http://{host}/paper")
    with pytest.raises(PrivateAddressError):
        ask(f"http://{host}/paper", PATIENCE)


@pytest.mark.parametrize("host", PUBLIC)
def test_a_public_address_is_taken_in_every_spelling(host: str) -> None:
    address = literal(host)
    assert address is not None
    assert is_public(address)
    assert parse_reference(f"http://{host}/paper").target == f"http://{host}/paper"


@pytest.mark.parametrize(
    "name", ["example.org", "1.2.3.4.5", "0x.example.org", "256.1.1.1", "1..2"]
)
def test_a_name_is_no_written_address(name: str) -> None:
    assert literal(name) is None


@pytest.mark.parametrize(
    "place", ["127.0.0.1", "10.0.0.5", "169.254.169.254", "::1", "fe80::1%1", "::ffff:10.0.0.5"]
)
def test_a_name_that_stands_for_a_private_address_is_refused(
    place: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    family = socket.AF_INET6 if ":" in place else socket.AF_INET
    end = (place, 80, 0, 0) if ":" in place else (place, 80)
    monkeypatch.setattr(
        web.socket, "getaddrinfo", lambda *_, **__: [(family, socket.SOCK_STREAM, 6, "", end)]
    )
    done = check(parse_reference("https://innocent.example.org/paper"), tmp_path)
    assert done == Check("gone", f"it leads to {place}, an address of a private network")


def test_the_address_connected_to_is_judged_not_the_name_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A place that turns out to be another one, once the connection stands, is refused too."""
    judged: list[str] = []

    def first_time_only(address: Address) -> bool:
        judged.append(str(address))
        return len(judged) == 1

    with server(say_nothing) as port, pytest.raises(PrivateAddressError):
        ask(f"http://{HERE}:{port}/", PATIENCE, first_time_only)
    assert judged == [HERE, HERE]


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("http://127.0.0.2:{port}/", PrivateAddressError),
        ("http://2130706434:{port}/", PrivateAddressError),
        ("//[::1]:{port}/", PrivateAddressError),
        ("ftp://127.0.0.1:{port}/paper", HTTPException),
        ("file:///etc/passwd", HTTPException),
        ("gopher://example.org/", HTTPException),
    ],
)
def test_a_redirection_is_judged_as_a_question_is(target: str, error: type[Exception]) -> None:
    def answer(peer: socket.socket, _: str) -> None:
        redirect(peer, target.format(port=port))

    with server(answer) as port, pytest.raises(error):
        ask(f"http://{HERE}:{port}/", PATIENCE, here)


@pytest.mark.parametrize("word", ["ftp://example.org/paper", "ftp://10.0.0.5/paper", "file:///etc"])
def test_only_the_web_is_evidence(word: str) -> None:
    with pytest.raises(TrackerError, match="no web address"):
        parse_reference(word)


def test_an_endless_chain_of_redirections_ends() -> None:
    def answer(peer: socket.socket, path: str) -> None:
        redirect(peer, f"{path}a")

    with server(answer) as port, pytest.raises(HTTPException, match="without an end"):
        ask(f"http://{HERE}:{port}/", 30, here)


def test_a_path_is_sent_in_ascii() -> None:
    paths: list[str] = []

    def answer(peer: socket.socket, path: str) -> None:
        paths.append(path)
        peer.sendall(PAGE + BODY)

    with server(answer) as port:
        ask(f"http://{HERE}:{port}/日本/a%20b?q=é&r=1#part", PATIENCE, here)
    assert paths == ["/%E6%97%A5%E6%9C%AC/a%20b?q=%C3%A9&r=1"]


def test_a_proxy_is_used_where_the_machine_is_set_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(peer: socket.socket, path: str) -> None:
        asked.append(path)
        peer.sendall(PAGE + BODY)

    monkeypatch.setattr(web, "proxy_bypass", lambda host: False)
    with server(answer) as port:
        monkeypatch.setattr(web, "getproxies", lambda: {"http": f"http://{HERE}:{port}"})
        assert ask("http://8.8.8.8/paper", PATIENCE).status == 200
        with pytest.raises(PrivateAddressError):
            ask("http://10.0.0.5/paper", PATIENCE)
    assert asked == ["http://8.8.8.8/paper"]


@pytest.mark.parametrize(
    ("kind", "body", "title"),
    [
        ("text/html", b"<TITLE lang=en>\n One &amp;\n two </title>", "One & two"),
        ("text/html; charset=iso-8859-1", b"<title>caf\xe9</title>", "café"),
        ("text/html", b'<meta charset="shift_jis"><title>\x93\xfa\x96{</title>', "日本"),
        ("text/html; charset=nonsense", "<title>café</title>".encode(), "café"),
        (
            "text/html",
            b"<title>" + b"long " * 100 + b"</title>",
            ("long " * 40)[:199].rstrip() + "…",
        ),
        ("text/html", b"<title>\x1b[31mred\x00</title>", "[31mred"),
        ("application/pdf", b"<title>not of a page</title>", ""),
        ("text/html", b"<title>never ends", ""),
    ],
)
def test_the_title_of_a_page(kind: str, body: bytes, title: str) -> None:
    assert link_check.title_of(web.Page(200, "https://example.org", kind, body)) == title


def test_what_was_found_is_kept_and_shown(
    run: Run, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (log / "goals.yml").write_text(SEASON, encoding="utf-8")
    run("season", "start", now=START)
    monkeypatch.setattr(link_check, "ask", partial(ask, allowed=here))

    def answer(peer: socket.socket, path: str) -> None:
        if path == "/old":
            redirect(peer, "/new")
        else:
            peer.sendall(PAGE + BODY)

    with server(answer) as port:
        monkeypatch.setattr("tracker.goals.references.is_public", lambda address: True)
        old, new = (f"http://{HERE}:{port}/{name}" for name in ("old", "new"))
        done = run("evidence", "add", "tool", old, now=SOON)
    words = f'checked on 2026-10-20, the server says 200, "One & two", at {new}'
    assert done.output == f"Added to tool for 2026-10-20: {old}\nIt counts: {words}.\n"
    assert run("evidence", "list", "tool", now=SOON).output == (
        f"tool: 1 counts\n  2026-10-20  One & two: {old} (1)\n      {words}\n"
    )
    found = {"status": 200, "address": new, "title": "One & two"}
    record = json.loads((log / RECORD).read_text("utf-8"))
    assert record["evidence"][0]["found"] == found
    assert record["evidence"][0]["checked"] == "2026-10-20"
    with sqlite3.connect(log / ".tracker" / "tracker.db") as database:
        row = database.execute("SELECT status, final_address, title, checked FROM evidence_now")
        assert row.fetchall() == [(200, new, "One & two", "2026-10-20")]
    run("pages", now=SOON)
    page = (log / "progress" / "index.qmd").read_text("utf-8")
    assert "checked on 20 October 2026, status 200" in page


def test_a_doi_keeps_the_address_it_is_registered_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    values = [{"type": "URL", "data": {"format": "string", "value": "https://example.org/paper"}}]
    body = json.dumps({"responseCode": 1, "values": values}).encode()
    monkeypatch.setattr(
        link_check,
        "ask",
        lambda address, patience: web.Page(200, address, "application/json", body),
    )
    done = check(parse_reference("10.1234/x"), tmp_path)
    assert done == Check("found", "doi.org knows it", Found(200, "https://example.org/paper"))
