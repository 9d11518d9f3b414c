# SPDX-License-Identifier: Apache-2.0
"""A gateway with what a first day leaves behind, and browsers that are signed in to it."""
import pytest
from chromium import harness, open_browser, sign_in


@pytest.fixture(scope="session")
def gateway():
    with harness.serving() as g:
        seed(g)
        yield g


def seed(g):
    """What a first day leaves behind: messages out and in, an opt-out, webhooks."""
    receiver = harness.Receiver()
    g.receiver = receiver
    g.endpoint(receiver, "message.received,message.sent,message.failed,recipient.opted_out")
    for number in range(6):
        assert g.send(to=f"+49151123456{number:02}").status_code == 200
    g.send(to="+1555000131026")
    g.inbound("4915112345601", "Hello, is my order on its way?")
    g.inbound("4915112345602", "Thank you \u2764\ufe0f")
    g.inbound("4915112345603", "STOP")
    receiver.wait("recipient.opted_out", seconds=20)


@pytest.fixture(scope="session")
def browser(gateway):
    driver = open_browser()
    sign_in(driver, gateway)
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def plain_browser(gateway):
    """The same with scripts switched off."""
    driver = open_browser(scripts=False)
    sign_in(driver, gateway)
    yield driver
    driver.quit()
