"""Observe, decide, apply: one thing at a time, until there is nothing left to do."""
