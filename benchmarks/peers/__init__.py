"""Servers that are measured beside ours. Each checks what it has to and does nothing else."""
