"""Routes of the global advisory database: what was published and reviewed, and CVE ids from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import JSONResponse, Response

from app.sandbox.server.answers import not_found, unprocessable
from app.sandbox.server.call import Call, Route
from app.sandbox.server.paging import page_of
from app.sandbox.wire import global_database as wire
from app.sandbox.wire.primitives import Json

_TYPES = {"reviewed", "malware", "unreviewed"}


def get_entry(call: Call) -> Response:
    found = (each for each in _entries(call) if each["ghsa_id"] == call.path["ghsa_id"])
    entry = next(found, None)
    if entry is None:
        raise not_found()
    return JSONResponse(entry)


def list_entries(call: Call) -> Response:
    """GitHub lists what was reviewed unless another type is asked for."""
    kind, cve_id = call.query.get("type", "reviewed"), call.query.get("cve_id")
    if kind not in _TYPES:
        raise unprocessable("Validation Failed")
    chosen = [each for each in _entries(call) if each["type"] == kind and cve_id in {None, each["cve_id"]}]
    page, headers = page_of(chosen, call.query, url=f"{call.world.api_url}/advisories")
    return JSONResponse(page, headers=headers)


def _entries(call: Call) -> Iterator[Json]:
    world = call.world
    for repo in world.repositories.values():
        for advisory in repo.advisories.values():
            if advisory.published_at is None or repo.private:
                continue
            reviewed_at = advisory.published_at + world.reviewed_after
            if reviewed_at <= world.now():
                yield wire.reviewed(world, repo, advisory, reviewed_at)
    for cve_id, (ghsa, since) in world.public_cves.items():
        yield wire.unreviewed(world, ghsa, cve_id, since)


ROUTES = (
    Route("GET", "/advisories", list_entries, "token", ("metadata", "read"), in_public=True),
    Route("GET", "/advisories/{ghsa_id}", get_entry, "token", ("metadata", "read"), in_public=True),
)
