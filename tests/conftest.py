"""What every test shares: how examples are drawn, and the one driver of browsers.

Hypothesis draws the same examples for everybody, unless asked otherwise.

`make test` must say the same of the same code each time it is asked, so there the draws are
fixed. `make test-all` draws anew (HYPOTHESIS_PROFILE=search), which is how new cases are found;
a case found that way is written into its test with `@example`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("settled", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("search", derandomize=False, deadline=None, print_blob=True)
# For `test_kernels`, which runs the numerical tests again under other kernels.
settings.register_profile(
    "brief", derandomize=True, deadline=None, print_blob=True, max_examples=12
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "settled"))

# A shell starts what it puts in the background with Ctrl-C ignored, and programs hand that on to those
# they start: the tests of Ctrl-C would then wait for what cannot come.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def browsers() -> Iterator[Any]:
    """Playwright, started once: a process cannot have two of them at a time."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright
