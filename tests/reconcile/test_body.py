"""The description of a mirror: ours between markers, everything else people's, to the byte."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reconcile.body import Body, Record, Tampered
from tests.builders import DIGESTS, OTHER_DIGESTS, ROTATED

RECORD = Record(case=1, mirror="GHSA-6666-7777-8888", sequence=3, links=("pypa/wheel/GHSA-2222-3333-4444",))
BODY = Body.new("Copied from pypa/wheel.\n\n    A wheel can write anywhere.", "## Case 1\n\nuv, wheel", RECORD)
TEXT = BODY.text(DIGESTS)
SOURCE, SOURCE_END, BLOCK, BLOCK_END = (
    f"<!-- greenroom:{region}:{end} -->" for region in ("source", "case") for end in ("begin", "end")
)
MARKERS = "its markers are missing, doubled or out of order"
UNREADABLE = "its record is missing or unreadable"
ALTERED = "its record was altered, or signed with a key that is gone"


def test_what_was_composed_is_cut_into_the_same_regions() -> None:
    """Nothing to do: an untouched mirror reads as it was written."""
    assert Body.parse(TEXT, DIGESTS) == BODY
    assert Body.parse(TEXT, DIGESTS).text(DIGESTS) == TEXT


def test_a_description_shows_nothing_of_itself() -> None:
    """It is under embargo."""
    assert "wheel" not in repr(BODY)


PEOPLES = st.text(st.sampled_from("ab \r\n\t<!->\u2028\x0b") | st.characters(codec="utf-8"), max_size=40)


@given(PEOPLES, PEOPLES, PEOPLES)
def test_what_people_write_is_kept_to_the_byte(before: str, between: str, after: str) -> None:
    """Line ends of every kind, blanks at the end, no line end at the end: it is theirs."""
    before, between, after = (f"{before}\n" if before else "", f"\n{between}\n", f"\n{after}")
    edited = TEXT.replace(SOURCE, before + SOURCE).replace(f"{SOURCE_END}\n", SOURCE_END + between)
    edited = edited[: edited.index(BLOCK_END) + len(BLOCK_END)] + after

    body = Body.parse(edited, DIGESTS)

    assert (body.before, body.between, body.after) == (before, between, after)
    assert body.text(DIGESTS) == edited
    rewritten = replace(body, source="new source", block="new block", record=RECORD).text(DIGESTS)
    assert rewritten.startswith(before + SOURCE)
    assert rewritten.endswith(BLOCK_END + after)
    assert between in rewritten


def test_the_line_ends_of_a_browser_change_nothing_of_ours() -> None:
    """GitHub's editor sends CRLF; our regions read the same, and people's keep their line ends."""
    edited = f"Read this first.\n{TEXT}Thanks!\n".replace("\n", "\r\n")

    body = Body.parse(edited, DIGESTS)

    assert (body.source, body.block, body.record) == (BODY.source, BODY.block, BODY.record)
    assert body.before == "Read this first.\r\n"
    assert body.after.endswith("\r\nThanks!\r\n")


def test_blanks_behind_a_marker_do_no_harm() -> None:
    """Some editors leave them."""
    assert Body.parse(TEXT.replace(SOURCE_END, f"{SOURCE_END}  "), DIGESTS) == BODY


def test_a_region_may_be_empty() -> None:
    """An advisory without a description has nothing to copy."""
    empty = replace(BODY, source="", block="", record=RECORD)

    assert Body.parse(empty.text(DIGESTS), DIGESTS) == empty


def resigned(**said: object) -> Callable[[str], str]:
    """Alter values of the record and leave its HMAC."""

    def altered(text: str) -> str:
        data = json.loads(re.search(r"greenroom:record (.*) -->", text)[1])  # type: ignore[index]
        return re.sub(r"(greenroom:record ).*( -->)", lambda m: m[1] + json.dumps(data | said) + m[2], text)

    return altered


def written(record: str) -> Callable[[str], str]:
    """Put something else where the record was."""
    return lambda text: re.sub(r"<!-- greenroom:record .* -->", lambda _: record, text)


def swapped(text: str) -> str:
    """The block before the source."""
    source, block = (re.search(f"{begin}.*{end}", text, re.DOTALL)[0] for begin, end in REGIONS)  # type: ignore[index]
    return f"{block}\n{source}\n"


def without(marker: str) -> Callable[[str], str]:
    return lambda text: text.replace(marker, "")


def doubled(marker: str) -> Callable[[str], str]:
    return lambda text: f"{text}\n{marker}\n"


def inside_out(text: str) -> str:
    return text.replace(SOURCE_END, "x\n").replace(SOURCE, SOURCE_END).replace("x\n", SOURCE)


ALL = (SOURCE, SOURCE_END, BLOCK, BLOCK_END)
REGIONS = ((SOURCE, SOURCE_END), (BLOCK, BLOCK_END))
FORGERIES: dict[str, tuple[Callable[[str], str], str]] = {
    "nothing left": (lambda _: "", MARKERS),
    "written anew by somebody": (lambda _: "A wheel can write anywhere.", MARKERS),
    **{f"without {marker}": (without(marker), MARKERS) for marker in ALL},
    **{f"{marker} twice": (doubled(marker), MARKERS) for marker in ALL},
    "everything twice": (lambda text: text + text, MARKERS),
    "regions swapped": (swapped, MARKERS),
    "a region inside out": (inside_out, MARKERS),
    "a marker indented": (lambda text: text.replace(BLOCK, f" {BLOCK}"), MARKERS),
    "a marker in a sentence": (lambda text: text.replace(BLOCK, f"see {BLOCK}"), MARKERS),
    "another case of letters": (lambda text: text.replace(BLOCK, BLOCK.upper()), MARKERS),
    "an empty block": (lambda text: text[: text.index(BLOCK)] + f"{BLOCK}\n{BLOCK_END}", UNREADABLE),
    "no record": (written(""), UNREADABLE),
    "text behind the record": (lambda text: text.replace(BLOCK_END, f"hello\n{BLOCK_END}"), UNREADABLE),
    "half a record": (written('<!-- greenroom:record {"v": 1, -->'), UNREADABLE),
    "an empty record": (written("<!-- greenroom:record {} -->"), UNREADABLE),
    "a record of other shape": (written("<!-- greenroom:record {1} -->"), UNREADABLE),
    "a record deeper than we read": (written(f'<!-- greenroom:record {{"a": {"[" * 100_000}}} -->'), UNREADABLE),
    "another case": (resigned(case=2), ALTERED),
    "no number of a case": (resigned(case="one"), UNREADABLE),
    "an endless case": (resigned(case=float("inf")), UNREADABLE),
    "a case that is no number": (resigned(case=float("nan")), UNREADABLE),
    "a case of many digits": (resigned(case="9" * 5_000), UNREADABLE),
    "no case": (resigned(case=None), UNREADABLE),
    "another mirror": (resigned(mirror="GHSA-2222-2222-2222"), ALTERED),
    "a mirror that is a list": (resigned(mirror=[]), ALTERED),
    "a later state": (resigned(seq=4), ALTERED),
    "an earlier state": (resigned(seq=2), ALTERED),
    "one more link": (resigned(links=[*RECORD.links, "pypa/pip/GHSA-3333-3333-3333"]), ALTERED),
    "no link": (resigned(links=[]), ALTERED),
    "links that are none": (resigned(links=7), UNREADABLE),
    "another HMAC": (resigned(mac="0" * 64), ALTERED),
    "an HMAC that is no text": (resigned(mac=1), UNREADABLE),
    "an HMAC that is not hexadecimal": (resigned(mac="ä"), UNREADABLE),
    "no HMAC": (resigned(mac=None), UNREADABLE),
    "a key that does not exist": (resigned(key="2020"), ALTERED),
    "a key that is a list": (resigned(key=[]), UNREADABLE),
}


@pytest.mark.parametrize(("forged", "why"), FORGERIES.values(), ids=FORGERIES)
def test_what_is_not_as_we_left_it_is_left_alone(forged: Callable[[str], str], why: str) -> None:
    """Participants can edit all of a mirror. What they did to our part must neither be believed nor stop us."""
    text = forged(TEXT)
    assert text != TEXT

    with pytest.raises(Tampered) as tampered:
        Body.parse(text, DIGESTS)

    assert str(tampered.value) == why


def test_a_record_signed_with_an_older_key_is_still_ours() -> None:
    """And it is signed with the newest one when it is written again."""
    body = Body.parse(TEXT, ROTATED)

    assert body == BODY
    assert '"key": "2027"' in body.text(ROTATED)


def test_a_record_of_a_key_that_is_gone_is_not_believed() -> None:
    """Whoever lost the key cannot tell a forgery from the truth; a person has to."""
    with pytest.raises(Tampered, match="signed with a key that is gone"):
        Body.parse(TEXT, OTHER_DIGESTS)


def test_a_record_of_a_mirror_without_an_id_yet_is_whole() -> None:
    """GitHub gives the id only in its answer to the first write."""
    fresh = replace(BODY, source="s", block="b", record=Record(case=1, mirror=None, sequence=1, links=()))

    assert Body.parse(fresh.text(DIGESTS), DIGESTS).record == fresh.record


@given(st.integers(0, len(TEXT) - 1), st.integers(0, 30), st.text(max_size=8))
def test_any_edit_is_read_or_refused(start: int, length: int, put: str) -> None:
    """Whatever people do there, one mirror never stops the run."""
    try:
        told = Body.parse(TEXT[:start] + put + TEXT[start + length :], DIGESTS).record.case
    except Tampered:
        told = RECORD.case
    assert told == RECORD.case
