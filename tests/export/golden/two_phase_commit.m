-- TwoPhase
-- Two-phase commit.
--
-- Args:
--     hasty: the wrong variant, in which the manager commits without asking anybody.
--
--   rumur --deadlock-detection off -o a.c FILE; cc -O3 -mcx16 a.c -lpthread; ./a.out
-- (-mcx16 lets x86-64 compare and swap 16 bytes; other machines do not know it)

type
  ResourceManager: 0 .. 2; -- resourcemanager0, resourcemanager1, resourcemanager2
  Phase: enum { Phase_working, Phase_prepared, Phase_committed, Phase_aborted };
  Decision: enum { Decision_none, Decision_commit, Decision_abort };

var
  phase: array [ResourceManager] of Phase;
  decision: Decision;
  known_prepared: array [ResourceManager] of boolean;
  sent_prepared: array [ResourceManager] of boolean;
  sent_commit: boolean;
  sent_abort: boolean;

function can_receive_prepared(r: ResourceManager): boolean;
begin
  return (decision = Decision_none) & sent_prepared[r];
end;
function can_commit(): boolean;
begin
  return (decision = Decision_none) & forall r: ResourceManager do known_prepared[r] end;
end;
function can_abort(): boolean;
begin
  return (decision = Decision_none);
end;
function can_prepare(r: ResourceManager): boolean;
begin
  return (phase[r] = Phase_working);
end;
function can_choose_to_abort(r: ResourceManager): boolean;
begin
  return (phase[r] = Phase_working);
end;
function can_receive_commit(r: ResourceManager): boolean;
begin
  return sent_commit;
end;
function can_receive_abort(r: ResourceManager): boolean;
begin
  return sent_abort;
end;

startstate "start 1"
begin
  for i: ResourceManager do
    phase[i] := Phase_working;
  end;
  decision := Decision_none;
  for x1: ResourceManager do
    known_prepared[x1] := false;
  end;
  for x1: ResourceManager do
    sent_prepared[x1] := false;
  end;
  sent_commit := false;
  sent_abort := false;
end;

ruleset r: ResourceManager do
rule "receive_prepared" can_receive_prepared(r)
==>
begin
  known_prepared[r] := true;
  assert "decides_once" (decision != Decision_none -> decision = decision);
end;
end;

rule "commit" can_commit()
==>
var
  after_decision: Decision;
begin
  after_decision := decision;
  after_decision := Decision_commit;
  sent_commit := true;
  assert "decides_once" (decision != Decision_none -> after_decision = decision);
  decision := after_decision;
end;

rule "abort" can_abort()
==>
var
  after_decision: Decision;
begin
  after_decision := decision;
  after_decision := Decision_abort;
  sent_abort := true;
  assert "decides_once" (decision != Decision_none -> after_decision = decision);
  decision := after_decision;
end;

ruleset r: ResourceManager do
rule "prepare" can_prepare(r)
==>
begin
  phase[r] := Phase_prepared;
  sent_prepared[r] := true;
  assert "decides_once" (decision != Decision_none -> decision = decision);
end;
end;

ruleset r: ResourceManager do
rule "choose_to_abort" can_choose_to_abort(r)
==>
begin
  phase[r] := Phase_aborted;
  assert "decides_once" (decision != Decision_none -> decision = decision);
end;
end;

ruleset r: ResourceManager do
rule "receive_commit" can_receive_commit(r)
==>
begin
  phase[r] := Phase_committed;
  assert "decides_once" (decision != Decision_none -> decision = decision);
end;
end;

ruleset r: ResourceManager do
rule "receive_abort" can_receive_abort(r)
==>
begin
  phase[r] := Phase_aborted;
  assert "decides_once" (decision != Decision_none -> decision = decision);
end;
end;

-- No resource manager aborts what another commits.
invariant "consistent" !exists a: ResourceManager do exists b: ResourceManager do
  phase[a] = Phase_aborted & phase[b] = Phase_committed end end;

invariant "deadlock" false | exists r: ResourceManager do can_receive_prepared(r) end | can_commit()
  | can_abort() | exists r: ResourceManager do can_prepare(r) end | exists r: ResourceManager do
  can_choose_to_abort(r) end | exists r: ResourceManager do can_receive_commit(r) end | exists
  r: ResourceManager do can_receive_abort(r) end;
