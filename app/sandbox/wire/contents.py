"""How does GitHub write the files of a repository?"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from app.sandbox.state.files import LINK, SUBMODULE, File
from app.sandbox.state.repositories import Repository
from app.sandbox.state.world import World
from app.sandbox.wire.primitives import Json
from app.sandbox.wire.repositories import api_url, web_url

_KINDS = {LINK: "symlink", SUBMODULE: "submodule"}


def folder(world: World, repo: Repository, entries: Iterable[tuple[str, File | None]]) -> list[Json]:
    """Its entries; None is a folder. GitHub lists submodules as files, as its page says."""
    listed = []
    for path, file in entries:
        kind = "dir" if file is None else "symlink" if file.mode == LINK else "file"
        listed.append(_entry(world, repo, path, file) | {"type": kind})
    return listed


def one(world: World, repo: Repository, path: str, file: File) -> Json:
    """A file with what is in it, or what stands in a file's place."""
    kind = _KINDS.get(file.mode, "file")
    written = _entry(world, repo, path, file) | {"type": kind}
    if kind == "submodule":
        return written | {"submodule_git_url": f"{world.web_url}/{repo.owner.login}/elsewhere.git"}
    if kind == "symlink":
        return written | {"target": file.content.decode()}
    lines = re.findall(".{1,60}", base64.b64encode(file.content).decode())
    return written | {"encoding": "base64", "content": "".join(f"{line}\n" for line in lines)}


def _entry(world: World, repo: Repository, path: str, file: File | None) -> Json:
    is_tree = file is None or file.mode == SUBMODULE
    sha = "0" * 40 if file is None else file.sha
    url = f"{api_url(world, repo)}/contents/{path}"
    git = f"{api_url(world, repo)}/git/{'trees' if is_tree else 'blobs'}/{sha}"
    page = f"{web_url(world, repo)}/{'tree' if is_tree else 'blob'}/main/{path}"
    return {
        "name": PurePosixPath(path).name,
        "path": path,
        "sha": sha,
        "size": 0 if file is None or file.mode == SUBMODULE else len(file.content),
        "url": url,
        "git_url": git,
        "html_url": page,
        "download_url": None if is_tree else f"{world.web_url}/raw/{repo.full_name}/{path}",
        "_links": {"self": url, "git": git, "html": page},
    }
