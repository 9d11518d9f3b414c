# SPDX-License-Identifier: Apache-2.0
"""Deliveries as a whole gateway makes them: neighbours in trouble, and what the operator holds back."""
import datetime
import statistics
import threading
import time

import pytest

import harness
from test_main_path import inbound_document

PACE_S = 0.02
EVENTS = 150


class Troubled:
    """Receivers that never answer, answer late, and break off; .close() lets everybody go."""

    def __init__(self):
        self.over = threading.Event()
        self.hanging = harness.Receiver(lambda path, body: self.over.wait(60) and 200)
        self.slow = harness.Receiver(lambda path, body: self.over.wait(4) or 200)
        self.breaking = harness.Receiver(self.break_off)

    @staticmethod
    def break_off(path, body):
        raise ConnectionResetError

    def all(self):
        return self.hanging, self.slow, self.breaking

    def close(self):
        self.over.set()
        for receiver in self.all():
            receiver.close()


def told(receiver):
    return {r["json"]["message_text"]: r["at"] for r in receiver.events("message.received")}


def ask(gateway, name):
    lines = gateway.get("/metrics").text.splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(f"wagate_{name} ")))


def test_a_slot_that_is_free_again_is_used_at_once(receiver):
    """Exchanges that all end together leave nobody behind whose end would have the next ones begin."""
    many = 400
    receiver.status, receiver.headers = 400, {"webhook-delivery": "abort-message"}
    with harness.serving() as g:
        endpoint = g.endpoint(receiver, "message.received")["id"]
        for n in range(many):
            assert g.webhook(inbound_document(g, f"491512{n:05d}", f"wamid.s.{n}", f"event {n}")).status_code == 200
        receiver.wait("message.received", many, seconds=20)
        receiver.status, receiver.headers = 200, {}
        g.run("delivery", "replay", "--endpoint", endpoint, "--failed")
        receiver.wait("message.received", 2 * many - 40, seconds=8)


def test_neighbours_in_trouble_slow_nobody_down(receiver):
    troubled = Troubled()
    with harness.serving(settings={"deliver.timeout": 5}) as g:
        for r in (*troubled.all(), receiver):
            g.endpoint(r, "message.received")
        sent = {}
        for n in range(EVENTS):
            sent[f"event {n}"] = time.time()
            assert g.webhook(inbound_document(g, f"491511{n:05d}", f"wamid.n.{n}", f"event {n}")).status_code == 200
            troubled.over.wait(PACE_S)
        harness.until(lambda: len(told(receiver)) == EVENTS, 20, "every event at the healthy receiver")
        came = told(receiver)
        p99 = statistics.quantiles([came[text] - at for text, at in sent.items()], n=100)[98]
        assert p99 < 2 * harness.SLOW, f"p99 {p99:.2f} s"
        states = {e["url"]: e for e in g.cli("endpoint", "list")["items"]}
        assert all(e["enabled"] for e in states.values())
        harness.until(lambda: [e["failing_since"] is not None for e in g.cli("endpoint", "list")["items"]].count(True) == 2, 10,
                      "two endpoints to be known as failing")
        assert g.answers("/readyz"), "what is slowed down is no reason not to be ready"
        troubled.close()


def queue_message(gateway, to, seconds):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    answer = gateway.send(to=to, text=f"to {to}", send_at=at.isoformat())
    assert answer.status_code == 202, answer.text
    return answer.json()["id"], at.timestamp()


def taken(gateway):
    return [m["to"] for m in gateway.simulate_get("messages?limit=100")["items"]]


def past(at):
    return lambda: time.time() > at


@pytest.mark.parametrize("noun", ["gateway", "instance"])
def test_what_is_suspended_waits_over_a_restart_and_goes_on_in_order(noun, receiver):
    with harness.serving() as g:
        g.endpoint(receiver, "message.received")
        switch = lambda verb: g.cli(noun, verb, *([g.demo["instance_id"]] if noun == "instance" else []))  # noqa: E731
        _, due = queue_message(g, "+4915112340001", 1.5)
        switch("suspend")
        for n in range(5):
            assert g.webhook(inbound_document(g, "4915112340002", f"wamid.s.{n}", f"event {n}")).status_code == 200
        assert g.send(to="+4915112340003").status_code in (403, 409, 503)
        harness.until(past(due + 1.5), 10, "the message to be due for a while")
        assert not receiver.events() and not taken(g)
        g.stop()
        g.start()
        harness.until(past(time.time() + 1.5), 10, "the worker to have had its turns")
        assert not receiver.events() and not taken(g)
        assert g.answers("/readyz") and ask(g, "oldest_due_delivery_seconds") == 0
        assert ask(g, "oldest_due_message_seconds") == 0 and ask(g, "messages_waiting") == 1
        switch("resume")
        receiver.wait("message.received", 5)
        assert [r["json"]["message_text"] for r in receiver.events("message.received")] == [f"event {n}" for n in range(5)]
        harness.until(lambda: len(taken(g)) == 1, 10, "the queued message to be sent")
        harness.until(lambda: {d["attempts"] for d in g.cli("delivery", "list")["items"]} == {1}, 5, "one attempt each")


@pytest.mark.parametrize("noun", ["gateway", "instance"])
def test_what_is_isolated_lets_the_provider_come_again(noun, receiver):
    with harness.serving() as g:
        g.endpoint(receiver, "message.received")
        which = [g.demo["instance_id"]] if noun == "instance" else []
        document = inbound_document(g, "4915112340002", "wamid.i.1", "hello")
        g.cli(noun, "isolate", *which)
        assert g.webhook(document).status_code == 503
        g.stop()
        g.start()
        assert g.webhook(document).status_code == 503
        g.cli(noun, "resume", *which)
        assert g.webhook(document).status_code == 200
        receiver.wait("message.received", 1)
