"""Which policy is in force now? The last one that was valid, whatever happens to its file."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import structlog

from policies.config import Policies
from policies.loading import InvalidPolicy, load_policies

log = structlog.get_logger()


class PolicyInForce:
    """A local policy file, read again when asked to."""

    def __init__(self, path: Path | None) -> None:
        """Without a path it is the shipped default. Raises InvalidPolicy."""
        self._path = path
        try:
            self._text = _read(path)
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidPolicy(f"GREENROOM_POLICY names a file that cannot be read: {path}: {error}") from None
        self._policies = load_policies(self._text, self._name)

    def current(self) -> Policies:
        return self._policies

    def refresh(self) -> bool:
        """Read the file again, and say whether another policy is in force now. What is not valid changes nothing."""
        try:
            text = _read(self._path)
        except (OSError, UnicodeDecodeError) as error:
            log.error("policy.unreadable", file=self._name, error=type(error).__name__, stays=self._policies.commit)  # noqa: TRY400
            return False
        if text == self._text:
            return False
        self._text = text  # remembered before it is checked, so that one mistake is told once
        try:
            self._policies = load_policies(text, self._name)
        except InvalidPolicy as error:
            log.error("policy.invalid", mistakes=str(error), stays=self._policies.commit)  # noqa: TRY400
            return False
        log.info("policy.changed", commit=self._policies.commit)
        return True

    @property
    def _name(self) -> str:
        return self._path.name if self._path else "pypa.yml"


def _read(path: Path | None) -> str:
    source = path or resources.files("policies") / "pypa.yml"
    return source.read_text(encoding="utf-8")
