"""Human consent: what a call would do, the question, and asking it through the client."""
