"""The policy file that is shipped."""

from __future__ import annotations

from importlib import resources

DEFAULT = (resources.files("policies") / "pypa.yml").read_text(encoding="utf-8")
