"""The server answers its own page, and nobody and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from onevoice.explorer import answers, asking, session, validating
from onevoice.explorer.guard import new_token
from onevoice.explorer.limits import EVENTS_MAX, LOGS_MAX, TRACE_MAX, Deadline
from onevoice.explorer.server import BODY_MAX, Explorer, application
from onevoice.explorer.sessions import path_of
from tests.explorer.logged import LOGS, REJECTED, lines
from tests.explorer.walks import CORPUS, along, kept, last
from traces.run import Run

HOST = "127.0.0.1:8437"
TOKEN = "a-token-of-a-test"
SCOPE = {"groups": "1+1", "failures": 0}
QUESTIONS = (
    "state", "disabled", "explain", "until", "save", "draw", "mermaid", "load", "ask", "compare",
    "logs",
)  # fmt: skip
FILES = ("load", "logs")


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A browser that has the page open."""
    app = application(Explorer("onevoice explore"), {HOST, "localhost:8437"}, TOKEN)
    with TestClient(app, base_url=f"http://{HOST}", headers={"Origin": f"http://{HOST}"}) as found:
        yield found


def ask(client: TestClient, what: str, status: int = 200, **question: Any) -> dict[str, Any]:
    answer = client.post(f"/{TOKEN}/api/{what}", json=SCOPE | question)
    assert answer.status_code == status, answer.text
    said: dict[str, Any] = answer.json()
    return said


def opened(client: TestClient, status: int = 200, **question: Any) -> dict[str, Any]:
    answer = client.post(f"/{TOKEN}/api/logs", json=question)
    assert answer.status_code == status, answer.text
    said: dict[str, Any] = answer.json()
    return said


# -- who may ask --------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:80", "[::1]:8437", ""])
def test_another_host_is_refused(client: TestClient, host: str) -> None:
    for answer in (
        client.get(f"/{TOKEN}/", headers={"Host": host}),
        client.post(f"/{TOKEN}/api/state", json=SCOPE, headers={"Host": host}),
    ):
        assert answer.status_code == 403
        assert "is not served here" in answer.json()["error"]


@pytest.mark.parametrize("what", QUESTIONS)
@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", f"https://{HOST}", "http://127.0.0.1:8438", None]
)
def test_another_origin_is_refused(client: TestClient, what: str, origin: str | None) -> None:
    del client.headers["Origin"]
    headers = {"Origin": origin} if origin is not None else {}
    answer = client.post(f"/{TOKEN}/api/{what}", json=SCOPE, headers=headers)
    assert answer.status_code == 403
    assert "Another page may not ask" in answer.json()["error"]


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "ü"])
@pytest.mark.parametrize("what", ["", "explorer.js", "api/choices", "api/state"])
def test_a_missing_or_wrong_token_is_refused(client: TestClient, token: str, what: str) -> None:
    path = f"/{token}/{what}" if token else f"/{what}"
    for answer in (client.get(path), client.post(path, json=SCOPE)):
        assert answer.status_code == 403
        assert "token is missing or wrong" in answer.json()["error"]


def test_a_token_is_new_each_time_and_long() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 32
    assert all(re.fullmatch(r"[\w-]+", token) for token in tokens)


def test_every_answer_forbids_foreign_scripts_and_frames(client: TestClient) -> None:
    paths = ["", "explorer.js", "explorer.css", "diagram.css", "api/choices", "nothing"]
    answers = [client.get(f"/{TOKEN}/{path}") for path in paths]
    answers += [client.get("/"), client.post(f"/{TOKEN}/api/state", content=b"{")]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_page_needs_nothing_inline_and_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get(f"/{TOKEN}/")
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?:", page.text)
    wanted = re.findall(r"(?:src|href)=\"([^\"]+)\"", page.text)
    for name in [name for name in wanted if not name.startswith("data:")]:
        assert client.get(f"/{TOKEN}/{name}").status_code == 200, name
    drawn = ask(client, "state", path="install.a1.v0")["diagram"]
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|https?:", drawn)


