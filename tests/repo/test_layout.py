"""The repository keeps its own house rules: small modules that say what they are for, locked
dependencies that name no place to fetch them from, and commands that exist.
"""

import ast
import re
import shutil
import subprocess
import tomllib
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PACKAGES = ("model", "impl", "proofs", "traces", "onevoice", "benchmarks")
LINES_MAX = 400
LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-bench.lock",
    "requirements-adequacy.lock",
)


@cache
def python_files() -> tuple[Path, ...]:
    """Every Python file of the project: what git knows or would add, else what lies here."""
    if (ROOT / ".git").exists() and (git := shutil.which("git")):
        command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.py"]
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if listing.returncode == 0:
            files = (ROOT / name for name in listing.stdout.split("\0") if name)
            return tuple(sorted(file for file in files if file.is_file()))
    return tuple(sorted(file for file in ROOT.rglob("*.py") if not is_made(file)))


def is_made(file: Path) -> bool:
    """Whether a file is an environment's or a build's, and not the project's."""
    folders = file.relative_to(ROOT).parts[:-1]
    return any(name.startswith(".") or name in {"build", "dist"} for name in folders)


def packaged() -> list[Path]:
    return [file for file in python_files() if file.relative_to(ROOT).parts[0] in PACKAGES]


def shown(files: list[Path]) -> str:
    return ", ".join(str(file.relative_to(ROOT)) for file in files)


@cache
def syntax(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def locked(name: str) -> dict[str, Requirement]:
    """A lock file's requirements by normalised name."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(pin.name): pin for pin in pins}


def test_there_is_something_to_check() -> None:
    assert packaged()


def test_every_module_says_what_it_is_for() -> None:
    silent = [file for file in python_files() if not ast.get_docstring(syntax(file))]
    assert not silent, f"no docstring: {shown(silent)}"


def test_a_module_holds_one_idea() -> None:
    long = [
        file
        for file in packaged()
        if len(file.read_text(encoding="utf-8").splitlines()) > LINES_MAX
    ]
    assert not long, f"over {LINES_MAX} lines: which second idea is in it? {shown(long)}"


def test_every_folder_of_modules_is_a_package() -> None:
    # Without __init__.py a folder is left out of the wheel and unseen by the import rules.
    loose = [file for file in packaged() if not (file.parent / "__init__.py").is_file()]
    assert not loose, f"no __init__.py beside {shown(loose)}"


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = [file for file in python_files() if file.stem in {"util", "utils"}]
    assert not drawers, f"name it after its idea: {shown(drawers)}"


def test_no_module_imports_a_star() -> None:
    starred = [
        file
        for file in python_files()
        for node in ast.walk(syntax(file))
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
    ]
    assert not starred, f"import what you use by name: {shown(starred)}"


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_holds_exact_versions_and_names_no_place(name: str) -> None:
    for pin in locked(name).values():
        assert [specifier.operator for specifier in pin.specifier] == ["=="], pin
        assert pin.url is None, pin
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|@|\.(com|dev|io|net|org)\b", text)


@pytest.mark.parametrize(
    ("extra", "files"),
    [
        (None, LOCKS[:1]),
        ("dev", LOCKS[:2]),
        ("bench", LOCKS[:3:2]),
        ("adequacy", (*LOCKS[:2], *LOCKS[3:])),
    ],
)
def test_what_the_project_declares_is_locked(extra: str | None, files: tuple[str, ...]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project["optional-dependencies"][extra] if extra else project["dependencies"]
    pins = {name: pin for file in files for name, pin in locked(file).items()}
    for requirement in map(Requirement, declared):
        pin = pins.get(canonicalize_name(requirement.name))
        assert pin is not None, f"{requirement} is in no lock file: run `make lock`"
        version = next(iter(pin.specifier)).version
        assert requirement.specifier.contains(version), f"{pin} is not {requirement}"


def test_the_lock_files_do_not_repeat_each_other() -> None:
    for one, other in combinations(LOCKS, 2):
        assert not locked(one).keys() & locked(other).keys()


def test_the_commands_of_the_readme_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"^```.*?^```", readme, re.MULTILINE | re.DOTALL))
    commands = set(re.findall(r"^\s*(?:\$ )?make ([a-z]+)", blocks, re.MULTILINE))
    commands |= set(re.findall(r"`make ([a-z]+)", readme))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"gate", "test"} <= commands, "the README tells how to run the gate and the tests"
    assert commands <= targets, f"no such target: {commands - targets}"
