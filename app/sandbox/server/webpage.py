"""How does one of the sandbox's own web pages look?"""

from __future__ import annotations

import html

from starlette.responses import HTMLResponse

from app.sandbox.server.answers import Refusal


def page(title: str, body: str, status: int = 200) -> HTMLResponse:
    """`title` is text, `body` is HTML."""
    text = html.escape(title)
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<title>{text}</title><main><h1>{text}</h1><p>This is the sandbox: nobody here is real.</p>"
        f"{body}</main></html>",
        status,
    )


def no_such_page() -> HTMLResponse:
    return page("There is no such page", "", 404)


def refused(refusal: Refusal) -> HTMLResponse:
    return page("GitHub does not do that", f"<p>{html.escape(refusal.message)}</p>", refusal.status)
