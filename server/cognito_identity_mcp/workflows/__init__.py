"""Tools that carry out several operations as one, on the same steps as every operation."""
