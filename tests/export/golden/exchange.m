-- VerifiedExchange
-- The exchange with its properties.
--
--   rumur --deadlock-detection off -o a.c FILE; cc -O3 -mcx16 a.c -lpthread; ./a.out
-- (-mcx16 lets x86-64 compare and swap 16 bytes; other machines do not know it)
-- Not exported: Termination (leads-to).
-- Not exported: Coverage (leads-to).

type
  Member: 0 .. 1; -- a1, b1
  Arrival: 0 .. 0; -- r0
  Datum: 0 .. 1; -- A, B
  View: 0 .. 0; -- v0
  Kind: enum { Kind_data, Kind_ack };

var
  formed: array [View] of boolean;
  prev: array [View] of array [View] of boolean;
  in_view: array [View] of array [Member] of boolean;
  belongs: array [View] of array [View] of boolean;
  same: array [View] of array [Member] of array [Member] of boolean;
  settled: array [View] of boolean;
  arrived: array [Arrival] of boolean;
  sent: array [Kind] of array [Member] of array [View] of boolean;
  late: array [Member] of array [View] of boolean;
  placed: array [View] of array [Kind] of array [Member] of array [View] of boolean;
  delivered: array [Member] of array [Kind] of array [Member] of array [View] of boolean;
  crashed: array [Member] of boolean;
  suspected: array [Member] of boolean;
  installed: array [Member] of array [View] of boolean;
  indicator: array [Member] of boolean;
  completed: array [Member] of array [View] of boolean;
  holds: array [Member] of array [Datum] of boolean;
  held: array [Member] of array [View] of array [Datum] of boolean;

function arrives(x1: Member; x2: Arrival): boolean;
begin
  return (x1 = 0 & x2 = 0) | (x1 = 1 & x2 = 0);
end;
function origin(x1: Member; x2: Member): boolean;
begin
  return (x1 = 0 & x2 = 0) | (x1 = 1 & x2 = 1);
end;
function brings(x1: Member; x2: Datum): boolean;
begin
  return (x1 = 0 & x2 = 0) | (x1 = 1 & x2 = 1);
end;

function open_view(v: View): boolean;
begin
  return formed[v] & !exists w: View do prev[w][v] end;
end;
function in_request(w: View; v: View): boolean;
begin
  return exists r: View do belongs[w][r] & belongs[v][r] end;
end;
function done(m: Member; v: View): boolean;
begin
  return exists w: View do in_request(w, v) & w <= v & completed[m][w] end;
end;
function waiting(k: Kind; p: Member; v: View): boolean;
begin
  return sent[k][p][v] & !exists w: View do placed[w][k][p][v] end;
end;
function earlier(j: Kind; u: View; k: Kind; v: View; p: Member): boolean;
begin
  return u < v | (u = v & ((j = Kind_data & k = Kind_ack & !late[p][v]) | (j = Kind_ack &
    k = Kind_data & late[p][v])));
end;
function together(w: View; q: Member; p: Member): boolean;
begin
  return exists r: View do belongs[w][r] & same[r][q][p] end;
end;
function at(m: Member; u: View): boolean;
begin
  return installed[m][u] & forall w: View do u < w -> !installed[m][w] end;
end;
function exchanging(m: Member; v: View): boolean;
begin
  return at(m, v) & !exists u: View do completed[m][u] & in_request(u, v) end;
end;
function has_every_acknowledgment(m: Member; u: View): boolean;
begin
  return forall p: Member do in_view[u][p] -> delivered[m][Kind_ack][p][u] end;
end;
function has_finished_with(m: Member; u: View; v: View): boolean;
begin
  return forall k: Kind do forall p: Member do forall w: View do placed[u][k][p][w] ->
    delivered[m][k][p][w] end end end & !(exchanging(m, u) & has_every_acknowledgment(m, u));
end;
function failed(x: Member): boolean;
begin
  return crashed[x] | suspected[x];
end;
function next_view(v: View): boolean;
begin
  return !formed[v] & forall w: View do w < v -> formed[w] end;
