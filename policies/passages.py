"""What does a text say in words, paragraph by paragraph?

Markdown and HTML become plain passages. A link stands behind its words as `words <target>`; what is struck out,
comments, blocks of code, keys and front matter are gone. What nobody reads as words on the page is no passage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:(?!---|\.\.\.).*\n){0,200}?(?:---|\.\.\.)[ \t]*\n")
_COMMENT = re.compile(r"<!--(?:(?!-->)[\s\S])*(?:-->|\Z)")
_UNREAD = re.compile(r"<(script|style|pre|template)\b(?:(?!</\1)[\s\S])*(?:</\1[^<>]*>|\Z)", re.IGNORECASE)
_STRUCK = re.compile(r"<(del|s|strike)>[^<]*</\1>", re.IGNORECASE)
_ANCHOR = re.compile(r"""<a\s[^<>]{0,500}?href\s*=\s*["']?([^"'\s<>]{1,500})["']?[^<>]*>""", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ALONE = re.compile(r"\s*(?:[\w.+-]{1,64}@[\w.-]{1,190}|https?://\S{1,300})\s*")
# A block like a security.txt (RFC 9116), which has addresses in fields of that name.
_CONTACT = re.compile(r"^Contact:[ \t]*(?:mailto:)?(\S{3,300})[ \t]*$", re.MULTILINE)
_COPIES = re.compile(r"[?&]b?cc=([^&]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A paragraph, an item of a list or a row of a table. `lead` is the line with a colon before a list."""

    text: str
    heading: str = ""
    lead: str = ""
    is_heading: bool = False
    is_quoted: bool = False  # a field of a block of code, which may show another file
    table: int = 0  # which one a row belongs to
    about: str = ""  # the first cell of a row


def markdown_passages(text: str) -> Iterator[Passage]:
    """The passages of a Markdown text. Never raises: every text is Markdown."""
    return _Markdown().passages(_MARKDOWN.parse(_FRONT_MATTER.sub("", without_keys(text), count=1)))


def without_keys(text: str) -> str:
    """The text without armoured keys, whose comments have addresses in them. An open end takes nothing away."""
    kept: list[str] = []
    key: list[str] = []
    for line in text.removeprefix("\ufeff").splitlines():
        if key or "-----BEGIN PGP" in line:
            key.append(line)
            if "-----END PGP" in line:
                key = []
        else:
            kept.append(line)
    return "\n".join(kept + key) + "\n"


def linked(words: str, target: str) -> str:
    """A link as a passage shows it."""
    shown = destination(target)
    return words if words.strip() == shown else f"{words} <{shown}>"


def destination(target: str) -> str:
    """Where a link leads, with the address of a `mailto:` and those it copies to spelled out."""
    if not target.lower().startswith("mailto:"):
        return target
    address, _, query = target[len("mailto:") :].partition("?")
    return " ".join(unquote(each) for each in (address, *_COPIES.findall("?" + query)))


class _Markdown:
    """Walks the tokens of one text."""

    def __init__(self) -> None:
        self._heading = ""
        self._last = ""  # the passage before, which may lead to a list or to a block of code
        self._leads: list[str] = []

    def passages(self, tokens: list[Token]) -> Iterator[Passage]:
        row: list[str] | None = None
        tables = 0
        for number, token in enumerate(tokens):
            match token.type:
                case "bullet_list_open" | "ordered_list_open":
                    self._leads.append(self._lead())
                case "bullet_list_close" | "ordered_list_close":
                    self._last = self._leads.pop()
                case "table_open":
                    tables += 1
                case "tr_open":
                    row = []
                case "tr_close":
                    cells = row or [""]
                    yield replace(self._passage(" | ".join(cells)), table=tables, about=cells[0].strip())
                    row = None
                case "inline" if row is not None:
                    row.append(_words(token))
                case "inline" if tokens[number - 1].type == "heading_open":
                    self._heading = _words(token)
                    yield Passage(text=self._heading, is_heading=True)
                case "inline":
                    yield self._passage(_words(token))
                case "html_block":
                    yield self._passage(html_words(token.content))
                case "fence" | "code_block":
                    yield from self._quoted(token.content)
                case _:
                    pass

    def _quoted(self, code: str) -> Iterator[Passage]:
        """An address that stands in a block of its own, or fields of a file that is shown."""
        if _ALONE.fullmatch(code):
            yield Passage(text=code.strip(), heading=self._heading, lead=self._lead())
            return
        for contact in _CONTACT.findall(code):
            yield Passage(text=contact, heading=self._heading, is_quoted=True)

    def _lead(self) -> str:
        if self._last.rstrip().endswith(":"):
            return self._last
        return self._leads[-1] if self._leads else ""

    def _passage(self, text: str) -> Passage:
        self._last = text
        return Passage(text=text, heading=self._heading, lead=self._leads[-1] if self._leads else "")


def _words(inline: Token) -> str:
    """The words of a line, with the targets of its links."""
    spoken: list[str] = []
    links: list[tuple[int, str]] = []
    struck = 0
    for token in inline.children or ():
        struck += {"s_open": 1, "s_close": -1}.get(token.type, 0)
        if struck:
            continue
        match token.type:
            case "link_open":
                links.append((len(spoken), str(token.attrs.get("href", ""))))
            case "link_close":
                begun, target = links.pop() if links else (len(spoken), "")
                spoken[begun:] = [linked("".join(spoken[begun:]), target)]
            case "html_inline":
                spoken.append(html_words(token.content))
            case "softbreak" | "hardbreak":
                spoken.append("\n")
            case "text" | "code_inline" | "image" | "text_special":
                spoken.append(token.content)
            case _:
                pass
    return "".join(spoken)


def html_words(html: str) -> str:
    """The words of a piece of HTML. It shows nothing to anybody, so it need not be well-formed."""
    seen = _STRUCK.sub("", _UNREAD.sub("", _COMMENT.sub("", html)))
    anchors = _ANCHOR.sub(lambda anchor: f" \x02{destination(unescape(anchor[1]))}\x03 ", seen)
    return unescape(_TAG.sub(" ", anchors)).replace("\x02", "<").replace("\x03", ">")
