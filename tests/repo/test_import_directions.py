"""Which module may not see which: the table that keeps the evidence independent.

Two programs that share code share its bugs, so agreement between engines, or between
implementation and specification, counts only while none of them can reach the other. `RULES` says
so, import-linter checks it.

A rule is a row: no importer reaches a target, neither directly nor through other modules of ours.
A name stands for the package and all below it, `package.*` for each of its children. Where
importers and targets are the same, they are independent of each other. A row may name modules that
are not written yet (`PLANNED`): only what exists is checked, and the row comes into force with it.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = ("model", "impl", "proofs", "traces", "onevoice")
OURS = (*SHIPPED, "benchmarks")

# Named below, not written yet. Take a module off this list when it appears.
PLANNED: set[str] = set()


@dataclass(frozen=True)
class Rule:
    """One direction that must never occur; `exceptions` are written `importer -> target`."""

    sentence: str
    importers: tuple[str, ...]
    targets: tuple[str, ...]
    exceptions: tuple[str, ...] = ()


BACKENDS = ("model.interp", "model.search.native", "model.sparse", "model.export", "proofs")
INPUTS_OF_THE_CORE = ("asyncio", "random", "socket", "threading", "time")

RULES = (
    Rule(
        "the language imports nothing of ours",
        ("model.lang",),
        ("model.*", "impl", "proofs", "traces", "onevoice"),
    ),
    Rule(
        "the model imports neither implementation, proofs, traces nor application",
        ("model",),
        ("impl", "proofs", "traces", "onevoice"),
    ),
    Rule(
        "the implementation imports neither model nor proofs",
        ("impl",),
        ("model", "proofs"),
    ),
    Rule(
        "model and proofs do not import the implementation",
        ("model", "proofs"),
        ("impl",),
    ),
    Rule(
        "the core imports no transport, clock, chance or concurrency",
        ("impl.core",),
        ("impl.transports", *INPUTS_OF_THE_CORE),
    ),
    Rule(
        "a transport never imports its sibling",
        ("impl.transports.*",),
        ("impl.transports.*",),
    ),
    Rule(
        "the backends never import each other",
        BACKENDS,
        BACKENDS,
        # What turns a solver's model into a state lets the interpreter check it.
        (
            "proofs.replay -> model.interp",
            "proofs.ground.replay -> model.search.judge",
            "proofs.induction.cti -> model.interp",
        ),
    ),
    Rule(
        "grounding does not import the interpreter",
        ("model.ground",),
        ("model.interp",),
    ),
    Rule(
        "the interpreter imports neither grounding nor search",
        ("model.interp",),
        ("model.ground", "model.search"),
    ),
    Rule(
        "what is shipped does not import the benchmarks",
        SHIPPED,
        ("benchmarks",),
    ),
    Rule(
        "z3 is imported in proofs only",
        OURS,
        ("z3",),
        ("proofs -> z3", "proofs.** -> z3"),
    ),
    Rule(
        "pysat is imported in proofs.ground only",
        OURS,
        ("pysat",),
        ("proofs.ground.** -> pysat",),
    ),
    Rule(
        "numba is imported in model.search only",
        OURS,
        ("numba",),
        ("model.search -> numba", "model.search.** -> numba"),
    ),
)


def is_ours(name: str) -> bool:
    return name.split(".")[0] in OURS


def is_module(tree: Path, name: str) -> bool:
    path = tree.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def existing(tree: Path, names: tuple[str, ...]) -> list[str]:
    """The modules of `tree` that `names` stand for, and every library among them."""
    found = []
    for name in names:
        package = name.removesuffix(".*")
        if name != package:
            stems = {path.stem for path in tree.joinpath(*package.split(".")).glob("*")}
            children = [f"{package}.{stem}" for stem in sorted(stems - {"__init__"})]
            found += [child for child in children if is_module(tree, child)]
        elif not is_ours(name) or is_module(tree, name):
            found.append(name)
    return found


def overlap(one: str, other: str) -> bool:
    """Whether one of them contains the other; then it is not a direction between two modules."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def pairs(rule: Rule, tree: Path) -> list[tuple[str, str]]:
    """What the rule forbids in `tree`, as (importer, target)."""
    importers, targets = existing(tree, rule.importers), existing(tree, rule.targets)
    return [
        (importer, target)
        for importer, target in product(importers, targets)
        if not overlap(importer, target) and f"{importer}.** -> {target}" not in rule.exceptions
    ]


