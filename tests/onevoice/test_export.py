"""`onevoice export` writes what another checker reads, and says how to run it."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from model.export import export
from tests.onevoice.conftest import Run
from traces.run import Run as Scope

SMALL = ("--groups", "1+1", "--failures", "0")
NAME = "VerifiedExchange"


def counted(onevoice: Run) -> tuple[int, int]:
    """The states and transitions of our own search."""
    data = json.loads(onevoice("check", *SMALL, "--json").out)
    return data["states"], data["transitions"]


def said_command(err: str) -> str:
    (line,) = re.findall(r"^  (.+)$", err, re.MULTILINE)
    return str(line)


def output_of(command: str, folder: Path) -> str:
    done = subprocess.run(
        command, shell=True, cwd=folder, capture_output=True, text=True, timeout=300, check=True
    )
    return done.stdout


@pytest.mark.parametrize(("format", "file"), [("murphi", f"{NAME}.m"), ("promela", f"{NAME}.pml")])
def test_one_file_is_printed_after_a_line_that_says_how_it_was_made(
    format: str, file: str, onevoice: Run, tmp_path: Path
) -> None:
    ran = onevoice("export", "--format", format, *SMALL)
    assert ran.code == 0
    head, text = ran.out.split("\n", 1)
    assert text == export(Scope("1+1", 0).finite, format)[file]  # type: ignore[arg-type]
    (made,) = re.findall(r"onevoice (export .*same-view)", head)
    assert onevoice(*shlex.split(made)).out == ran.out
    assert f"Save it as {file}; then run " in ran.err
    assert list(tmp_path.iterdir()) == []


def test_files_go_where_they_are_asked_for(onevoice: Run, tmp_path: Path) -> None:
    ran = onevoice("export", "--format", "tla", *SMALL, "-o", "deep/inside")
    assert (ran.code, ran.out) == (0, "")
    folder = tmp_path / "deep" / "inside"
    assert {path.name for path in folder.iterdir()} == {f"{NAME}.tla", f"{NAME}.cfg"}
    for name, text in export(Scope("1+1", 0).finite, "tla").items():
        head, rest = (folder / name).read_text().split("\n", 1)
        assert head.startswith("\\* onevoice export --format tla --groups 1+1 ")
        assert rest == text
    assert "tlc2.TLC" in said_command(ran.err)


def test_two_files_need_a_folder(onevoice: Run, tmp_path: Path) -> None:
    ran = onevoice("export", "--format", "tla")
    assert (ran.code, ran.out) == (2, "")
    assert f"--format tla makes two files, {NAME}.tla and {NAME}.cfg: name the folder" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_no_file_is_overwritten_unless_that_is_asked_for(onevoice: Run, tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.cfg").write_text("mine")
    ran = onevoice("export", "--format", "tla", *SMALL, "-o", ".")
    assert ran.code == 2
    assert ran.err == f"onevoice: {NAME}.cfg exists already: --force overwrites it\n"
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]
    assert onevoice("export", "--format", "tla", *SMALL, "-o", ".", "--force").code == 0
    assert "SPECIFICATION" in (tmp_path / f"{NAME}.cfg").read_text()


def test_only_the_properties_asked_for_are_in_the_text(onevoice: Run) -> None:
    words = ("export", "--format", "murphi", *SMALL, "--property", "AtMostOnce")
    assert re.findall(r'^invariant "(\w+)"', onevoice(*words).out, re.MULTILINE) == ["AtMostOnce"]
    both = onevoice(*words, "--property", "deadlock").out
    assert set(re.findall(r'^invariant "(\w+)"', both, re.MULTILINE)) == {"AtMostOnce", "deadlock"}


def test_what_the_checker_cannot_judge_is_said(onevoice: Run) -> None:
    for format in ("murphi", "promela"):
        ran = onevoice("export", "--format", format, *SMALL)
        assert "Left out, for it cannot judge them: Termination, Coverage.\n" in ran.err
    assert "Left out" not in onevoice("export", "--format", "tla", *SMALL, "-o", "x").err


def test_nothing_but_what_the_checker_cannot_judge_is_refused(onevoice: Run) -> None:
    words = ("export", "--format", "promela", "--property", "Coverage")
    ran = onevoice(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "--format promela can say nothing of Coverage" in ran.err
    assert onevoice(*words, "--property", "Complete").code == 0


@pytest.mark.needs_spin
def test_the_command_for_spin_finds_our_numbers(onevoice: Run, tmp_path: Path) -> None:
    err = onevoice("export", "--format", "promela", *SMALL, "-o", "with a blank").err
    out = output_of(said_command(err), tmp_path)
    states, transitions = counted(onevoice)
    assert re.search(rf"^ +{states} states, stored$", out, re.MULTILINE)
    assert re.search(rf"^ +{transitions + 1} transitions \(", out, re.MULTILINE)
    assert "errors: 0\n" in out


@pytest.mark.needs_rumur
def test_the_command_for_rumur_finds_our_numbers(onevoice: Run, tmp_path: Path) -> None:
    err = onevoice("export", "--format", "murphi", *SMALL, "-o", "with a blank").err
    out = output_of(said_command(err), tmp_path)
    states, transitions = counted(onevoice)
    assert "No error found." in out
    assert f"{states} states, {transitions} rules fired in " in out


@pytest.mark.skipif("TLA2TOOLS_JAR" not in os.environ, reason="TLA2TOOLS_JAR names no TLC")
def test_the_command_for_tlc_finds_our_numbers(onevoice: Run, tmp_path: Path) -> None:
    err = onevoice("export", "--format", "tla", *SMALL, "-o", "with a blank").err
    jar = Path(os.environ["TLA2TOOLS_JAR"]).resolve()
    command = said_command(err).replace("/path/to/tla2tools.jar", shlex.quote(str(jar)))
    states, transitions = counted(onevoice)
    said = f"{transitions + 1} states generated, {states} distinct states found"
    assert said in output_of(command, tmp_path)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "missing option '--format'"),
        ("--format alloy", "'alloy' is not one of 'tla', 'murphi', 'promela'"),
        ("--format promela --groups 2++1", "groups '2++1': '' is no subgroup"),
        ("--format promela --failures -1", "-1 is not in the range"),
        ("--format promela --views 1", "with 1 the exchange would get stuck"),
        ("--format promela --property Compleet", "did you mean 'Complete'?"),
        ("--format promela --variant no-wating", "did you mean 'no-waiting'?"),
        ("--format promela -o taken", "'taken' is a file"),
        ("--format promela -o taken/x", "taken/x cannot be made: Not a directory"),
    ],
)
def test_wrong_usage_is_said_in_one_line(
    words: str, said: str, onevoice: Run, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("")
    ran = onevoice("export", *words.split())
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1
