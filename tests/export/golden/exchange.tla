------------------------- MODULE VerifiedExchange --------------------------
\* The exchange with its properties.
EXTENDS Naturals, FiniteSets

Member == 0 .. 1 \* a1, b1
Arrival == 0 .. 0 \* r0
Datum == {"A", "B"}
View == 0 .. 0 \* v0
Kind == {"data", "ack"}
arrives == [x1 \in Member, x2 \in Arrival |-> <<x1, x2>> \in {<<0, 0>>, <<1, 0>>}]
origin == [x1, x2 \in Member |-> <<x1, x2>> \in {<<0, 0>>, <<1, 1>>}]
brings == [x1 \in Member, x2 \in Datum |-> <<x1, x2>> \in {<<0, "A">>, <<1, "B">>}]

VARIABLES formed, prev, in_view, belongs, same, settled, arrived, sent, late, placed, delivered,
          crashed, suspected, installed, indicator, completed, holds, held

vars == <<formed, prev, in_view, belongs, same, settled, arrived, sent, late, placed, delivered,
        crashed, suspected, installed, indicator, completed, holds, held>>

TypeOK ==
  /\ formed \in [View -> BOOLEAN]
  /\ prev \in [View \X View -> BOOLEAN]
  /\ in_view \in [View \X Member -> BOOLEAN]
  /\ belongs \in [View \X View -> BOOLEAN]
  /\ same \in [View \X Member \X Member -> BOOLEAN]
  /\ settled \in [View -> BOOLEAN]
  /\ arrived \in [Arrival -> BOOLEAN]
  /\ sent \in [Kind \X Member \X View -> BOOLEAN]
  /\ late \in [Member \X View -> BOOLEAN]
  /\ placed \in [View \X Kind \X Member \X View -> BOOLEAN]
  /\ delivered \in [Member \X Kind \X Member \X View -> BOOLEAN]
  /\ crashed \in [Member -> BOOLEAN]
  /\ suspected \in [Member -> BOOLEAN]
  /\ installed \in [Member \X View -> BOOLEAN]
  /\ indicator \in [Member -> BOOLEAN]
  /\ completed \in [Member \X View -> BOOLEAN]
  /\ holds \in [Member \X Datum -> BOOLEAN]
  /\ held \in [Member \X View \X Datum -> BOOLEAN]

open_view(v) == formed[v] /\ ~(\E w \in View : prev[w, v])

in_request(w, v) == \E r \in View : belongs[w, r] /\ belongs[v, r]

done(m, v) == \E w \in View : in_request(w, v) /\ w <= v /\ completed[m, w]

waiting(k, p, v) == sent[k, p, v] /\ ~(\E w \in View : placed[w, k, p, v])

earlier(j, u, k, v, p) ==
  u < v \/ (u = v /\ ((j = "data" /\ k = "ack" /\ ~late[p, v]) \/ (j = "ack" /\ k = "data" /\
    late[p, v])))

together(w, q, p) == \E r \in View : belongs[w, r] /\ same[r, q, p]

at(m, u) == installed[m, u] /\ (\A w \in View : u < w => ~installed[m, w])

exchanging(m, v) == at(m, v) /\ ~(\E u \in View : completed[m, u] /\ in_request(u, v))

has_every_acknowledgment(m, u) == \A p \in Member : in_view[u, p] => delivered[m, "ack", p, u]

has_finished_with(m, u, v) ==
  /\ \A k \in Kind, p \in Member, w \in View : placed[u, k, p, w] => delivered[m, k, p, w]
  /\ ~(exchanging(m, u) /\ has_every_acknowledgment(m, u))

failed(x) == crashed[x] \/ suspected[x]

next_view(v) == ~formed[v] /\ (\A w \in View : w < v => formed[w])

can_close(u, v) == open_view(u) /\ next_view(v)

everyone_acknowledged(u) == \A p \in Member : in_view[u, p] => placed[u, "ack", p, u]

over(u) == settled[u] \/ everyone_acknowledged(u)

in_round(m, v) == ~crashed[m] /\ exchanging(m, v)

leads(m, v) == in_view[v, m] /\ (\A x \in Member : (in_view[v, x] /\ together(v, x, m)) => m <= x)

