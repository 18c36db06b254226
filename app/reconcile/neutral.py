"""How is copied text made harmless?

What a reporter wrote is shown to people who trust the place where they read it. A mention would notify strangers, an
issue reference would leave a trace in public, an image would tell its server who looks, and a forged marker would
confuse ourselves. So a copied description is an indented code block: nothing in it is active, nothing can close it, and
it can be cut anywhere. Source: CommonMark, "Indented code blocks"; GitHub, "Basic writing and formatting syntax".
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_TITLE = 1024  # characters, of an advisory's summary
_JOINER = "\u2060"  # WORD JOINER: invisible, and ends a mention or a reference before it begins
_CUT = "    […cut here. The whole text is in the linked advisory.]"


def quote(text: str, room: int) -> str:
    """Copied text as a block in which nothing is active, at most `room` characters long."""
    lines = [f"    {line}".rstrip() for line in _clean(text).split("\n")]
    quoted = "\n".join(lines)
    if len(quoted) <= room:
        return quoted
    kept = quoted[: max(0, room - len(_CUT) - 1)].rsplit("\n", 1)[0].rstrip()
    return f"{kept}\n{_CUT}"


def plain_line(text: str) -> str:
    """A title as people wrote it, without what makes a copy inert."""
    return " ".join(_clean(text).split())


def neutral_line(text: str) -> str:
    """A copied title or name on one line: mentions, references, links and HTML are visible and inert."""
    line = plain_line(text)
    line = re.sub(r"(?<=[@<&`\[!])(?!\u2060)", _JOINER, line)
    line = re.sub(r"(?<=#)(?=\d)|(?<=\])(?=[(\[:])", _JOINER, line)
    line = re.sub(r"(?i)(?<=\bGH)(?=-\d)", _JOINER, line)
    line = re.sub(r"(?i)(?<=https)(?=://)|(?<=http)(?=://)|(?<=www)(?=\.)", _JOINER, line)
    return line[:LONGEST_TITLE].strip() or "(no title)"


def _clean(text: str) -> str:
    """Line ends as Markdown counts them; no control characters, and nothing that reorders what is read."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in text if each in "\n\t" or unicodedata.category(each) not in {"Cc", "Cs", "Cf"})
