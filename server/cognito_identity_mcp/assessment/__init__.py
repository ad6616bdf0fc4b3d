"""What a call would do: from request and live state to words, a difference, warnings and a fingerprint."""
