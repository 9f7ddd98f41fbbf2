---------------------------- MODULE LockServer -----------------------------
EXTENDS Naturals, FiniteSets

Client == {"client0", "client1", "client2"}

VARIABLES asks, granted, holds, gives_back, server_has_lock

vars == <<asks, granted, holds, gives_back, server_has_lock>>

TypeOK ==
  /\ asks \in [Client -> BOOLEAN]
  /\ granted \in [Client -> BOOLEAN]
  /\ holds \in [Client -> BOOLEAN]
  /\ gives_back \in [Client -> BOOLEAN]
  /\ server_has_lock \in BOOLEAN

Init ==
  /\ asks = [x1 \in Client |-> FALSE]
  /\ granted = [x1 \in Client |-> FALSE]
  /\ holds = [x1 \in Client |-> FALSE]
  /\ gives_back = [x1 \in Client |-> FALSE]
  /\ server_has_lock = TRUE

ask(c) ==
  /\ asks' = [asks EXCEPT ![c] = TRUE]
  /\ UNCHANGED <<granted, holds, gives_back, server_has_lock>>

grant(c) ==
  /\ server_has_lock
  /\ asks[c]
  /\ server_has_lock' = FALSE
  /\ asks' = [asks EXCEPT ![c] = FALSE]
  /\ granted' = [granted EXCEPT ![c] = TRUE]
  /\ UNCHANGED <<holds, gives_back>>

take(c) ==
  /\ granted[c]
  /\ granted' = [granted EXCEPT ![c] = FALSE]
  /\ holds' = [holds EXCEPT ![c] = TRUE]
  /\ UNCHANGED <<asks, gives_back, server_has_lock>>

give_back(c) ==
  /\ holds[c]
  /\ holds' = [holds EXCEPT ![c] = FALSE]
  /\ gives_back' = [gives_back EXCEPT ![c] = TRUE]
  /\ UNCHANGED <<asks, granted, server_has_lock>>

take_back(c) ==
  /\ gives_back[c]
  /\ gives_back' = [gives_back EXCEPT ![c] = FALSE]
  /\ server_has_lock' = TRUE
  /\ UNCHANGED <<asks, granted, holds>>

Next ==
  \/ \E c \in Client : ask(c)
  \/ \E c \in Client : grant(c)
  \/ \E c \in Client : take(c)
  \/ \E c \in Client : give_back(c)
  \/ \E c \in Client : take_back(c)

Fairness ==
  TRUE

Spec == Init /\ [][Next]_vars /\ Fairness

\* At most one client holds the lock.
exclusive == \A a, b \in Client : (holds[a] /\ holds[b]) => a = b

holders == TRUE => Cardinality({c \in Client : holds[c]}) <= 1

\* Who asks for the lock gets it.
served == \A c \in Client :
  (asks[c])
    ~> (holds[c])

============================================================================
