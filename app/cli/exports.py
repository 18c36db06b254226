"""What can be typed to take something out of a case?"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from app.casework.exporting import NotTold, exported
from app.cli.command import CANNOT_TELL, DONE, MISUSED, AsJson, people, stop, with_greenroom
from app.domain.ids import CaseKey, parse_key
from app.exports.documents import FORMATS, Document, Export, Format
from app.halting import NotAllowed
from app.main import Greenroom
from app.private_files import NotWritten, write_new
from app.shown.terminal import Json, say
from app.store.cases import NoSuchCase


def export(
    case: Annotated[str, typer.Argument(help="case/N, or N.")],
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=f"One of {', '.join(FORMATS)}.")],
    *,
    confirm: Annotated[bool, typer.Option("--confirm", help="Also before it is public: answers and ids only.")] = False,
    by: Annotated[str, typer.Option(help="The coordinator who confirms it, as audit and timeline will say.")] = "",
    into: Annotated[Path | None, typer.Option("--into", help="Write files for you alone into this folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print what may leave a case once it is public: who is affected, for machines, or how it went, for people."""

    async def run(greenroom: Greenroom) -> int:
        try:
            made = await exported(greenroom, _number(case), _format(form), confirmed=confirm, by=by)
        except (NotAllowed, NoSuchCase) as error:
            return stop(str(error), MISUSED)
        except NotTold as error:
            return stop(f"cannot tell: {error}", CANNOT_TELL)
        for each in made.untold:
            say(people, each, style="yellow")
        if into is not None:
            try:
                _write(made.documents, into)
            except NotWritten as error:
                return stop(str(error), MISUSED)
        if as_json:
            print(json.dumps(_shown(case, form, made), ensure_ascii=False))
        elif into is None:
            print("\n".join(_text(document).rstrip("\n") for document in made.documents))
        return DONE

    with_greenroom(run)


def _write(documents: Iterable[Document], folder: Path) -> None:
    """All of them or none, for their owner alone: before a case is public its documents are under embargo."""
    files = list[Path]()
    try:
        for document in documents:
            write_new(_text(document), folder / document.file)
            files.append(folder / document.file)
    except NotWritten:
        for file in files:
            file.unlink(missing_ok=True)
        raise


def _shown(case: str, form: str, made: Export) -> Json:
    return {
        "case": _number(case),
        "format": form,
        "documents": [{"file": each.file, "content": each.content} for each in made.documents],
        "untold": list(made.untold),
    }


def _text(document: Document) -> str:
    if isinstance(document.content, str):
        return document.content
    return f"{json.dumps(document.content, indent=2, ensure_ascii=False)}\n"


def _number(text: str) -> int:
    key = parse_key(text if text.lower().startswith("case/") else f"case/{text}")
    if not isinstance(key, CaseKey):
        raise NotAllowed("that is not a case; write case/N with its number, as in case/12")
    return key.number


def _format(text: str) -> Format:
    if text not in FORMATS:
        raise NotAllowed(f'"{text}" is no format; say one of {", ".join(FORMATS)}')
    return text
