"""What is in the folders and files of a repository? (GitHub: "REST API endpoints for repository contents")."""

from __future__ import annotations

from pathlib import PurePosixPath

from starlette.responses import JSONResponse, Response

from app.sandbox.server.answers import Refusal, not_found
from app.sandbox.server.call import Call, Route
from app.sandbox.state.files import LINK, File, Tree
from app.sandbox.wire import contents as wire

MOST_ENTRIES = 1_000
LARGEST = 1_000_000  # bytes; larger ones are given in other media types only, which this sandbox does not speak


def get_contents(call: Call) -> Response:
    repo = call.repository()
    if repo.commits == 0:
        raise Refusal(404, "This repository is empty.")
    tree = repo.tree_at(call.query.get("ref", ""))
    if tree is None:
        raise Refusal(404, "No commit found for the ref")
    path = "/".join(call.path[part] for part in ("outer", "inner", "path") if part in call.path)
    if path in tree and call.outsider:  # nobody from outside ever asked for it
        raise Refusal(404, "The sandbox tells no file's content.", headers={"x-sandbox-untaught": "yes"})
    if path in tree:
        return JSONResponse(wire.one(call.world, repo, path, _small(_followed(tree, path))))
    entries = _entries(tree, path)
    if not entries and path:
        raise not_found()
    return JSONResponse(wire.folder(call.world, repo, list(entries.items())[:MOST_ENTRIES]))


def _followed(tree: Tree, path: str) -> File:
    """A link to a file of the same repository is answered with that file, as if it stood there."""
    file = tree[path]
    if file.mode != LINK:
        return file
    aim = tree.get(str(PurePosixPath(path).parent / file.content.decode()))
    return aim if aim is not None and aim.mode.startswith("100") else file


def _small(file: File) -> File:
    if len(file.content) > LARGEST:
        raise Refusal(403, "This API returns blobs up to 1 MB in size. Use another media type for a larger one.")
    return file


def _entries(tree: Tree, folder: str) -> dict[str, File | None]:
    prefix = f"{folder}/" if folder else ""
    found: dict[str, File | None] = {}
    for path in sorted(tree):
        if path.startswith(prefix):
            name, _, rest = path.removeprefix(prefix).partition("/")
            found[prefix + name] = None if rest else tree[path]
    return found


_CONTENTS = "/repos/{owner}/{repo}/contents"
ROUTES = tuple(
    Route("GET", _CONTENTS + path, get_contents, "token", ("contents", "read"), in_public=True)
    for path in ("", "/{path}", "/{inner}/{path}", "/{outer}/{inner}/{path}")
)