# -- how much may be asked ----------------------------------------------------------------------


def test_a_path_that_is_too_long_is_refused(client: TestClient) -> None:
    many = "~".join(["install.a1.v0"] * 500)
    assert "the path has 500 steps" in ask(client, "state", 400, path=many)["error"]
    assert "characters" in ask(client, "state", 400, path="x" * 30_000)["error"]


@pytest.mark.parametrize("what", ["explain", "until", "ask"])
@pytest.mark.parametrize("opening", ["(", "~(", "¬(", "not ("])
def test_a_formula_that_is_nested_deep_is_refused(
    client: TestClient, what: str, opening: str
) -> None:
    deep = opening * 10_000 + "true" + ")" * 10_000
    assert "characters, more than" in ask(client, what, 400, text=deep)["error"]
    shorter = opening * 200 + "true" + ")" * 200
    assert "deep" in ask(client, what, 400, text=shorter)["error"]


@pytest.mark.parametrize("what", [q for q in QUESTIONS if q not in FILES])
def test_a_body_of_many_megabytes_is_refused(client: TestClient, what: str) -> None:
    answer = client.post(f"/{TOKEN}/api/{what}", content=b"x" * (5 << 20))
    assert answer.status_code == 413
    assert f"{BODY_MAX:,} bytes" in answer.json()["error"]


def test_a_body_is_not_read_further_than_the_limit(client: TestClient) -> None:
    given = 0

    def pieces() -> Iterator[bytes]:
        nonlocal given
        for _ in range(10_000):
            given += 1
            yield b"x" * 10_000

    answer = client.post(f"/{TOKEN}/api/state", content=pieces())
    assert answer.status_code == 413
    lied = {"Content-Length": "12", "Content-Type": "application/json"}
    answer = client.post(f"/{TOKEN}/api/state", content=b"x" * (BODY_MAX + 1), headers=lied)
    assert answer.status_code == 413


def test_a_trace_file_that_is_too_large_is_refused(client: TestClient) -> None:
    answer = client.post(f"/{TOKEN}/api/load", content=b" " * (TRACE_MAX + 1))
    assert answer.status_code == 413
    assert f"{TRACE_MAX:,} bytes" in answer.json()["error"]


def test_logs_that_are_too_large_are_refused(client: TestClient) -> None:
    answer = client.post(f"/{TOKEN}/api/logs", content=b" " * (LOGS_MAX + BODY_MAX + 1))
    assert answer.status_code == 413
    assert "bytes that are read" in answer.json()["error"]


def test_a_log_of_a_million_lines_is_refused_before_it_is_read(client: TestClient) -> None:
    text = "{}\n" * 1_000_000
    said = opened(client, 400, files=[{"name": "long.jsonl", "text": text}])
    assert f"long.jsonl: there are more than {EVENTS_MAX:,} events" in said["error"]


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        ({"files": []}, "no event that could be held"),
        ({"files": [{"name": "x", "text": "nothing\n"}]}, "x: line 1: the line is no JSON"),
        ({"files": [{"name": "../x", "text": "[]\n"}]}, "../x: line 1: the line is no object"),
        ({"files": [{"name": "x", "text": "[" * 9_999 + "\n"}]}, "the line is no JSON"),
        ({"files": [{"name": "x"}]}, "no question of the page"),
        ({"files": "x"}, "no question of the page"),
        ({"files": [{"name": "x", "text": "", "path": "y"}]}, "no question of the page"),
        ({"files": [], "silent": ["install"]}, "cannot be silent"),
        ({"files": [], "delivery": "none"}, "no question of the page"),
    ],
)
def test_what_is_no_log_is_refused_with_a_sentence(
    client: TestClient, question: dict[str, Any], problem: str
) -> None:
    assert problem in opened(client, 400, **question)["error"]


