from __future__ import annotations

import pytest

from app.exports.ranges import Versions, patched, versions


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (">= 1.0, < 2.0", Versions(since="1.0", before="2.0")),
        ("= 1.0", Versions(only="1.0")),
        ("<= 3", Versions(through="3")),
        ("< 26.1", Versions(before="26.1")),
        (">= 0", Versions(since="0")),
        (">=1.0,<=1!2.0+local.1", Versions(since="1.0", through="1!2.0+local.1")),
        ("< v2.0.0-rc.1", Versions(before="v2.0.0-rc.1")),
        (None, None),
        ("", None),
        ("1.0", None),
        ("> 1.0", None),
        ("< 2.0, < 3.0", None),
        ("< 2.0, <= 3.0", None),
        ("= 1.0, < 2.0", None),
        ("< 2.0 || > 3.0", None),
        ("all before 2.0", None),
        ("*", None),
    ],
)
def test_ranges_are_read_as_github_writes_them_and_not_guessed_at(text: str | None, read: Versions | None) -> None:
    """A range that was misread tells people that they are safe."""
    assert versions(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (None, ()),
        (" ", ()),
        ("26.1", ("26.1",)),
        (">= 26.1", ("26.1",)),
        ("26.1, 25.3.2", ("26.1", "25.3.2")),
        ("26.1, 26.1", ("26.1",)),
        ("26.1 and later", None),
        ("< 26.1", None),
        ("26.1,", None),
        ("none", None),
    ],
)
def test_fixed_versions_are_a_list(text: str | None, read: tuple[str, ...] | None) -> None:
    """None where it cannot be read, which is not the same as none at all."""
    assert patched(text) == read


def test_a_range_is_written_as_github_writes_it() -> None:
    """People compare it with the advisory."""
    assert str(Versions(since="1.0", before="2.0")) == ">= 1.0, < 2.0"
    assert str(Versions()) == "all versions"