bears_data(m, v) == \E r \in View, d \in Datum : belongs[v, r] /\ held[m, r, d]

must_speak(m, v) == leads(m, v) /\ bears_data(m, v) /\ ~sent["data", m, v] /\ ~indicator[m]

received(m, p, u) == delivered[m, "data", p, u]

spoke(p, r) == \E u \in View : belongs[u, r] /\ sent["data", p, u]

Axiom_1 ==
  /\ \A a, b, c \in Member :
       /\ origin[a, a]
       /\ origin[a, b] => origin[b, a]
       /\ (origin[a, b] /\ origin[b, c]) => origin[a, c]
  /\ \A a, b \in Member, d \in Datum : (origin[a, b] /\ brings[a, d]) => brings[b, d]

ASSUME Axiom_1

Axiom_2 == \A m \in Member, a, b \in Arrival : (arrives[m, a] /\ arrives[m, b]) => a = b

ASSUME Axiom_2

Init ==
  /\ formed = [element \in View |-> \A other \in View : element <= other]
  /\ prev = [x1, x2 \in View |-> FALSE]
  /\ in_view = [v \in View, m \in Member |-> (\A other \in View : v <= other) /\ (\E a \in Arrival :
       (\A other \in Arrival : a <= other) /\ arrives[m, a])]
  /\ belongs = [v, r \in View |-> (\A other \in View : v <= other) /\ v = r]
  /\ same = [v \in View, a, b \in Member |-> (\A other \in View : v <= other) /\ (\E a_2 \in Arrival
       : (\A other \in Arrival : a_2 <= other) /\ arrives[a, a_2]) /\ (\E a_2 \in Arrival : (\A
       other \in Arrival : a_2 <= other) /\ arrives[b, a_2]) /\ origin[a, b]]
  /\ settled = [x1 \in View |-> FALSE]
  /\ arrived = [element \in Arrival |-> \A other \in Arrival : element <= other]
  /\ sent = [x1 \in Kind, x2 \in Member, x3 \in View |-> FALSE]
  /\ late = [x1 \in Member, x2 \in View |-> FALSE]
  /\ placed = [x1 \in View, x2 \in Kind, x3 \in Member, x4 \in View |-> FALSE]
  /\ delivered = [x1 \in Member, x2 \in Kind, x3 \in Member, x4 \in View |-> FALSE]
  /\ crashed = [x1 \in Member |-> FALSE]
  /\ suspected = [x1 \in Member |-> FALSE]
  /\ installed = [x1 \in Member, x2 \in View |-> FALSE]
  /\ indicator = [m \in Member |-> \E d \in Datum : brings[m, d]]
  /\ completed = [x1 \in Member, x2 \in View |-> FALSE]
  /\ holds = [m \in Member, d \in Datum |-> brings[m, d]]
  /\ held = [x1 \in Member, x2 \in View, x3 \in Datum |-> FALSE]

\* E1, E4: the service takes a message from its sender's queue into the open view.
\*
\* Nothing that was sent earlier still waits, and nothing that was sent later is placed: each
\* says it of reachable states, both of all, so that no proof needs to know which are.
order(k, p, v, w) ==
  /\ v <= w
  /\ waiting(k, p, v)
  /\ open_view(w)
  /\ in_view[w, p]
  /\ ~(\E j \in Kind, u \in View : earlier(j, u, k, v, p) /\ waiting(j, p, u))
  /\ ~(\E j \in Kind, u, x \in View : earlier(k, v, j, u, p) /\ placed[x, j, p, u])
  /\ placed' = [placed EXCEPT ![w, k, p, v] = TRUE]
  /\ UNCHANGED <<formed, prev, in_view, belongs, same, settled, arrived, sent, late, delivered,
       crashed, suspected, installed, indicator, completed, holds, held>>