def lint(tree: Path, scratch: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the packages in `tree`, with every rule that has a pair there."""
    lines = [
        "[tool.importlinter]",
        f"root_packages = {json.dumps(existing(tree, OURS))}",
        "include_external_packages = true",
    ]
    for rule in RULES:
        if pairs(rule, tree):
            # Strings and lists of strings read the same in TOML as in JSON.
            lines += [
                "[[tool.importlinter.contracts]]",
                f"name = {json.dumps(rule.sentence)}",
                'type = "forbidden"',
                f"source_modules = {json.dumps(existing(tree, rule.importers))}",
                f"forbidden_modules = {json.dumps(existing(tree, rule.targets))}",
                f"ignore_imports = {json.dumps(rule.exceptions)}",
                'unmatched_ignore_imports_alerting = "none"',
            ]
    config = scratch / "contracts.toml"
    config.write_text("\n".join(lines), encoding="utf-8")
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [command, "--config", config, "--no-cache", "--no-logo"],
        cwd=tree,  # import-linter looks for packages here before anywhere else
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def write(tree: Path, module: str, source: str = "") -> None:
    """Add `source` to a module of `tree`, making it and the packages above it."""
    folder = tree
    for part in module.split("."):
        folder /= part
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
    with (folder / "__init__.py").open("a", encoding="utf-8") as file:
        file.write(source + "\n")


def named(rule: Rule) -> set[str]:
    names = {name.removesuffix(".*") for name in rule.importers + rule.targets}
    return {name for name in names if is_ours(name)}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Packages with every module that the table names, all empty."""
    root = tmp_path / "tree"
    root.mkdir()
    for module in set().union(*map(named, RULES)):
        write(root, module)
    for transport in ("simulated", "local"):
        write(root, f"impl.transports.{transport}")
    return root


def test_no_module_imports_what_it_must_not_see(tmp_path: Path) -> None:
    result = lint(ROOT, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_table_names_only_modules_that_exist_or_are_planned() -> None:
    absent = {name for rule in RULES for name in named(rule) if not is_module(ROOT, name)}
    assert absent == PLANNED, (
        f"renamed or misspelt, so its rule is asleep: {sorted(absent - PLANNED)}; "
        f"exists by now, so take it off PLANNED: {sorted(PLANNED - absent)}"
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.sentence)
def test_every_rule_catches_every_import_it_forbids(rule: Rule, tree: Path, tmp_path: Path) -> None:
    forbidden = pairs(rule, tree)
    assert forbidden
    for number, (importer, target) in enumerate(forbidden):
        write(tree, f"{importer}.breach_{number}", f"import {target}")
    result = lint(tree, tmp_path)
    assert result.returncode == 1
    assert f"{rule.sentence} BROKEN" in result.stdout
    missed = [
        f"{importer} -> {target}"
        for importer, target in forbidden
        if f"{importer} is not allowed to import {target}:" not in result.stdout
    ]
    assert not missed, result.stdout


def test_a_forbidden_import_is_caught_behind_another_module(tree: Path, tmp_path: Path) -> None:
    write(tree, "impl.core.machine", "from impl.watch import now")
    write(tree, "impl.watch", "from time import monotonic as now")
    result = lint(tree, tmp_path)
    assert result.returncode == 1
    assert "impl.core is not allowed to import time:" in result.stdout


def test_a_rule_comes_into_force_with_its_modules(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    write(tree, "model.lang")
    write(tree, "model.interp", "import model.lang")
    assert lint(tree, tmp_path).returncode == 0
    write(tree, "impl.core", "import model.lang")
    result = lint(tree, tmp_path)
    assert result.returncode == 1
    assert "impl is not allowed to import model:" in result.stdout


def test_what_the_rules_leave_open_passes(tree: Path, tmp_path: Path) -> None:
    write(tree, "model.interp", "import model.lang")
    write(tree, "model.search.native", "import numba, model.ground")
    write(tree, "model.search.replay", "import model.interp, model.search.native")
    write(tree, "proofs.solver", "import z3, model.lang")
    write(tree, "proofs.replay", "import model.interp, proofs.solver")
    write(tree, "impl.transports.local", "import impl.core, asyncio, socket")
    write(tree, "traces.lockstep", "import impl.core, model.interp")
    write(tree, "onevoice.cli", "import traces.lockstep, proofs.solver, model.search.native")
    result = lint(tree, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"Contracts: {len(RULES)} kept, 0 broken." in result.stdout
