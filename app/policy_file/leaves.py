"""At which places do two policy files differ?

It follows the shape of the file, whatever that is, so that no key which the file learns later goes unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from policies.config import PolicyFile

Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A value, an item of a list or an entry that is there in one file only (None in the other), or is another one."""

    path: Path
    before: Any
    after: Any

    @property
    def is_gone(self) -> bool:
        return self.after is None


def leaves(old: PolicyFile, new: PolicyFile) -> Iterator[Change]:
    """Every difference, in the order of the file. Items of lists have no order; a part comes before what is in it."""
    yield from _parts((), old, new)


def _differing(path: Path, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before or after, BaseModel):
        if before is None or after is None:
            yield Change(path=path, before=before, after=after)
        yield from _parts(path, before, after)
    elif isinstance(before, Mapping) or isinstance(after, Mapping):
        yield from _entries(path, before or {}, after or {})
    elif isinstance(before, tuple) or isinstance(after, tuple):
        yield from _items(path, before or (), after or ())
    else:
        yield Change(path=path, before=before, after=after)


def _parts(path: Path, before: BaseModel | None, after: BaseModel | None) -> Iterator[Change]:
    """Where one is not there at all, the other differs from what would hold if it were silent."""
    model = before if before is not None else after
    if model is None:
        return
    for name, field in type(model).model_fields.items():
        silent = None if field.default is PydanticUndefined else field.default
        sides = [silent if side is None else getattr(side, name) for side in (before, after)]
        yield from _differing((*path, field.alias or name), *sides)


def _entries(path: Path, before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Iterator[Change]:
    for key in dict.fromkeys((*before, *after)):
        yield from _differing((*path, str(key)), before.get(key), after.get(key))


def _items(path: Path, before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterator[Change]:
    yield from (Change(path=path, before=item, after=None) for item in before if item not in after)
    yield from (Change(path=path, before=None, after=item) for item in after if item not in before)
