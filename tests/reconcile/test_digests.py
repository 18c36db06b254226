"""How a text is recognised without being kept."""

from __future__ import annotations

import pytest

from app.domain.ids import CaseKey, PolicyKey
from app.reconcile.digests import Digests, InvalidKeys
from tests.builders import DIGESTS, LINK, OTHER_DIGESTS, PIP, ROTATED, WHEEL

HEX = "ab" * 32


def test_a_text_is_recognised() -> None:
    """The same parts under the same key, and nothing else."""
    made = DIGESTS.of("baseline", "summary", "Path traversal")

    assert DIGESTS.matches(made, "baseline", "summary", "Path traversal") is True
    assert DIGESTS.matches(made, "baseline", "summary", "path traversal") is False
    assert "Path" not in f"{made}"


def test_parts_do_not_run_into_each_other() -> None:
    """Otherwise a field's name could be taken for a value."""
    assert DIGESTS.of("ab", "c") != DIGESTS.of("a", "bc")
    assert DIGESTS.of("a", "") != DIGESTS.of("a")
    assert DIGESTS.of('a", "b') != DIGESTS.of("a", "b")


def test_any_text_has_a_digest() -> None:
    """GitHub can send half a character."""
    assert DIGESTS.matches(DIGESTS.of("\ud800\0ä"), "\ud800\0ä") is True


def test_a_new_key_makes_new_digests_and_the_old_one_still_recognises() -> None:
    """Keys are rotated by putting a new one in front."""
    old = DIGESTS.of("text")

    assert ROTATED.of("text").key_id == "2027"
    assert ROTATED.of("text").value != old.value
    assert ROTATED.matches(old, "text") is True
    assert ROTATED.matches(old, "another text") is False


def test_a_digest_of_a_key_that_is_gone_is_no_baseline() -> None:
    """Neither a match nor a difference: nothing may be overwritten because of it."""
    assert OTHER_DIGESTS.matches(DIGESTS.of("text"), "text") is None
    assert DIGESTS.matches(None, "text") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no digest key is set"),
        (" , ", "no digest key is set"),
        (HEX, "written ID:HEX"),
        (f":{HEX}", "written ID:HEX"),
        ("2026:", "written ID:HEX"),
        (f"2026:{HEX[:-2]}", "at least 32 bytes"),
        (f"2026:{HEX}a", "at least 32 bytes"),
        (f"2026:{HEX}zz", "written ID:HEX"),
        (f"20 26:{HEX}", "written ID:HEX"),
        (f"{'x' * 33}:{HEX}", "written ID:HEX"),
        (f"2026:{HEX},2026:{HEX}", "same id"),
        (f"2026:{HEX};2027:{HEX}", "written ID:HEX"),
    ],
)
def test_keys_that_cannot_be_used_are_refused(text: str, message: str) -> None:
    """Starting with a weak key, or with none, would be noticed too late. The message never repeats a key."""
    with pytest.raises(InvalidKeys, match=message) as refused:
        Digests.parse(text)

    assert HEX not in str(refused.value)


def test_keys_are_read_newest_first_with_blanks_around() -> None:
    """As people write lists in an environment file."""
    assert Digests.parse(f" new:{HEX.upper()} , old:{HEX}11 ,").of("x").key_id == "new"


def test_keys_do_not_show() -> None:
    """A repr ends up in a log."""
    assert repr(ROTATED) == "Digests(2027, 2026)"


def test_only_advisories_and_what_is_looked_at_because_of_one_have_pseudonyms() -> None:
    """Cases and switches are no secret among those who read logs; whose advisory it is, is."""
    pseudonym = DIGESTS.pseudonym(LINK)

    assert pseudonym.startswith("advisory/")
    assert "GHSA" not in pseudonym
    assert "wheel" not in pseudonym
    assert DIGESTS.pseudonym(LINK) == pseudonym
    assert OTHER_DIGESTS.pseudonym(LINK) != pseudonym
    assert DIGESTS.pseudonym(CaseKey(1)) == "case/1"
    assert DIGESTS.pseudonym(PolicyKey(PIP, "private-reporting")) == "pypa/pip#private-reporting"
    reach = PolicyKey(PIP, "reports-reach-owner")
    assert DIGESTS.pseudonym(reach).startswith("policy/")
    assert DIGESTS.pseudonym(PolicyKey(WHEEL, "reports-reach-owner")) != DIGESTS.pseudonym(reach)
    assert "pip" not in DIGESTS.pseudonym(reach)
