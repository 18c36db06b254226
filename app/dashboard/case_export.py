"""What may leave a case as files?"""

from __future__ import annotations

import io
import json
import zipfile

from starlette.responses import Response

from app.casework.exporting import exported
from app.dashboard.here import Here
from app.dashboard.saying import field, told
from app.exports.documents import FORMATS, Document, Export
from app.halting import NotAllowed

UNTOLD = "what-could-not-be-told.txt"


async def export(here: Here) -> Response:
    """Before it is public a coordinator has to say yes, and only answers and ids leave."""
    form = next((each for each in FORMATS if each == field(here, "format")), None)
    if form is None:
        raise NotAllowed(f"choose one of {', '.join(FORMATS)}")
    confirmed = bool(field(here, "confirm")) and here.viewer.is_lead
    by = here.by if confirmed else ""
    made: Export = await told(exported(here.greenroom, here.number("case"), form, confirmed=confirmed, by=by))
    return _files(made, f"case-{here.number('case')}-{form}")


def _files(made: Export, name: str) -> Response:
    """One as it is, several in one archive."""
    if len(made.documents) == 1 and not made.untold:
        [only] = made.documents
        kind = "text/markdown" if isinstance(only.content, str) else "application/json"
        return _download(_text(only).encode(), only.file, kind)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for each in made.documents:
            packed.writestr(each.file, _text(each))
        if made.untold:
            packed.writestr(UNTOLD, "\n".join(made.untold) + "\n")
    return _download(archive.getvalue(), f"{name}.zip", "application/zip")


def _download(content: bytes, file: str, kind: str) -> Response:
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in file)
    return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="{safe}"'})


def _text(document: Document) -> str:
    if isinstance(document.content, str):
        return document.content
    return f"{json.dumps(document.content, indent=2, ensure_ascii=False)}\n"