\* E1, R3: a member gets a message of its view; data of its subgroup sets its indicator.
\*
\* What belongs to another request than the member's is of no effect (E4).
deliver(q, k, p, v) ==
  /\ ~crashed[q]
  /\ ~delivered[q, k, p, v]
  /\ (\E w \in View : at(q, w) /\ placed[w, k, p, v]) = TRUE
  /\ ~(\E j \in Kind, u, w \in View : at(q, w) /\ earlier(j, u, k, v, p) /\ placed[w, j, p, u] /\
       ~delivered[q, j, p, u])
  /\ delivered' = [delivered EXCEPT ![q, k, p, v] = TRUE]
  /\ indicator' = [indicator EXCEPT ![q] = indicator[q] \/ (k = "data" /\ (\E w \in View : at(q, w)
       /\ in_request(w, v) /\ together(w, q, p)))]
  /\ UNCHANGED <<formed, prev, in_view, belongs, same, settled, arrived, sent, late, placed,
       crashed, suspected, installed, completed, holds, held>>

\* E2, R3, R6: a member is told of a view; if it starts a request, the indicator clears.
\*
\* Before, it has delivered every message of the view it leaves, and completed the exchange
\* if those complete it. Who has installed a view goes on from one view to the next. It notes
\* what it holds: that is what it speaks of in this request.
install(m, v) ==
  /\ formed[v]
  /\ in_view[v, m]
  /\ ~crashed[m]
  /\ ~installed[m, v]
  /\ \A u \in View : (prev[v, u] /\ in_view[u, m]) => (at(m, u) /\ has_finished_with(m, u, v))
  /\ ((\E u \in View : installed[m, u]) => (\E u \in View : prev[v, u] /\ in_view[u, m])) = TRUE
  /\ installed' = [installed EXCEPT ![m, v] = TRUE]
  /\ held' = [x1 \in Member, x2 \in View, x3 \in Datum |-> IF x1 = m /\ x2 = v THEN belongs[v, v] /\
       holds[m, x3] ELSE held[x1, x2, x3]]
  /\ indicator' = [indicator EXCEPT ![m] = indicator[m] /\ ~belongs[v, v]]
  /\ UNCHANGED <<formed, prev, in_view, belongs, same, settled, arrived, sent, late, placed,
       delivered, crashed, suspected, completed, holds>>

\* A member stops for ever, and what it knew of messages and views is lost with it.
\*
\* What is in its queue may still get out, in order. What it completed, and with which data,
\* stays known, for the application may have acted on it.
crash(m) ==
  /\ ~crashed[m]
  /\ (\E v \in View : open_view(v) /\ in_view[v, m]) = TRUE
  /\ Cardinality({x \in Member : failed(x)}) + 1 <= 0
  /\ crashed' = [crashed EXCEPT ![m] = TRUE]
  /\ delivered' = [x1 \in Member, x2 \in Kind, x3 \in Member, x4 \in View |-> IF x1 = m THEN FALSE
       ELSE delivered[x1, x2, x3, x4]]
  /\ installed' = [x1 \in Member, x2 \in View |-> IF x1 = m THEN FALSE ELSE installed[x1, x2]]
  /\ indicator' = [indicator EXCEPT ![m] = FALSE]
  /\ UNCHANGED <<formed, prev, in_view, belongs, same, settled, arrived, sent, late, placed,
       suspected, completed, holds, held>>

\* E3, R6: a view without the failed members continues the request of view u.
exclude(u, v) ==
  /\ can_close(u, v)
  /\ (\E m \in Member : in_view[u, m] /\ failed(m)) = TRUE
  /\ (\E m \in Member : in_view[u, m] /\ ~failed(m)) = TRUE
  /\ formed' = [formed EXCEPT ![v] = TRUE]
  /\ prev' = [prev EXCEPT ![v, u] = TRUE]
  /\ in_view' = [x1 \in View, x2 \in Member |-> IF x1 = v THEN in_view[u, x2] /\ ~failed(x2) ELSE
       in_view[x1, x2]]
  /\ belongs' = [x1, x2 \in View |-> IF x1 = v THEN belongs[u, x2] ELSE belongs[x1, x2]]
  /\ settled' = [settled EXCEPT ![v] = over(u)]
  /\ UNCHANGED <<same, arrived, sent, late, placed, delivered, crashed, suspected, installed,
       indicator, completed, holds, held>>

