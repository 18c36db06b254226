"""Do documents stay as they were read by a person?

After a wanted change: `python -m tests.exports.test_golden`, and read what changed.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.exports.documents import FORMATS, Document, Format, export
from tests.exports.matters import cluster
from tests.exports.validity import mistakes

GOLDEN = Path(__file__).parent / "golden"


def written(document: Document) -> str:
    if isinstance(document.content, str):
        return document.content
    return json.dumps(document.content, indent=1) + "\n"


@pytest.mark.parametrize("form", FORMATS)
def test_documents_of_a_case_with_every_answer_are_as_they_were_read(form: Format) -> None:
    """Every answer, two advisories, a copy, and silence: byte for byte."""
    made = export(cluster(), form)
    assert made.documents
    for document in made.documents:
        assert written(document) == (GOLDEN / document.file).read_text(encoding="utf-8")
        if not isinstance(document.content, str):
            assert mistakes(form, document.content) == []


def test_there_is_no_document_more() -> None:
    """One that nobody makes any more would be read for nothing."""
    names = {document.file for form in FORMATS for document in export(cluster(), form).documents}
    assert {path.name for path in GOLDEN.iterdir()} == names


if __name__ == "__main__":
    for each in FORMATS:
        for made in export(cluster(), each).documents:
            (GOLDEN / made.file).write_text(written(made), encoding="utf-8")
