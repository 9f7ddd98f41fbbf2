"""Formulas that somebody could take for invariants of the exchange, with the right answers.

All are asked at the scope `2+1` with one failure, under same-view delivery.
"""

from __future__ import annotations

from dataclasses import dataclass

from onevoice.asking import Answer


@dataclass(frozen=True)
class Candidate:
    """A proposal.

    Attributes:
        name: for the test.
        sentence: what somebody would say.
        text: the formula, in either notation.
        answer: the right one.
        wrong_at: of one that is wrong though it holds at the scope: groups, without failures, at
            which it is violated.
    """

    name: str
    sentence: str
    text: str
    answer: Answer
    wrong_at: str = ""


RIGHT = (
    Candidate(
        "completes-where-it-is",
        "Who completes a request in a view is a member of that view.",
        "∀ m: Member; v: View. completed(m, v) → in_view(v, m)",
        Answer.TRUE,
    ),
    Candidate(
        "nothing-out-of-nothing",
        "What is received was sent.",
        "forall(Member, Kind, Member, View,"
        " lambda q, k, p, v: implies(s.delivered[q, k, p, v], s.sent[k, p, v]))",
        Answer.TRUE,
    ),
    Candidate(
        "completes-once",
        "A member completes a request in one of its rounds only.",
        "forall(Member, View, View, lambda m, u, v:"
        " implies(completed[m, u] & completed[m, v] & in_request(u, v), u == v))",
        Answer.TRUE,
    ),
    Candidate(
        "completes-with-the-others",
        "All who complete a request complete it in the same round.",
        "forall(Member, Member, View, View, lambda a, b, u, v:"
        " implies(completed[a, u] & completed[b, v] & in_request(u, v), u == v))",
        Answer.TRUE,
    ),
    Candidate(
        "the-dead-know-nothing",
        "A crashed member has no indicator.",
        "forall(Member, lambda m: implies(indicator[m], ~crashed[m]))",
        Answer.TRUE,
    ),
    Candidate(
        "forwards",
        "A view is formed from an earlier one.",
        "∀ v, u: View. prev(v, u) → u < v",
        Answer.TRUE,
    ),
    Candidate(
        "nothing-is-lost",
        "What a member brought along it never loses.",
        "∀ m: Member; d: Datum. brings(m, d) → holds(m, d)",
        Answer.TRUE,
    ),
    Candidate(
        "speaks-once",
        "A member transmits at most once in a request.",
        "forall(Member, View, View, lambda p, u, v:"
        " implies(sent[data, p, u] & sent[data, p, v] & in_request(u, v), u == v))",
        Answer.TRUE,
    ),
    Candidate(
        "same-data",
        "Who completed last in the same view holds the same.",
        "forall(Member, Member, View, Datum, lambda a, b, v, d:"
        " implies(last_done[a, v] & last_done[b, v], holds[a, d].iff(holds[b, d])))",
        Answer.TRUE,
    ),
    Candidate(
        "keeps-the-acknowledgments",
        "Who has completed and is up has received every acknowledgment of that round.",
        "forall(Member, View, Member, lambda m, v, p: implies("
        "completed[m, v] & ~crashed[m] & in_view[v, p], delivered[m, ack, p, v]))",
        Answer.TRUE,
    ),
)

WRONG = (
    Candidate(
        "the-dead-were-silent",
        "A crashed member has sent no data.",
        "∀ m: Member; v: View. crashed(m) → ¬sent(data, m, v)",
        Answer.VIOLATED,
    ),
    Candidate(
        "one-speaker",
        "Of each subgroup one member transmits in a request (and not: gets its message out).",
        "forall(Member, Member, View, View, lambda p, q, u, v: implies("
        "sent[data, p, u] & sent[data, q, v] & in_request(u, v) & together(u, p, q), p == q))",
        Answer.VIOLATED,
    ),
    Candidate(
        "members-know",
        "Whoever is in a view and up has installed it.",
        "∀ m: Member; v: View. in_view(v, m) ∧ ¬crashed(m) → installed(m, v)",
        Answer.VIOLATED,
    ),
    Candidate(
        "sending-view",
        "A message is delivered in the view in which it was sent.",
        "forall(View, Kind, Member, View, lambda w, k, p, v: implies(placed[w, k, p, v], w == v))",
        Answer.VIOLATED,
    ),
    Candidate(
        "indicator-means-out",
        "Where the indicator is set, the subgroup's data is in the set of some view.",
        "forall(Member, View, lambda m, v: implies(latest[m, v] & indicator[m], exists(Member,"
        " View, lambda p, u: out[data, p, u] & in_request(u, v) & together(v, p, m))))",
        Answer.VIOLATED,
    ),
    Candidate(
        "everybody-comes",
        "Every member is in some view: true wherever all come with the first request.",
        "∀ m: Member. ∃ v: View. in_view(v, m)",
        Answer.VIOLATED,
    ),
    Candidate(
        "one-request",
        "Every view is a round of the first view's request.",
        "forall(View, View, lambda v, r: implies(belongs[v, r], forall(View, lambda u: r <= u)))",
        Answer.NOT_INDUCTIVE,
        wrong_at="1,1j",
    ),
    Candidate(
        "indicator-stays",
        "Who has transmitted keeps its indicator, as long as it is up.",
        "∀ m: Member; v: View. sent(data, m, v) ∧ ¬crashed(m) → indicator(m)",
        Answer.NOT_INDUCTIVE,
        wrong_at="1,1j",
    ),
    Candidate(
        "completes-once-and-for-all",
        "A member completes once.",
        "forall(Member, View, View, lambda m, u, v:"
        " implies(completed[m, u] & completed[m, v], u == v))",
        Answer.NOT_INDUCTIVE,
        wrong_at="1,1j",
    ),
    Candidate(
        "holds-its-own",
        "A member speaks of what it brought along.",
        "∀ m: Member; r: View; d: Datum. held(m, r, d) → brings(m, d)",
        Answer.NOT_INDUCTIVE,
        wrong_at="1+1,1j",
    ),
)

VACUOUS = (
    Candidate(
        "suspicion",
        "Whoever is suspected has crashed: nobody is ever suspected.",
        "∀ m: Member. suspected(m) → crashed(m)",
        Answer.VACUOUS,
    ),
    Candidate(
        "second-request",
        "A later request's view is the open one: there is none at this scope.",
        "forall(View, View, lambda v, u: implies(belongs[v, v] & (u < v), opened[v]))",
        Answer.VACUOUS,
    ),
    Candidate(
        "either-or",
        "A member has crashed or it has not.",
        "∀ m: Member. crashed(m) ∨ ¬crashed(m)",
        Answer.VACUOUS,
    ),
    Candidate(
        "by-definition",
        "Whoever leads in a view is in it, which is how it is defined.",
        "∀ m: Member; v: View. leads(m, v) → in_view(v, m)",
        Answer.VACUOUS,
    ),
)
