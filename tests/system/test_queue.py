# SPDX-License-Identifier: Apache-2.0
"""Sends that are accepted now and sent later: queued, scheduled, put off, cancelled, expired, and the statuses of
simulated ones."""
import collections
import datetime
import os
import signal
import threading
import time

import pytest
import requests

import harness
from test_outcomes import proxy_send

ASYNC = {"Prefer": "respond-async"}


def enqueue(gateway, to, text="Your order is ready.", key=None, headers=None, **more):
    body = {"instance_id": gateway.demo["instance_id"], "phone": to, "message": text,
            "message_purpose": "transactional", **more}
    answer = gateway.post_key("/api/send-message", body, key, headers={**ASYNC, **(headers or {})})
    assert answer.status_code == 202, answer.text
    return answer.json()


def message(gateway, reference, key=None):
    answer = gateway.get("/api/messages/" + str(reference), key)
    assert answer.status_code == 200, answer.text
    return answer.json()


def until_status(gateway, reference, *statuses, seconds=15, key=None):
    seen = {}

    def there():
        seen.update(message(gateway, reference, key))
        return seen["status"] in statuses and seen
    try:
        return harness.until(there, seconds, f"{reference} to be {statuses}")
    except AssertionError as error:
        raise AssertionError(f"{error}: {seen}") from None


def cancel(gateway, reference, key=None):
    return gateway.post_key(f"/api/messages/{reference}/cancel", b"", key)


def rfc3339(seconds_ahead):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds_ahead)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def taken(gateway, to):
    """The texts that the provider took for a recipient, oldest first."""
    items = gateway.simulate_get(f"messages?to={to}&limit=10000")["items"]
    return [m["payload"]["text"]["body"] for m in reversed(items)]


# ---- the plain way ----

def test_a_queued_message_is_answered_at_once_and_delivered_later(gateway, receiver):
    endpoint = gateway.endpoint(receiver, "message.sent,message.delivered")
    body = enqueue(gateway, "+4915300000001")
    assert body["status"] == "queued" and body["message_id"] is None and body["log_id"] > 0
    seen = until_status(gateway, body["id"], "delivered", "read")
    assert seen["message_id"].startswith("wamid.") and seen["error"] is None
    delivered = receiver.wait("message.delivered")[0]["json"]
    assert delivered["gateway_message_id"] == body["id"] and delivered["message_id"] == seen["message_id"]
    assert taken(gateway, "4915300000001") == ["Your order is ready."]
    gateway.cli("endpoint", "delete", endpoint["id"])


def test_the_proxy_dialect_answers_in_metas_shape_and_statuses_name_our_id(gateway, receiver):
    endpoint = gateway.endpoint(receiver, "status", format="meta")
    answer = proxy_send(gateway, "4915300000002", headers=ASYNC)
    assert answer.status_code == 202, answer.text
    sent = answer.json()["data"]["messages"][0]
    assert sent["id"].startswith("msg_") and sent["message_status"] == "queued"
    documents = [r["json"] for r in receiver.wait(count=2)]
    statuses = [d["entry"][0]["changes"][0]["value"]["statuses"][0] for d in documents]
    assert {s["biz_opaque_callback_data"] for s in statuses} == {sent["id"]}
    assert message(gateway, sent["id"])["message_id"] == statuses[0]["id"]
    gateway.cli("endpoint", "delete", endpoint["id"])


def test_a_scheduled_message_goes_out_at_its_time_and_not_before(gateway):
    begun = time.monotonic()
    body = enqueue(gateway, "+4915300000003", send_at=rfc3339(2))
    assert body["status"] == "scheduled"
    seen = until_status(gateway, body["id"], "sent", "delivered", "read")
    assert 1.9 <= time.monotonic() - begun <= 2 + 2 * harness.SLOW
    assert seen["message_id"]


def test_messages_of_one_conversation_go_out_in_order(gateway):
    ids = [enqueue(gateway, "+4915300000004", f"message {n}")["id"] for n in range(20)]
    until_status(gateway, ids[-1], "sent", "delivered", "read")
    assert taken(gateway, "4915300000004") == [f"message {n}" for n in range(20)]