end;
function can_close(u: View; v: View): boolean;
begin
  return open_view(u) & next_view(v);
end;
function everyone_acknowledged(u: View): boolean;
begin
  return forall p: Member do in_view[u][p] -> placed[u][Kind_ack][p][u] end;
end;
function over(u: View): boolean;
begin
  return settled[u] | everyone_acknowledged(u);
end;
function in_round(m: Member; v: View): boolean;
begin
  return !crashed[m] & exchanging(m, v);
end;
function leads(m: Member; v: View): boolean;
begin
  return in_view[v][m] & forall x: Member do (in_view[v][x] & together(v, x, m)) -> m <= x end;
end;
function bears_data(m: Member; v: View): boolean;
begin
  return exists r: View do exists d: Datum do belongs[v][r] & held[m][r][d] end end;
end;
function must_speak(m: Member; v: View): boolean;
begin
  return leads(m, v) & bears_data(m, v) & !sent[Kind_data][m][v] & !indicator[m];
end;
function received(m: Member; p: Member; u: View): boolean;
begin
  return delivered[m][Kind_data][p][u];
end;
function spoke(p: Member; r: View): boolean;
begin
  return exists u: View do belongs[u][r] & sent[Kind_data][p][u] end;
end;
function can_order(k: Kind; p: Member; v: View; w: View): boolean;
begin
  return (v <= w) & waiting(k, p, v) & open_view(w) & in_view[w][p] & !exists j: Kind do exists
    u: View do earlier(j, u, k, v, p) & waiting(j, p, u) end end & !exists j: Kind do exists u: View
    do exists x: View do earlier(k, v, j, u, p) & placed[x][j][p][u] end end end;
end;
function can_deliver(q: Member; k: Kind; p: Member; v: View): boolean;
begin
  return !crashed[q] & !delivered[q][k][p][v] & exists w: View do at(q, w) & placed[w][k][p][v] end
    & !exists j: Kind do exists u: View do exists w: View do at(q, w) & earlier(j, u, k, v, p) &
    placed[w][j][p][u] & !delivered[q][j][p][u] end end end;
end;
function can_install(m: Member; v: View): boolean;
begin
  return formed[v] & in_view[v][m] & !crashed[m] & !installed[m][v] & forall u: View do (prev[v][u]
    & in_view[u][m]) -> (at(m, u) & has_finished_with(m, u, v)) end & (exists u: View do
    installed[m][u] end -> exists u: View do prev[v][u] & in_view[u][m] end);
end;
function can_crash(m: Member): boolean;
begin
  return !crashed[m] & exists v: View do open_view(v) & in_view[v][m] end & (((failed(0) ? 1 : 0) +
    (failed(1) ? 1 : 0)) + 1 <= 0);
end;
function can_exclude(u: View; v: View): boolean;
begin
  return can_close(u, v) & exists m: Member do in_view[u][m] & failed(m) end & exists m: Member do
    in_view[u][m] & !failed(m) end;
end;
function can_request(u: View; v: View; a: Arrival): boolean;
begin
  return can_close(u, v) & !arrived[a] & forall b: Arrival do b < a -> arrived[b] end & exists
    m: Member do arrives(m, a) end;
end;
function can_transmit(m: Member; v: View): boolean;
begin
  return in_round(m, v) & must_speak(m, v) & !sent[Kind_ack][m][v];
end;
function can_acknowledge(m: Member; v: View): boolean;
begin
  return in_round(m, v) & !sent[Kind_ack][m][v] & !must_speak(m, v);
end;
function can_complete(m: Member; v: View): boolean;
begin
  return !crashed[m] & exchanging(m, v) & has_every_acknowledgment(m, v);
end;

