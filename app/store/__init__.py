"""What we remember between two looks at GitHub: ids, states, times and keyed digests. No advisory text."""