\* R9, R10: a view with new members starts a request, perhaps in the middle of another.
\*
\* Whoever completed the exchange of before together is one subgroup; who did not is still
\* in the subgroup of before; the members that arrive bring their subgroups along.
request(u, v, a) ==
  /\ can_close(u, v)
  /\ ~arrived[a]
  /\ \A b \in Arrival : b < a => arrived[b]
  /\ (\E m \in Member : arrives[m, a]) = TRUE
  /\ formed' = [formed EXCEPT ![v] = TRUE]
  /\ prev' = [prev EXCEPT ![v, u] = TRUE]
  /\ arrived' = [arrived EXCEPT ![a] = TRUE]
  /\ in_view' = [x1 \in View, x2 \in Member |-> IF x1 = v THEN (in_view[u, x2] /\ ~failed(x2)) \/
       arrives[x2, a] ELSE in_view[x1, x2]]
  /\ belongs' = [belongs EXCEPT ![v, v] = TRUE]
  /\ same' = [x1 \in View, x2, x3 \in Member |-> IF x1 = v THEN (in_view[u, x2] /\ ~failed(x2) /\
       in_view[u, x3] /\ ~failed(x3) /\ (over(u) \/ together(u, x2, x3))) \/ (arrives[x2, a] /\
       arrives[x3, a] /\ origin[x2, x3]) ELSE same[x1, x2, x3]]
  /\ UNCHANGED <<settled, sent, late, placed, delivered, crashed, suspected, installed, indicator,
       completed, holds, held>>

\* R1, R2, R5, R7, R11: the leader of a subgroup speaks for it, before it acknowledges.
transmit(m, v) ==
  /\ in_round(m, v)
  /\ must_speak(m, v) = TRUE
  /\ ~sent["ack", m, v]
  /\ sent' = [sent EXCEPT !["data", m, v] = TRUE]
  /\ indicator' = [indicator EXCEPT ![m] = TRUE]
  /\ UNCHANGED <<formed, prev, in_view, belongs, same, settled, arrived, late, placed, delivered,
       crashed, suspected, installed, completed, holds, held>>

\* R4, R7: a member acknowledges once a round, when it has no more to say in it.
acknowledge(m, v) ==
  /\ in_round(m, v)
  /\ ~sent["ack", m, v]
  /\ ~must_speak(m, v)
  /\ sent' = [sent EXCEPT !["ack", m, v] = TRUE]
  /\ UNCHANGED <<formed, prev, in_view, belongs, same, settled, arrived, late, placed, delivered,
       crashed, suspected, installed, indicator, completed, holds, held>>

\* R4: with every acknowledgment of the round, m processes what it received.
\*
\* Its data is then what it held together with the data of every subgroup.
complete(m, v) ==
  /\ ~crashed[m]
  /\ exchanging(m, v)
  /\ has_every_acknowledgment(m, v)
  /\ completed' = [completed EXCEPT ![m, v] = TRUE]
  /\ holds' = [x1 \in Member, x2 \in Datum |-> IF x1 = m THEN holds[m, x2] \/ (\E p \in Member,
       u, r \in View : belongs[v, r] /\ belongs[u, r] /\ delivered[m, "data", p, u] /\
       held[p, r, x2]) ELSE holds[x1, x2]]
  /\ UNCHANGED <<formed, prev, in_view, belongs, same, settled, arrived, sent, late, placed,
       delivered, crashed, suspected, installed, indicator, held>>

Next ==
  \/ \E k \in Kind, p \in Member, v, w \in View : order(k, p, v, w)
  \/ \E q \in Member, k \in Kind, p \in Member, v \in View : deliver(q, k, p, v)
  \/ \E m \in Member, v \in View : install(m, v)
  \/ \E m \in Member : crash(m)
  \/ \E u, v \in View : exclude(u, v)
  \/ \E u, v \in View, a \in Arrival : request(u, v, a)
  \/ \E m \in Member, v \in View : transmit(m, v)
  \/ \E m \in Member, v \in View : acknowledge(m, v)
  \/ \E m \in Member, v \in View : complete(m, v)

