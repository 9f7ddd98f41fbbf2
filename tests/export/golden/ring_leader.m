-- RingLeader
--
--   rumur --deadlock-detection off -o a.c FILE; cc -O3 -mcx16 a.c -lpthread; ./a.out
-- (-mcx16 lets x86-64 compare and swap 16 bytes; other machines do not know it)
-- Not exported: elected (leads-to).

type
  Node: 0 .. 1; -- node0, node1
  Identity: 0 .. 0; -- identity0
  Standing: enum { Standing_candidate, Standing_lost, Standing_won };

var
  initiator: array [Node] of boolean;
  started: array [Node] of boolean;
  standing: array [Node] of Standing;
  in_transit: array [Identity] of array [Node] of boolean;

function between(x1: Node; x2: Node; x3: Node): boolean;
begin
  return false;
end;
function identity(x1: Node): Identity;
begin
  return 0;
end;

function next_is(n: Node; after: Node): boolean;
begin
  return n != after & forall z: Node do z = n | z = after | between(n, after, z) end;
end;
function arrives(i: Identity; n: Node): boolean;
begin
  return started[n] & in_transit[i][n];
end;
function can_initiate(n: Node; after: Node): boolean;
begin
  return !started[n] & initiator[n] & next_is(n, after);
end;
function can_stand_by(n: Node): boolean;
begin
  return !started[n] & !initiator[n];
end;
function can_forward(i: Identity; n: Node; after: Node): boolean;
begin
  return arrives(i, n) & next_is(n, after) & (n != after) & (standing[n] = Standing_lost |
    i < identity(n));
end;
function can_swallow(i: Identity; n: Node): boolean;
begin
  return arrives(i, n) & (standing[n] != Standing_lost) & (identity(n) < i);
end;
function can_win(i: Identity; n: Node): boolean;
begin
  return arrives(i, n) & (standing[n] != Standing_lost) & (i = identity(n));
end;

startstate "start 1"
begin
  initiator[0] := false;
  initiator[1] := false;
  for x1: Node do
    started[x1] := false;
  end;
  for n: Node do
    standing[n] := (initiator[n] ? Standing_candidate : Standing_lost);
  end;
  for x1: Identity do for x2: Node do
    in_transit[x1][x2] := false;
  end; end;
end;

startstate "start 2"
begin
  initiator[0] := false;
  initiator[1] := true;
  for x1: Node do
    started[x1] := false;
  end;
  for n: Node do
    standing[n] := (initiator[n] ? Standing_candidate : Standing_lost);
  end;
  for x1: Identity do for x2: Node do
    in_transit[x1][x2] := false;
  end; end;
end;

startstate "start 3"
begin
  initiator[0] := true;
  initiator[1] := false;
  for x1: Node do
    started[x1] := false;
  end;
  for n: Node do
    standing[n] := (initiator[n] ? Standing_candidate : Standing_lost);
  end;
  for x1: Identity do for x2: Node do
    in_transit[x1][x2] := false;
  end; end;
end;

startstate "start 4"
begin
  initiator[0] := true;
  initiator[1] := true;
  for x1: Node do
    started[x1] := false;
  end;
  for n: Node do
    standing[n] := (initiator[n] ? Standing_candidate : Standing_lost);
  end;
  for x1: Identity do for x2: Node do
    in_transit[x1][x2] := false;
  end; end;
end;

ruleset n: Node; after: Node do
rule "initiate" can_initiate(n, after)
==>
begin
  started[n] := true;
  in_transit[identity(n)][after] := true;
end;
end;

ruleset n: Node do
rule "stand_by" can_stand_by(n)
==>
begin
  started[n] := true;
end;
end;

-- A node that lost, or loses now to a smaller identity, passes the message on.
ruleset i: Identity; n: Node; after: Node do
rule "forward" can_forward(i, n, after)
==>
begin
  standing[n] := Standing_lost;
  in_transit[i][n] := false;
  in_transit[i][after] := true;
end;
end;

ruleset i: Identity; n: Node do
rule "swallow" can_swallow(i, n)
==>
begin
  in_transit[i][n] := false;
end;
end;

ruleset i: Identity; n: Node do
rule "win" can_win(i, n)
==>
begin
  in_transit[i][n] := false;
  standing[n] := Standing_won;
end;
end;

-- At most one node wins.
invariant "one_leader" forall m: Node do forall n: Node do (standing[m] = Standing_won &
  standing[n] = Standing_won) -> m = n end end;

-- Who wins is the initiator of the smallest identity, and all others know they lost.
invariant "rightful_leader" forall m: Node do forall n: Node do (standing[n] = Standing_won &
  m != n) -> (initiator[n] & standing[m] = Standing_lost & (initiator[m] ->
  identity(n) < identity(m))) end end;

invariant "deadlock" (forall n: Node do started[n] end & !exists i: Identity do exists n: Node do
  in_transit[i][n] end end) | exists n: Node do exists after: Node do can_initiate(n, after) end end
  | exists n: Node do can_stand_by(n) end | exists i: Identity do exists n: Node do exists
  after: Node do can_forward(i, n, after) end end end | exists i: Identity do exists n: Node do
  can_swallow(i, n) end end | exists i: Identity do exists n: Node do can_win(i, n) end end;
