# SPDX-License-Identifier: Apache-2.0
"""Receivers that do everything wrong: each attempt ends in time and is told in the right words, and a healthy one
beside them notices nothing."""
import re
import time
from datetime import datetime, timezone

import pytest

import harness
from hostile import BEHAVIOURS, Hostile

TIMEOUT_S = 5
GRACE_S = 0.5
WORKER_MIB = 128
TIMED_OUT = r"timed out after 5\.\d s while "

# behaviour -> the delivery's state after its first attempt, HTTP status (None: any), the log's words.
EXPECTED = {
    "hang": ("pending", 0, TIMED_OUT + "waiting for the answer"),
    "reset": ("pending", 0, "connection (reset|broke)"),
    "close": ("pending", 0, "closed without an answer"),
    "part": ("pending", None, "ended before it was whole"),
    "reset-part": ("pending", None, "connection (reset|broke)|ended before it was whole"),
    "drip-head": ("pending", None, TIMED_OUT + "(waiting for|reading) the answer"),
    "drip-body": ("pending", None, TIMED_OUT + "reading the answer"),
    "endless-body": ("delivered", 200, "^$"),
    "endless-500": ("pending", 500, "500"),
    "100000-headers": (None, None, ""),
    "endless-headers": ("pending", None, "header|longer than|timed out"),
    "long-header": (None, None, ""),
    "endless-100": ("pending", None, "header|longer than|timed out"),
    "no-http": ("pending", 0, "HTTP"),
    "no-status": ("pending", 0, "HTTP"),
    "500": ("pending", 500, "500"),
    "410": ("failed", 410, "410"),
    "429": ("pending", 429, "429"),
    "302": ("pending", 302, "302|redirect"),
    "404": ("pending", 404, "404"),
    "503": ("pending", 503, "503"),
    "disable": ("delivered", 200, "^$"),
    "abort": ("failed", 422, "422"),
    "gzip-bomb": ("delivered", 200, "^$"),
    "bad-chunk": ("pending", None, "answer"),
    "http-0.9": ("pending", 0, "HTTP"),
    "204": ("delivered", 204, "^$"),
    "201-text": ("delivered", 201, "^$"),
    "full": ("pending", 0, TIMED_OUT.replace("5", "[45]") + "connecting"),
    "away": ("pending", 0, "connection refused"),
    "self-signed": ("pending", 0, "self-signed"),
    "no-tls": ("pending", 0, "TLS"),
    "silent-tls": ("pending", 0, TIMED_OUT + "agreeing on TLS"),
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    h = Hostile(str(tmp_path_factory.mktemp("tls")))
    yield h
    h.close()


class Address:
    def __init__(self, url):
        self.url = url


def addresses(hostile):
    special = {"full": hostile.full_url, "away": hostile.away_url, "self-signed": hostile.tls_url,
               "silent-tls": hostile.silent_url, "no-tls": hostile.url.replace("http:", "https:")}
    return {name: Address(special.get(name, hostile.url)) for name in EXPECTED}


@pytest.fixture(scope="module")
def scene(hostile):
    """A gateway, a healthy receiver, one endpoint for each behaviour, and one event that has gone to all of them."""
    healthy = harness.Receiver()
    with harness.serving(settings={"deliver.timeout": TIMEOUT_S}) as g:
        g.endpoint(healthy, "message.received")
        endpoints = {name: g.endpoint(a, "message.received", path="/" + (name if name in BEHAVIOURS else "500"))["id"]
                     for name, a in addresses(hostile).items()}
        g.inbound("4915199990001", "hello")
        yield g, healthy, endpoints
    healthy.close()


def first_attempt(gateway, endpoint):
    rows = gateway.cli("delivery", "list", "--endpoint", endpoint)["items"]
    row = min(rows, key=lambda r: r["id"]) if rows else None
    return row if row and row["attempts"] >= 1 and row["status"] != "sending" else None


@pytest.mark.parametrize("name", EXPECTED)
def test_an_attempt_ends_in_time_and_says_why(scene, name):
    gateway, _, endpoints = scene
    row = harness.until(lambda: first_attempt(gateway, endpoints[name]), TIMEOUT_S + 3, f"the attempt at {name} to end")
    state, status, words = EXPECTED[name]
    print(row)
    assert row["last_ms"] <= (TIMEOUT_S + GRACE_S) * 1000 * harness.SLOW
    assert state is None or row["status"] == state
    assert status is None or (row["last_status"] or 0) == status
    assert re.search(words, row["last_error"] or ""), row["last_error"]
    if row["status"] != "delivered":
        assert row["last_error"], "a failed attempt must say why"


def test_410_disables_the_endpoint_and_says_so(scene):
    gateway, _, endpoints = scene
    rows = {e["id"]: e for e in gateway.cli("endpoint", "list")["items"]}
    harness.until(lambda: first_attempt(gateway, endpoints["410"]), 10, "the attempt")
    gone = rows[endpoints["410"]]
    assert not gone["enabled"] and "410" in gone["disabled_reason"]
    assert all(rows[id]["enabled"] for name, id in endpoints.items() if name not in ("410", "disable"))


def test_retry_after_is_honoured(scene):
    gateway, _, endpoints = scene
    row = harness.until(lambda: first_attempt(gateway, endpoints["429"]), 10, "the attempt")
    due = datetime.fromisoformat(row["next_attempt_at"].replace("Z", "+00:00"))
    assert 60 <= (due - datetime.now(timezone.utc)).total_seconds() <= 121


def test_no_redirect_is_followed(scene, hostile):
    gateway, _, endpoints = scene
    harness.until(lambda: first_attempt(gateway, endpoints["302"]), 10, "the attempt")
    assert "followed" not in hostile.seen


def test_a_healthy_endpoint_beside_them_notices_nothing(scene):
    gateway, healthy, _ = scene
    before, slowest = len(healthy.events()), 0
    for n in range(10):
        start = time.monotonic()
        gateway.inbound(f"49151999901{n:02d}", "are you there?")
        harness.until(lambda: len(healthy.events()) > before + n, 2, "the healthy endpoint to be told")
        slowest = max(slowest, time.monotonic() - start)
    assert slowest <= 0.5 * harness.SLOW, f"the slowest took {slowest:.2f} s"


def test_the_worker_stays_small(scene):
    gateway, _, _ = scene
    with open(f"/proc/{gateway.children()['wagate-worker']}/status", encoding="ascii") as f:
        peak = int(re.search(r"VmHWM:\s+(\d+) kB", f.read()).group(1)) / 1024
    assert peak <= WORKER_MIB * (8 if harness.SLOW > 1 else 1), f"{peak:.0f} MiB"