Fairness ==
  /\ \A k \in Kind, p \in Member, v, w \in View : WF_vars(order(k, p, v, w))
  /\ \A q \in Member, k \in Kind, p \in Member, v \in View : WF_vars(deliver(q, k, p, v))
  /\ \A m \in Member, v \in View : WF_vars(install(m, v))
  /\ \A u, v \in View : WF_vars(exclude(u, v))
  /\ \A m \in Member, v \in View : WF_vars(transmit(m, v))
  /\ \A m \in Member, v \in View : WF_vars(acknowledge(m, v))
  /\ \A m \in Member, v \in View : WF_vars(complete(m, v))

Spec == Init /\ [][Next]_vars /\ Fairness

Final == \A m \in Member, v \in View : (open_view(v) /\ in_view[v, m] /\ ~crashed[m]) => done(m, v)

NoDeadlock == Final \/ ENABLED Next

\* R2, R11: no member receives the group data of one subgroup twice in a request.
AtMostOnce ==
  \A m, p, q \in Member, u, v \in View :
    (received(m, p, u) /\ received(m, q, v) /\ in_request(u, v) /\ together(u, p, q))
      => (p = q /\ u = v)

\* R9, R10: who completes has the data of every data-bearing subgroup still in the view.
\*
\* Stronger than needed: of a member that crashed and is not yet excluded, too.
Complete ==
  \A m \in Member, v \in View, x \in Member :
    (completed[m, v] /\ ~crashed[m] /\ in_view[v, x] /\ bears_data(x, v))
      => (\E p \in Member, u \in View : in_request(u, v) /\ together(v, p, x) /\ received(m, p, u))

\* Members that complete in the same view have received the same data.
\*
\* Of one that crashed since, SameData speaks: what it received is forgotten, what it made of
\* it is not.
Agreement ==
  \A a, b \in Member, v \in View, p \in Member, u \in View :
    (completed[a, v] /\ completed[b, v] /\ ~crashed[b] /\ in_request(u, v) /\ received(a, p, u))
      => received(b, p, u)

\* Agreement, after: they hold the same group data until the next exchange ends.
SameData ==
  \A a, b \in Member, v \in View, d \in Datum :
    (completed[a, v] /\ completed[b, v] /\ ~(\E w \in View : v < w /\ (completed[a, w] \/
      completed[b, w])) /\ holds[a, d])
      => holds[b, d]

\* R4, R12: who goes together from one view to the next: all have completed, or none.
Uniform ==
  \A a, b \in Member, v, u \in View :
    (prev[v, u] /\ installed[a, v] /\ installed[b, v] /\ in_view[u, a] /\ in_view[u, b] /\
      done(a, u))
      => done(b, u)

\* R9, R10: the subgroups of a request are announced by who has really completed.
\*
\* Whoever goes on knows whether the exchange is over, and who has completed together is one
\* subgroup in the next request.
Announced ==
  /\ \A a \in Member, v, u \in View :
       (prev[v, u] /\ installed[a, v] /\ in_view[u, a]) => (done(a, u) <=> over(u))
  /\ \A v, u \in View, a, b \in Member :
       (belongs[v, v] /\ prev[v, u] /\ installed[a, v] /\ installed[b, v] /\ done(a, u) /\
         done(b, u))
         => same[v, a, b]

\* R4: what a member holds it brought along, or received from one that held it.
NothingInvented ==
  \A m \in Member, d \in Datum :
    (holds[m, d] /\ ~crashed[m])
      => (brings[m, d] \/ (\E p \in Member, u, r \in View : received(m, p, u) /\ belongs[u, r] /\
        held[p, r, d]))

\* R9: until it completes, a member holds what it noted when the request reached it.
SpeaksOfItsOwn ==
  \A m \in Member, r \in View, d \in Datum :
    (belongs[r, r] /\ installed[m, r] /\ ~(\E w \in View : r <= w /\ completed[m, w]))
      => (held[m, r, d] <=> holds[m, d])

\* R1, R8: of the members of a view, at most one of each subgroup believes it leads.
OneLeader ==
  \A v \in View, a, b \in Member : (leads(a, v) /\ leads(b, v) /\ together(v, a, b)) => a = b

\* Data sent for a subgroup equals the data that all its members held.
\*
\* A message speaks for the subgroup of its sender, with what the sender held when the
\* request reached it.
OwnVoice ==
  \A p \in Member, r \in View, c \in Member, d \in Datum :
    (spoke(p, r) /\ same[r, p, c] /\ installed[c, r]) => (held[p, r, d] <=> held[c, r, d])