startstate "start 1"
begin
  for element: View do
    formed[element] := forall other: View do element <= other end;
  end;
  for x1: View do for x2: View do
    prev[x1][x2] := false;
  end; end;
  for v: View do for m: Member do
    in_view[v][m] := forall other: View do v <= other end & exists a: Arrival do forall
      other: Arrival do a <= other end & arrives(m, a) end;
  end; end;
  for v: View do for r: View do
    belongs[v][r] := forall other: View do v <= other end & v = r;
  end; end;
  for v: View do for a: Member do for b: Member do
    same[v][a][b] := forall other: View do v <= other end & exists a_2: Arrival do forall
      other: Arrival do a_2 <= other end & arrives(a, a_2) end & exists a_2: Arrival do forall
      other: Arrival do a_2 <= other end & arrives(b, a_2) end & origin(a, b);
  end; end; end;
  for x1: View do
    settled[x1] := false;
  end;
  for element: Arrival do
    arrived[element] := forall other: Arrival do element <= other end;
  end;
  for x1: Kind do for x2: Member do for x3: View do
    sent[x1][x2][x3] := false;
  end; end; end;
  for x1: Member do for x2: View do
    late[x1][x2] := false;
  end; end;
  for x1: View do for x2: Kind do for x3: Member do for x4: View do
    placed[x1][x2][x3][x4] := false;
  end; end; end; end;
  for x1: Member do for x2: Kind do for x3: Member do for x4: View do
    delivered[x1][x2][x3][x4] := false;
  end; end; end; end;
  for x1: Member do
    crashed[x1] := false;
  end;
  for x1: Member do
    suspected[x1] := false;
  end;
  for x1: Member do for x2: View do
    installed[x1][x2] := false;
  end; end;
  for m: Member do
    indicator[m] := exists d: Datum do brings(m, d) end;
  end;
  for x1: Member do for x2: View do
    completed[x1][x2] := false;
  end; end;
  for m: Member do for d: Datum do
    holds[m][d] := brings(m, d);
  end; end;
  for x1: Member do for x2: View do for x3: Datum do
    held[x1][x2][x3] := false;
  end; end; end;
end;

-- E1, E4: the service takes a message from its sender's queue into the open view.
--
-- Nothing that was sent earlier still waits, and nothing that was sent later is placed: each
-- says it of reachable states, both of all, so that no proof needs to know which are.
ruleset k: Kind; p: Member; v: View; w: View do
rule "order" can_order(k, p, v, w)
==>
begin
  placed[w][k][p][v] := true;
  assert "SilentIfSpokenFor" forall m: Member do forall v: View do (sent[Kind_data][m][v] &
    !sent[Kind_data][m][v]) -> !indicator[m] end end;
  assert "NoEarlyProcessing" forall m: Member do forall v: View do (completed[m][v] &
    !completed[m][v]) -> has_every_acknowledgment(m, v) end end;
end;
end;

-- E1, R3: a member gets a message of its view; data of its subgroup sets its indicator.
--
-- What belongs to another request than the member's is of no effect (E4).
ruleset q: Member; k: Kind; p: Member; v: View do
rule "deliver" can_deliver(q, k, p, v)
==>
var
  after_delivered: array [Member] of array [Kind] of array [Member] of array [View] of boolean;
  after_indicator: array [Member] of boolean;
begin
  after_delivered := delivered;
  after_indicator := indicator;
  after_delivered[q][k][p][v] := true;
  after_indicator[q] := indicator[q] | (k = Kind_data & exists w: View do at(q, w) &
      in_request(w, v) & together(w, q, p) end);
  assert "SilentIfSpokenFor" forall m: Member do forall v: View do (sent[Kind_data][m][v] &
    !sent[Kind_data][m][v]) -> !indicator[m] end end;
  assert "NoEarlyProcessing" forall m: Member do forall v: View do (completed[m][v] &
    !completed[m][v]) -> has_every_acknowledgment(m, v) end end;
  delivered := after_delivered;
  indicator := after_indicator;
end;
end;

-- E2, R3, R6: a member is told of a view; if it starts a request, the indicator clears.
--
-- Before, it has delivered every message of the view it leaves, and completed the exchange
-- if those complete it. Who has installed a view goes on from one view to the next. It notes
-- what it holds: that is what it speaks of in this request.
ruleset m: Member; v: View do
rule "install" can_install(m, v)
==>
var
  after_indicator: array [Member] of boolean;
