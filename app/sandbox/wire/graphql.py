"""What does a GraphQL document ask for? As much of the language as reading takes, and strict about the rest.

Queries with variables, aliases, arguments that are strings or variables, fragments, inline fragments. No mutations.
Source: the GraphQL specification, "Language".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(r'[\s,]*(\.\.\.|[{}()\[\]:!$=]|"(?:[^"\\\n]|\\.)*"|[A-Za-z_][A-Za-z0-9_]*|$)')


class Unreadable(ValueError):
    """The document is not GraphQL, or more of it than this reads."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A field, or (with `on` and no name) what is asked of one type only."""

    name: str = ""
    alias: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    on: str = ""
    fragment: str = ""
    inside: tuple[Selection, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A query and its fragments."""

    asked: tuple[Selection, ...]
    fragments: Mapping[str, Selection]


def read(text: str, variables: Mapping[str, Any]) -> Document:
    """The document with its variables filled in. Raises Unreadable."""
    return _Reader(_tokens(text), variables).document()


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise Unreadable(f"unexpected at {at}")
        at = found.end()
        if found[1]:
            tokens.append(found[1])
        elif at < len(text):
            raise Unreadable(f"unexpected at {at}")
        else:
            break
    return tokens


@dataclass(slots=True)
class _Reader:
    tokens: list[str]
    variables: Mapping[str, Any]
    at: int = 0

    def document(self) -> Document:
        asked: tuple[Selection, ...] | None = None
        fragments: dict[str, Selection] = {}
        while self.at < len(self.tokens):
            match self._next():
                case "query" if asked is None:
                    self._declarations()
                    asked = self._selections()
                case "fragment":
                    name = self._name()
                    self._expect("on")
                    fragments[name] = Selection(on=self._name(), inside=self._selections())
                case other:
                    raise Unreadable(f"unexpected {other}")
        if asked is None:
            raise Unreadable("no query")
        return Document(asked, fragments)

    def _declarations(self) -> None:
        """`($name: String!, …)`: every variable has to be there."""
        if not self._takes("("):
            return
        while not self._takes(")"):
            self._expect("$")
            name = self._name()
            self._expect(":")
            self._expect("String")
            self._expect("!")
            if not isinstance(self.variables.get(name), str):
                raise Unreadable(f"Variable ${name} of type String! was provided invalid value")

    def _selections(self) -> tuple[Selection, ...]:
        self._expect("{")
        found = []
        while not self._takes("}"):
            found.append(self._spread() if self._takes("...") else self._field())
        if not found:
            raise Unreadable("nothing is asked for")
        return tuple(found)

    def _spread(self) -> Selection:
        if self._takes("on"):
            return Selection(on=self._name(), inside=self._selections())
        return Selection(fragment=self._name())

    def _field(self) -> Selection:
        alias = name = self._name()
        if self._takes(":"):
            name = self._name()
        arguments: dict[str, str] = {}
        if self._takes("("):
            while not self._takes(")"):
                argument = self._name()
                self._expect(":")
                arguments[argument] = self._value()
        inside = self._selections() if self._peek() == "{" else ()
        return Selection(name=name, alias=alias, arguments=arguments, inside=inside)

    def _value(self) -> str:
        if self._takes("$"):
            return str(self.variables[self._name()])
        token = self._next()
        if not token.startswith('"'):
            raise Unreadable(f"unexpected {token}")
        return str(json.loads(token))

    def _name(self) -> str:
        token = self._next()
        if not re.fullmatch(r"\w+", token):
            raise Unreadable(f"unexpected {token}")
        return token

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise Unreadable("unexpected end")
        self.at += 1
        return token

    def _takes(self, token: str) -> bool:
        if self._peek() != token:
            return False
        self.at += 1
        return True

    def _expect(self, token: str) -> None:
        if not self._takes(token):
            raise Unreadable(f"unexpected {self._peek()}, expected {token}")
