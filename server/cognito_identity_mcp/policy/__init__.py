"""What may be done: the policy file and the decision it leads to."""
