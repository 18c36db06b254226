"""Nobody logs a credential on purpose. What if a library's message, an exception or a nested value holds one?"""

from __future__ import annotations

import json
import logging
import random
import string
import warnings
from collections.abc import Callable, Iterator

import pytest
import structlog

from app.logs import set_up
from app.sandbox.registering import new_private_key

LINES = 10_000
LETTERS = string.ascii_letters + string.digits


@pytest.fixture(autouse=True)
def _logging_as_in_a_process() -> Iterator[None]:
    handlers, level = list(logging.root.handlers), logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()


def _credentials(dice: random.Random, key: str) -> dict[str, str]:
    """One of each kind, with the part of it that nobody may ever read (GitHub: "About authentication to GitHub")."""

    def letters(count: int) -> str:
        return "".join(dice.choices(LETTERS, k=count))

    inner = key.splitlines()[1]
    return {
        f"ghs_{(short := letters(36))}": short,
        f"ghs_1234_{(long := letters(511))}": long,
        f"github_pat_11{letters(20)}_{(fine := letters(59))}": fine,
        f"ghu_{(user := letters(36))}": user,
        f"ghr_{(renewal := letters(76))}": renewal,
        f"eyJhbGciOiJSUzI1NiJ9.eyJ{letters(40)}.{(signature := letters(200))}": signature,
        key: inner,
        f"https://greenroom:{(password := letters(24))}@proxy.example/": password,
        f"postgresql://app:{(another := letters(24))}@db.example/greenroom": another,
    }


def _as_event(secret: str) -> None:
    structlog.get_logger().warning("retry_later", reason=f"it was {secret} that failed")


def _nested(secret: str) -> None:
    structlog.get_logger().error("failed", context={"headers": [("authorization", f"Bearer {secret}")], secret: 1})


def _as_an_exception(secret: str) -> None:
    structlog.get_logger().error("failed", error=ValueError(secret))


def _of_a_library(secret: str) -> None:
    logging.getLogger("some.library").warning("refused: %s", secret)


def _as_a_librarys_exception(secret: str) -> None:
    try:
        raise RuntimeError(secret)  # noqa: TRY301 - the story needs one that was raised
    except RuntimeError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")


def _quoted_below(secret: str) -> None:
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: <Task exception=E(%r)>", secret)


WAYS: tuple[Callable[[str], None], ...] = (
    _as_event,
    _nested,
    _as_an_exception,
    _of_a_library,
    _as_a_librarys_exception,
    _quoted_below,
)


def test_of_10000_lines_with_credentials_none_tells_one(capfd: pytest.CaptureFixture[str]) -> None:
    """Tokens of every kind and length, keys, JWTs and passwords in URLs, in every way that leads into a log."""
    dice, key = random.Random(15), new_private_key()  # noqa: S311 - a game, not a key
    set_up("debug")
    logging.getLogger("uvicorn.error").setLevel(logging.NOTSET)  # a sandbox in this process may have silenced it
    hidden: set[str] = set()
    lines = 0

    while lines < LINES:
        for secret, part in _credentials(dice, key).items():
            hidden.add(part)
            for log in WAYS:
                log(secret)
                lines += 1

    captured = capfd.readouterr()
    told = captured.out + captured.err
    assert len(told.splitlines()) == lines
    assert all({"event", "level", "timestamp"} <= set(json.loads(line)) for line in told.splitlines())
    assert [part for part in hidden if part in told] == []
    assert "retry_later" in told
    assert '"error": "RuntimeError", "at": "_as_a_librarys_exception:' in told


def test_a_library_tells_no_text_of_an_exception(capfd: pytest.CaptureFixture[str]) -> None:
    """An embargoed text has no shape to know it by, so of an exception only kind and place are told."""
    set_up("info")

    for log in (_as_an_exception, _as_a_librarys_exception, _quoted_below):
        log("the text of an advisory, under embargo")

    assert "embargo" not in "".join(capfd.readouterr())


def test_a_warning_of_python_is_a_line_like_any_other(capfd: pytest.CaptureFixture[str]) -> None:
    """Whatever reads the log would stumble over anything that is no JSON."""
    set_up("info")

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)  # anew, as pytest took the hook for itself
        warnings.warn("something will go away", DeprecationWarning, stacklevel=1)
        logging.captureWarnings(capture=False)

    [line] = capfd.readouterr().err.splitlines()
    told = json.loads(line)
    assert (told["event"], told["logger"], told["level"]) == ("library", "py.warnings", "warning")
    assert "something will go away" in told["says"]
