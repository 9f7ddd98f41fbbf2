/* VerifiedExchange at the scope Member 2, Arrival 1, Datum 2, View 1, Kind 2.
 * The exchange with its properties.
 *
 *   spin -a FILE; cc -O3 -DSAFETY -DNOREDUCE -o pan pan.c; ./pan -c0 -n -m1000000
 *
 * A property is violated where pan says `assertion violated` with its name.
 * Our states are SPIN's; our transitions SPIN's less 1 and less the errors.
 * Not exported: Termination (leads-to).
 * Not exported: Coverage (leads-to).
 */

bit sent_data_a1_v0;
bit sent_data_b1_v0;
bit sent_ack_a1_v0;
bit sent_ack_b1_v0;
bit placed_v0_data_a1_v0;
bit placed_v0_data_b1_v0;
bit placed_v0_ack_a1_v0;
bit placed_v0_ack_b1_v0;
bit delivered_a1_data_a1_v0;
bit delivered_a1_data_b1_v0;
bit delivered_a1_ack_a1_v0;
bit delivered_a1_ack_b1_v0;
bit delivered_b1_data_a1_v0;
bit delivered_b1_data_b1_v0;
bit delivered_b1_ack_a1_v0;
bit delivered_b1_ack_b1_v0;
bit installed_a1_v0;
bit installed_b1_v0;
bit indicator_a1 = 1;
bit indicator_b1 = 1;
bit completed_a1_v0;
bit completed_b1_v0;
bit holds_a1_B;
bit holds_b1_A;
bit held_a1_v0_A;
bit held_a1_v0_B;
bit held_b1_v0_A;
bit held_b1_v0_B;

/* No part of the state; always 0, so that what is asserted has a name. */
hidden byte AtMostOnce;
hidden byte Complete;
hidden byte Agreement;
hidden byte SameData;
hidden byte Uniform;
hidden byte Announced;
hidden byte NothingInvented;
hidden byte SpeaksOfItsOwn;
hidden byte OneLeader;
hidden byte OwnVoice;
hidden byte Truthful;
hidden byte SilentIfSpokenFor;
hidden byte AckAfterData;
hidden byte NoEarlyProcessing;
hidden byte ExactCost;
hidden byte rounds;
hidden byte transmissions;
hidden byte messages;
hidden byte deadlock;

/* Definitions, guards (can_...) and properties (..._holds). */
#define waiting_data_a1_v0 (sent_data_a1_v0 && !placed_v0_data_a1_v0)
#define can_order_data_a1_v0_v0 (waiting_data_a1_v0 && !placed_v0_ack_a1_v0)
#define waiting_data_b1_v0 (sent_data_b1_v0 && !placed_v0_data_b1_v0)
#define can_order_data_b1_v0_v0 (waiting_data_b1_v0 && !placed_v0_ack_b1_v0)
#define waiting_ack_a1_v0 (sent_ack_a1_v0 && !placed_v0_ack_a1_v0)
#define can_order_ack_a1_v0_v0 (waiting_ack_a1_v0 && !waiting_data_a1_v0)
#define waiting_ack_b1_v0 (sent_ack_b1_v0 && !placed_v0_ack_b1_v0)
#define can_order_ack_b1_v0_v0 (waiting_ack_b1_v0 && !waiting_data_b1_v0)
#define can_deliver_a1_data_a1_v0 (!delivered_a1_data_a1_v0 && installed_a1_v0 && \
  placed_v0_data_a1_v0)
#define can_deliver_a1_data_b1_v0 (!delivered_a1_data_b1_v0 && installed_a1_v0 && \
  placed_v0_data_b1_v0)
#define can_deliver_a1_ack_a1_v0 (!delivered_a1_ack_a1_v0 && installed_a1_v0 && \
  placed_v0_ack_a1_v0 && !(installed_a1_v0 && placed_v0_data_a1_v0 && !delivered_a1_data_a1_v0))
#define can_deliver_a1_ack_b1_v0 (!delivered_a1_ack_b1_v0 && installed_a1_v0 && \
  placed_v0_ack_b1_v0 && !(installed_a1_v0 && placed_v0_data_b1_v0 && !delivered_a1_data_b1_v0))
#define can_deliver_b1_data_a1_v0 (!delivered_b1_data_a1_v0 && installed_b1_v0 && \
  placed_v0_data_a1_v0)