\* R3: a set indicator implies that the subgroup's data was received, or sent by itself.
Truthful ==
  \A m \in Member, v \in View :
    (indicator[m] /\ exchanging(m, v))
      => (\E p \in Member, u \in View : in_request(u, v) /\ together(v, p, m) /\ (received(m, p, u)
        \/ (p = m /\ sent["data", p, u])))

\* R2: a member whose indicator is set never transmits.
SilentIfSpokenFor == [][\A m \in Member, v \in View : (sent'["data", m, v] /\ ~sent["data", m, v])
  => ~indicator[m]]_vars

\* R7: a leader has spoken, or been spoken for, before it acknowledges.
AckAfterData ==
  \A m \in Member, v \in View :
    (sent["ack", m, v] /\ ~crashed[m] /\ leads(m, v) /\ bears_data(m, v))
      => (\E p \in Member, u \in View : in_request(u, v) /\ together(v, p, m) /\ (received(m, p, u)
        \/ (p = m /\ sent["data", p, u])) /\ ~(u = v /\ late[p, u]))

\* R4: who completes has the acknowledgment of every member, of the same round.
NoEarlyProcessing == [][\A m \in Member, v \in View : (completed'[m, v] /\ ~completed[m, v]) =>
  has_every_acknowledgment(m, v)]_vars

\* R9, R10: a completed request without failures has cost exactly the messages it needs.
ExactCost ==
  \A r \in View, m \in Member :
    (belongs[r, r] /\ completed[m, r] /\ ~(\E m_2 \in Member : in_view[r, m_2] /\ failed(m_2)))
      => Cardinality({<<k, p, u>> \in Kind \X Member \X View : belongs[u, r] /\
        sent[k, p, u]}) = Cardinality({m_2 \in Member : same[r, m_2, m_2] /\ bears_data(m_2, r) /\
        ~(\E x \in Member : x < m_2 /\ same[r, x, m_2])}) + Cardinality({m_2 \in Member :
        in_view[r, m_2]})

\* R12: acknowledgment rounds of a request <= 1 + failures during it.
rounds ==
  \A r \in View :
    belongs[r, r]
      => Cardinality({v \in View : belongs[v, r] /\ formed[v] /\ ~settled[v]}) <= 1 +
        Cardinality({m \in Member : in_view[r, m] /\ (\E v \in View : belongs[v, r] /\ formed[v] /\
        ~settled[v] /\ ~in_view[v, m])})

\* R2, R5: transmissions for x's subgroup <= 1 + crashes of leaders that had spoken.
transmissions ==
  \A r \in View, x \in Member :
    same[r, x, x]
      => Cardinality({<<p, u>> \in Member \X View : belongs[u, r] /\ same[r, p, x] /\
        sent["data", p, u]}) <= 1 + Cardinality({p \in Member : same[r, p, x] /\ crashed[p] /\
        spoke(p, r)})

\* R9, R10: messages without failures <= one for each subgroup with data + one a member.
messages ==
  \A r \in View :
    (belongs[r, r] /\ ~(\E m \in Member : in_view[r, m] /\ failed(m)))
      => Cardinality({<<k, p, u>> \in Kind \X Member \X View : belongs[u, r] /\
        sent[k, p, u]}) <= Cardinality({m \in Member : same[r, m, m] /\ bears_data(m, r) /\ ~(\E
        x \in Member : x < m /\ same[r, x, m])}) + Cardinality({m \in Member : in_view[r, m]})

\* R6, R12: every request is completed by all that stay up, itself or by a later one.
Termination == \A m \in Member, r \in View :
  (belongs[r, r] /\ in_view[r, m])
    ~> (crashed[m] \/ (\E v \in View : r <= v /\ completed[m, v]))

\* R5, R11: what x, which stays up, holds when a request starts reaches all that stay up.
Coverage == \A x, m \in Member, r \in View, d \in Datum :
  (belongs[r, r] /\ in_view[r, x] /\ in_view[r, m] /\ holds[x, d])
    ~> (crashed[x] \/ crashed[m] \/ holds[m, d])

============================================================================
