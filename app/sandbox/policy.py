"""Which policy file fits the sandbox's world?

The shipped default, with the sandbox's invented people, and with enforcement switched on: what a coordinator would have
merged after a while of observing.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from typing import Any

import yaml

from app.domain.mirrors import Store
from app.sandbox.pypa import PRIVATE_CASES


def policy_for(
    id_of: Callable[[str], int | None], *, mode: str = "enforce", store: Store = "advisory", copies: str = "case"
) -> str:
    """The text of a policy file. `id_of` gives the numeric id of a login, None where there is no such account.

    With the store `issue` all maintainers read every case, since the sandbox gives them access to that repository.
    """
    default = resources.files("policies").joinpath("pypa.yml")
    shipped: dict[str, Any] = yaml.safe_load(default.read_text(encoding="utf-8"))
    coordinators = _accounts(id_of, "coordinator")
    shipped["coordinators"] = {"users": coordinators}
    shipped["coordination"] |= {"mode": mode, "copies": copies, "always_readers": {"users": [*coordinators]}}
    shipped["report_owners"]["psrt"]["users"] = _accounts(id_of, "psrt-member")
    if store == "issue":
        repositories = [repo for tool in shipped["tools"].values() for repo in tool["repositories"]]
        maintainers = [each for repo in repositories for each in _accounts(id_of, _maintainers_of(repo))]
        readers = list(dict.fromkeys([*coordinators, *maintainers]))
        shipped["coordination"] |= {"repository": PRIVATE_CASES, "store": store, "always_readers": {"users": readers}}
    for tool in shipped["tools"].values():
        tool["users"] = _accounts(id_of, _maintainers_of(tool["repositories"][0]))
        for tenure in tool.get("report_owner", []):
            tenure["from"] = tenure["from"].isoformat()
    for policy in ("private-reporting", "reports-reach-owner"):
        shipped["policies"][policy]["mode"] = mode
    return yaml.safe_dump(shipped, sort_keys=False)


def _maintainers_of(repository: str) -> str:
    name = repository.split("/")[1].lower().replace(".", "-").replace("_", "-")
    return f"{name}-maintainer"


def _accounts(id_of: Callable[[str], int | None], who: str) -> list[str]:
    logins = (f"{who}-{number}" for number in (1, 2))
    return [f"{login}:{number}" for login in logins if (number := id_of(login)) is not None]
