"""What would run where it is installed: as whom, with which rights, and with whose secrets? Read, never built."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
SECRET = re.compile(r"(SECRET|TOKEN|PASSWORD|PASSWD|PRIVATE_KEY|DIGEST_KEYS|ENCRYPTION_KEYS|CREDENTIAL)", re.IGNORECASE)
SECRET_SETTINGS = {
    name.upper() for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)
}
BY_FILE = {f"{PREFIX}{name}_FILE" for name in SECRET_SETTINGS}


def _instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    whole = re.sub(r"\\\n", " ", re.sub(r"(?m)^\s*#.*\n", "", text))
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1].strip()) for line in whole.splitlines() if line]


def _said(instruction: str) -> list[str]:
    return [rest for name, rest in _instructions() if name == instruction]


def _compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yml").read_text(encoding="utf-8"))
    return loaded


SERVICES = sorted(_compose()["services"])


def _images() -> list[str]:
    bases = [rest.split()[0] for rest in _said("FROM")]
    return [*bases, *(each["image"] for each in _compose()["services"].values())]


def test_every_image_has_a_version_and_no_host() -> None:
    """Next year's build is this year's, and it comes from wherever an operator's own registry is."""
    for image in _images():
        name, _, tag = image.partition(":")
        assert re.search(r"\d", tag), image
        assert "latest" not in tag
        assert "." not in name.split("/")[0], f"{image} names a host"


def test_the_image_runs_as_nobody_in_particular() -> None:
    """The last word counts; a number holds also where a cluster checks that it is not root."""
    user = _said("USER")[-1]

    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    after = [name for name, _ in _instructions()[_instructions().index(("USER", user)) :]]
    assert {"RUN", "COPY", "ADD"} & {*after} == set(), "something would belong to it, and could be changed by it"


def test_no_secret_is_in_the_image() -> None:
    """ENV and ARG stay in the image for whoever gets it."""
    assert [rest for rest in (*_said("ENV"), *_said("ARG")) if SECRET.search(rest)] == []
    assert _said("ADD") == []


def test_what_is_installed_is_what_was_reviewed() -> None:
    """By hashes, and by wheels: what is built from source would fetch what it is built with."""
    [install] = [rest for rest in _said("RUN") if "pip install" in rest]

    assert "--require-hashes" in install
    assert "--only-binary :all:" in install
    assert "COPY requirements/app.txt /tmp/app.txt" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert install.endswith("--requirement /tmp/app.txt")


