-- LockServer
--
--   rumur --deadlock-detection off -o a.c FILE; cc -O3 -mcx16 a.c -lpthread; ./a.out
-- (-mcx16 lets x86-64 compare and swap 16 bytes; other machines do not know it)
-- Not exported: served (leads-to).

type
  Client: 0 .. 2; -- client0, client1, client2

var
  asks: array [Client] of boolean;
  granted: array [Client] of boolean;
  holds: array [Client] of boolean;
  gives_back: array [Client] of boolean;
  server_has_lock: boolean;

function can_ask(c: Client): boolean;
begin
  return true;
end;
function can_grant(c: Client): boolean;
begin
  return server_has_lock & asks[c];
end;
function can_take(c: Client): boolean;
begin
  return granted[c];
end;
function can_give_back(c: Client): boolean;
begin
  return holds[c];
end;
function can_take_back(c: Client): boolean;
begin
  return gives_back[c];
end;

startstate "start 1"
begin
  for x1: Client do
    asks[x1] := false;
  end;
  for x1: Client do
    granted[x1] := false;
  end;
  for x1: Client do
    holds[x1] := false;
  end;
  for x1: Client do
    gives_back[x1] := false;
  end;
  server_has_lock := true;
end;

ruleset c: Client do
rule "ask" can_ask(c)
==>
begin
  asks[c] := true;
end;
end;

ruleset c: Client do
rule "grant" can_grant(c)
==>
begin
  server_has_lock := false;
  asks[c] := false;
  granted[c] := true;
end;
end;

ruleset c: Client do
rule "take" can_take(c)
==>
begin
  granted[c] := false;
  holds[c] := true;
end;
end;

ruleset c: Client do
rule "give_back" can_give_back(c)
==>
begin
  holds[c] := false;
  gives_back[c] := true;
end;
end;

ruleset c: Client do
rule "take_back" can_take_back(c)
==>
begin
  gives_back[c] := false;
  server_has_lock := true;
end;
end;

-- At most one client holds the lock.
invariant "exclusive" forall a: Client do forall b: Client do (holds[a] & holds[b]) -> a = b end
  end;

invariant "holders" true -> (((holds[0] ? 1 : 0) + (holds[1] ? 1 : 0) + (holds[2] ? 1 : 0)) <= 1);

invariant "deadlock" false | exists c: Client do can_ask(c) end | exists c: Client do can_grant(c)
  end | exists c: Client do can_take(c) end | exists c: Client do can_give_back(c) end | exists
  c: Client do can_take_back(c) end;
