"""In which stores does a story hold?"""

from __future__ import annotations

import pytest

# The fixture `store` decides what policy says and which coordination repository `github.coordination` is.
in_both_stores = pytest.mark.parametrize("store", ["advisory", pytest.param("issue", marks=pytest.mark.slow)])
as_issues = pytest.mark.parametrize("store", ["issue"])