def test_nothing_but_what_is_named_goes_into_the_image() -> None:
    """A folder in which somebody works has their database, settings and keys in it."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]

    assert patterns[0] == "*"
    named = {line[1:] for line in patterns if line.startswith("!")}
    assert named == {rest.split()[0] for rest in _said("COPY") if not rest.startswith("--from")}


def test_what_is_copied_is_enough_to_run(tmp_path: Path) -> None:
    """From another folder, without anything of this checkout, where nothing may be written beside the code."""
    tree = tmp_path / "greenroom"
    for rest in _said("COPY"):
        source, target = rest.split()[-2:]
        if target.startswith("/opt/greenroom/"):
            into = tree / Path(target).relative_to("/opt/greenroom")
            into.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, into, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, into)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    elsewhere = tmp_path / "state"
    elsewhere.mkdir()
    program = (
        "import app, policies; from app.manifest import manifest; "
        "manifest(); assert policies.__file__.startswith(app.__file__[:-15])"
    )
    for arguments in (["-c", program], ["-m", "app", "policy", "check", str(tree / "policies" / "pypa.yml")]):
        command = [sys.executable, *arguments]
        done = subprocess.run(  # noqa: S603 - our own
            command, env=environment, cwd=elsewhere, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-500:]
    assert list(elsewhere.iterdir()) == []


@contextmanager
def _answering(status: int) -> Iterator[int]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            del format, args

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (404, 1)])
def test_the_health_check_asks_healthz(status: int, code: int) -> None:
    """The image has no curl. A proxy that deliveries to GitHub go through is not asked about this machine."""
    [check] = _said("HEALTHCHECK")
    _, *arguments = json.loads(check.partition("CMD ")[2])
    with _answering(status) as port:
        environment = {"GREENROOM_PORT": str(port), "http_proxy": "http://127.0.0.1:9"}
        done = subprocess.run(  # noqa: S603 - what the image would run
            [sys.executable, *arguments], env=environment, capture_output=True, check=False
        )

    assert done.returncode == code


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_no_more_rights_than_it_needs(service: str) -> None:
    """Whoever breaks into one writes nothing that stays, and becomes nobody else."""
    said = _compose()["services"][service]

    assert said["read_only"] is True
    assert said["cap_drop"] == ["ALL"]
    assert said["security_opt"] == ["no-new-privileges:true"]
    assert any(each.startswith("/tmp:") for each in said["tmpfs"])  # noqa: S108 - a folder in memory
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", said["user"])
    assert {"privileged", "cap_add", "devices", "network_mode", "pid"} & {*said} == set()
    assert not any("docker.sock" in each for each in said["volumes"])


def test_services_get_their_secrets_as_files() -> None:
    """Who lists containers sees their environment."""
    for name, said in _compose()["services"].items():
        shown = {key: value for key, value in said["environment"].items() if SECRET.search(key)}
        assert [key for key in shown if not key.endswith("_FILE")] == [], name
        assert [value for value in shown.values() if not value.startswith("/run/secrets/")] == [], name
        assert not any(re.search(r"://[^/@]*:[^/@]*@", str(value)) for value in said["environment"].values()), name
        used = {Path(value).name for value in shown.values()}
        assert used <= {*said["secrets"]}, name
    assert {*_compose()["secrets"]} >= {each for said in _compose()["services"].values() for each in said["secrets"]}


def test_the_database_is_reached_by_nobody_outside() -> None:
    """It has no port of this machine, and its network has no way out."""
    said = _compose()
    database = said["services"]["database"]

    assert "ports" not in database
    assert database["networks"] == ["inside"]
    assert said["networks"]["inside"] == {"internal": True}
    assert said["services"]["greenroom"]["ports"] == ["127.0.0.1:${HOST_PORTS:-8000}:8000"]


def test_the_server_is_the_one_that_was_tried() -> None:
    """What nobody ran it with is not what a newcomer is given."""
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    [tried] = re.findall(r"one PostgreSQL \(tried with (\d+)\)", reference)

    assert _compose()["services"]["database"]["image"] == f"postgres:{tried}-bookworm"
    assert f"On the server, version {tried}," in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_a_second_instance_in_containers_has_a_port_of_its_own() -> None:
    """Two on one port do not start. The page says what to set; without that there is one, on the port it always had."""
    greenroom = _compose()["services"]["greenroom"]
    [ports, instances] = re.findall(r"\$\{(\w+):-(\d+)\}", f"{greenroom['ports']}{greenroom['deploy']}")
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    said = dict(re.findall(r"`(HOST_PORTS|INSTANCES)=([\d-]+)`", page))

    assert (ports, instances) == (("HOST_PORTS", "8000"), ("INSTANCES", "1"))
    first, last = map(int, said["HOST_PORTS"].split("-"))
    assert last - first + 1 == int(said["INSTANCES"]) == 2


def test_nothing_is_served_before_the_database_has_this_version_s_shape() -> None:
    """Several instances that all migrate at their start would be a race; one command does it."""
    services = _compose()["services"]

    assert services["migrate"]["command"] == ["migrate"]
    assert services["greenroom"]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert services["migrate"]["depends_on"]["database"] == {"condition": "service_healthy"}


def _unit() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    text = (ROOT / "greenroom.service").read_text(encoding="utf-8")
    for line in text.splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


HARDENED = {
    "NoNewPrivileges": "true",
    "ProtectSystem": "strict",
    "ProtectHome": "true",
    "PrivateTmp": "true",
    "PrivateDevices": "true",
    "PrivateUsers": "true",
    "ProtectKernelTunables": "true",
    "ProtectKernelModules": "true",
    "ProtectKernelLogs": "true",
    "ProtectControlGroups": "true",
    "RestrictNamespaces": "true",
    "RestrictSUIDSGID": "true",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "LockPersonality": "true",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
    "StateDirectory": "greenroom",
    "StateDirectoryMode": "0700",
    "Restart": "on-failure",
    "RestartPreventExitStatus": "2",
    "StartLimitIntervalSec": "0",
}


@pytest.mark.parametrize(("directive", "value"), HARDENED.items())
def test_the_unit_takes_away_what_is_not_needed(directive: str, value: str) -> None:
    """Each by itself, as one that is misspelled is only warned of."""
    assert _unit().get(directive) == [value]


def test_the_unit_runs_as_a_user_of_its_own() -> None:
    """Never as root, and what it calls with is limited."""
    unit = _unit()

    assert unit["User"] == unit["Group"] == ["greenroom"]
    assert unit["SystemCallFilter"] == ["@system-service", "~@privileged @resources"]
    assert not unit["ExecStart"][0].startswith(("+", "!"))


def test_the_unit_does_not_say_where_the_database_is() -> None:
    """`greenroom.env` does, so that one file moves an install to PostgreSQL. The folder has room for SQLite's."""
    unit = _unit()

    assert [each for each in unit["Environment"] if "DATABASE" in each] == []
    assert unit["WorkingDirectory"] == ["/var/lib/greenroom"]


def test_the_unit_holds_no_secret() -> None:
    """A unit is readable by everybody at the machine; secrets are root's files, and the service gets copies."""
    unit = _unit()
    given = {each.split(":")[0] for each in unit["LoadCredential"]}
    named = dict(each.split("=", 1) for each in unit["Environment"])
    secret = {name: value for name, value in named.items() if SECRET.search(name)}

    assert {*secret} <= BY_FILE
    assert {value.removeprefix("%d/") for value in secret.values()} == given


def test_what_is_set_there_is_a_setting() -> None:
    """One that is not stops the start."""
    units = ("greenroom*.service", "greenroom.service.d/*.conf", "greenroom-as-service")
    files = [path for glob in ("Dockerfile", "compose*.yml", *units) for path in ROOT.glob(glob)]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    named = {*re.findall(rf"\b{PREFIX}[A-Z_]+", text)}

    assert named - BY_FILE - {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} == set()
