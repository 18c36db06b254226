"""Which policy is in force now? The last one that was valid, whatever happens to its file."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import structlog

from app.domain.ids import RepoName
from app.domain.records import Whereabouts
from policies.config import Policies
from policies.loading import InvalidPolicy, load_policies
from policies.naming import as_called_today

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
        self._written = self._policies = load_policies(self._text, self.name)
        self._found: Mapping[RepoName, Whereabouts] = {}
        self._unreadable: str | None = None
        self._invalid: str | None = None

    def current(self) -> Policies:
        """What holds now, with repositories by their names of today."""
        return self._policies

    def written(self) -> Policies:
        """What people wrote."""
        return self._written

    def follow(self, found: Mapping[RepoName, Whereabouts]) -> None:
        """Hold the rules against the repositories that people meant, where those have other names by now."""
        if found != self._found:
            self._found = found
            self._policies = as_called_today(self._written, found)

    def refresh(self) -> bool:
        """Read the file again, and say whether another policy is in force now. What is not valid changes nothing."""
        try:
            text = _read(self._path)
        except (OSError, UnicodeDecodeError) as error:
            log.error("policy.unreadable", file=self.name, error=type(error).__name__, stays=self._policies.commit)  # noqa: TRY400
            self._unreadable = f"{self.name} cannot be read: {type(error).__name__}"
            return False
        self._unreadable = None
        if text == self._text:
            return False
        self._text = text  # remembered before it is checked, so that one mistake is told once
        try:
            self._written = load_policies(text, self.name)
        except InvalidPolicy as error:
            self._invalid = str(error)
            log.error("policy.invalid", mistakes=str(error), stays=self._policies.commit)  # noqa: TRY400
            return False
        self._invalid = None
        self._policies = as_called_today(self._written, self._found)
        log.info("policy.changed", commit=self._policies.commit)
        return True

    @property
    def mistakes(self) -> str | None:
        """Why is the file, as it is now, not in force? None where it is."""
        return self._unreadable or self._invalid

    @property
    def name(self) -> str:
        """What messages call the file."""
        return self._path.name if self._path else "pypa.yml"


def _read(path: Path | None) -> str:
    source = path or resources.files("policies") / "pypa.yml"
    return source.read_text(encoding="utf-8")
