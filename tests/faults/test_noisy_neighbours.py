# SPDX-License-Identifier: Apache-2.0
"""Of many endpoints of one account a third hangs, drips, breaks off or fails: the others get what is theirs as fast as
without them, and nothing is lost."""
import contextlib
import os
import re
import statistics
import time

import pytest

import harness
from hostile import Hostile
from test_main_path import inbound_document

ENDPOINTS = int(os.environ.get("WAGATE_ENDPOINTS", 200))
BEHAVIOURS = ["hang"] * 10 + ["drip-head"] * 10 + ["reset"] * 5 + ["500"] * 5  # of a hundred
EVENTS = 150
PACE_S = 0.1
WORKER_MIB = 128


@pytest.fixture
def hostile(tmp_path):
    h = Hostile(str(tmp_path))
    yield h
    h.close()


class Address:
    def __init__(self, url):
        self.url = url


def tell(gateway, run):
    """Events at a pace; when each was sent."""
    sent = {}
    for n in range(EVENTS):
        due = time.time() + PACE_S
        text = f"{run} {n}"
        sent[text] = time.time()
        assert gateway.webhook(inbound_document(gateway, f"4915{run}{n:06d}", f"wamid.{run}.{n}", text)).status_code == 200
        with contextlib.suppress(AssertionError):
            harness.until(lambda: time.time() >= due, 1, "the next one's time")
    return sent


def waits(receiver, sent, count):
    harness.until(lambda: sum(r["json"]["message_text"] in sent for r in receiver.events()) == count, 60, "every event")
    return [r["at"] - sent[r["json"]["message_text"]] for r in receiver.events() if r["json"]["message_text"] in sent]


def test_a_third_of_all_endpoints_in_trouble_costs_the_others_nothing(receiver, hostile):
    with harness.serving(settings={"deliver.timeout": 5}) as g:
        healthy = ENDPOINTS * 7 // 100
        for _ in range(healthy):
            g.endpoint(receiver, "message.received")
        quiet = statistics.quantiles(waits(receiver, (sent := tell(g, 1)), EVENTS * healthy), n=100)[98]
        for n in range(ENDPOINTS * len(BEHAVIOURS) // 100):
            g.endpoint(Address(hostile.url), "message.received", path="/" + BEHAVIOURS[n % len(BEHAVIOURS)])
        noisy = statistics.quantiles(waits(receiver, (sent := tell(g, 2)), EVENTS * healthy), n=100)[98]
        with open(f"/proc/{g.children()['wagate-worker']}/status", encoding="ascii") as f:
            peak = int(re.search(r"VmHWM:\s+(\d+) kB", f.read()).group(1)) / 1024
        print(f"p99 {quiet * 1000:.0f} ms alone, {noisy * 1000:.0f} ms beside them; peak {peak:.0f} MiB")
        assert noisy < 2 * harness.SLOW and peak <= WORKER_MIB * (8 if harness.SLOW > 1 else 1)
        assert len(sent) == EVENTS and g.answers("/readyz")
