"""What is said about settings that are missing or wrong? Their name, what would be right, and never a secret."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.cli.conftest import Run, plain_environment

pytestmark = pytest.mark.slow

MISUSED = 2
KEY = Fernet.generate_key().decode()
SECRET = "this-is-the-secret-that-nobody-may-see-0123456789"


@pytest.mark.parametrize("name", ["APP_ID", "PRIVATE_KEY", "WEBHOOK_SECRET", "DIGEST_KEYS"])  # the others have defaults
def test_a_setting_that_is_missing_is_named(greenroom: Run, name: str) -> None:
    """There is no default for what only the operator can know."""
    for value in (None, ""):
        result = greenroom("plan", "--json", **{name.lower(): value})

        assert result.exit_code == MISUSED
        assert f"GREENROOM_{name}" in result.stderr
        said = " ".join(result.stderr.split())
        assert ("No .env was found in this folder" in said) == (value is None)  # what is there and empty was found
        assert result.stdout == ""
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("GITHUB_URL", "github.example", "https://"),
        ("PRIVATE_KEY", SECRET, "PEM"),
        ("HAND_PRIVATE_KEY", SECRET, "PEM"),
        ("WEBHOOK_SECRET", "short", "32 bytes"),
        ("WEBHOOK_SECRET", "changeme" * 8, "sample"),
        ("WEBHOOK_SECRET_PREVIOUS", "short", "32 bytes"),
        ("DIGEST_KEYS", SECRET, "ID:HEX"),
        ("POLL_SECONDS", "0", "GREENROOM_POLL_SECONDS"),
        ("SWEEP_SECONDS", "ten minutes", "GREENROOM_SWEEP_SECONDS"),
        ("PORT", "http", "GREENROOM_PORT"),
        ("WRITES", "maybe", "GREENROOM_WRITES"),
        ("LOG_LEVEL", "loud", "GREENROOM_LOG_LEVEL"),
        ("POLICY", "no-such-file.yml", "no-such-file.yml"),
        ("DATABASE_URL", "sqlite://", "sqlite:///PATH"),
        ("DATABASE_URL", "mongodb://localhost", "GREENROOM_DATABASE_URL"),
        ("DATABASE_URL", "nonsense", "GREENROOM_DATABASE_URL"),
        ("NOTIFY_URLS", f"discord://{SECRET}", "begin with a route, such as coordinators="),
        ("NOTIFY_URLS", f"coordinator=discord://{SECRET}/x", "did you mean coordinators?"),
        ("NOTIFY_QUIET", "operators=22:00-07:00", "GREENROOM_NOTIFY_URLS has no route of that name"),
    ],
)
def test_a_setting_that_is_wrong_is_told_with_what_would_be_right(
    greenroom: Run, name: str, value: str, words: str
) -> None:
    """A bad value never becomes a default, and its message never repeats a secret."""
    result = greenroom("plan", "--json", **{name.lower(): value})

    assert result.exit_code == MISUSED, result.exception
    assert words in result.stderr
    assert SECRET not in result.output
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("WRITE", "; did you mean GREENROOM_WRITES?"),
        ("DATABASE", "; did you mean GREENROOM_DATABASE_URL?"),
        ("POLICY_FILES", "; did you mean GREENROOM_POLICY?"),
        ("ZZZ", ""),
    ],
)
def test_a_setting_that_there_is_not_is_told_with_the_nearest(greenroom: Run, name: str, nearest: str) -> None:
    """Somebody who switched writes off under a wrong name must not believe that they are off."""
    result = greenroom("plan", "--json", **{name.lower(): SECRET})

    assert result.exit_code == MISUSED
    assert f"there is no setting GREENROOM_{name}{nearest}\n" in result.stderr
    assert SECRET not in result.output
    assert result.stdout == ""


def test_a_setting_that_there_is_not_is_told_from_a_file_too(greenroom: Run, tmp_path: Path) -> None:
    """It is as easily misspelt in `.env`. Other people's settings there are none of our business."""
    env = tmp_path / ".env"
    env.write_text(f"OTHER=1\nGREENROOM_WRITE={SECRET}\n", encoding="utf-8")
    misspelt = greenroom("plan", "--json")
    env.write_text("OTHER=1\nGREENROOM_WRITES=maybe\n", encoding="utf-8")
    read = greenroom("plan", "--json", writes=None)

    assert misspelt.exit_code == read.exit_code == MISUSED
    assert "there is no setting GREENROOM_WRITE; did you mean GREENROOM_WRITES?" in misspelt.stderr
    assert "GREENROOM_WRITES: " in read.stderr
    assert SECRET not in misspelt.output


