"""`--since`: only what a change concerns is asked for, and never nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from onevoice.gate import gate as gating
from onevoice.gate import since
from onevoice.gate.check import ROOT
from onevoice.gate.since import SinceError, changed_since, concerns
from tests.gate.small import SMALL, Gate

Git = Callable[..., str]


def here() -> Path:
    """Where the packages are thought to be."""
    root: Path = vars(since)["ROOT"]
    return root


def changed(revision: str) -> set[Path]:
    """The files that are different; not all of them."""
    found = changed_since(revision, here() / "gate.toml")
    assert found is not None
    return set(found)


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """A repository with a commit, in which the packages are thought to be."""
    root = tmp_path / "repository"

    def run(*words: str) -> str:
        who = ["-c", "user.name=a", "-c", "user.email=a@localhost"]
        done = subprocess.run(
            ["git", "-C", str(root), *who, *words], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    root.mkdir()
    run("init", "--quiet")
    for name in ("model/a.py", "impl/b.py", "pyproject.toml"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("one\n")
    run("add", ".")
    run("commit", "--quiet", "--message", "first")
    monkeypatch.setattr(since, "ROOT", root)
    return run


def test_what_is_changed_new_or_gone_is_different(git: Git) -> None:
    root = here()
    assert changed("HEAD") == set()
    (root / "model/a.py").write_text("two\n")
    (root / "model/new.py").write_text("new\n")
    (root / "impl/b.py").unlink()
    names = {"model/a.py", "model/new.py", "impl/b.py"}
    assert changed("HEAD") == {root / name for name in names}
    git("add", ".")
    git("commit", "--quiet", "--message", "second")
    assert changed("HEAD") == set()
    assert changed("HEAD~1") == {root / name for name in names}


@pytest.mark.parametrize("name", ["pyproject.toml", "gate.toml"])
def test_everything_may_depend_on_some_files(git: Git, name: str) -> None:
    (here() / name).write_text("two\n")
    assert changed_since("HEAD", here() / "gate.toml") is None


@pytest.mark.parametrize("revision", ["nothing", "--output=x", "HEAD:model", ""])
def test_what_is_no_commit_is_refused(git: Git, revision: str) -> None:
    with pytest.raises(SinceError, match="--since"):
        changed_since(revision, here() / "gate.toml")


def test_without_a_repository_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(since, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(SinceError, match="--since"):
        changed_since("HEAD", tmp_path / "gate.toml")


def test_a_change_concerns_whoever_depends_on_the_file(tmp_path: Path) -> None:
    here, other = tmp_path / "a.py", tmp_path / "b.py"
    here.write_text("")
    assert concerns({here}, [here, other])
    assert not concerns({here}, [other])
    assert concerns(None, [other])
    assert not concerns(set(), [here])


def test_what_is_gone_concerns_those_beside_it_and_above_it(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "kept").mkdir(parents=True)
    here, gone = corpus / "kept" / "a.json", corpus / "away" / "b.json"
    here.write_text("")
    assert concerns({corpus / "kept" / "gone.json"}, [here])
    assert not concerns({gone}, [here])
    assert concerns({gone}, [here], [corpus])


def test_checks_that_no_change_concerns_are_not_done_but_one_always_is(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onevoice.gate.since.changed_since", lambda revision, plan: frozenset())
    ran = gate(SMALL, "--since", "HEAD")
    assert ran.code == 0, ran.out
    assert ran.out.count("  ok      ") == 1
    assert "6 checks not done: no file that they depend on is different." in ran.out


def test_checks_that_a_change_concerns_are_done(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = frozenset({ROOT / "impl/core/member.py"})
    monkeypatch.setattr("onevoice.gate.since.changed_since", lambda revision, plan: core)
    out = gate(SMALL, "--since", "HEAD").out
    assert out.count("  ok      ") == 4
    assert "storms 1 to 2" in out
    assert "The fast engine must agree with the slow one" not in out


def test_what_is_said_of_all_runs_is_not_said_if_some_are_not_known(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One scope alone checks some properties vacuously only, and is no reason to fail."""
    monkeypatch.setattr(gating, "concerns", lambda *_: False)
    monkeypatch.setattr("onevoice.gate.since.changed_since", lambda revision, plan: frozenset())
    assert gate(SMALL, "--since", "HEAD").code == 0


def test_a_commit_that_is_unknown_is_said(gate: Gate) -> None:
    ran = gate(SMALL, "--since", "no-such-commit")
    assert ran.code == 2
    assert "--since: git knows no commit 'no-such-commit'" in ran.err
