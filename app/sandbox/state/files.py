"""What is in a repository, and what was in it at other commits?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

LINK, SUBMODULE = "120000", "160000"


@dataclass(frozen=True, slots=True)
class File:
    """What git keeps at a path. Of a symbolic link the content is where it leads, of a submodule the commit there."""

    content: bytes
    mode: str = "100644"

    @property
    def sha(self) -> str:
        """As git names it: by its content."""
        if self.mode == SUBMODULE:
            return self.content.decode()
        return _sha(b"blob %d\0%b" % (len(self.content), self.content))

    @property
    def is_binary(self) -> bool:
        """Is it something that GitHub has no text for?"""
        try:
            return "\x00" in self.content.decode()
        except UnicodeDecodeError:
            return True


Tree: TypeAlias = Mapping[str, File]  # by path


def commit_id(repository_id: int, number: int) -> str:
    """The id of a commit of the default branch."""
    return _sha(f"{repository_id} {number}".encode())


def branch_commit_id(repository_id: int, branch: str, number: int) -> str:
    """The id of a commit of another branch."""
    return _sha(f"{repository_id} {branch} {number}".encode())


def changed(tree: Tree, changes: Mapping[str, File | None]) -> dict[str, File]:
    """The tree with these paths otherwise; None is gone."""
    return {path: file for path, file in {**tree, **changes}.items() if file is not None}


def _sha(named: bytes) -> str:
    return hashlib.sha1(named, usedforsecurity=False).hexdigest()
