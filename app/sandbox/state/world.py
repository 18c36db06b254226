"""What exists, under which name, and who is who?"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import NoReturn

from app.clock import Clock
from app.sandbox.state.accounts import Account, Organization, Team, User
from app.sandbox.state.advisories import Advisory
from app.sandbox.state.apps import Installation, Registration, Token
from app.sandbox.state.attempts import Attempts
from app.sandbox.state.manifest_codes import ManifestCode
from app.sandbox.state.outsiders import Audience, DraftsShown, Outsider, token_text
from app.sandbox.state.repositories import Configuration, Repository, Setting
from app.sandbox.state.signed_in import Code, UserToken
from app.sandbox.state.traffic import Delivery, Exchange

POINTS_A_MINUTE = 900  # GitHub: "Rate limits for the REST API": one for a read, five for anything else
_GHSA_LETTERS = "23456789cfghjmpqrvwx"


class Unknown(LookupError):
    """There is no such thing in this world. The message says what comes nearest."""


class World:
    """All of it. Ids count upwards and GHSA ids follow from a counter, so two worlds built alike are alike."""

    def __init__(
        self, *, clock: Clock, api_url: str = "https://api.github.com", web_url: str = "https://github.com"
    ) -> None:
        self.clock = clock
        self.api_url = api_url
        self.web_url = web_url
        self.users: dict[int, User] = {}
        self.organizations: dict[int, Organization] = {}
        self.repositories: dict[int, Repository] = {}
        self.moved: dict[str, int] = {}  # former full names, lower case
        self._logins: dict[str, int] = {}  # lower case, as the names below
        self._full_names: dict[str, int] = {}
        self.registrations: dict[int, Registration] = {}
        self.installations: dict[int, Installation] = {}
        self.tokens: dict[str, Token] = {}
        self.personal_tokens: dict[str, Outsider] = {}
        self.user_tokens: dict[str, UserToken] = {}
        self.sign_in_codes: dict[str, Code] = {}
        self.manifest_codes: dict[str, ManifestCode] = {}
        self.requests: list[Exchange] = []
        self.deliveries: list[Delivery] = []
        self.attempts = Attempts()
        self.webhooks_dropped = False
        self.read_shows_no_drafts = False
        self.no_advisory_comments = False  # the preview is not offered
        self.drafts_shown_to_user_tokens: DraftsShown = "as their person"
        self.private_reporting_told_to: Audience = "everybody"
        self.reviewed_after = timedelta(0)  # after it was published an advisory is in the global database
        self.public_cves: dict[str, tuple[str, datetime]] = {}  # CVE ids that others published: GHSA id, since when
        self.points_a_minute = POINTS_A_MINUTE
        self._ids = count(1001)
        self._ghsas = count(1)
        self._tokens = count(1)

    def now(self) -> datetime:
        """The time in UTC; GitHub tells whole seconds."""
        return self.clock.now().replace(microsecond=0)

    def next_id(self) -> int:
        return next(self._ids)

    def next_token(self) -> int:
        """Counts on when tokens are revoked, so that no two tokens are ever the same."""
        return next(self._tokens)

    @property
    def writes(self) -> list[Exchange]:
        """Requests that changed something or may have, without those about tokens."""
        return [exchange for exchange in self.requests if exchange.is_write]

    # Lookups. Names ignore case, as on GitHub.

    def person(self, login: str) -> User:
        """Who has this login now? Raises Unknown."""
        found = self.find_person(login)
        return found or _unknown("person", login, (user.login for user in self.users.values()))

    def find_person(self, login: str) -> User | None:
        found = self.users.get(self._logins.get(login.lower(), 0))
        return found if found and found.login.lower() == login.lower() else None

    def organization(self, login: str) -> Organization:
        """Raises Unknown."""
        found = self.find_organization(login)
        return found or _unknown("organization", login, (org.login for org in self.organizations.values()))

    def find_organization(self, login: str) -> Organization | None:
        return next((org for org in self.organizations.values() if org.login.lower() == login.lower()), None)

    def find_account(self, login: str) -> Account | None:
        return self.find_person(login) or self.find_organization(login)

    def repository(self, full_name: str) -> Repository:
        """Raises Unknown."""
        found = self.find_repository(full_name)
        return found or _unknown("repository", full_name, (repo.full_name for repo in self.repositories.values()))

    def find_repository(self, full_name: str) -> Repository | None:
        """The repository that has this name today; former names are in `moved`."""
        return self.repositories.get(self._full_names.get(full_name.lower(), 0))

    def team(self, repository_owner: Organization, slug: str) -> Team:
        """Raises Unknown."""
        found = repository_owner.teams.get(slug)
        return found or _unknown(f"team of {repository_owner.login}", slug, repository_owner.teams)

    def advisory(self, repository: Repository, ghsa: str) -> Advisory:
        """Raises Unknown, without naming other ids: those of unpublished advisories are nobody's business."""
        if ghsa not in repository.advisories:
            raise Unknown(f"{repository.full_name} has no such advisory")
        return repository.advisories[ghsa]

    def app(self, slug: str) -> Registration:
        """Raises Unknown."""
        found = next((app for app in self.registrations.values() if app.slug == slug), None)
        return found or _unknown("App", slug, (app.slug for app in self.registrations.values()))

    # What a world is made of.

    def add_person(self, login: str) -> User:
        """A person with this login, made if nobody has it."""
        return self.find_person(login) or self._add_user(User(id=self.next_id(), login=login, created_at=self.now()))

    def add_bot(self, slug: str) -> User:
        """The account under which an App acts: `slug[bot]`."""
        return self._add_user(User(id=self.next_id(), login=f"{slug}[bot]", created_at=self.now(), type="Bot"))

    def _add_user(self, user: User) -> User:
        self.users[user.id] = user
        self._logins[user.login.lower()] = user.id
        return user

    def add_personal_token(self, login: str, *, fine_grained: bool = False, advisories: bool = False) -> str:
        """A token with which somebody reads what is public, and unpublished advisories where it says so."""
        person = self.add_person(login)
        text = token_text(person.id, self.next_token(), fine_grained=fine_grained)
        self.personal_tokens[text] = Outsider(id=person.id, login=person.login, reads_advisories=advisories)
        return text

    def rename_person(self, person: User, login: str) -> None:
        """The id stays; the old login is nobody's."""
        self._logins.pop(person.login.lower(), None)
        person.login = login
        self._logins[login.lower()] = person.id

    def add_organization(self, login: str, *, owners: Iterable[str] = ()) -> Organization:
        org = Organization(id=self.next_id(), login=login, created_at=self.now())
        org.owners = {self.add_person(owner).id for owner in owners}
        self.organizations[org.id] = org
        return org

    def add_team(self, org: Organization, slug: str, members: Iterable[str]) -> Team:
        """Its members become members of the organization too."""
        team = Team(id=self.next_id(), slug=slug, members={self.add_person(login).id for login in members})
        org.teams[slug] = team
        org.members |= team.members
        return team

    def add_repository(self, org: Organization, name: str, *, private: bool = False) -> Repository:
        now = self.now()
        repository = Repository(
            id=self.next_id(), owner=org, name=name, private=private, created_at=now, updated_at=now
        )
        self.repositories[repository.id] = repository
        self._full_names[repository.full_name.lower()] = repository.id
        self.moved.pop(repository.full_name.lower(), None)
        return repository

    def rename_repository(self, repository: Repository, name: str) -> None:
        """The id stays; the old name leads to it until somebody takes it."""
        former = repository.full_name.lower()
        self.moved[former] = self._full_names.pop(former)
        repository.name = name
        self._full_names[repository.full_name.lower()] = repository.id
        self.moved.pop(repository.full_name.lower(), None)

    def transfer_repository(self, repository: Repository, org: Organization) -> None:
        """The id stays; the old name leads to it until somebody takes it."""
        former = repository.full_name.lower()
        self.moved[former] = self._full_names.pop(former)
        repository.owner = org
        self._full_names[repository.full_name.lower()] = repository.id
        self.moved.pop(repository.full_name.lower(), None)

    def delete_repository(self, repository: Repository) -> None:
        del self._full_names[repository.full_name.lower()]
        del self.repositories[repository.id]

    def add_configuration(self, name: str, *, private_reporting: Setting, enforced: bool) -> Configuration:
        return Configuration(
            id=self.next_id(),
            name=name,
            private_vulnerability_reporting=private_reporting,
            enforced=enforced,
            created_at=self.now(),
        )

    def next_ghsa(self) -> str:
        digest = hashlib.sha256(f"advisory {next(self._ghsas)}".encode()).digest()
        letters = "".join(_GHSA_LETTERS[byte % len(_GHSA_LETTERS)] for byte in digest[:12])
        return f"GHSA-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _unknown(kind: str, name: str, known: Iterable[str]) -> NoReturn:
    near = difflib.get_close_matches(name, list(known), n=1)
    hint = f'; did you mean "{near[0]}"?' if near else ""
    raise Unknown(f'there is no {kind} "{name}"{hint}')
