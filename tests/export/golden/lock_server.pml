/* LockServer at the scope Client 3.
 *
 *   spin -a FILE; cc -O3 -DSAFETY -DNOREDUCE -o pan pan.c; ./pan -c0 -n -m1000000
 *
 * A property is violated where pan says `assertion violated` with its name.
 * Our states are SPIN's; our transitions SPIN's less 1 and less the errors.
 * Not exported: served (leads-to).
 */

bit asks_client0;
bit asks_client1;
bit asks_client2;
bit granted_client0;
bit granted_client1;
bit granted_client2;
bit holds_client0;
bit holds_client1;
bit holds_client2;
bit gives_back_client0;
bit gives_back_client1;
bit gives_back_client2;
bit server_has_lock = 1;

/* No part of the state; always 0, so that what is asserted has a name. */
hidden byte exclusive;
hidden byte holders;
hidden byte deadlock;

/* Definitions, guards (can_...) and properties (..._holds). */
#define can_ask_client0 (1)
#define can_ask_client1 (1)
#define can_ask_client2 (1)
#define can_grant_client0 (server_has_lock && asks_client0)
#define can_grant_client1 (server_has_lock && asks_client1)
#define can_grant_client2 (server_has_lock && asks_client2)
#define can_take_client0 (granted_client0)
#define can_take_client1 (granted_client1)
#define can_take_client2 (granted_client2)
#define can_give_back_client0 (holds_client0)
#define can_give_back_client1 (holds_client1)
#define can_give_back_client2 (holds_client2)
#define can_take_back_client0 (gives_back_client0)
#define can_take_back_client1 (gives_back_client1)
#define can_take_back_client2 (gives_back_client2)
#define exclusive_holds (!(holds_client0 && holds_client1) && !(holds_client0 && holds_client2) && \
  !(holds_client1 && holds_client0) && !(holds_client1 && holds_client2) && !(holds_client2 && \
  holds_client0) && !(holds_client2 && holds_client1))
#define holders_holds (holds_client0 + holds_client1 + holds_client2 <= 1)
#define may_rest (0)
#define deadlock_holds (may_rest || can_ask_client0 || can_ask_client1 || can_ask_client2 || \
  can_grant_client0 || can_grant_client1 || can_grant_client2 || can_take_client0 || \
  can_take_client1 || can_take_client2 || can_give_back_client0 || can_give_back_client1 || \
  can_give_back_client2 || can_take_back_client0 || can_take_back_client1 || \
  can_take_back_client2)

active proctype LockServer() {
end:
  do
  /* ask */
  :: d_step { can_ask_client0 -> asks_client0 = 1 }
  :: d_step { can_ask_client1 -> asks_client1 = 1 }
  :: d_step { can_ask_client2 -> asks_client2 = 1 }
  /* grant */
  :: d_step { can_grant_client0 -> server_has_lock = 0; asks_client0 = 0; granted_client0 = 1 }
  :: d_step { can_grant_client1 -> server_has_lock = 0; asks_client1 = 0; granted_client1 = 1 }
  :: d_step { can_grant_client2 -> server_has_lock = 0; asks_client2 = 0; granted_client2 = 1 }
  /* take */
  :: d_step { can_take_client0 -> granted_client0 = 0; holds_client0 = 1 }
  :: d_step { can_take_client1 -> granted_client1 = 0; holds_client1 = 1 }
  :: d_step { can_take_client2 -> granted_client2 = 0; holds_client2 = 1 }
  /* give_back */
  :: d_step { can_give_back_client0 -> holds_client0 = 0; gives_back_client0 = 1 }
  :: d_step { can_give_back_client1 -> holds_client1 = 0; gives_back_client1 = 1 }
  :: d_step { can_give_back_client2 -> holds_client2 = 0; gives_back_client2 = 1 }
  /* take_back */
  :: d_step { can_take_back_client0 -> gives_back_client0 = 0; server_has_lock = 1 }
  :: d_step { can_take_back_client1 -> gives_back_client1 = 0; server_has_lock = 1 }
  :: d_step { can_take_back_client2 -> gives_back_client2 = 0; server_has_lock = 1 }
  /* The properties: each option can be taken where one is false. */
  :: d_step { !exclusive_holds -> assert(exclusive) }
  :: d_step { !holders_holds -> assert(holders) }
  :: d_step { !deadlock_holds -> assert(deadlock) }
  od
}