begin
  after_indicator := indicator;
  installed[m][v] := true;
  for d: Datum do
    held[m][v][d] := belongs[v][v] & holds[m][d];
  end;
  after_indicator[m] := indicator[m] & !belongs[v][v];
  assert "SilentIfSpokenFor" forall m: Member do forall v: View do (sent[Kind_data][m][v] &
    !sent[Kind_data][m][v]) -> !indicator[m] end end;
  assert "NoEarlyProcessing" forall m: Member do forall v: View do (completed[m][v] &
    !completed[m][v]) -> has_every_acknowledgment(m, v) end end;
  indicator := after_indicator;
end;
end;

-- A member stops for ever, and what it knew of messages and views is lost with it.
--
-- What is in its queue may still get out, in order. What it completed, and with which data,
-- stays known, for the application may have acted on it.
ruleset m: Member do
rule "crash" can_crash(m)
==>
var
  after_delivered: array [Member] of array [Kind] of array [Member] of array [View] of boolean;
  after_indicator: array [Member] of boolean;
begin
  after_delivered := delivered;
  after_indicator := indicator;
  crashed[m] := true;
  for i: Kind do for j: Member do for k: View do
    after_delivered[m][i][j][k] := false;
  end; end; end;
  for i: View do
    installed[m][i] := false;
  end;
  after_indicator[m] := false;
  assert "SilentIfSpokenFor" forall m: Member do forall v: View do (sent[Kind_data][m][v] &
    !sent[Kind_data][m][v]) -> !indicator[m] end end;
  assert "NoEarlyProcessing" forall m: Member do forall v: View do (completed[m][v] &
    !completed[m][v]) -> has_every_acknowledgment(m, v) end end;
  delivered := after_delivered;
  indicator := after_indicator;
end;
end;

-- E3, R6: a view without the failed members continues the request of view u.
ruleset u: View; v: View do
rule "exclude" can_exclude(u, v)
==>
var
  after_in_view: array [View] of array [Member] of boolean;
  after_belongs: array [View] of array [View] of boolean;
begin
  after_in_view := in_view;
  after_belongs := belongs;
  formed[v] := true;
  prev[v][u] := true;
  for m: Member do
    after_in_view[v][m] := in_view[u][m] & !failed(m);
  end;
  for r: View do
    after_belongs[v][r] := belongs[u][r];
  end;
  settled[v] := over(u);
  assert "SilentIfSpokenFor" forall m: Member do forall v: View do (sent[Kind_data][m][v] &
    !sent[Kind_data][m][v]) -> !indicator[m] end end;
  assert "NoEarlyProcessing" forall m: Member do forall v: View do (completed[m][v] &
    !completed[m][v]) -> has_every_acknowledgment(m, v) end end;
  in_view := after_in_view;
  belongs := after_belongs;
end;
end;

-- R9, R10: a view with new members starts a request, perhaps in the middle of another.
--
-- Whoever completed the exchange of before together is one subgroup; who did not is still
-- in the subgroup of before; the members that arrive bring their subgroups along.
ruleset u: View; v: View; a: Arrival do
rule "request" can_request(u, v, a)
==>
var
  after_in_view: array [View] of array [Member] of boolean;
  after_belongs: array [View] of array [View] of boolean;
  after_same: array [View] of array [Member] of array [Member] of boolean;
