"""What does an account show to everybody?

GitHub: "List organization repositories", "List repositories for a user", of which the latter has public ones only.
A token of an installation is shown what is public, and what it was given.
"""

from __future__ import annotations

from app.domain.facts import Repository
from app.github import parse, routes
from app.github.errors import RetryLater
from app.github.installations import Installation
from app.github.parse import well_formed
from app.github.registration import NotInstalled, Registration, Seat
from app.github.routes import Call


async def public_repositories(app: Registration, installation: Installation) -> tuple[Repository, ...]:
    """Its public repositories, without archived ones, in which nothing is reported. Raises RetryLater."""
    call = _of(installation)
    try:
        everywhere = Seat(installation=installation, repository_id=None)
        pages = await app.reading(everywhere, lambda access: app.client.read_all(call, access))
    except NotInstalled as error:
        raise RetryLater(str(error)) from None
    found: list[Repository] = []
    for page in pages:
        if not page.ok or not isinstance(page.body, list):
            raise RetryLater(f"GitHub answered {page.status} to {call}")
        found += [well_formed(parse.repository, item) for item in page.body]
    return tuple(each for each in found if not (each.private or each.archived or each.name.is_temporary_fork))


def _of(installation: Installation) -> Call:
    account = installation.account
    if installation.is_of_person:
        return routes.REPOSITORIES_OF_PERSON.call(username=account, query={"type": "owner", "per_page": "100"})
    return routes.REPOSITORIES_OF_ORGANIZATION.call(org=account, query={"type": "public", "per_page": "100"})