def test_a_message_past_its_validity_is_not_sent_and_told_as_expired(receiver):
    with harness.serving(settings={"cloud.graph_url": f"http://127.0.0.1:{harness.free_port()}"}) as g:
        g.endpoint(receiver, "message.failed")
        body = enqueue(g, "+4915300000005", headers={"X-Valid-For": "4"})
        seen = until_status(g, body["id"], "failed")
        # The provider is away: the last wait that would end past the validity is not begun.
        assert seen["error"]["title"] and seen["sent_at"] is None
        told = receiver.wait("message.failed")[0]["json"]
        assert told["gateway_message_id"] == body["id"] and told["error"] == seen["error"]


def test_what_was_not_taken_up_in_time_expires(gateway, receiver):
    endpoint = gateway.endpoint(receiver, "message.failed")
    with stopped_worker(gateway):
        body = enqueue(gateway, "+4915300000006", headers={"X-Valid-For": "1"})
        until = gateway.cli("message", "show", body["id"])["valid_until"]
        harness.until(lambda: rfc3339(0) > until, 5, "its validity to be over")
    seen = until_status(gateway, body["id"], "failed")
    assert seen["error"]["code"] == "expired" and seen["error"]["retryable"] is False
    assert receiver.wait("message.failed")[0]["json"]["error"]["code"] == "expired"
    assert taken(gateway, "4915300000006") == []
    gateway.cli("endpoint", "delete", endpoint["id"])


class stopped_worker:
    """The worker stands still inside of this."""

    def __init__(self, gateway):
        self.gateway = gateway

    def tell(self, number):
        os.kill(self.gateway.children()["wagate-worker"], number)

    def __enter__(self):
        self.tell(signal.SIGSTOP)

    def __exit__(self, *_):
        self.tell(signal.SIGCONT)


# ---- cancel ----

