"""How are channels declared, and what is said of a declaration that cannot be meant?"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from app.notify.carrier import Carrier
from app.notify.quiet import InvalidHours, Quiet
from app.notify.routes import InvalidRoutes, channels_of, tools_of

SECRET = "discord://a-webhook-id/a-secret-token"
BOTH = {"page", "digest"}


def test_nothing_declared_is_no_channel() -> None:
    """Nobody has to be told anything outside."""
    assert channels_of("") == channels_of(" \n ") == ()


def test_a_route_takes_what_it_is_for() -> None:
    """Digests repeat what is open, so what opens is sent at once only where it pages, or is for operators."""
    text = f"coordinators={SECRET}/1\noperators={SECRET}/2 tool/pip={SECRET}/3\ncoordinators.notice={SECRET}/4"
    found = {each.name: {severity for _, severity in each.takes} for each in channels_of(text)}

    assert found == {
        "coordinators": BOTH,
        "operators": BOTH | {"notice"},
        "tool/pip": BOTH,
        "coordinators.notice": {"notice"},
    }


def test_a_second_url_of_a_route_is_a_second_channel() -> None:
    """Each is told, and each fails by itself."""
    names = [each.name for each in channels_of(f"operators={SECRET}/1 operators={SECRET}/2 operators.page={SECRET}/3")]

    assert names == ["operators", "operators#2", "operators.page"]


def test_only_tools_that_have_a_channel_get_a_digest_of_their_own() -> None:
    """Their people get theirs in any case."""
    urls = f"tool/pip={SECRET}/1 tool/zope.interface.digest={SECRET}/2 coordinators={SECRET}/3"

    assert tools_of(channels_of(urls)) == {"pip", "zope.interface"}


def test_a_url_shows_in_no_value() -> None:
    """A crash report, a debugger, an f-string."""
    [channel] = channels_of(f"coordinators={SECRET}")

    assert "secret" not in f"{channel!r} {channel}"


@pytest.mark.parametrize(
    ("urls", "words"),
    [
        (SECRET, "GREENROOM_NOTIFY_URLS, entry 1: begin with a route, such as coordinators="),
        (f"{SECRET}?a=b", "entry 1: begin with a route"),
        (
            f"operators={SECRET} coordinator={SECRET}",
            "entry 2: there is no route “coordinator”; did you mean coordinators?",
        ),
        (f"operators.pages={SECRET}", "there is no route “operators.pages”; did you mean operators.page?"),
        (f"security={SECRET}", "there is no route “security”; write one of coordinators, operators, tool/NAME"),
        (f"person/somebody={SECRET}", "there is no route of that name; write one of person/LOGIN:ID"),
        (f"tool/pip.page={SECRET}", "tool/pip takes digests only"),
        ("coordinators=discord", "entry 1: write coordinators=URL"),
        ("coordinators=", "entry 1: begin with a route"),
    ],
)
def test_a_declaration_that_cannot_be_meant_is_refused_with_what_would_be_right(urls: str, words: str) -> None:
    """By its place, since a URL is a secret and is never repeated."""
    with pytest.raises(InvalidRoutes) as refused:
        channels_of(urls)

    assert words in str(refused.value)
    assert "secret" not in str(refused.value)


def test_the_example_of_the_reference_can_be_used() -> None:
    """People copy it. The login in it is made up."""
    reference = Path(__file__).parents[2] / "docs" / "reference.md"
    _, _, after = reference.read_text(encoding="utf-8").partition("### Channels")
    channels = channels_of(after.split("```")[1])

    Carrier(channels, time_limit=1).read()

    assert [each.name for each in channels][-2:] == ["tool/pip", "person/some-login:12345"]


@pytest.mark.parametrize("url", ["jsn://a-secret", "discord://a-secret", "mailto://", "https://a-secret.example/x"])
def test_a_url_that_apprise_cannot_read_is_refused_without_repeating_it(url: str) -> None:
    """At the start, rather than when somebody has to be paged."""
    with pytest.raises(InvalidRoutes) as refused:
        Carrier(channels_of(f"coordinators={url}"), time_limit=1).read()

    assert "Apprise cannot read the URL of coordinators" in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("quiet", "words"),
    [
        ("operators=22:00-07:00", "GREENROOM_NOTIFY_URLS has no route of that name"),
        ("coordinator=22:00-07:00", "did you mean coordinators?"),
        ("coordinators=10pm-7am", "write hours as 22:00-07:00@Europe/Berlin"),
        ("coordinators=22:00-25:00", "from 00:00 to 23:59"),
        ("coordinators=22:00-22:00", "12 hours at the latest"),
        ("coordinators=18:00-07:00", "12 hours at the latest"),
        ("coordinators=22:00-07:00@Europe/Berlln", "did you mean Europe/Berlin?"),
        ("coordinators=22:00-07:00@../../etc/passwd", "there is no zone of that name"),
        ("22:00-07:00", "begin with a route"),
    ],
)
def test_quiet_hours_that_cannot_be_meant_are_refused(quiet: str, words: str) -> None:
    """Hours that nobody keeps wake somebody, and hours of all day tell nobody anything."""
    with pytest.raises(InvalidRoutes) as refused:
        channels_of(f"coordinators={SECRET}", quiet)

    assert "GREENROOM_NOTIFY_QUIET, entry 1: " in str(refused.value)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("hours", "moment", "holds"),
    [
        ("22:00-07:00", "2026-12-01T21:59+00:00", False),
        ("22:00-07:00", "2026-12-01T22:00+00:00", True),
        ("22:00-07:00", "2026-12-02T06:59+00:00", True),
        ("22:00-07:00", "2026-12-02T07:00+00:00", False),
        ("12:00-13:30", "2026-12-02T13:29+00:00", True),
        ("12:00-13:30", "2026-12-02T13:30+00:00", False),
        ("22:00-07:00@Europe/Berlin", "2026-12-01T21:00+00:00", True),  # winter: an hour ahead of UTC
        ("22:00-07:00@Europe/Berlin", "2026-07-01T20:00+00:00", True),  # summer: two
        ("22:00-07:00@Europe/Berlin", "2026-07-01T05:00+00:00", False),
        ("22:00-07:00@Asia/Kolkata", "2026-07-01T01:29+00:00", True),
        ("22:00-07:00@Asia/Kolkata", "2026-07-01T01:30+00:00", False),
    ],
)
def test_quiet_hours_are_those_of_the_place(hours: str, moment: str, *, holds: bool) -> None:
    """The first minute belongs to them, the last does not; clocks change in spring."""
    assert Quiet.parse(hours).holds(datetime.fromisoformat(moment)) is holds


def test_quiet_hours_read_as_they_are_written() -> None:
    """UTC where nothing else is said."""
    assert str(Quiet.parse("22:00-07:00")) == "22:00-07:00@UTC"
    with pytest.raises(InvalidHours):
        Quiet.parse("")
