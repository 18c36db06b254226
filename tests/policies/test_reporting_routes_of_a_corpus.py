"""Where does a security policy send reporters? Held against a corpus that people judged."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.domain.facts import NotApplicable, RepositoryFacts, SecurityPolicy
from app.domain.findings import Verdict
from app.domain.ids import RepoName
from policies.loading import load_policies
from policies.reporting_routes import LONGEST, routes
from policies.security_policy_routes import check
from tests.builders import NOW, known

KILN = RepoName("pypa", "kiln")
FOLDER = Path(__file__).parent / "security_policies"
OWNERS = ("psrt", "maintainers", "tidelift")
RULES = """\
version: 1
report_owners:
  psrt: {takes_reports: email, contact: security@python.org}
  maintainers: {takes_reports: github}
  tidelift: {takes_reports: email, contact: "https://tidelift.com/security"}
tools:
  kiln: {repositories: [pypa/kiln], packages: ["pip:kiln"], report_owner: [{from: 2024-01-01, owner: OWNER}]}
"""
BY_OWNER = {owner: load_policies(RULES.replace("OWNER", owner), "greenroom.yml").file for owner in OWNERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A file of the corpus, and what people say of it."""

    name: str
    said: dict[str, Any]

    @property
    def file(self) -> SecurityPolicy | None:
        """The file as GitHub would give it to us."""
        if self.said.get("absent"):
            return None
        return SecurityPolicy(
            path=f"SECURITY{Path(self.name).suffix}",
            text=self._text(),
            source=self.said.get("source", "repository"),
            symlink_target=self.said.get("symlink"),
            truncated=self.said.get("truncated", False),
        )

    def _text(self) -> str | None:
        try:
            text = (FOLDER / self.name).read_bytes().decode()
        except UnicodeDecodeError:
            return None
        padding = self.said.get("padded_to", 0) - len(text)
        return text + "Kiln is baked with care. " * (padding // 25 + 1) if padding > 0 else text

    def verdict(self, owner: str) -> Verdict:
        """What the policy says where that owner takes the reports, and the button is what that owner wants."""
        unread = NotApplicable("not asked")
        facts = RepositoryFacts(
            name=KILN,
            private_reporting=known(owner == "maintainers"),
            configuration=unread,
            advisories=unread,
            owners_people=unread,
            security_policy=known(self.file),
        )
        return check(facts, BY_OWNER[owner], NOW)

    def routes(self) -> frozenset[str]:
        """Where the file sends people, as far as it is read at all."""
        file = self.file
        if file is None or file.text is None or file.symlink_target or file.truncated or len(file.text) > LONGEST:
            return frozenset()
        found = routes(file.text, KILN, is_rst=self.name.endswith(".rst"), is_shared="source" in self.said)
        return frozenset(str(route) for route in found)


CORPUS = [
    Sample(name=name, said=said) for name, said in tomllib.loads((FOLDER / "expected.toml").read_text("utf-8")).items()
]


@dataclass(slots=True)
class Score:
    """How often we say what people say."""

    right: int = 0
    too_many: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.too_many)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    def __str__(self) -> str:
        return f"precision {self.precision:.3f} recall {self.recall:.3f} of {self.right + self.missed}"


def _of_owners() -> Iterator[tuple[str, Sample, bool, bool]]:
    for sample in CORPUS:
        for owner in OWNERS:
            yield owner, sample, sample.said[owner] == "pass", sample.verdict(owner).state == "pass"


def _scored(answers: Iterator[tuple[str, Sample, bool, bool]]) -> dict[str, Score]:
    scores: dict[str, Score] = {}
    for owner, _, wanted, said in answers:
        score = scores.setdefault(owner, Score())
        score.right += wanted and said
        score.too_many += said and not wanted
        score.missed += wanted and not said
    return scores


def test_the_corpus_is_large_and_every_file_of_it_is_judged() -> None:
    """A file without a judgement would be no test."""
    judged = {sample.name for sample in CORPUS if not sample.said.get("absent")}

    assert {path.name for path in FOLDER.iterdir() if path.suffix in {".md", ".rst"}} == judged
    assert len(CORPUS) >= 240


def test_files_that_send_reporters_to_their_owner_are_told_from_others() -> None:
    """A wrong mailbox that passes leaks a report; a right one that fails is noise. Two of a hundred may go wrong."""
    by_owner = _scored(_of_owners())
    total = Score(*(sum(getattr(each, part) for each in by_owner.values()) for part in ("right", "too_many", "missed")))
    for owner, score in (*by_owner.items(), ("all", total)):
        print(f"routes to {owner}: {score}")  # noqa: T201

    assert total.precision >= 0.98
    assert total.recall >= 0.98


def test_no_file_passes_that_people_would_not_let_pass() -> None:
    """The worse of the two errors: nobody would look at it again."""
    assert [(sample.name, owner) for owner, sample, wanted, said in _of_owners() if said and not wanted] == []


def test_each_kind_of_route_is_found() -> None:
    """By kind, so that a rare one that is never found cannot hide behind the others."""
    scores: dict[str, Score] = {}
    for sample in CORPUS:
        wanted, found = frozenset(sample.said["routes"]), sample.routes()
        for route in wanted | found:
            score = scores.setdefault(route.split()[0], Score())
            score.right += route in wanted and route in found
            score.too_many += route in found - wanted
            score.missed += route in wanted - found
    for kind, score in scores.items():
        print(f"{kind} routes: {score}")  # noqa: T201

    assert {kind for kind, score in scores.items() if min(score.precision, score.recall) < 0.9} == set()
    assert scores.keys() == {"mail", "github", "page", "public", "policy"}


def test_what_cannot_be_read_is_neither_a_pass_nor_a_finding() -> None:
    """Binary, cut off, too long, a link that nobody followed, or a file that only names another document."""
    states = [
        (sample.name, owner, sample.verdict(owner).state)
        for sample in CORPUS
        for owner in OWNERS
        if sample.said[owner] == "cannot tell"
    ]

    assert len(states) >= 34
    assert [(name, owner) for name, owner, state in states if state != "cannot tell"] == []


def test_little_is_left_to_people_that_can_be_read() -> None:
    """Who answers nothing is never wrong, and of no use."""
    said = [(sample.said[owner], sample.verdict(owner).state) for sample in CORPUS for owner in OWNERS]
    left = sum(state == "cannot tell" != wanted for wanted, state in said) / len(said)
    print(f"left to people: {left:.3f}")  # noqa: T201

    assert left <= 0.02
