"""Of which components does a repository ship a copy, as its own files said when they were read last?"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from app.domain.ids import RepoName
from app.store.schema_cases import vendored

_COPIED = ("vendored", "patched", "embedded", "bundled")


def components(conn: Connection, repositories: Iterable[RepoName]) -> tuple[str, ...]:
    """Their names without the ecosystem, in small letters and with hyphens, each once."""
    consumers = [str(repo) for repo in repositories]
    query = select(vendored.c.component).where(vendored.c.consumer.in_(consumers), vendored.c.mode.in_(_COPIED))
    names = conn.execute(query.order_by(vendored.c.component)).scalars()
    return tuple(dict.fromkeys(name.rpartition(":")[2].lower().replace("_", "-") for name in names))