begin
  after_in_view := in_view;
  after_belongs := belongs;
  after_same := same;
  formed[v] := true;
  prev[v][u] := true;
  arrived[a] := true;
  for m: Member do
    after_in_view[v][m] := (in_view[u][m] & !failed(m)) | arrives(m, a);
  end;
  after_belongs[v][v] := true;
  for x: Member do for y: Member do
    after_same[v][x][y] := (in_view[u][x] & !failed(x) & in_view[u][y] & !failed(y) & (over(u) |
      together(u, x, y))) | (arrives(x, a) & arrives(y, a) & origin(x, y));
  end; end;
  assert "SilentIfSpokenFor" forall m: Member do forall v: View do (sent[Kind_data][m][v] &
    !sent[Kind_data][m][v]) -> !indicator[m] end end;
  assert "NoEarlyProcessing" forall m: Member do forall v: View do (completed[m][v] &
    !completed[m][v]) -> has_every_acknowledgment(m, v) end end;
  in_view := after_in_view;
  belongs := after_belongs;
  same := after_same;
end;
end;

-- R1, R2, R5, R7, R11: the leader of a subgroup speaks for it, before it acknowledges.
ruleset m: Member; v: View do
rule "transmit" can_transmit(m, v)
==>
var
  after_sent: array [Kind] of array [Member] of array [View] of boolean;
  after_indicator: array [Member] of boolean;
begin
  after_sent := sent;
  after_indicator := indicator;
  after_sent[Kind_data][m][v] := true;
  after_indicator[m] := true;
  assert "SilentIfSpokenFor" forall m: Member do forall v: View do (after_sent[Kind_data][m][v] &
    !sent[Kind_data][m][v]) -> !indicator[m] end end;
  assert "NoEarlyProcessing" forall m: Member do forall v: View do (completed[m][v] &
    !completed[m][v]) -> has_every_acknowledgment(m, v) end end;
  sent := after_sent;
  indicator := after_indicator;
end;
end;

-- R4, R7: a member acknowledges once a round, when it has no more to say in it.
ruleset m: Member; v: View do
rule "acknowledge" can_acknowledge(m, v)
==>
var
  after_sent: array [Kind] of array [Member] of array [View] of boolean;
begin
  after_sent := sent;
  after_sent[Kind_ack][m][v] := true;
  assert "SilentIfSpokenFor" forall m: Member do forall v: View do (after_sent[Kind_data][m][v] &
    !sent[Kind_data][m][v]) -> !indicator[m] end end;
  assert "NoEarlyProcessing" forall m: Member do forall v: View do (completed[m][v] &
    !completed[m][v]) -> has_every_acknowledgment(m, v) end end;
  sent := after_sent;
end;
end;

-- R4: with every acknowledgment of the round, m processes what it received.
--
-- Its data is then what it held together with the data of every subgroup.
ruleset m: Member; v: View do
rule "complete" can_complete(m, v)
==>
var
  after_completed: array [Member] of array [View] of boolean;
  after_holds: array [Member] of array [Datum] of boolean;
begin
  after_completed := completed;
  after_holds := holds;
  after_completed[m][v] := true;
  for d: Datum do
    after_holds[m][d] := holds[m][d] | exists p: Member do exists u: View do exists r: View do
      belongs[v][r] & belongs[u][r] & delivered[m][Kind_data][p][u] & held[p][r][d] end end end;
  end;
  assert "SilentIfSpokenFor" forall m: Member do forall v: View do (sent[Kind_data][m][v] &
    !sent[Kind_data][m][v]) -> !indicator[m] end end;
  assert "NoEarlyProcessing" forall m: Member do forall v: View do (after_completed[m][v] &
    !completed[m][v]) -> has_every_acknowledgment(m, v) end end;
  completed := after_completed;
  holds := after_holds;
end;
end;

-- R2, R11: no member receives the group data of one subgroup twice in a request.
invariant "AtMostOnce" forall m: Member do forall p: Member do forall q: Member do forall u: View do
  forall v: View do (received(m, p, u) & received(m, q, v) & in_request(u, v) & together(u, p, q))
  -> (p = q & u = v) end end end end end;

-- R9, R10: who completes has the data of every data-bearing subgroup still in the view.
--
-- Stronger than needed: of a member that crashed and is not yet excluded, too.
invariant "Complete" forall m: Member do forall v: View do forall x: Member do (completed[m][v] &
  !crashed[m] & in_view[v][x] & bears_data(x, v)) -> exists p: Member do exists u: View do
  in_request(u, v) & together(v, p, x) & received(m, p, u) end end end end end;

