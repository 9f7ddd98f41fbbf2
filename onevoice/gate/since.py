"""Which files are different from what they were in a commit: asked of git."""

from __future__ import annotations

import subprocess
from collections.abc import Collection
from pathlib import Path

from onevoice.gate.check import ROOT

_EVERYTHING = ("pyproject.toml", "requirements.lock")
"""Files on which every check depends, though no import shows it."""


class SinceError(ValueError):
    """Git cannot say what has changed."""


def changed_since(revision: str, plan: Path) -> frozenset[Path] | None:
    """The files that are not as they were in a commit: changed, new, or gone.

    Args:
        revision: of the repository in which the packages are, as git writes it.
        plan: the file of the gate; if that is another, every check may be.

    Returns:
        Their paths; None for all files, if everything depends on one that is different.

    Raises:
        SinceError: there is no git, no repository, or no such commit.
    """
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    top = Path(_git("rev-parse", "--show-toplevel").strip())
    names = _git("diff", "--name-only", "-z", "--no-renames", commit.strip(), "--")
    names += _git("ls-files", "--others", "--exclude-standard", "-z", "--full-name")
    paths = frozenset((top / name).resolve() for name in names.split("\0") if name)
    everything = {plan.resolve(), *((ROOT / name).resolve() for name in _EVERYTHING)}
    return None if paths & everything else paths


def concerns(
    changed: Collection[Path] | None, files: Collection[Path], folders: Collection[Path] = ()
) -> bool:
    """Whether a change concerns whoever depends on these files.

    Args:
        changed: the files that are different; None for all.
        files: those that there are.
        folders: of which everything counts, also what is no longer there.
    """
    if changed is None or any(path.resolve() in changed for path in files):
        return True
    beside = {path.resolve().parent for path in files}
    within = {path.resolve() for path in folders}
    gone = [path for path in changed if not path.exists()]
    return any(path.parent in beside or within & set(path.parents) for path in gone)


def _git(*words: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(ROOT), *words],
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError as error:
        raise SinceError(f"git cannot be started: {error.strerror}") from None
    if done.returncode != 0:
        said = " ".join(done.stderr.split()) or f"git knows no commit {words[-1].split('^')[0]!r}"
        if "not a git repository" in said:
            said = f"{ROOT} is no checkout of the sources: elsewhere leave it out, for what was "
            said += "found is kept, and not done again"
        raise SinceError(f"--since: {said}")
    return done.stdout
