"""The language of specs: typed, relational, staged from Python text.

What a spec's text needs is exported here; what an engine reads is in `model.lang.staged` (the
staged spec) and `model.lang.expr` (its expressions). The language imports nothing else of ours.
"""

from model.lang.errors import ScopeError, SpecError, Where
from model.lang.parse import FormulaError, Parsed, parse, parse_term
from model.lang.quantify import count, exists, forall, least
from model.lang.show import show
from model.lang.spec import (
    Constant,
    Flag,
    Function,
    Measure,
    Relation,
    Spec,
    action,
    axiom,
    bound,
    define,
    final,
    init,
    leads_to,
    measure,
    safety,
    step,
)
from model.lang.stage import stage
from model.lang.staged import Fairness, Staged
from model.lang.terms import (
    Element,
    Enumeration,
    Formula,
    Number,
    Sort,
    all_of,
    any_of,
    implies,
    ite,
)

__all__ = [
    "Constant",
    "Element",
    "Enumeration",
    "Fairness",
    "Flag",
    "Formula",
    "FormulaError",
    "Function",
    "Measure",
    "Number",
    "Parsed",
    "Relation",
    "ScopeError",
    "Sort",
    "Spec",
    "SpecError",
    "Staged",
    "Where",
    "action",
    "all_of",
    "any_of",
    "axiom",
    "bound",
    "count",
    "define",
    "exists",
    "final",
    "forall",
    "implies",
    "init",
    "ite",
    "leads_to",
    "least",
    "measure",
    "parse",
    "parse_term",
    "safety",
    "show",
    "stage",
    "step",
]
