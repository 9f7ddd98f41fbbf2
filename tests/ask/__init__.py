"""What `onevoice ask` answers, and the counterexamples to induction that it shows."""