@pytest.mark.parametrize("half", ["HAND_APP_ID", "HAND_PRIVATE_KEY"])
def test_half_a_hand_is_none(greenroom: Run, half: str) -> None:
    """With one half missing the Watcher would write in the Hand's place, which nobody asked for."""
    result = greenroom("plan", "--json", **{half.lower(): None})

    assert result.exit_code == MISUSED
    assert "set both GREENROOM_HAND_APP_ID and GREENROOM_HAND_PRIVATE_KEY, or neither" in result.stderr
    assert "Traceback" not in result.stderr


def test_several_mistakes_are_told_at_once(greenroom: Run) -> None:
    """Nobody wants to start an app five times to learn of five mistakes."""
    result = greenroom("plan", app_id=None, digest_keys=None, port="http")

    assert result.exit_code == MISUSED
    assert all(f"GREENROOM_{name}" in result.stderr for name in ("APP_ID", "DIGEST_KEYS", "PORT"))


def test_an_invalid_policy_file_is_told_with_file_line_and_the_nearest_key(
    greenroom: Run, settings: dict[str, str]
) -> None:
    """2: at the start there is no last good one, so it does not start."""
    path = Path(settings["GREENROOM_POLICY"])
    path.write_text(path.read_text(encoding="utf-8").replace("report_owners:", "report_owner:"), encoding="utf-8")

    result = greenroom("plan", "--json")

    assert result.exit_code == MISUSED
    assert "greenroom.yml line 4" in result.stderr
    assert 'did you mean "report_owners"?' in result.stderr


@pytest.mark.parametrize("name", ["CLIENT_ID", "CLIENT_SECRET", "ENCRYPTION_KEYS"])
def test_sign_in_that_is_set_up_by_halves_is_told(greenroom: Run, name: str) -> None:
    """All of what it needs, or none of it: then pages say that there is no sign-in, and all else works."""
    whole = {"client_id": "Iv23li", "client_secret": SECRET, "encryption_keys": KEY}
    half = greenroom("plan", "--json", **whole | {name.lower(): None})

    assert half.exit_code == MISUSED
    assert f"set GREENROOM_{name} too, or none of what it needs" in half.stderr
    assert greenroom("plan", "--json", **dict.fromkeys(whole)).exit_code != MISUSED


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ENCRYPTION_KEYS", SECRET, "openssl rand -base64 32"),
        pytest.param("ENCRYPTION_KEYS", f"{KEY},", "openssl rand -base64 32", id="an empty key"),
        ("PUBLIC_URL", "http://greenroom.example", "TLS"),
        ("PUBLIC_URL", "https://greenroom.example/pages", "GREENROOM_PUBLIC_URL"),
        ("PUBLIC_URL", "https://somebody@greenroom.example", "GREENROOM_PUBLIC_URL"),
        ("HOST", "0.0.0.0", "GREENROOM_PUBLIC_URL"),  # noqa: S104 - browsers find nothing there
    ],
)
def test_sign_in_that_would_not_work_is_told_at_the_start(greenroom: Run, name: str, value: str, words: str) -> None:
    """And not by a browser that keeps nobody signed in."""
    whole = {"client_id": "Iv23li", "client_secret": SECRET, "encryption_keys": KEY}
    result = greenroom("plan", "--json", **whole | {name.lower(): value})

    assert result.exit_code == MISUSED
    assert words in result.stderr
    assert SECRET not in result.stderr


