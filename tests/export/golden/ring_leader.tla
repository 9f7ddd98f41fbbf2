---------------------------- MODULE RingLeader -----------------------------
EXTENDS Naturals, FiniteSets

Node == {"node0", "node1"}
Identity == 0 .. 0 \* identity0
Standing == {"candidate", "lost", "won"}
between == [x1, x2, x3 \in Node |-> <<x1, x2, x3>> \in {}]
identity == [x1 \in Node |-> 0]

VARIABLES initiator, started, standing, in_transit

vars == <<initiator, started, standing, in_transit>>

TypeOK ==
  /\ initiator \in [Node -> BOOLEAN]
  /\ started \in [Node -> BOOLEAN]
  /\ standing \in [Node -> Standing]
  /\ in_transit \in [Identity \X Node -> BOOLEAN]

next_is(n, after) == n # after /\ (\A z \in Node : z = n \/ z = after \/ between[n, after, z])

arrives(i, n) == started[n] /\ in_transit[i, n]

Axiom_1 ==
  /\ \A w, x, y, z \in Node : (between[w, x, y] /\ between[w, y, z]) => between[w, x, z]
  /\ \A w, x, y \in Node : between[w, x, y] => ~between[w, y, x]
  /\ \A w, x, y \in Node : between[w, x, y] \/ between[w, y, x] \/ w = x \/ w = y \/ x = y
  /\ \A x, y, z \in Node : between[x, y, z] => between[y, z, x]

ASSUME Axiom_1

Axiom_2 == TRUE

ASSUME Axiom_2

Init ==
  /\ initiator \in [Node -> BOOLEAN]
  /\ started = [x1 \in Node |-> FALSE]
  /\ standing = [n \in Node |-> IF initiator[n] THEN "candidate" ELSE "lost"]
  /\ in_transit = [x1 \in Identity, x2 \in Node |-> FALSE]

initiate(n, after) ==
  /\ ~started[n]
  /\ initiator[n]
  /\ next_is(n, after) = TRUE
  /\ started' = [started EXCEPT ![n] = TRUE]
  /\ in_transit' = [in_transit EXCEPT ![identity[n], after] = TRUE]
  /\ UNCHANGED <<initiator, standing>>

stand_by(n) ==
  /\ ~started[n]
  /\ ~initiator[n]
  /\ started' = [started EXCEPT ![n] = TRUE]
  /\ UNCHANGED <<initiator, standing, in_transit>>

\* A node that lost, or loses now to a smaller identity, passes the message on.
forward(i, n, after) ==
  /\ arrives(i, n)
  /\ next_is(n, after) = TRUE
  /\ n # after
  /\ (standing[n] = "lost" \/ i < identity[n]) = TRUE
  /\ standing' = [standing EXCEPT ![n] = "lost"]
  /\ in_transit' = [in_transit EXCEPT ![i, n] = FALSE, ![i, after] = TRUE]
  /\ UNCHANGED <<initiator, started>>

swallow(i, n) ==
  /\ arrives(i, n)
  /\ standing[n] # "lost"
  /\ identity[n] < i
  /\ in_transit' = [in_transit EXCEPT ![i, n] = FALSE]
  /\ UNCHANGED <<initiator, started, standing>>

win(i, n) ==
  /\ arrives(i, n)
  /\ standing[n] # "lost"
  /\ i = identity[n]
  /\ in_transit' = [in_transit EXCEPT ![i, n] = FALSE]
  /\ standing' = [standing EXCEPT ![n] = "won"]
  /\ UNCHANGED <<initiator, started>>

Next ==
  \/ \E n, after \in Node : initiate(n, after)
  \/ \E n \in Node : stand_by(n)
  \/ \E i \in Identity, n, after \in Node : forward(i, n, after)
  \/ \E i \in Identity, n \in Node : swallow(i, n)
  \/ \E i \in Identity, n \in Node : win(i, n)

Fairness ==
  /\ \A n, after \in Node : WF_vars(initiate(n, after))
  /\ \A n \in Node : WF_vars(stand_by(n))
  /\ \A i \in Identity, n, after \in Node : WF_vars(forward(i, n, after))
  /\ \A i \in Identity, n \in Node : WF_vars(swallow(i, n))
  /\ \A i \in Identity, n \in Node : WF_vars(win(i, n))

Spec == Init /\ [][Next]_vars /\ Fairness

Final == (\A n \in Node : started[n]) /\ ~(\E i \in Identity, n \in Node : in_transit[i, n])

NoDeadlock == Final \/ ENABLED Next

\* At most one node wins.
one_leader == \A m, n \in Node : (standing[m] = "won" /\ standing[n] = "won") => m = n

\* Who wins is the initiator of the smallest identity, and all others know they lost.
rightful_leader ==
  \A m, n \in Node :
    (standing[n] = "won" /\ m # n)
      => (initiator[n] /\ standing[m] = "lost" /\ (initiator[m] => identity[n] < identity[m]))

\* If somebody stands, somebody wins.
elected ==
  (\E n \in Node : standing[n] = "candidate")
    ~> (\E n \in Node : standing[n] = "won")

============================================================================
