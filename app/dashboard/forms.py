"""What was sent with a form, and did one of our own pages send it?"""

from __future__ import annotations

import hmac

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

FIELDS = 40  # of a form; the longest of ours has ten
LONGEST = 10_000  # characters of one field


async def sent(request: Request, *, origin: str, csrf: str) -> dict[str, str]:
    """The fields without the proof. Raises 403 where another site sent it, and 400 or 413 where it is too much."""
    if request.headers.get("origin", origin) != origin:
        raise HTTPException(403)
    async with request.form(max_files=0, max_fields=FIELDS, max_part_size=LONGEST) as form:
        fields = {name: value for name, value in form.items() if not isinstance(value, UploadFile)}
    if any(len(value) > LONGEST for value in fields.values()):
        raise HTTPException(413)
    if not csrf or not hmac.compare_digest(fields.pop("csrf", "").encode(), csrf.encode()):
        raise HTTPException(403)
    return fields