def test_a_secret_can_stand_in_a_file(greenroom: Run, settings: dict[str, str], tmp_path: Path) -> None:
    """Where orchestrators put secrets: GREENROOM_…_FILE names a file, whose last newline does not count."""
    for name in ("PRIVATE_KEY", "WEBHOOK_SECRET", "DIGEST_KEYS", "HAND_PRIVATE_KEY"):
        (tmp_path / name).write_text(settings.pop(f"GREENROOM_{name}") + "\n", encoding="utf-8")
        settings[f"GREENROOM_{name}_FILE"] = str(tmp_path / name)

    result = greenroom("plan", "--json")

    assert result.exit_code == 0, result.stderr


def test_a_secret_file_can_be_named_in_dot_env(greenroom: Run, settings: dict[str, str], tmp_path: Path) -> None:
    """So that `.env` holds no secret itself, as the wizard writes it. A value of the environment goes first."""
    (tmp_path / "key").write_text(settings.pop("GREENROOM_PRIVATE_KEY") + "\n", encoding="utf-8")
    (tmp_path / "none").write_text("not a secret of 32 bytes", encoding="utf-8")
    named = f"GREENROOM_PRIVATE_KEY_FILE={tmp_path / 'key'}\nGREENROOM_WEBHOOK_SECRET_FILE={tmp_path / 'none'}\n"
    (tmp_path / ".env").write_text(named, encoding="utf-8")

    assert greenroom("plan", "--json").exit_code == 0
    assert greenroom("plan", "--json", webhook_secret=None).exit_code == MISUSED


def test_an_empty_file_is_no_secret_where_none_has_to_be(greenroom: Run, tmp_path: Path) -> None:
    """A file has to be there for a service to start; one that is empty is that of a rotation that is not under way."""
    (tmp_path / "none").write_text("\n", encoding="utf-8")
    optional = ("webhook_secret_previous", "private_key_next", "hand_private_key_next", "metrics_token", "notify_urls")

    assert greenroom("plan", "--json", **{f"{name}_file": str(tmp_path / "none") for name in optional}).exit_code == 0


@pytest.mark.parametrize("name", ["private_key", "webhook_secret", "digest_keys"])
def test_an_empty_file_is_told_where_a_secret_has_to_be(name: str, greenroom: Run, tmp_path: Path) -> None:
    """2: nobody goes on without a key because a disk was full when it was written."""
    (tmp_path / "none").write_text("\n", encoding="utf-8")

    result = greenroom("plan", **{name: None, f"{name}_file": str(tmp_path / "none")})

    assert result.exit_code == MISUSED
    assert f"GREENROOM_{name.upper()}" in result.stderr


def test_a_secret_file_that_is_not_there_is_told(greenroom: Run) -> None:
    """2: with the name of the setting."""
    result = greenroom("plan", private_key=None, private_key_file="no-such-file")

    assert result.exit_code == MISUSED
    assert "GREENROOM_PRIVATE_KEY_FILE" in result.stderr


@pytest.mark.slow
def test_settings_are_read_from_dot_env_and_the_environment_wins(settings: dict[str, str], tmp_path: Path) -> None:
    """A real process in a folder with a `.env`; a variable of the environment goes first."""
    lines = (f"{name}='{value}'" for name, value in settings.items())
    (tmp_path / ".env").write_text("\n".join([*lines, "GREENROOM_PORT=nonsense\n"]), encoding="utf-8")

    def plan(**more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "app", "plan", "--json"]
        return subprocess.run(  # noqa: S603 - our own command
            command, cwd=tmp_path, env=plain_environment(**more), capture_output=True, text=True, check=False
        )

    refused, done = plan(), plan(GREENROOM_PORT="8000")

    assert (refused.returncode, refused.stdout) == (MISUSED, "")
    assert "GREENROOM_PORT" in refused.stderr
    assert "PRIVATE KEY" not in refused.stderr
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
