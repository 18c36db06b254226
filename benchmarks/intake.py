"""How many signed deliveries a second are taken, and how long does each wait?

Ours are on disk when they are answered; the peers keep nothing. The servers run side by side and are asked in turn, so
that whatever else the machine does hits all of them.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.delivery import Signed, signed_report
from benchmarks.extent import Extent
from benchmarks.figures import spread, table
from benchmarks.load import Load, Measured
from benchmarks.progress import say
from benchmarks.servers import GIDGETHUB, LOAD, OURS, RESPONDER, THEIRS, Kind, Server

HEAD = """### Intake

Signed `repository_advisory` deliveries of 8 KB, each with a GUID of its own, over connections that stay open. Ours are
on disk when they are answered, and the rows were counted afterwards; the others keep nothing. The server has one core,
the load another; medians (least–most) of {rounds} rounds of {seconds:g} seconds, the servers asked in turn.
"""
CONNECTIONS = (1, 16, 64)
KINDS = (THEIRS, GIDGETHUB, OURS, RESPONDER)


class Wrong(Exception):
    """A server did not do what it was measured for; there is nothing to compare."""


@dataclass(slots=True)
class Results:
    """What was measured, by server and number of connections, and the memory of each at the end."""

    measured: dict[tuple[str, int], list[Measured]] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)


def run(extent: Extent) -> str:
    """The section of the figures. Raises Wrong and DoesNotStart."""
    head = HEAD.format(rounds=extent.rounds, seconds=extent.seconds)
    return f"{head}\n{report(measure(rounds=extent.rounds, seconds=extent.seconds))}"


def measure(*, rounds: int, seconds: float, kinds: Sequence[Kind] = KINDS) -> Results:
    """Ask each in turn. Raises Wrong where an answer was another, or where less was kept than was answered."""
    secret = secrets.token_hex(32)
    signed = signed_report(secret)
    results, acknowledged = Results(), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as folder, ExitStack() as stack:
        servers = [
            stack.enter_context(kind.running(Path(folder) / str(number), secret)) for number, kind in enumerate(kinds)
        ]
        for number in range(rounds):
            for connections in CONNECTIONS:
                for server in servers:
                    say(f"intake: round {number + 1} of {rounds}, {connections} connections, {server.name}")
                    measured = _ask(server, signed, connections, seconds)
                    results.measured.setdefault((server.name, connections), []).append(measured)
                    acknowledged[server.name] += measured.acknowledged
        for server in servers:
            results.memory[server.name] = server.memory()
            _check(server, acknowledged[server.name])
    return results


def _ask(server: Server, signed: Signed, connections: int, seconds: float) -> Measured:
    load = Load(
        port=server.port,
        path=server.path,
        status=server.status,
        headers=signed.headers,
        body=signed.body.decode(),
        connections=connections,
        warm_up=seconds / 5,
        seconds=seconds,
    )
    command = [sys.executable, "-m", "benchmarks.load", str(LOAD)]
    done = subprocess.run(command, input=json.dumps(asdict(load)).encode(), stdout=subprocess.PIPE, check=True)
    measured = Measured(**json.loads(done.stdout))
    if measured.errors:
        raise Wrong(f"{server.name} at {connections} connections: {measured.errors}")
    return measured


def _check(server: Server, acknowledged: int) -> None:
    stored = server.stored()
    if stored is not None and stored != acknowledged:
        raise Wrong(f"{server.name} acknowledged {acknowledged} deliveries and kept {stored}")


def report(results: Results) -> str:
    """One row for each server and number of connections."""
    rows = []
    for connections in CONNECTIONS:
        base = results.measured[THEIRS.name, connections]
        for (name, at_once), rounds in results.measured.items():
            if at_once != connections:
                continue
            ratios = [mine.per_second / theirs.per_second for mine, theirs in zip(rounds, base, strict=True)]
            rows.append(
                (
                    str(connections),
                    name,
                    spread(each.per_second for each in rounds),
                    f"× {median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})",
                    spread((each.p50_ms for each in rounds), 2),
                    spread((each.p99_ms for each in rounds), 1),
                    f"{results.memory[name] / 2**20:.0f}",
                )
            )
    return table(("c", "server", "deliveries/s", "beside Probot", "p50 ms", "p99 ms", "MiB"), rows)
