----------------------------- MODULE TwoPhase ------------------------------
\* Two-phase commit.
\*
\* Args:
\*     hasty: the wrong variant, in which the manager commits without asking anybody.
EXTENDS Naturals, FiniteSets

ResourceManager == {"resourcemanager0", "resourcemanager1", "resourcemanager2"}
Phase == {"working", "prepared", "committed", "aborted"}
Decision == {"none", "commit", "abort"}

VARIABLES phase, decision, known_prepared, sent_prepared, sent_commit, sent_abort

vars == <<phase, decision, known_prepared, sent_prepared, sent_commit, sent_abort>>

TypeOK ==
  /\ phase \in [ResourceManager -> Phase]
  /\ decision \in Decision
  /\ known_prepared \in [ResourceManager -> BOOLEAN]
  /\ sent_prepared \in [ResourceManager -> BOOLEAN]
  /\ sent_commit \in BOOLEAN
  /\ sent_abort \in BOOLEAN

Init ==
  /\ phase = [i \in ResourceManager |-> "working"]
  /\ decision = "none"
  /\ known_prepared = [x1 \in ResourceManager |-> FALSE]
  /\ sent_prepared = [x1 \in ResourceManager |-> FALSE]
  /\ sent_commit = FALSE
  /\ sent_abort = FALSE

receive_prepared(r) ==
  /\ decision = "none"
  /\ sent_prepared[r]
  /\ known_prepared' = [known_prepared EXCEPT ![r] = TRUE]
  /\ UNCHANGED <<phase, decision, sent_prepared, sent_commit, sent_abort>>

commit ==
  /\ decision = "none"
  /\ \A r \in ResourceManager : known_prepared[r]
  /\ decision' = "commit"
  /\ sent_commit' = TRUE
  /\ UNCHANGED <<phase, known_prepared, sent_prepared, sent_abort>>

abort ==
  /\ decision = "none"
  /\ decision' = "abort"
  /\ sent_abort' = TRUE
  /\ UNCHANGED <<phase, known_prepared, sent_prepared, sent_commit>>

prepare(r) ==
  /\ phase[r] = "working"
  /\ phase' = [phase EXCEPT ![r] = "prepared"]
  /\ sent_prepared' = [sent_prepared EXCEPT ![r] = TRUE]
  /\ UNCHANGED <<decision, known_prepared, sent_commit, sent_abort>>

choose_to_abort(r) ==
  /\ phase[r] = "working"
  /\ phase' = [phase EXCEPT ![r] = "aborted"]
  /\ UNCHANGED <<decision, known_prepared, sent_prepared, sent_commit, sent_abort>>

receive_commit(r) ==
  /\ sent_commit
  /\ phase' = [phase EXCEPT ![r] = "committed"]
  /\ UNCHANGED <<decision, known_prepared, sent_prepared, sent_commit, sent_abort>>

receive_abort(r) ==
  /\ sent_abort
  /\ phase' = [phase EXCEPT ![r] = "aborted"]
  /\ UNCHANGED <<decision, known_prepared, sent_prepared, sent_commit, sent_abort>>

Next ==
  \/ \E r \in ResourceManager : receive_prepared(r)
  \/ commit
  \/ abort
  \/ \E r \in ResourceManager : prepare(r)
  \/ \E r \in ResourceManager : choose_to_abort(r)
  \/ \E r \in ResourceManager : receive_commit(r)
  \/ \E r \in ResourceManager : receive_abort(r)

Fairness ==
  TRUE

Spec == Init /\ [][Next]_vars /\ Fairness

\* No resource manager aborts what another commits.
consistent == ~(\E a, b \in ResourceManager : phase[a] = "aborted" /\ phase[b] = "committed")

\* A decision is never revised.
decides_once == [][decision # "none" => decision' = decision]_vars

============================================================================
