# SPDX-License-Identifier: Apache-2.0
import pytest

import harness


@pytest.fixture(scope="module")
def gateway():
    with harness.serving() as g:
        yield g


@pytest.fixture
def receiver():
    r = harness.Receiver()
    yield r
    r.close()


@pytest.fixture(autouse=True)
def fresh_simulator(request):
    """Each story starts with an empty simulator where it uses the shared gateway."""
    if "gateway" in request.fixturenames:
        request.getfixturevalue("gateway").simulate("reset")
    yield
