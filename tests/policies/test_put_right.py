"""What would be right is told in the words of the file, with an example that is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from policies.loading import InvalidPolicy, load_policies
from policies.put_right import EXAMPLES
from tests.policies.broken_files import V, mistakes
from tests.policies.worlds import RICH

OF_A_LIBRARY = re.compile(r"\b(Input|String|Field|Value|tuple|dictionary|pattern|instance|boolean|integer)\b")
OTHERS: tuple[Any, ...] = (None, True, 0, -1, 5, 1.5, "", "x", "2024-02-30", "a:1", [], [5], ["x"], {}, {"a": 1})
PLACES = {
    "always_readers": "coordination: {repository: psf/cases, always_readers: %s}",
    "coordination.repository": "coordination: {repository: %s}",
    "users": "coordinators: {users: %s}",
    "teams": "coordinators: {teams: %s}",
    "takes_reports": "report_owners: {psrt: {takes_reports: %s}}",
    "clocks": "report_owners: {psrt: {takes_reports: email, clocks: %s}}",
    "repositories": "tools: {pip: {repositories: %s}}",
    "packages": "tools: {pip: {packages: %s}}",
    "report_owner": "report_owners: {psrt: {takes_reports: email}}\ntools: {pip: {report_owner: %s}}",
    "from": "report_owners: {psrt: {takes_reports: email}}\ntools: {pip: {report_owner: [{owner: psrt, from: %s}]}}",
    "owner": "report_owners: {psrt: {takes_reports: email}}\n"
    "tools: {pip: {report_owner: [{from: 2024-01-01, owner: %s}]}}",
    "repository_ids": "tools: {pip: {repositories: [pypa/pip]}}\nrepository_ids: %s",
}
OF_EXEMPTIONS = {"policy", "repository", "exemptions.owner", "reason", "kinds"}


@pytest.mark.parametrize("key", [each for each in EXAMPLES if each != "version"])
def test_what_is_shown_as_right_is_right(key: str) -> None:
    """People copy it. What it refers to is there."""
    if key in OF_EXEMPTIONS:
        row = yaml.safe_load(EXAMPLES["exemptions"])[0] | {
            key.removeprefix("exemptions."): yaml.safe_load(EXAMPLES[key])
        }
        written = f"exemptions: [{json.dumps(row, default=str)}]"
    else:
        written = PLACES.get(key, f"{key}: %s") % EXAMPLES[key]

    assert _told(f"{V}{written}\n") == ""


def _changed(data: Any, other: Any) -> Iterator[Any]:
    """The same with one place after another holding something else."""
    yield other
    places = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for place, inside in places:
        for changed in _changed(inside, other):
            copy = data.copy()
            copy[place] = changed
            yield copy


def _told(text: str) -> str:
    """Nothing where the file is valid."""
    try:
        load_policies(text, "greenroom.yml")
    except InvalidPolicy as refused:
        return str(refused)
    return ""


def test_nobody_reads_words_of_a_library() -> None:
    """Whatever stands wherever: an editor of the file knows lists and mappings, no tuples and no patterns."""
    data = json.loads(json.dumps(yaml.safe_load(RICH), default=str))

    told = [_told(json.dumps(changed, indent=0)) for other in OTHERS for changed in _changed(data, other)]

    assert [each for each in told if OF_A_LIBRARY.search(each)] == []
    assert len([each for each in told if each]) > 500  # or there was nothing to tell


def test_a_wrong_word_of_a_few_is_told_with_the_one_that_was_meant() -> None:
    """A letter too many is what happens most."""
    assert mistakes(V + "policies: {private-reporting: {mode: reports}}") == [
        '2: policies.private-reporting.mode: is "reports"; did you mean "report"?'
    ]


def test_unknown_names_are_told_beside_values_of_a_wrong_shape() -> None:
    """One run tells all that can be told, so that nobody mends a file in rounds."""
    text = (
        V + "report_owners: {psrt: {takes_reports: fax}}\n"
        "tools: {a b: {report_owner: [{from: soon, owner: prst}]}}\n"
        "policies: {private-reportng: {mode: report}}\n"
        "exemptions: [{policy: privat-reporting}, {policy: private-reporting, kinds: [nothing]}]\n"
    )

    told = "\n".join(mistakes(text))

    assert 'takes_reports: is "fax"' in told
    assert "from: write a day" in told
    assert 'owner: is "prst"; did you mean "psrt"?' in told
    assert "tools.a b: a name has letters" in told
    assert 'there is no policy "private-reportng"; did you mean "private-reporting"?' in told
    assert 'exemptions.0.policy: is "privat-reporting"; did you mean "private-reporting"?' in told
    assert 'exemptions.1.kinds.0: private-reporting finds nothing called "nothing"' in told


@pytest.mark.parametrize("written", ["[]", "5", "{a: 1}", "[{owner: 5}]", "[5]", "text", "null"])
@pytest.mark.parametrize("key", ["policies", "exemptions", "tools", "report_owners"])
def test_names_are_looked_for_in_whatever_is_written(key: str, written: str) -> None:
    """What is of another shape is told as that, and as nothing else."""
    told = _told(f"{V}{key}: {written}\n")

    assert not told or all(f": {key}" in line for line in told.splitlines())


def test_owners_that_cannot_be_read_are_not_called_unknown() -> None:
    """Every tenure would be wrong, and none of them is."""
    text = V + "report_owners: [psrt]\ntools: {pip: {report_owner: [{from: 2024-01-01, owner: psrt}]}}\n"

    assert len(mistakes(text)) == 1
