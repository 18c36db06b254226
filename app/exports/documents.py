"""Which documents are there, and what may each of them hold?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from app.exports.csaf import csaf, file_name
from app.exports.matter import Matter
from app.exports.openvex import openvex
from app.exports.osv import osv, untold
from app.exports.retrospective import retrospective

Format = Literal["openvex", "csaf-vex", "csaf-advisory", "osv", "retrospective"]
FORMATS: tuple[Format, ...] = get_args(Format)
OF_STATUS: tuple[Format, ...] = ("openvex", "csaf-vex")  # the answers and the ids, and no text of a draft
OF_TEXT: tuple[Format, ...] = ("csaf-advisory", "osv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file: JSON, or Markdown where it is a text."""

    file: str
    content: dict[str, Any] | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """The documents, and what they could not tell."""

    documents: tuple[Document, ...]
    untold: tuple[str, ...] = ()


def export(matter: Matter, form: Format) -> Export:
    """Write it down."""
    match form:
        case "openvex":
            return Export(documents=(Document(file=f"{matter.name}.openvex.json", content=openvex(matter)),))
        case "csaf-vex":
            return _csaf(csaf(matter, "csaf_vex"))
        case "csaf-advisory":
            return _csaf(csaf(matter, "csaf_security_advisory"))
        case "osv":
            records = tuple(Document(file=f"{each['id']}.json", content=each) for each in osv(matter))
            return Export(documents=records, untold=tuple(untold(matter)))
        case "retrospective":
            page = Document(file=f"{matter.name}-retrospective.md", content=retrospective(matter))
            return Export(documents=(page,))


def _csaf(content: dict[str, Any]) -> Export:
    return Export(documents=(Document(file=file_name(content), content=content),))