-- Members that complete in the same view have received the same data.
--
-- Of one that crashed since, SameData speaks: what it received is forgotten, what it made of
-- it is not.
invariant "Agreement" forall a: Member do forall b: Member do forall v: View do forall p: Member do
  forall u: View do (completed[a][v] & completed[b][v] & !crashed[b] & in_request(u, v) &
  received(a, p, u)) -> received(b, p, u) end end end end end;

-- Agreement, after: they hold the same group data until the next exchange ends.
invariant "SameData" forall a: Member do forall b: Member do forall v: View do forall d: Datum do
  (completed[a][v] & completed[b][v] & !exists w: View do v < w & (completed[a][w] |
  completed[b][w]) end & holds[a][d]) -> holds[b][d] end end end end;

-- R4, R12: who goes together from one view to the next: all have completed, or none.
invariant "Uniform" forall a: Member do forall b: Member do forall v: View do forall u: View do
  (prev[v][u] & installed[a][v] & installed[b][v] & in_view[u][a] & in_view[u][b] & done(a, u)) ->
  done(b, u) end end end end;

-- R9, R10: the subgroups of a request are announced by who has really completed.
--
-- Whoever goes on knows whether the exchange is over, and who has completed together is one
-- subgroup in the next request.
invariant "Announced" forall a: Member do forall v: View do forall u: View do (prev[v][u] &
  installed[a][v] & in_view[u][a]) -> done(a, u) = over(u) end end end & forall v: View do forall
  u: View do forall a: Member do forall b: Member do (belongs[v][v] & prev[v][u] & installed[a][v] &
  installed[b][v] & done(a, u) & done(b, u)) -> same[v][a][b] end end end end;

-- R4: what a member holds it brought along, or received from one that held it.
invariant "NothingInvented" forall m: Member do forall d: Datum do (holds[m][d] & !crashed[m]) ->
  (brings(m, d) | exists p: Member do exists u: View do exists r: View do received(m, p, u) &
  belongs[u][r] & held[p][r][d] end end end) end end;

-- R9: until it completes, a member holds what it noted when the request reached it.
invariant "SpeaksOfItsOwn" forall m: Member do forall r: View do forall d: Datum do (belongs[r][r] &
  installed[m][r] & !exists w: View do r <= w & completed[m][w] end) -> held[m][r][d] = holds[m][d]
  end end end;

-- R1, R8: of the members of a view, at most one of each subgroup believes it leads.
invariant "OneLeader" forall v: View do forall a: Member do forall b: Member do (leads(a, v) &
  leads(b, v) & together(v, a, b)) -> a = b end end end;

-- Data sent for a subgroup equals the data that all its members held.
--
-- A message speaks for the subgroup of its sender, with what the sender held when the
-- request reached it.
invariant "OwnVoice" forall p: Member do forall r: View do forall c: Member do forall d: Datum do
  (spoke(p, r) & same[r][p][c] & installed[c][r]) -> held[p][r][d] = held[c][r][d] end end end end;

-- R3: a set indicator implies that the subgroup's data was received, or sent by itself.
invariant "Truthful" forall m: Member do forall v: View do (indicator[m] & exchanging(m, v)) ->
  exists p: Member do exists u: View do in_request(u, v) & together(v, p, m) & (received(m, p, u) |
  (p = m & sent[Kind_data][p][u])) end end end end;

-- R7: a leader has spoken, or been spoken for, before it acknowledges.
invariant "AckAfterData" forall m: Member do forall v: View do (sent[Kind_ack][m][v] & !crashed[m] &
  leads(m, v) & bears_data(m, v)) -> exists p: Member do exists u: View do in_request(u, v) &
  together(v, p, m) & (received(m, p, u) | (p = m & sent[Kind_data][p][u])) & !(u = v & late[p][u])
  end end end end;

