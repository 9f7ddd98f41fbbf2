"""Explicit-state search: every reachable state of a finite scope, and a verdict per property."""

from model.search.check import check, select
from model.search.exploration import Limits, Progress
from model.search.judge import EngineDisagreement
from model.search.result import Coverage, Finding, Maximum, Result, Status, Trace

__all__ = [
    "Coverage",
    "EngineDisagreement",
    "Finding",
    "Limits",
    "Maximum",
    "Progress",
    "Result",
    "Status",
    "Trace",
    "check",
    "select",
]
