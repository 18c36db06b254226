from __future__ import annotations

import pytest

from app.exports.packages import Package
from app.exports.ranges import Versions


@pytest.mark.parametrize(
    ("package", "version", "purl"),
    [
        ("pip:pip", None, "pkg:pypi/pip"),
        ("pip:pip", "26.1", "pkg:pypi/pip@26.1"),
        ("pip:Readme_Renderer", None, "pkg:pypi/readme-renderer"),
        ("pip:epoch", "1!2.0+local", "pkg:pypi/epoch@1%212.0%2Blocal"),
        ("rust:uv", None, "pkg:cargo/uv"),
        ("conda:conda", "26.1.0", "pkg:conda/conda@26.1.0"),
        ("npm:@scope/Name", None, "pkg:npm/%40scope/Name"),
        ("maven:org.example:thing", None, "pkg:maven/org.example/thing"),
        ("go:example.org/a/b", None, "pkg:golang/example.org/a/b"),
        ("actions:pypa/gh-action-pypi-publish", None, "pkg:github/pypa/gh-action-pypi-publish"),
        ("other:warehouse", None, "pkg:generic/warehouse"),
        ("other:two words?#", None, "pkg:generic/two%20words%3F%23"),
    ],
)
def test_packages_have_the_urls_that_scanners_know_them_by(package: str, version: str | None, purl: str) -> None:
    """What is escaped otherwise is another package, or none."""
    assert Package.parse(package).purl(version) == purl


@pytest.mark.parametrize(
    ("versions", "vers"),
    [
        (None, "vers:pypi/*"),
        (Versions(since="1.0", before="2.0"), "vers:pypi/>=1.0|<2.0"),
        (Versions(through="1!3"), "vers:pypi/<=1%213"),
        (Versions(only="1.0"), "vers:pypi/1.0"),
    ],
)
def test_ranges_have_a_form_that_machines_read(versions: Versions | None, vers: str) -> None:
    """In the order of the versions, each escaped."""
    assert Package.parse("pip:pip").vers(versions) == vers


def test_a_package_is_the_same_however_it_is_spelled() -> None:
    """An advisory says Readme_Renderer, policy readme-renderer."""
    assert Package.parse("pip:Readme_Renderer").key == Package.parse("pip:readme.renderer").key
    assert Package.parse("pip:uv").key != Package.parse("rust:uv").key
    assert Package.parse("pip:Readme_Renderer").osv_name == "readme-renderer"
    assert Package.parse("maven:G:A").osv_name == "G:A"
