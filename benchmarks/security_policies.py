"""What do the SECURITY.md files of a fleet say? Each a little different, a page long as most are."""

from __future__ import annotations

_VERSIONS = """\
# Security policy of project {number}

## Supported versions

Fixes are made for the newest release and, for six months after it, for the one before.

| Version | Supported |
|---------|-----------|
| 3.{number} | yes |
| 2.x     | until the end of the year |
| < 2.0   | no  |

"""
_GOOD = """\
## Reporting a vulnerability

Please do not report security vulnerabilities through public GitHub issues, discussions or pull requests.

Instead, report them by mail to [{contact}](mailto:{contact}). You should hear from us within three days.
Please include as much as you can of the following, so that we understand what it is about:

* the version of project {number} that you use, and the platform,
* what somebody could do with it, and what they need for that,
* steps to reproduce it, or a proof of concept.

"""
_WRONG = """\
## Reporting a vulnerability

Found something? Open an issue at https://github.com/elsewhere/project-{number}/issues/new and label it "security",
or write to somebody-{number}@elsewhere.example. We look at these once a month.

"""
_AFTERWARDS = """\
## What happens then

We confirm the problem, look for others of its kind, prepare a fix in private and make a release. The advisory is
published together with the release, and we credit whoever reported it unless they would rather not be named.
There is no bounty. For questions that are not about a vulnerability use the usual support channels, please.
"""


def good_text(number: int, contact: str) -> str:
    """It sends reporters to that address."""
    return f"{_VERSIONS}{_GOOD}{_AFTERWARDS}".format(number=number, contact=contact)


def wrong_text(number: int) -> str:
    """It sends reporters elsewhere, and into public."""
    return f"{_VERSIONS}{_WRONG}{_AFTERWARDS}".format(number=number)