#define can_deliver_b1_data_b1_v0 (!delivered_b1_data_b1_v0 && installed_b1_v0 && \
  placed_v0_data_b1_v0)
#define can_deliver_b1_ack_a1_v0 (!delivered_b1_ack_a1_v0 && installed_b1_v0 && \
  placed_v0_ack_a1_v0 && !(installed_b1_v0 && placed_v0_data_a1_v0 && !delivered_b1_data_a1_v0))
#define can_deliver_b1_ack_b1_v0 (!delivered_b1_ack_b1_v0 && installed_b1_v0 && \
  placed_v0_ack_b1_v0 && !(installed_b1_v0 && placed_v0_data_b1_v0 && !delivered_b1_data_b1_v0))
#define can_install_a1_v0 (!installed_a1_v0)
#define can_install_b1_v0 (!installed_b1_v0)
#define exchanging_a1_v0 (installed_a1_v0 && !completed_a1_v0)
#define bears_data_a1_v0 (held_a1_v0_A || held_a1_v0_B)
#define must_speak_a1_v0 (bears_data_a1_v0 && !sent_data_a1_v0 && !indicator_a1)
#define can_transmit_a1_v0 (exchanging_a1_v0 && must_speak_a1_v0 && !sent_ack_a1_v0)
#define exchanging_b1_v0 (installed_b1_v0 && !completed_b1_v0)
#define bears_data_b1_v0 (held_b1_v0_A || held_b1_v0_B)
#define must_speak_b1_v0 (bears_data_b1_v0 && !sent_data_b1_v0 && !indicator_b1)
#define can_transmit_b1_v0 (exchanging_b1_v0 && must_speak_b1_v0 && !sent_ack_b1_v0)
#define can_acknowledge_a1_v0 (exchanging_a1_v0 && !sent_ack_a1_v0 && !must_speak_a1_v0)
#define can_acknowledge_b1_v0 (exchanging_b1_v0 && !sent_ack_b1_v0 && !must_speak_b1_v0)
#define has_every_acknowledgment_a1_v0 (delivered_a1_ack_a1_v0 && delivered_a1_ack_b1_v0)
#define can_complete_a1_v0 (exchanging_a1_v0 && has_every_acknowledgment_a1_v0)
#define has_every_acknowledgment_b1_v0 (delivered_b1_ack_a1_v0 && delivered_b1_ack_b1_v0)
#define can_complete_b1_v0 (exchanging_b1_v0 && has_every_acknowledgment_b1_v0)
#define Complete_holds ((!(completed_a1_v0 && bears_data_a1_v0) || delivered_a1_data_a1_v0) && \
  (!(completed_a1_v0 && bears_data_b1_v0) || delivered_a1_data_b1_v0) && (!(completed_b1_v0 && \
  bears_data_a1_v0) || delivered_b1_data_a1_v0) && (!(completed_b1_v0 && bears_data_b1_v0) || \
  delivered_b1_data_b1_v0))
#define Agreement_holds ((!(completed_a1_v0 && delivered_a1_data_a1_v0) || \
  delivered_a1_data_a1_v0) && (!(completed_a1_v0 && delivered_a1_data_b1_v0) || \
  delivered_a1_data_b1_v0) && (!(completed_a1_v0 && completed_b1_v0 && delivered_a1_data_a1_v0) || \
  delivered_b1_data_a1_v0) && (!(completed_a1_v0 && completed_b1_v0 && delivered_a1_data_b1_v0) || \
  delivered_b1_data_b1_v0) && (!(completed_b1_v0 && completed_a1_v0 && delivered_b1_data_a1_v0) || \
  delivered_a1_data_a1_v0) && (!(completed_b1_v0 && completed_a1_v0 && delivered_b1_data_b1_v0) || \
  delivered_a1_data_b1_v0) && (!(completed_b1_v0 && delivered_b1_data_a1_v0) || \
  delivered_b1_data_a1_v0) && (!(completed_b1_v0 && delivered_b1_data_b1_v0) || \
  delivered_b1_data_b1_v0))
#define SameData_holds ((!(completed_a1_v0 && holds_a1_B) || holds_a1_B) && (!(completed_a1_v0 && \
  completed_b1_v0) || holds_b1_A) && (!(completed_b1_v0 && completed_a1_v0) || holds_a1_B) && \
  (!(completed_b1_v0 && holds_b1_A) || holds_b1_A))
