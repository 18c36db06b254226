"""How does one of the sandbox's own web pages look?"""

from __future__ import annotations

import html

from starlette.responses import HTMLResponse

from app.sandbox.server.answers import Refusal

_STYLE = """
main { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
main { overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 0.4rem; }
form { margin: 0.5rem 0; } li { margin: 0.2rem 0; }
button, input { font: inherit; padding: 0.3rem 0.7rem; } input { display: block; width: 100%; box-sizing: border-box; }
label { display: block; margin: 0.5rem 0; }
.people { display: flex; flex-wrap: wrap; gap: 0.4rem; list-style: none; padding: 0; }
"""


def page(title: str, body: str, status: int = 200) -> HTMLResponse:
    """`title` is text, `body` is HTML."""
    text = html.escape(title)
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<title>{text}</title><style>{_STYLE}</style>"
        f"<main><h1>{text}</h1><p>This is the sandbox: nobody here is real.</p>"
        f"{body}</main></html>",
        status,
    )


def no_such_page() -> HTMLResponse:
    return page("There is no such page", "", 404)


def refused(refusal: Refusal) -> HTMLResponse:
    return page("GitHub does not do that", f"<p>{html.escape(refusal.message)}</p>", refusal.status)
