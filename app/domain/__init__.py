"""Frozen values that everything else speaks in. Standard library only, no I/O."""
