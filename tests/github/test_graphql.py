"""What does an answer of GitHub's GraphQL say about each of the things that were asked for at once?"""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.facts import CannotTell
from app.github.errors import RetryLater
from app.github.graphql import Missing, parts, query

WHOLE = {"isPrivate": False}


def test_what_was_asked_for_is_under_its_name() -> None:
    """Nothing failed."""
    assert parts({"data": {"a": WHOLE, "b": WHOLE}}, ["a", "b"]) == {"a": WHOLE, "b": WHOLE}


def test_what_github_does_not_know_is_missing() -> None:
    """Only where it says so of the thing itself."""
    said = {"data": {"a": None, "b": WHOLE}, "errors": [{"type": "NOT_FOUND", "path": ["a"], "message": "no"}]}

    found = parts(said, ["a", "b"])

    assert isinstance(found["a"], Missing)
    assert found["b"] == WHOLE


UNCLEAR: dict[str, tuple[Any, str]] = {
    "forbidden": ({"type": "FORBIDDEN", "path": ["a"]}, "FORBIDDEN"),
    "a part of it is forbidden": ({"type": "FORBIDDEN", "path": ["a", "object"]}, "FORBIDDEN"),
    "a part of it is not found": ({"type": "NOT_FOUND", "path": ["a", "object"]}, "NOT_FOUND"),
    "an error about everything": ({"type": "INTERNAL"}, "INTERNAL"),
    "an error of no type": ({"path": ["a"]}, "an error without a type"),
}


@pytest.mark.parametrize("value", [None, WHOLE])
@pytest.mark.parametrize(("error", "named"), UNCLEAR.values(), ids=UNCLEAR)
def test_an_error_about_it_makes_it_unclear(error: Any, named: str, value: Any) -> None:
    """A null beside an error is not an absence."""
    found = parts({"data": {"a": value, "b": WHOLE}, "errors": [{"message": "x", **error}]}, ["a"])

    assert found["a"] == CannotTell(f"GitHub answered {named} to a part of POST /graphql")


def test_an_error_about_something_else_is_no_matter() -> None:
    """One repository of a hundred is gone."""
    said = {"data": {"a": WHOLE, "b": None}, "errors": [{"type": "FORBIDDEN", "path": ["b"], "message": "x"}]}

    assert parts(said, ["a"]) == {"a": WHOLE}


@pytest.mark.parametrize("data", [{}, {"a": None}, {"a": []}, {"a": "text"}])
def test_what_was_left_out_without_a_word_is_unclear(data: Any) -> None:
    """It was asked for, so there should be something."""
    assert parts({"data": data}, ["a"]) == {
        "a": CannotTell("GitHub left out a part of POST /graphql and does not say why")
    }


@pytest.mark.parametrize(
    "json",
    [
        None,
        [],
        "text",
        {},
        {"data": None},
        {"data": None, "errors": [{"message": "Something went wrong"}]},
        {"errors": [{"message": "Field 'x' doesn't exist on type 'Repository'"}]},
        {"data": {"a": WHOLE}, "errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]},
        {"data": {"a": WHOLE}, "errors": "many"},
    ],
)
def test_no_answer_is_asked_for_again(json: Any) -> None:
    """GitHub says 200 to all of these."""
    with pytest.raises(RetryLater):
        parts(json, ["a"])


def test_no_message_of_github_is_repeated() -> None:
    """It may quote what should not be shown."""
    said = {"data": {"a": None}, "errors": [{"type": "FORBIDDEN", "path": ["a"], "message": "secret words"}]}

    assert "secret" not in str(parts(said, ["a"]))


def test_names_are_variables() -> None:
    """A text that is put together from names could ask for something else."""
    call = query("query($n: String!) { a: repository(owner: $n, name: $n) { isPrivate } }", {"n": 'x") { id } #'})

    assert call.target == "/graphql"
    assert call.body["variables"] == {"n": 'x") { id } #'}
    assert "#" not in call.body["query"]
