"""Greenroom: coordinating the security of Python packaging tools on GitHub."""