def test_a_scheduled_message_can_be_cancelled_until_it_is_sent(gateway, receiver):
    endpoint = gateway.endpoint(receiver, "message.status_updated")
    body = enqueue(gateway, "+4915300000007", send_at=rfc3339(3600))
    answer = cancel(gateway, body["id"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "cancelled" and answer.json()["id"] == body["id"]
    assert receiver.wait("message.status_updated")[0]["json"]["status"] == "cancelled"
    again = cancel(gateway, body["log_id"])
    assert again.status_code == 409 and again.json()["error"] == "not_cancellable", again.text
    sent = gateway.send("+4915300000007").json()
    late = cancel(gateway, sent["message_id"])
    assert late.status_code == 409 and late.json()["error"] == "not_cancellable", late.text
    assert cancel(gateway, "msg_00000000000000000000000000").status_code == 404
    gateway.cli("endpoint", "delete", endpoint["id"])


def test_only_a_key_that_may_send_cancels_and_a_sandbox_key_only_its_own(gateway):
    account = gateway.demo["account"]
    reader = gateway.cli("key", "create", "--account", account, "--name", "reads", "--environment", "production",
                         "--scopes", "read")["key"]
    body = enqueue(gateway, "+4915300000008", send_at=rfc3339(3600))
    assert cancel(gateway, body["id"], reader).status_code == 403
    other = gateway.cli("instance", "create", "--account", account, "--name", "Other Line", "--provider", "cloud")
    bound = gateway.cli("key", "create", "--account", account, "--name", "other line", "--environment", "production",
                        "--instance", other["id"])["key"]
    assert cancel(gateway, body["id"], bound).status_code == 404
    assert cancel(gateway, body["id"], gateway.demo["sandbox_key"]).status_code == 404
    fake = enqueue(gateway, "+4915300000008", key=gateway.demo["sandbox_key"], send_at=rfc3339(3600))
    assert cancel(gateway, fake["id"], gateway.demo["sandbox_key"]).status_code == 200
    shown = gateway.cli("message", "cancel", body["id"])
    assert shown["status"] == "cancelled"
    assert gateway.run("message", "cancel", body["id"], check=False).returncode != 0


# ---- trouble ----

def test_a_provider_that_was_away_gets_everything_once_it_is_back():
    with harness.serving() as provider:
        port = harness.free_port()
        with harness.serving(settings={"cloud.graph_url": f"http://127.0.0.1:{port}/_sim"}) as g:
            ids = [enqueue(g, f"+49154000000{n:02d}")["id"] for n in range(10)]
            harness.until(lambda: g.cli("message", "show", ids[0])["attempts"] >= 1, 10, "a first try")
            with harness.Bridge(port, provider.port):
                for one in ids:
                    until_status(g, one, "sent", "delivered", "read", seconds=60)
            for n in range(10):
                assert len(taken(provider, f"49154000000{n:02d}")) == 1


def test_a_person_over_the_pair_limit_waits_and_nobody_else_does(gateway):
    waiting = enqueue(gateway, "1555000131056")
    behind = enqueue(gateway, "1555000131056", "and this")
    harness.until(lambda: gateway.cli("message", "show", waiting["id"])["attempts"] >= 1, 10, "Meta's refusal")
    others = [enqueue(gateway, f"+49155000000{n:02d}")["id"] for n in range(10)]
    for one in others:
        until_status(gateway, one, "sent", "delivered", "read", seconds=3)
    assert message(gateway, waiting["id"])["status"] == "queued"
    assert gateway.cli("message", "show", behind["id"])["attempts"] == 0
    held = gateway.send("1555000131056", "at once")
    assert held.status_code == 429 and held.json()["error"] == "sending_throttled", held.text
    assert cancel(gateway, behind["id"]).status_code == 200
    assert cancel(gateway, waiting["id"]).status_code == 200


@pytest.mark.parametrize("code", [131026, 131047, 132001, 368])
def test_what_time_cannot_heal_fails_at_once_with_metas_error(gateway, code):
    body = enqueue(gateway, f"1555000{code:06d}")
    seen = until_status(gateway, body["id"], "failed")
    assert seen["error"]["code"] == code and seen["error"]["retryable"] is False


@pytest.mark.parametrize("to", ["15550020001", "15550020003", "15550020004", "1555000131000"])
def test_a_lost_answer_is_unknown_for_queued_messages_too(gateway, to):
    body = enqueue(gateway, to)
    harness.until(lambda: message(gateway, body["id"])["status"] not in ("queued", "sending"), 10, "an outcome")
    gateway.simulate("settle")
    accepted = [m for m in gateway.simulate_get("messages?to=" + to)["items"]
                if m["payload"].get("biz_opaque_callback_data") == body["id"]]
    assert len(accepted) <= 1
    if accepted:
        until_status(gateway, body["id"], "delivered", "read")
    else:
        assert message(gateway, body["id"])["status"] == "unknown"


def test_a_slow_provider_stalls_neither_other_sends_nor_deliveries(receiver):
    with harness.serving(settings={"send.timeout": 20}) as g:
        g.endpoint(receiver, "message.sent")
        slow = enqueue(g, "15550020002")
        harness.until(lambda: message(g, slow["id"])["status"] == "sending", 5, "the slow one to be under way")
        fast = enqueue(g, "+4915600000001")
        until_status(g, fast["id"], "sent", "delivered", "read", seconds=3)
        assert receiver.wait("message.sent", seconds=3)[0]["json"]["gateway_message_id"] == fast["id"]
        assert message(g, slow["id"])["status"] == "sending"


def test_kill_9_of_the_worker_while_it_sends_doubles_and_loses_nothing():
    settings = {"send.timeout": 2, "limits.number_per_second": 5000, "limits.per_second": 5000, "limits.per_minute": 300000}
    with harness.serving(settings=settings) as g:
        ids = [enqueue(g, f"+4916{n:09d}", f"message {n}")["id"] for n in range(300)]
        for _ in range(5):
            before = sum(n for status, n in statuses(g, ids).items() if status not in ("queued", "sending"))
            g.kill("wagate-worker")
            harness.until(lambda: len(ids) == (done := sum(n for s, n in statuses(g, ids).items()
                                                           if s not in ("queued", "sending"))) or done > before + 5, 20,
                          "the next worker to go on")
        harness.until(lambda: not {"queued", "sending"} & set(statuses(g, ids)), 60, "the queue to be empty")
        g.simulate("settle")
        counts = collections.Counter(m["payload"]["biz_opaque_callback_data"]
                                     for m in g.simulate_get("messages?limit=10000")["items"])
        assert all(n == 1 for n in counts.values()), counts.most_common(3)
        for one in ids:
            status = message(g, one)["status"]
            assert status in ("sent", "delivered", "read") if counts[one] else status == "unknown", (one, status)


def statuses(gateway, ids):
    found = collections.Counter()
    cursor, wanted = "", set(ids)
    while cursor is not None:
        page = gateway.get("/api/messages?limit=200" + (f"&cursor={cursor}" if cursor else "")).json()
        found.update(m["status"] for m in page["items"] if m["id"] in wanted)
        cursor = page["next_cursor"]
    return found


# ---- simulated ----

@pytest.mark.parametrize("headers, status", [({}, 200), (ASYNC, 202)])
def test_a_sandbox_key_hears_of_sent_delivered_and_read_in_both_formats(gateway, receiver, headers, status):
    flat = gateway.endpoint(receiver, "message.sent,message.delivered,message.read", path="/flat")
    meta = gateway.endpoint(receiver, "status", format="meta", path="/meta")
    answer = gateway.post_key("/v1/wa/message", {"messaging_product": "whatsapp", "to": "4915700000001",
                                                 "type": "text", "text": {"body": "hi"}},
                              gateway.demo["sandbox_key"], headers=headers)
    assert answer.status_code == status, answer.text
    harness.until(lambda: len(receiver.events()) >= 6, 10, "three statuses at both endpoints")
    for path, endpoint in (("/flat", flat), ("/meta", meta)):
        got = [r for r in receiver.events() if r["path"] == path]
        assert all(r["headers"]["X-WhatsApp-Gateway-Test"] == "true" for r in got)
        assert [p for r in got for p in harness.signature_problems(r, endpoint["secret"])] == []
    flats = [r["json"] for r in receiver.events() if r["path"] == "/flat"]
    assert [b["event"] for b in flats] == ["message.sent", "message.delivered", "message.read"]
    assert all(b["test"] is True for b in flats)
    metas = [r["json"]["entry"][0]["changes"][0]["value"]["statuses"][0] for r in receiver.events() if r["path"] == "/meta"]
    assert [s["status"] for s in metas] == ["sent", "delivered", "read"]
    assert {s["id"] for s in metas} == {b["message_id"] for b in flats}
    assert metas[0]["id"].startswith("wamid.FAKE_") and metas[0]["recipient_id"] == "4915700000001"
    seen = message(gateway, flats[0]["gateway_message_id"], gateway.demo["sandbox_key"])
    assert seen["status"] == "read" and seen["delivered_at"] and seen["read_at"]
    assert gateway.simulate_get("messages?to=4915700000001")["items"] == []
    for endpoint in (flat, meta):
        gateway.cli("endpoint", "delete", endpoint["id"])


def test_a_worker_of_cron_sends_what_is_queued_and_tells_simulated_statuses(receiver):
    with harness.serving(settings={"worker.mode": "cron"}) as g:
        g.endpoint(receiver, "message.sent,message.read")
        real = enqueue(g, "+4915800000001")
        fake = g.send("+4915800000002", key=g.demo["sandbox_key"]).json()
        assert message(g, real["id"])["status"] == "queued"
        harness.until(lambda: g.run("worker", "--once") is not None and
                      message(g, fake["id"], g.demo["sandbox_key"])["status"] == "read", 20, "the simulated one to be read")
        assert message(g, real["id"])["status"] in ("sent", "delivered", "read")
        assert receiver.wait("message.read")


# ---- speed ----

def test_the_queue_has_the_strength_for_five_hundred_a_second():
    """Judged by the processor time of those who do it, so that other programs of the machine do not count."""
    count, settings = 1000, {"limits.number_per_second": 100000, "limits.per_second": 100000,
                             "limits.per_minute": 6000000}
    with harness.serving(settings=settings) as g, requests.Session() as session:
        session.headers["Authorization"] = "Bearer " + g.demo["production_key"]
        with stopped_worker(g):
            fill(g, session, count)
        pids = g.children()
        before = {name: processor_seconds(pids[name]) for name in ("wagate-worker", "wagate-writer")}
        harness.until(lambda: not any(g.get(f"/api/messages?status={status}&limit=1").json()["items"]
                                      for status in ("queued", "sending")), 60, "the queue to be empty")
        for name, seconds in before.items():
            spent = processor_seconds(pids[name]) - seconds
            assert count / spent >= 500 / harness.SLOW, f"{name} spent {spent} s on {count} messages"


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fill(gateway, session, count):
    def some(first):
        for n in range(first, count, 8):
            answer = session.post(gateway.url + "/api/send-message", headers=ASYNC, timeout=30,
                                  json={"instance_id": gateway.demo["instance_id"], "phone": f"+4917{n:09d}",
                                        "message": f"message {n}", "message_purpose": "transactional"})
            assert answer.status_code == 202, answer.text
    threads = [threading.Thread(target=some, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