#define NothingInvented_holds ((!holds_a1_B || (delivered_a1_data_a1_v0 && held_a1_v0_B) || \
  (delivered_a1_data_b1_v0 && held_b1_v0_B)) && (!holds_b1_A || (delivered_b1_data_a1_v0 && \
  held_a1_v0_A) || (delivered_b1_data_b1_v0 && held_b1_v0_A)))
#define SpeaksOfItsOwn_holds ((!(installed_a1_v0 && !completed_a1_v0) || held_a1_v0_A) && \
  (!(installed_a1_v0 && !completed_a1_v0) || held_a1_v0_B == holds_a1_B) && (!(installed_b1_v0 && \
  !completed_b1_v0) || held_b1_v0_A == holds_b1_A) && (!(installed_b1_v0 && !completed_b1_v0) || \
  held_b1_v0_B))
#define Truthful_holds ((!(indicator_a1 && exchanging_a1_v0) || delivered_a1_data_a1_v0 || \
  sent_data_a1_v0) && (!(indicator_b1 && exchanging_b1_v0) || delivered_b1_data_b1_v0 || \
  sent_data_b1_v0))
#define SilentIfSpokenFor_holds ((!can_transmit_a1_v0 || sent_data_a1_v0 || !indicator_a1) && \
  (!can_transmit_b1_v0 || sent_data_b1_v0 || !indicator_b1))
#define AckAfterData_holds ((!(sent_ack_a1_v0 && bears_data_a1_v0) || delivered_a1_data_a1_v0 || \
  sent_data_a1_v0) && (!(sent_ack_b1_v0 && bears_data_b1_v0) || delivered_b1_data_b1_v0 || \
  sent_data_b1_v0))
#define NoEarlyProcessing_holds ((!can_complete_a1_v0 || completed_a1_v0 || \
  has_every_acknowledgment_a1_v0) && (!can_complete_b1_v0 || completed_b1_v0 || \
  has_every_acknowledgment_b1_v0))
#define ExactCost_holds ((!completed_a1_v0 || sent_data_a1_v0 + sent_data_b1_v0 + sent_ack_a1_v0 + \
  sent_ack_b1_v0 == bears_data_a1_v0 + bears_data_b1_v0 + 2) && (!completed_b1_v0 || \
  sent_data_a1_v0 + sent_data_b1_v0 + sent_ack_a1_v0 + sent_ack_b1_v0 == bears_data_a1_v0 + \
  bears_data_b1_v0 + 2))
#define transmissions_holds (sent_data_a1_v0 <= 1 && sent_data_b1_v0 <= 1)
#define messages_holds (sent_data_a1_v0 + sent_data_b1_v0 + sent_ack_a1_v0 + sent_ack_b1_v0 <= \
  bears_data_a1_v0 + bears_data_b1_v0 + 2)
#define may_rest (completed_a1_v0 && completed_b1_v0)
#define deadlock_holds (may_rest || can_order_data_a1_v0_v0 || can_order_data_b1_v0_v0 || \
  can_order_ack_a1_v0_v0 || can_order_ack_b1_v0_v0 || can_deliver_a1_data_a1_v0 || \
  can_deliver_a1_data_b1_v0 || can_deliver_a1_ack_a1_v0 || can_deliver_a1_ack_b1_v0 || \
  can_deliver_b1_data_a1_v0 || can_deliver_b1_data_b1_v0 || can_deliver_b1_ack_a1_v0 || \
  can_deliver_b1_ack_b1_v0 || can_install_a1_v0 || can_install_b1_v0 || can_transmit_a1_v0 || \
  can_transmit_b1_v0 || can_acknowledge_a1_v0 || can_acknowledge_b1_v0 || can_complete_a1_v0 || \
  can_complete_b1_v0)

