"""Hypothesis settings of property tests."""

import os

from hypothesis import settings

repeatable = settings(derandomize="READQ_OTHER_EXAMPLES" not in os.environ, database=None, print_blob=True)
"""The same examples in every run, or new ones with READQ_OTHER_EXAMPLES set in the environment.

For tests of long histories, whose failures are slow to shrink: a failure is repeated by running the test again.
"""
