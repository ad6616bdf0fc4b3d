"""What is wrong with a pool as it stands: checks as a table, and the calls that mend what they find."""
