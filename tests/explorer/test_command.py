"""`onevoice explore` says where it serves, or why it cannot."""

from __future__ import annotations

import re
import socket
from urllib.parse import parse_qs

import pytest
from starlette.testclient import TestClient

from onevoice.commands import explore
from onevoice.explorer.server import Explorer, application
from onevoice.explorer.sessions import path_of
from tests.explorer.walks import CORPUS, along, kept
from tests.onevoice.conftest import Run, onevoice

__all__ = ["onevoice"]


def test_a_trace_file_is_where_it_begins(onevoice: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[tuple[str, str]] = []

    def serve(listening: socket.socket, at: str, token: str) -> None:
        served.append((at, token))
        listening.close()

    monkeypatch.setattr(explore, "_serve", serve)
    file = min(CORPUS.glob("shared-key/AtMostOnce_*"))
    ran = onevoice("explore", str(file), "--no-open")
    assert ran.code == 0
    said = re.search(r"http://(127\.0\.0\.1:\d+)/([\w-]+)/#(\S+)", ran.out)
    assert said is not None
    assert served == [(said[1], said[2])]
    fields = parse_qs(said[3].replace("+", "%2B"))
    assert fields["variant"] == ["shared-key"]
    assert fields["path"] == [path_of(along(kept("shared-key/AtMostOnce"))[-1])]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--host", "0.0.0.0"], "name the address"),
        (["--groups", "x"], "is no subgroup"),
        (["--groups", "13+13", "--failures", "5"], "take fewer members"),
        (["--variant", "no-fofo"], "did you mean 'no-fifo'"),
        (["none.itf.json"], "none.itf.json"),
    ],
)
def test_what_cannot_be_explored_is_said(onevoice: Run, words: list[str], problem: str) -> None:
    ran = onevoice("explore", "--no-open", *words)
    assert ran.code == 2
    assert problem in ran.err


def test_a_port_that_is_taken_is_said(onevoice: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = onevoice("explore", "--no-open", "--port", str(taken.getsockname()[1]))
    assert ran.code == 2
    assert "take another --port" in ran.err


@pytest.mark.parametrize(
    ("at", "names"),
    [
        ("127.0.0.1:80", {"127.0.0.1:80", "localhost:80"}),
        ("[::1]:80", {"[::1]:80", "localhost:80"}),
        ("10.0.0.7:80", {"10.0.0.7:80"}),
    ],
)
def test_only_the_address_that_is_served_is_a_host(at: str, names: set[str]) -> None:
    hosts = explore._names(at)
    assert hosts == names
    app = application(Explorer("onevoice explore"), hosts, "token")
    with TestClient(app, base_url="http://10.0.0.7:80") as client:
        for host in ("127.0.0.1:80", "[::1]:80", "10.0.0.7:80", "localhost:80"):
            answer = client.get("/token/", headers={"Host": host})
            assert (answer.status_code == 200) == (host in names)
