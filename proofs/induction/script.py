"""An obligation as a script in SMT-LIB.

A lemma is a hypothesis as it is if the obligation stays in the decidable fragment; if not, at the
constants of the obligation only (the action's arguments, and what the negated goal is about), and
at what these instances say to exist, in the stages asked for. That is sound: it is less to start
from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from itertools import product

from model.lang.errors import Where
from model.lang.expr import Expr, Forall, SortDecl, Var
from model.lang.staged import Action, Clause
from proofs.induction.proof import Lemma, Proof
from proofs.smt.fragment import Fragment
from proofs.smt.signature import Signature, is_enumeration, size
from proofs.smt.solver import z3_version
from proofs.smt.translate import Writer
from proofs.smt.written import NOTHING, Effects, Environment, When, Written

INSTANCES_MAX = 400  # of one lemma in one round


class Instances(Enum):
    """Where formulas are used that would leave the decidable fragment; the stages, in turn."""

    NONE = "nowhere"
    CONSTANTS = "all"
    NAMING_FIRST = "of one variable, all"
    LEAST_FIRST = "assumptions, all"
    NAMING_TWICE = "of one variable, of one variable, all"
    TWICE = "all, all"

    @property
    def stages(self) -> tuple[str, ...]:
        """Which formulas are used at the constants that there are by then."""
        return () if self is Instances.NONE else tuple(self.value.split(", "))


HYPOTHESIS, GUARD, AXIOM, ORDER, GOAL = "lemma", "guard", "axiom", "order", "goal"
MEANING, ASSUMPTION = "meaning", "assumption"


@dataclass(frozen=True)
class Named:
    """A formula of a script. `kind` says what it is, `name` which one."""

    kind: str
    name: str
    text: str


@dataclass(frozen=True)
class Obligation:
    """Something to be shown.

    Attributes:
        kind: initial, preserved, step or implied.
        goal: the name of the lemma or property.
        action: that the step is of, or "".
        values: the names of the action's enumerated arguments, in their order.
        clause: what is to be shown, with its line.
    """

    kind: str
    goal: str
    action: str
    values: tuple[str, ...]
    clause: Clause

    @property
    def title(self) -> str:
        """In one line."""
        action = f"{self.action}({', '.join(self.values)})" if self.values else self.action
        return f"{self.goal}: {self.kind}" + (f" by {action}" if action else "")


@dataclass(frozen=True)
class Script:
    """An obligation for a solver.

    Attributes:
        declarations: of sorts, symbols and constants.
        formulas: that must have no common model.
        constants: with their sorts.
        arguments: of the action, by parameter: a constant, or the number of a value.
        cycle: sorts of a cycle of quantifier alternations; empty in the decidable fragment.
        culprit: the line that closes the cycle.
        has_instances: some hypothesis is used at constants only, so a model may be none of all.
    """

    declarations: tuple[str, ...]
    formulas: tuple[Named, ...]
    constants: Mapping[str, SortDecl]
    arguments: Mapping[str, str | int]
    cycle: tuple[str, ...]
    culprit: Where | None
    has_instances: bool

    def key(self) -> str:
        """What the script says, in short, and who is asked."""
        said = "\n".join((z3_version(), *self.declarations, *(e.text for e in self.formulas)))
        return sha256(said.encode()).hexdigest()

    def text(self) -> str:
        """The script, each formula with a name `KIND NAME #N`."""
        named = [
            f"(assert (! {each.text} :named |{each.kind} {each.name} #{number}|))"
            for number, each in enumerate(self.formulas)
        ]
        return "\n".join((*self.declarations, *named))


@dataclass(frozen=True)
class Known:
    """A hypothesis that is the same in every script."""

    lemma: Lemma
    text: str
    written: Written


@dataclass(frozen=True)
class _Local:
    """A formula that is used at constants only."""

    kind: str
    name: str
    variables: tuple[Var, ...]
    body: Expr
    env: Environment
    writer: Writer


class Assembly:
    """Puts one script together.

    Args:
        proof: what is proved.
        signature: of the proof's spec.
        obligation: what is to be shown.
        action: that the step is of, or None.
        hypotheses: what may be used.
        instances: where hypotheses are used that leave the fragment.
    """

    def __init__(
        self,
        proof: Proof,
        signature: Signature,
        obligation: Obligation,
        action: Action | None,
        hypotheses: Iterable[Known],
        instances: Instances,
    ) -> None:
        self._proof, self._signature, self._obligation = proof, signature, obligation
        self._action, self._known, self._stages = action, tuple(hypotheses), instances.stages
        self._written = Written()
        self._fragment = Fragment(signature.edges())
        self._formulas: list[Named] = []
        self._local: list[_Local] = []
        self._seen = self._flags_seen = 0
        self._culprit: Where | None = None
        self._extra: list[Written] = []

    def script(self) -> Script:
        """The script."""
        proof = self._proof
        arguments, writer = self._question()
        for name, text in self._signature.axioms():
            self._formulas.append(Named(ORDER, name, text))
        for axiom in proof.base.axioms:
            self._add(AXIOM, str(axiom.where), writer.formula(axiom.expr, {}))
        if self._obligation.kind != "initial":
            self._hypotheses()
        self._instances()
        constants = dict(self._written.constants)
        flags = dict(self._written.flags)
        for extra in self._extra:
            constants.update(extra.constants)
            flags.update(extra.flags)
        declarations = [
            *self._signature.declarations(),
            *(f"(declare-fun {name} () {sort.name})" for name, sort in constants.items()),
            *(f"(declare-fun {name} () Bool)" for name in flags),
        ]
        meanings = [text for texts in flags.values() for text in texts]
        return Script(
            tuple(declarations),
            (*self._formulas, *(Named(MEANING, "", text) for text in meanings)),
            constants,
            arguments,
            tuple(self._fragment.cycle()),
            self._culprit,
            bool(self._local),
        )

    def _question(self) -> tuple[dict[str, str | int], Writer]:
        """The step, and that the goal is false after it."""
        proof, asked = self._proof, self._obligation
        clause = asked.clause
        kept = frozenset(e.reading for e in proof.lemmas if e.name == asked.goal)
        arguments: dict[str, str | int] = {}
        if asked.kind == "implied":
            readings = {k: v for k, v in proof.readings.items() if k not in kept}
            writer = Writer(self._written, NOTHING, readings)
            self._add(GOAL, asked.goal, writer.formula(clause.expr, {}, positive=False))
            return arguments, writer
        if asked.kind == "initial":
            env = self._constants(proof.staged.init_params, ())
            effects = Effects.of(proof.staged.init, env, initial=True)
            writer = Writer(self._written, effects, proof.readings, kept)
        else:
            action = self._action
            assert action is not None
            env = self._constants(action.params, asked.values)
            arguments = {param.name: term for param, term in env.items()}
            writer = Writer(self._written, Effects.of(action.updates, env),
                            proof.readings, kept)  # fmt: skip
            for part in action.guard:
                text = writer.formula(part.expr, env)
                if isinstance(part.expr, Forall) and not self._is_admitted():
                    where = str(part.where)
                    self._local.append(
                        _Local(GUARD, where, part.expr.variables, part.expr.body, env, writer)
                    )
                else:
                    self._add(GUARD, str(part.where), text)
        when = When.STEP if asked.kind == "step" else When.AFTER
        self._add(GOAL, asked.goal, writer.formula(clause.expr, {}, positive=False, when=when))
        return arguments, writer

    def _constants(self, params: Sequence[Var], values: Sequence[str]) -> dict[Var, str | int]:
        given = iter(values)
        env: dict[Var, str | int] = {}
        for param in params:
            if is_enumeration(param.sort):
                assert param.sort.values is not None
                env[param] = param.sort.values.index(next(given))
            else:
                env[param] = self._written.constant(param.name, param.sort)
        return env

    def _add(self, kind: str, name: str, text: str) -> None:
        """Adds a formula that has just been written, whatever it depends on."""
        new = self._written.dependencies[self._seen :]
        self._seen = len(self._written.dependencies)
        self._flags_seen = len(self._written.flags)
        if self._culprit is None and not self._fragment.admits(new):
            self._culprit = new[-1].where
        self._fragment.add(new)
        if text != "true":
            self._formulas.append(Named(kind, name, text))

    def _is_admitted(self) -> bool:
        """Whether what has just been written keeps to the fragment; if not, it is taken back."""
        if self._fragment.admits(self._written.dependencies[self._seen :]):
            return True
        del self._written.dependencies[self._seen :]
        for flag in list(self._written.flags)[self._flags_seen :]:
            del self._written.flags[flag]
        return False

    def _hypotheses(self) -> None:
        readings = self._proof.readings
        for known in self._known:
            lemma = known.lemma
            kind = ASSUMPTION if lemma.is_least else HYPOTHESIS
            if not self._names(lemma, known.written) and self._fragment.admits(
                known.written.dependencies
            ):
                self._fragment.add(known.written.dependencies)
                self._extra.append(known.written)
                self._formulas.append(Named(kind, lemma.name, known.text))
            else:
                others = {k: v for k, v in readings.items() if k != lemma.reading}
                writer = Writer(self._written, NOTHING, others)
                self._local.append(
                    _Local(kind, lemma.name, lemma.variables, lemma.body, {}, writer)
                )

    def _names(self, lemma: Lemma, written: Written) -> bool:
        """Whether what a lemma says to exist is to be named, so that others are used of it."""
        return (lemma.is_least and "assumptions" in self._stages) or (
            len(lemma.variables) == 1
            and bool(written.dependencies)
            and "of one variable" in self._stages
        )

    def _instances(self) -> None:
        """Uses local formulas at constants: first, perhaps, some that name others."""
        done: set[tuple[int, tuple[str | int, ...]]] = set()
        for stage in self._stages:
            constants = dict(self._written.constants)
            for extra in self._extra:
                constants.update(extra.constants)
            for number, local in enumerate(self._local):
                if not _is_of(stage, local):
                    continue
                choices: list[list[str | int]] = [
                    list(range(size(v.sort)))
                    if is_enumeration(v.sort)
                    else [name for name, sort in constants.items() if sort is v.sort]
                    for v in local.variables
                ]
                new = [point for point in product(*choices) if (number, point) not in done]
                for point in new[:INSTANCES_MAX]:
                    done.add((number, point))
                    env = {**local.env, **dict(zip(local.variables, point, strict=True))}
                    text = local.writer.formula(local.body, env)
                    if self._is_admitted():
                        self._add(local.kind, local.name, text)


def _is_of(stage: str, local: _Local) -> bool:
    match stage:
        case "of one variable":
            return local.kind != GUARD and len(local.variables) == 1
        case "assumptions":
            return local.kind == ASSUMPTION
        case _:
            return True
