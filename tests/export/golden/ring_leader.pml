/* RingLeader at the scope Node 2, Identity 1, Standing 3.
 *
 *   spin -a FILE; cc -O3 -DSAFETY -DNOREDUCE -o pan pan.c; ./pan -c0 -n -m1000000
 *
 * A property is violated where pan says `assertion violated` with its name.
 * Our states are SPIN's less 1; our transitions SPIN's less 5 and less the errors.
 * Not exported: elected (leads-to).
 */

#define Standing_candidate 0
#define Standing_lost 1
#define Standing_won 2
bit initiator_node0;
bit initiator_node1;
bit started_node0;
bit started_node1;
unsigned standing_node0 : 2 = 1;
unsigned standing_node1 : 2 = 1;
bit in_transit_identity0_node0;
bit in_transit_identity0_node1;

/* No part of the state; always 0, so that what is asserted has a name. */
hidden byte one_leader;
hidden byte rightful_leader;
hidden byte deadlock;

/* Definitions, guards (can_...) and properties (..._holds). */
#define can_initiate_node0_node1 (!started_node0 && initiator_node0)
#define can_initiate_node1_node0 (!started_node1 && initiator_node1)
#define can_stand_by_node0 (!started_node0 && !initiator_node0)
#define can_stand_by_node1 (!started_node1 && !initiator_node1)
#define arrives_identity0_node0 (started_node0 && in_transit_identity0_node0)
#define can_forward_identity0_node0_node1 (arrives_identity0_node0 && standing_node0 == \
  Standing_lost)
#define arrives_identity0_node1 (started_node1 && in_transit_identity0_node1)
#define can_forward_identity0_node1_node0 (arrives_identity0_node1 && standing_node1 == \
  Standing_lost)
#define can_win_identity0_node0 (arrives_identity0_node0 && standing_node0 != Standing_lost)
#define can_win_identity0_node1 (arrives_identity0_node1 && standing_node1 != Standing_lost)
#define one_leader_holds (!(standing_node0 == Standing_won && standing_node1 == Standing_won) && \
  !(standing_node1 == Standing_won && standing_node0 == Standing_won))
#define rightful_leader_holds ((standing_node1 != Standing_won || (initiator_node1 && \
  standing_node0 == Standing_lost && !initiator_node0)) && (standing_node0 != Standing_won || \
  (initiator_node0 && standing_node1 == Standing_lost && !initiator_node1)))
#define may_rest (started_node0 && started_node1 && !(in_transit_identity0_node0 || \
  in_transit_identity0_node1))
#define deadlock_holds (may_rest || can_initiate_node0_node1 || can_initiate_node1_node0 || \
  can_stand_by_node0 || can_stand_by_node1 || can_forward_identity0_node0_node1 || \
  can_forward_identity0_node1_node0 || can_win_identity0_node0 || can_win_identity0_node1)

active proctype RingLeader() {
  if
  :: d_step { true -> skip }
  :: d_step { true -> initiator_node1 = 1; standing_node1 = Standing_candidate }
  :: d_step { true -> initiator_node0 = 1; standing_node0 = Standing_candidate }
  :: d_step { true -> initiator_node0 = 1; initiator_node1 = 1; standing_node0 = Standing_candidate;
       standing_node1 = Standing_candidate }
  fi;
end:
  do
  /* initiate */
  :: d_step { can_initiate_node0_node1 -> started_node0 = 1; in_transit_identity0_node1 = 1 }
  :: d_step { can_initiate_node1_node0 -> started_node1 = 1; in_transit_identity0_node0 = 1 }
  /* stand_by */
  :: d_step { can_stand_by_node0 -> started_node0 = 1 }
  :: d_step { can_stand_by_node1 -> started_node1 = 1 }
  /* forward: A node that lost, or loses now to a smaller identity, passes the message on. */
  :: d_step { can_forward_identity0_node0_node1 -> standing_node0 = Standing_lost;
       in_transit_identity0_node0 = 0; in_transit_identity0_node1 = 1 }
  :: d_step { can_forward_identity0_node1_node0 -> standing_node1 = Standing_lost;
       in_transit_identity0_node1 = 0; in_transit_identity0_node0 = 1 }
  /* win */
  :: d_step { can_win_identity0_node0 -> in_transit_identity0_node0 = 0;
       standing_node0 = Standing_won }
  :: d_step { can_win_identity0_node1 -> in_transit_identity0_node1 = 0;
       standing_node1 = Standing_won }
  /* The properties: each option can be taken where one is false. */
  :: d_step { !one_leader_holds -> assert(one_leader) }
  :: d_step { !rightful_leader_holds -> assert(rightful_leader) }
  :: d_step { !deadlock_holds -> assert(deadlock) }
  od
}