active proctype VerifiedExchange() {
end:
  do
  /* order: E1, E4: the service takes a message from its sender's queue into the open view. */
  :: d_step { can_order_data_a1_v0_v0 -> placed_v0_data_a1_v0 = 1 }
  :: d_step { can_order_data_b1_v0_v0 -> placed_v0_data_b1_v0 = 1 }
  :: d_step { can_order_ack_a1_v0_v0 -> placed_v0_ack_a1_v0 = 1 }
  :: d_step { can_order_ack_b1_v0_v0 -> placed_v0_ack_b1_v0 = 1 }
  /* deliver: E1, R3: a member gets a message of its view; data of its subgroup sets its indicator.
     */
  :: d_step { can_deliver_a1_data_a1_v0 -> delivered_a1_data_a1_v0 = 1; indicator_a1 = (indicator_a1
       || installed_a1_v0) }
  :: d_step { can_deliver_a1_data_b1_v0 -> delivered_a1_data_b1_v0 = 1 }
  :: d_step { can_deliver_a1_ack_a1_v0 -> delivered_a1_ack_a1_v0 = 1 }
  :: d_step { can_deliver_a1_ack_b1_v0 -> delivered_a1_ack_b1_v0 = 1 }
  :: d_step { can_deliver_b1_data_a1_v0 -> delivered_b1_data_a1_v0 = 1 }
  :: d_step { can_deliver_b1_data_b1_v0 -> delivered_b1_data_b1_v0 = 1; indicator_b1 = (indicator_b1
       || installed_b1_v0) }
  :: d_step { can_deliver_b1_ack_a1_v0 -> delivered_b1_ack_a1_v0 = 1 }
  :: d_step { can_deliver_b1_ack_b1_v0 -> delivered_b1_ack_b1_v0 = 1 }
  /* install: E2, R3, R6: a member is told of a view; if it starts a request, the indicator clears.
     */
  :: d_step { can_install_a1_v0 -> installed_a1_v0 = 1; held_a1_v0_A = 1; held_a1_v0_B = holds_a1_B;
       indicator_a1 = 0 }
  :: d_step { can_install_b1_v0 -> installed_b1_v0 = 1; held_b1_v0_A = holds_b1_A; held_b1_v0_B = 1;
       indicator_b1 = 0 }
  /* transmit: R1, R2, R5, R7, R11: the leader of a subgroup speaks for it, before it acknowledges.
     */
  :: d_step { can_transmit_a1_v0 -> sent_data_a1_v0 = 1; indicator_a1 = 1 }
  :: d_step { can_transmit_b1_v0 -> sent_data_b1_v0 = 1; indicator_b1 = 1 }
  /* acknowledge: R4, R7: a member acknowledges once a round, when it has no more to say in it. */
  :: d_step { can_acknowledge_a1_v0 -> sent_ack_a1_v0 = 1 }
  :: d_step { can_acknowledge_b1_v0 -> sent_ack_b1_v0 = 1 }
  /* complete: R4: with every acknowledgment of the round, m processes what it received. */
  :: d_step { can_complete_a1_v0 -> completed_a1_v0 = 1; holds_a1_B = (holds_a1_B ||
       (delivered_a1_data_a1_v0 && held_a1_v0_B) || (delivered_a1_data_b1_v0 && held_b1_v0_B)) }
  :: d_step { can_complete_b1_v0 -> completed_b1_v0 = 1; holds_b1_A = (holds_b1_A ||
       (delivered_b1_data_a1_v0 && held_a1_v0_A) || (delivered_b1_data_b1_v0 && held_b1_v0_A)) }
  /* The properties: each option can be taken where one is false. */
  /* AtMostOnce holds whatever the variables are. */
  :: d_step { !Complete_holds -> assert(Complete) }
  :: d_step { !Agreement_holds -> assert(Agreement) }
  :: d_step { !SameData_holds -> assert(SameData) }
  /* Uniform holds whatever the variables are. */
  /* Announced holds whatever the variables are. */
  :: d_step { !NothingInvented_holds -> assert(NothingInvented) }
  :: d_step { !SpeaksOfItsOwn_holds -> assert(SpeaksOfItsOwn) }
  /* OneLeader holds whatever the variables are. */
  /* OwnVoice holds whatever the variables are. */
  :: d_step { !Truthful_holds -> assert(Truthful) }
  :: d_step { !SilentIfSpokenFor_holds -> assert(SilentIfSpokenFor) }
  :: d_step { !AckAfterData_holds -> assert(AckAfterData) }
  :: d_step { !NoEarlyProcessing_holds -> assert(NoEarlyProcessing) }
  :: d_step { !ExactCost_holds -> assert(ExactCost) }
  /* rounds holds whatever the variables are. */
  :: d_step { !transmissions_holds -> assert(transmissions) }
  :: d_step { !messages_holds -> assert(messages) }
  :: d_step { !deadlock_holds -> assert(deadlock) }
  od
}