-- R9, R10: a completed request without failures has cost exactly the messages it needs.
invariant "ExactCost" forall r: View do forall m: Member do (belongs[r][r] & completed[m][r] &
  !exists m_2: Member do in_view[r][m_2] & failed(m_2) end) -> ((belongs[0][r] &
  sent[Kind_data][0][0]) ? 1 : 0) + ((belongs[0][r] & sent[Kind_data][1][0]) ? 1 : 0) +
  ((belongs[0][r] & sent[Kind_ack][0][0]) ? 1 : 0) + ((belongs[0][r] & sent[Kind_ack][1][0]) ? 1 :
  0) = (((same[r][0][0] & bears_data(0, r) & !exists x: Member do x < 0 & same[r][x][0] end) ? 1 :
  0) + ((same[r][1][1] & bears_data(1, r) & !exists x: Member do x < 1 & same[r][x][1] end) ? 1 :
  0)) + ((in_view[r][0] ? 1 : 0) + (in_view[r][1] ? 1 : 0)) end end;

-- R12: acknowledgment rounds of a request <= 1 + failures during it.
invariant "rounds" forall r: View do belongs[r][r] -> (((belongs[0][r] & formed[0] & !settled[0]) ?
  1 : 0) <= (1 + (((in_view[r][0] & exists v: View do belongs[v][r] & formed[v] & !settled[v] &
  !in_view[v][0] end) ? 1 : 0) + ((in_view[r][1] & exists v: View do belongs[v][r] & formed[v] &
  !settled[v] & !in_view[v][1] end) ? 1 : 0)))) end;

-- R2, R5: transmissions for x's subgroup <= 1 + crashes of leaders that had spoken.
invariant "transmissions" forall r: View do forall x: Member do same[r][x][x] -> ((((belongs[0][r] &
  same[r][0][x] & sent[Kind_data][0][0]) ? 1 : 0) + ((belongs[0][r] & same[r][1][x] &
  sent[Kind_data][1][0]) ? 1 : 0)) <= (1 + (((same[r][0][x] & crashed[0] & spoke(0, r)) ? 1 : 0) +
  ((same[r][1][x] & crashed[1] & spoke(1, r)) ? 1 : 0)))) end end;

-- R9, R10: messages without failures <= one for each subgroup with data + one a member.
invariant "messages" forall r: View do (belongs[r][r] & !exists m: Member do in_view[r][m] &
  failed(m) end) -> ((((belongs[0][r] & sent[Kind_data][0][0]) ? 1 : 0) + ((belongs[0][r] &
  sent[Kind_data][1][0]) ? 1 : 0) + ((belongs[0][r] & sent[Kind_ack][0][0]) ? 1 : 0) +
  ((belongs[0][r] & sent[Kind_ack][1][0]) ? 1 : 0)) <= ((((same[r][0][0] & bears_data(0, r) &
  !exists x: Member do x < 0 & same[r][x][0] end) ? 1 : 0) + ((same[r][1][1] & bears_data(1, r) &
  !exists x: Member do x < 1 & same[r][x][1] end) ? 1 : 0)) + ((in_view[r][0] ? 1 : 0) +
  (in_view[r][1] ? 1 : 0)))) end;

invariant "deadlock" forall m: Member do forall v: View do (open_view(v) & in_view[v][m] &
  !crashed[m]) -> done(m, v) end end | exists k: Kind do exists p: Member do exists v: View do
  exists w: View do can_order(k, p, v, w) end end end end | exists q: Member do exists k: Kind do
  exists p: Member do exists v: View do can_deliver(q, k, p, v) end end end end | exists m: Member
  do exists v: View do can_install(m, v) end end | exists m: Member do can_crash(m) end | exists
  u: View do exists v: View do can_exclude(u, v) end end | exists u: View do exists v: View do
  exists a: Arrival do can_request(u, v, a) end end end | exists m: Member do exists v: View do
  can_transmit(m, v) end end | exists m: Member do exists v: View do can_acknowledge(m, v) end end |
  exists m: Member do exists v: View do can_complete(m, v) end end;
