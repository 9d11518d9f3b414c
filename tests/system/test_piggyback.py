# SPDX-License-Identifier: Apache-2.0
"""Hosting without daemons and without cron: requests start a worker for a while, and lose nothing."""
import os
import signal
import threading

import pytest

import harness


@pytest.fixture(scope="module")
def provider():
    with harness.serving() as g:
        yield g


@pytest.fixture
def host(provider):
    """Apache with plain CGI and nothing else of ours."""
    with harness.serving("cgi", settings={"cloud.graph_url": provider.url + "/_sim", "worker.mode": "piggyback",
                                          "worker.slice": "2"}) as g:
        yield g


def workers(gateway):
    """The pids of this gateway's workers."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                line = f.read().split(b"\0")
        except OSError:
            continue
        if line[0].endswith(b"wagate-worker") and gateway.config.encode() in line:
            found.append(int(pid))
    return found


def inbound(gateway, wamid, sender="491700000001"):
    return {"object": "whatsapp_business_account", "entry": [{"id": gateway.demo["waba_id"], "changes": [
        {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": {
            "display_phone_number": "15550783881", "phone_number_id": gateway.demo["phone_number_id"]}, "messages": [
            {"from": sender, "id": wamid, "timestamp": str(int(harness.time.time())), "type": "text",
             "text": {"body": "hello"}}]}}]}]}


def test_a_webhook_is_forwarded_without_a_daemon_or_cron(host, receiver):
    host.endpoint(receiver, "message.received,message.sent")
    assert host.webhook(inbound(host, "wamid.P1")).status_code == 200
    assert receiver.wait("message.received")[0]["json"]["external_message_id"] == "wamid.P1"
    assert host.send("+4915112345601").status_code == 200
    receiver.wait("message.sent")
    harness.until(lambda: not workers(host), 15, "the worker to end by itself")
    assert len(receiver.events("message.received")) == 1


def test_under_fastcgi_without_a_worker_too(provider, receiver):
    with harness.serving(settings={"cloud.graph_url": provider.url + "/_sim", "worker.mode": "piggyback",
                                   "worker.slice": "2"}) as g:
        g.endpoint(receiver, "message.received,message.sent")
        assert g.webhook(inbound(g, "wamid.F1")).status_code == 200
        assert g.send("+4915112345603").status_code == 200
        receiver.wait("message.received")
        receiver.wait("message.sent")


def test_many_requests_start_one_worker_and_one_that_waits(host, receiver):
    host.endpoint(receiver, "message.received")
    seen = 0
    for i in range(40):
        assert host.webhook(inbound(host, f"wamid.M{i}", f"4917000001{i:02}")).status_code == 200
        seen = max(seen, len(workers(host)))
    receiver.wait("message.received", 40, 20)
    assert len(receiver.events("message.received")) == 40
    assert seen <= 4, "one at work, one that waits, and those that are just leaving"


def test_what_a_killed_worker_had_in_hand_is_done_by_the_next(host):
    go_on = threading.Event()
    slow = harness.Receiver(status=lambda path, body: 200 if go_on.wait(20) else 500)
    try:
        host.endpoint(slow, "message.received")
        assert host.webhook(inbound(host, "wamid.K1")).status_code == 200
        slow.wait("message.received")
        for pid in workers(host):
            os.kill(pid, signal.SIGKILL)
        harness.until(lambda: not workers(host), 5, "the worker to be dead")
        go_on.set()
        assert host.webhook(inbound(host, "wamid.K2", "491700000002")).status_code == 200
        harness.until(lambda: {r["json"]["external_message_id"] for r in slow.events("message.received")} ==
                      {"wamid.K1", "wamid.K2"}, 15, "both messages at the receiver")
        harness.until(lambda: all(d["status"] == "delivered" for d in host.cli("delivery", "list")["items"]), 15,
                      "all delivered")
        ids = [r["headers"]["webhook-id"] for r in slow.events("message.received")
               if r["json"]["external_message_id"] == "wamid.K1"]
        assert len(ids) == 2 and len(set(ids)) == 1, "the broken exchange again, with the same id"
    finally:
        slow.close()


def test_any_request_starts_what_has_fallen_due(host, receiver):
    """Nothing rings for what is due later; a request after a quiet while looks."""
    host.endpoint(receiver, "message.sent")
    answer = host.post_key("/api/send-message", {"instance_id": host.demo["instance_name"], "phone": "+4915112345602", "message": "later",
                                                 "message_purpose": "transactional", "send_at": harness.time.strftime(
                                                     "%Y-%m-%dT%H:%M:%SZ", harness.time.gmtime(harness.time.time() + 3))})
    assert answer.status_code == 202, answer.text
    harness.until(lambda: not workers(host), 15, "the worker to end")
    lock = os.path.join(host.dir, "run", "worker.lock")
    os.utime(lock, (1, 1))
    assert host.answers("/healthz")
    receiver.wait("message.sent", 1, 15)
