/* TwoPhase at the scope ResourceManager 3, Phase 4, Decision 3.
 * Two-phase commit.
 *
 * Args:
 *     hasty: the wrong variant, in which the manager commits without asking anybody.
 *
 *   spin -a FILE; cc -O3 -DSAFETY -DNOREDUCE -o pan pan.c; ./pan -c0 -n -m1000000
 *
 * A property is violated where pan says `assertion violated` with its name.
 * Our states are SPIN's; our transitions SPIN's less 1 and less the errors.
 */

#define Decision_none 0
#define Decision_commit 1
#define Decision_abort 2
#define Phase_working 0
#define Phase_prepared 1
#define Phase_aborted 3
#define Phase_committed 2
unsigned phase_resourcemanager0 : 2;
unsigned phase_resourcemanager1 : 2;
unsigned phase_resourcemanager2 : 2;
unsigned decision : 2;
bit known_prepared_resourcemanager0;
bit known_prepared_resourcemanager1;
bit known_prepared_resourcemanager2;
bit sent_prepared_resourcemanager0;
bit sent_prepared_resourcemanager1;
bit sent_prepared_resourcemanager2;
bit sent_commit;
bit sent_abort;

/* No part of the state; always 0, so that what is asserted has a name. */
hidden byte consistent;
hidden byte decides_once;
hidden byte deadlock;

/* Definitions, guards (can_...) and properties (..._holds). */
#define can_receive_prepared_resourcemanager0 (decision == Decision_none && \
  sent_prepared_resourcemanager0)
#define can_receive_prepared_resourcemanager1 (decision == Decision_none && \
  sent_prepared_resourcemanager1)
#define can_receive_prepared_resourcemanager2 (decision == Decision_none && \
  sent_prepared_resourcemanager2)
#define can_commit (decision == Decision_none && known_prepared_resourcemanager0 && \
  known_prepared_resourcemanager1 && known_prepared_resourcemanager2)
#define can_abort (decision == Decision_none)
#define can_prepare_resourcemanager0 (phase_resourcemanager0 == Phase_working)
#define can_prepare_resourcemanager1 (phase_resourcemanager1 == Phase_working)
#define can_prepare_resourcemanager2 (phase_resourcemanager2 == Phase_working)
#define can_choose_to_abort_resourcemanager0 (phase_resourcemanager0 == Phase_working)
#define can_choose_to_abort_resourcemanager1 (phase_resourcemanager1 == Phase_working)
#define can_choose_to_abort_resourcemanager2 (phase_resourcemanager2 == Phase_working)
#define can_receive_commit_resourcemanager0 (sent_commit)
#define can_receive_commit_resourcemanager1 (sent_commit)
#define can_receive_commit_resourcemanager2 (sent_commit)
#define can_receive_abort_resourcemanager0 (sent_abort)
#define can_receive_abort_resourcemanager1 (sent_abort)
#define can_receive_abort_resourcemanager2 (sent_abort)
#define consistent_holds (!((phase_resourcemanager0 == Phase_aborted && phase_resourcemanager0 == \
  Phase_committed) || (phase_resourcemanager0 == Phase_aborted && phase_resourcemanager1 == \
  Phase_committed) || (phase_resourcemanager0 == Phase_aborted && phase_resourcemanager2 == \
  Phase_committed) || (phase_resourcemanager1 == Phase_aborted && phase_resourcemanager0 == \
  Phase_committed) || (phase_resourcemanager1 == Phase_aborted && phase_resourcemanager1 == \
  Phase_committed) || (phase_resourcemanager1 == Phase_aborted && phase_resourcemanager2 == \
  Phase_committed) || (phase_resourcemanager2 == Phase_aborted && phase_resourcemanager0 == \
  Phase_committed) || (phase_resourcemanager2 == Phase_aborted && phase_resourcemanager1 == \
  Phase_committed) || (phase_resourcemanager2 == Phase_aborted && phase_resourcemanager2 == \
  Phase_committed)))
#define decides_once_holds ((!can_commit || decision == Decision_none || decision == \
  Decision_commit) && (!can_abort || decision == Decision_none || decision == Decision_abort))
#define may_rest (0)
#define deadlock_holds (may_rest || can_receive_prepared_resourcemanager0 || \
  can_receive_prepared_resourcemanager1 || can_receive_prepared_resourcemanager2 || can_commit || \
  can_abort || can_prepare_resourcemanager0 || can_prepare_resourcemanager1 || \
  can_prepare_resourcemanager2 || can_choose_to_abort_resourcemanager0 || \
  can_choose_to_abort_resourcemanager1 || can_choose_to_abort_resourcemanager2 || \
  can_receive_commit_resourcemanager0 || can_receive_commit_resourcemanager1 || \
  can_receive_commit_resourcemanager2 || can_receive_abort_resourcemanager0 || \
  can_receive_abort_resourcemanager1 || can_receive_abort_resourcemanager2)

active proctype TwoPhase() {
end:
  do
  /* receive_prepared */
  :: d_step { can_receive_prepared_resourcemanager0 -> known_prepared_resourcemanager0 = 1 }
  :: d_step { can_receive_prepared_resourcemanager1 -> known_prepared_resourcemanager1 = 1 }
  :: d_step { can_receive_prepared_resourcemanager2 -> known_prepared_resourcemanager2 = 1 }
  /* commit */
  :: d_step { can_commit -> decision = Decision_commit; sent_commit = 1 }
  /* abort */
  :: d_step { can_abort -> decision = Decision_abort; sent_abort = 1 }
  /* prepare */
  :: d_step { can_prepare_resourcemanager0 -> phase_resourcemanager0 = Phase_prepared;
       sent_prepared_resourcemanager0 = 1 }
  :: d_step { can_prepare_resourcemanager1 -> phase_resourcemanager1 = Phase_prepared;
       sent_prepared_resourcemanager1 = 1 }
  :: d_step { can_prepare_resourcemanager2 -> phase_resourcemanager2 = Phase_prepared;
       sent_prepared_resourcemanager2 = 1 }
  /* choose_to_abort */
  :: d_step { can_choose_to_abort_resourcemanager0 -> phase_resourcemanager0 = Phase_aborted }
  :: d_step { can_choose_to_abort_resourcemanager1 -> phase_resourcemanager1 = Phase_aborted }
  :: d_step { can_choose_to_abort_resourcemanager2 -> phase_resourcemanager2 = Phase_aborted }
  /* receive_commit */
  :: d_step { can_receive_commit_resourcemanager0 -> phase_resourcemanager0 = Phase_committed }
  :: d_step { can_receive_commit_resourcemanager1 -> phase_resourcemanager1 = Phase_committed }
  :: d_step { can_receive_commit_resourcemanager2 -> phase_resourcemanager2 = Phase_committed }
  /* receive_abort */
  :: d_step { can_receive_abort_resourcemanager0 -> phase_resourcemanager0 = Phase_aborted }
  :: d_step { can_receive_abort_resourcemanager1 -> phase_resourcemanager1 = Phase_aborted }
  :: d_step { can_receive_abort_resourcemanager2 -> phase_resourcemanager2 = Phase_aborted }
  /* The properties: each option can be taken where one is false. */
  :: d_step { !consistent_holds -> assert(consistent) }
  :: d_step { !decides_once_holds -> assert(decides_once) }
  :: d_step { !deadlock_holds -> assert(deadlock) }
  od
}