def test_no_members_but_those_of_the_list_can_be_compared(client: TestClient) -> None:
    for members in ("none", "../x", "__class__", "Shipped"):
        assert "there are no members" in ask(client, "compare", 400, members=members)["error"]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff", b'{"path": 3}', b'{"unknown": ""}', b"[" * 60_000,
        b'{"variant": "none-such"}', b'{"failures": 1e999}', b'{"text": "\\ud800"}',
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused_with_a_sentence(client: TestClient, body: bytes) -> None:
    answer = client.post(f"/{TOKEN}/api/state", content=body)
    assert answer.status_code == 400
    assert "This is no question of the page" in answer.json()["error"]


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        ({"groups": "none"}, "is no subgroup"),
        ({"failures": -1}, "not between 0 and 99"),
        ({"groups": "13+13", "failures": 3}, "take fewer members"),
        ({"groups": "1+" * 3000 + "1"}, "more than 200"),
        ({"path": "complete.a1.v0"}, "not enabled"),
    ],
)
def test_a_scope_or_path_that_is_wrong_is_refused_with_a_sentence(
    client: TestClient, question: dict[str, Any], problem: str
) -> None:
    assert problem in ask(client, "state", 400, **question)["error"]


def test_no_text_is_run(client: TestClient, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    for text in (
        f"open({str(mark)!r}, 'w')",
        "__import__('os')",
        f"@{mark}",
        "--help",
        "s.__class__",
    ):
        for what in ("explain", "until", "ask"):
            assert ask(client, what, 400, text=text)["error"]
    assert not mark.exists()


def test_what_takes_too_long_is_given_up(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "Deadline", partial(Deadline, -1.0))
    assert "take a smaller scope" in ask(client, "state", 503)["error"]


# -- what is answered ---------------------------------------------------------------------------


def test_the_answer_to_a_step_is_the_state_after_it(client: TestClient) -> None:
    walked = last(Run("1+1", 0), 6, seed=1)
    said = ask(client, "state", path=path_of(walked))
    assert said["length"] == 6
    assert [s["text"] for s in said["enabled"]] == [
        walked.finite.describe(step) for step in walked.enabled()
    ]
    disabled = ask(client, "disabled", path=said["path"])["disabled"]
    assert len(disabled) + len(said["enabled"]) == said["steps"]
    assert all(step["false"] and step["at"] for step in disabled)
    longer = ask(client, "state", path=f"{said['path']}~{said['enabled'][0]['token']}")
    assert longer["taken"] == [*said["taken"], said["enabled"][0]["text"]]
    assert longer["diagram"].startswith("<svg")


def test_a_way_to_a_predicate_is_a_path(client: TestClient) -> None:
    found = ask(client, "until", text="completed(a1, v0)")
    assert found["found"]
    there = ask(client, "state", path=found["path"])
    assert "completed" in [f["text"] for f in there["facts"] if f["member"] == "a1"]
    assert not ask(client, "until", text="crashed[a1]")["found"]


def test_a_wrong_formula_is_shown_with_its_place(client: TestClient) -> None:
    said = ask(client, "explain", 400, text="indicator[a1] & nothing[a1]")
    assert "nothing" in said["error"]
    assert said["caret"].endswith("^")


def test_a_trace_file_is_opened_and_saved_again(client: TestClient) -> None:
    found = kept("shared-key/AtMostOnce")
    file = min(CORPUS.glob("shared-key/AtMostOnce_*")).read_bytes()
    opened = client.post(f"/{TOKEN}/api/load", content=file).json()
    assert opened["path"] == path_of(along(found)[-1])
    saved = ask(
        client, "save", groups="2", delivery="sending-view", variant="shared-key",
        path=opened["path"],
    )  # fmt: skip
    assert json.loads(saved["text"])["states"] == json.loads(file)["states"]
    for wrong in (b"", b"{}", file[:-9], file.replace(b"a2", b"a7", 1)):
        answer = client.post(f"/{TOKEN}/api/load", content=wrong)
        assert answer.status_code == 400
        assert answer.json()["error"]


def test_a_question_is_answered_by_ask(client: TestClient) -> None:
    true = ask(client, "ask", text="∀ m: Member; v: View. completed(m, v) → in_view(v, m)")
    assert true["answer"] in ("true at every size", "holds at the scope, not decided")


def test_a_path_is_compared_with_the_members_that_are_chosen(client: TestClient) -> None:
    found = kept("shared-key/AtMostOnce")
    asked: dict[str, Any] = {
        "groups": found.run.groups, "failures": found.run.failures, "variant": "shared-key",
        "delivery": found.run.delivery.value, "path": path_of(along(found)[-1]),
    }  # fmt: skip
    own = ask(client, "compare", **asked)
    assert (own["members"], own["verdict"]["status"]) == ("shared-key", "true")
    assert ask(client, "compare", **asked, members="shared-key") == own
    shipped = ask(client, "compare", **asked, members="shipped")
    assert shipped["verdict"]["status"] == "false"
    assert [row["status"] for row in shipped["rows"]].count("different") == 1


def test_logs_are_validated_in_a_process_of_their_own(client: TestClient) -> None:
    file = {"name": "storm.jsonl", "text": lines(LOGS)}
    said = opened(client, files=[file])
    assert said["verdict"]["status"] == "true"
    assert said["behaviours"]
    several = [
        {"name": life, "text": lines({life: events})} for life, events in LOGS.items()
    ]  # fmt: skip
    assert opened(client, files=several) == said
    refused = opened(client, files=[{"name": "storm.jsonl", "text": lines(REJECTED)}])
    assert refused["verdict"]["status"] == "false"
    clock = lines(LOGS).replace('"seq"', '"clock": 1, "seq"')
    with_clock = {"name": "storm.jsonl", "text": clock}
    assert "no field 'clock'" in opened(client, 400, files=[with_clock])["error"]
    assert opened(client, files=[with_clock], ignored=["clock"])["verdict"] == said["verdict"]
    assert "are" in opened(client, 400, files=[file], silent=["deliver"])["error"]


def test_a_process_that_takes_too_long_is_stopped(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validating, "KILLED_AFTER_S", 0.0)
    said = opened(client, 400, files=[{"name": "storm.jsonl", "text": lines(LOGS)}])
    assert "open fewer events; `onevoice validate` in a terminal" in said["error"]
    monkeypatch.setattr(asking, "KILLED_AFTER_S", 0.0)
    assert "take a smaller scope" in ask(client, "ask", 400, text="true")["error"]


def test_a_path_is_written_as_mermaid(client: TestClient) -> None:
    said = ask(client, "mermaid", path="install.a1.v0")
    assert said["name"] == "explored_1+1_f0_same-view_1.mmd"
    assert said["text"].startswith("sequenceDiagram\n")
    assert "  Note over m0: 1 installs v0\n" in said["text"]


def test_the_lemmas_are_not_taken_as_proved_of_a_variant(client: TestClient) -> None:
    for said in (
        ask(client, "ask", 400, text="true", variant="no-fifo"),
        ask(client, "ask", 400, text="true", total_order=True),
    ):
        assert "choose no variant" in said["error"]


def test_a_defect_is_told_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise AssertionError("something impossible")

    monkeypatch.setattr(answers, "whole", broken)
    app = application(Explorer("onevoice explore"), {HOST}, TOKEN)
    with TestClient(
        app, base_url=f"http://{HOST}", headers={"Origin": f"http://{HOST}"},
        raise_server_exceptions=False,
    ) as client:  # fmt: skip
        said = ask(client, "state", 500)
    assert "a defect of onevoice: AssertionError: something impossible" in said["error"]
    assert "Traceback" not in said["error"]
