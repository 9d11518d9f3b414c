# SPDX-License-Identifier: Apache-2.0
"""The guard's decisions as a customer and the operator see them: purpose, window, risk, pauses, and the log."""
import re

import pytest

import harness

RISKY = "Sale! Buy now, limited time: https://bit.ly/x"


@pytest.fixture(scope="module")
def gateway():
    with harness.serving() as g:
        yield g


@pytest.fixture(scope="module")
def strict(gateway):
    """A number of an account of its own whose conversations must be open, and its key."""
    gateway.cli("account", "create", "--name", "Strict")
    instance = gateway.cli("instance", "create", "--account", "Strict", "--name", "Strict Line", "--provider", "cloud",
                           "--set", "phone_number_id=400000000000001", "--set", "waba_id=401", "--set", "app_secret=s",
                           "--set", "access_token=strict-token", "--set", "verify_token=v")
    key = gateway.cli("key", "create", "--account", "Strict", "--name", "crm", "--environment", "production")["key"]
    return {"account": "Strict", "instance": instance["id"], "number": "400000000000001", "key": key}


def meta(to, **message):
    return {"messaging_product": "whatsapp", "to": to.lstrip("+"), **(message or {"type": "text", "text": {"body": "hello"}})}


def by_each_dialect(gateway, strict, to, text="hello"):
    """The same send in three dialects, with the refusal's code in each."""
    body = meta(to, type="text", text={"body": text})
    guarded = gateway.send(to, text, key=strict["key"], instance_id=strict["instance"], message_purpose="support")
    proxy = gateway.post_key("/v1/wa/message", body, key=strict["key"])
    graph = gateway.post_key(f"/v23.0/{strict['number']}/messages", body, key=strict["key"])
    return ((guarded.status_code, guarded.json().get("error")), (proxy.status_code, proxy.json().get("errors", {}).get("code")),
            (graph.status_code, graph.json().get("error", {}).get("code")))


def policy(gateway, *arguments, account="Strict"):
    return gateway.cli("policy", "list", "--account", account, *arguments)["items"]


def write_to_us(gateway, strict, sender):
    """The person writes to the strict number."""
    document = {"object": "whatsapp_business_account", "entry": [{"id": "401", "changes": [{"field": "messages", "value": {
        "messaging_product": "whatsapp", "metadata": {"display_phone_number": "1", "phone_number_id": strict["number"]},
        "contacts": [{"profile": {"name": "Ada"}, "wa_id": sender}],
        "messages": [{"from": sender, "id": "wamid.in" + sender, "type": "text", "text": {"body": "hi"},
                      "timestamp": str(int(harness.time.time()))}]}}]}]}
    assert gateway.webhook(document, secret="s", path="/webhooks/meta/" + strict["instance"]).status_code == 200
    harness.until(lambda: sender in [m["sender"] for m in gateway.cli("inbound", "list", "--account", "Strict")["items"]])


def test_the_window_opens_when_the_person_writes_in_every_dialect(gateway, strict):
    closed = ((409, "conversation_window_closed"), (403, "GW_004"), (400, 131047))
    assert by_each_dialect(gateway, strict, "491700000001") == closed
    answer = gateway.post_key("/v1/wa/message", meta("491700000001"), key=strict["key"]).json()
    assert "approved template" in answer["errors"]["description"]
    template = meta("491700000001", type="template", template={"name": "order_ready", "language": {"code": "en"}})
    assert gateway.post_key("/v1/wa/message", template, key=strict["key"]).status_code == 200
    write_to_us(gateway, strict, "491700000001")
    assert [status for status, _ in by_each_dialect(gateway, strict, "491700000001")] == [200, 200, 200]


def test_the_first_step_that_refuses_has_its_say_in_every_dialect(gateway, strict):
    person = "491700000002"
    gateway.cli("suppression", "add", person, "--account", "Strict", "--reason", "manual")
    assert by_each_dialect(gateway, strict, person, RISKY) == ((403, "recipient_suppressed"), (403, "GW_003"), (400, 131050))
    gateway.cli("suppression", "remove", person, "--account", "Strict")
    assert by_each_dialect(gateway, strict, person, RISKY) == ((409, "conversation_window_closed"), (403, "GW_004"), (400, 131047))
    write_to_us(gateway, strict, person)
    assert by_each_dialect(gateway, strict, person, RISKY) == ((403, "policy_violation"), (403, "GW_007"), (400, 368))
    gateway.cli("instance", "pause", strict["instance"])
    assert by_each_dialect(gateway, strict, person, RISKY) == ((403, "instance_paused"), (401, "WABA_001"), (400, 133010))
    gateway.cli("account", "pause", "Strict")
    assert by_each_dialect(gateway, strict, person, RISKY) == ((403, "account_paused"), (403, "GW_007"), (403, 200))
    gateway.cli("account", "resume", "Strict")
    gateway.cli("instance", "resume", strict["instance"])


def test_a_blocked_send_explains_itself_and_is_not_stored(gateway, strict):
    write_to_us(gateway, strict, "491700000003")
    answer = gateway.send("491700000003", RISKY, key=strict["key"], instance_id=strict["instance"], message_purpose="support").json()
    details = answer["details"]
    assert details["action"] == "block" and details["risk_score"] == 84
    assert set(details["parts"]) == {"shortener", "marketing_words"}
    assert all(part["score"] <= 49 and part["reason"] for part in details["parts"].values())
    assert gateway.cli("message", "list", "--account", "Strict", "--to", "491700000003")["items"] == []
    event = policy(gateway, "--code", "policy_violation")[0]
    assert event["action"] == "block" and event["risk_score"] == 84 and event["recipient"].endswith("0003")
    assert "4917" not in event["recipient"] and "Buy now, limited time: https" not in str(event)
    assert gateway.cli("policy", "show", event["id"])["parts"] == details["parts"]


def test_a_doubtful_send_goes_and_is_shown(gateway, strict):
    write_to_us(gateway, strict, "491700000004")
    sent = gateway.send("491700000004", "Sale: https://bit.ly/x", key=strict["key"], instance_id=strict["instance"])
    assert sent.status_code == 200, sent.text
    event = policy(gateway, "--action", "review")[0]
    assert event["message_id"] == sent.json()["id"] and event["risk_score"] == 55 and event["code"] == "risk"
    assert gateway.cli("message", "show", sent.json()["id"])["risk_score"] == 55
    gateway.cli("account", "set", "Strict", "block_score=55")
    again = gateway.send("491700000004", "Sale: https://bit.ly/x", key=strict["key"], instance_id=strict["instance"])
    assert again.status_code == 403 and again.json()["error"] == "policy_violation"
    gateway.cli("account", "set", "Strict", "block_score=")


def test_refusals_by_a_limit_come_first_and_share_an_event(gateway, strict):
    person = "491700000005"
    gateway.cli("suppression", "add", person, "--account", "Strict", "--reason", "manual")
    key = gateway.cli("key", "create", "--account", "Strict", "--name", "slow", "--environment", "production",
                      "--per-minute", "1")
    slow = {**strict, "key": key["key"]}
    template = meta("491700000006", type="template", template={"name": "order_ready", "language": {"code": "en"}})
    assert gateway.post_key("/v1/wa/message", template, key=slow["key"]).status_code == 200
    limited = ((429, "rate_limited"), (429, "RATE_001"), (429, 130429))
    for _ in range(2):
        assert by_each_dialect(gateway, slow, person, RISKY) == limited
    tallies = [e for e in policy(gateway, "--code", "rate_limited") if e["api_key_id"] == key["id"]]
    assert sum(e["count"] for e in tallies) == 6 and len(tallies) <= 2, tallies


def test_what_is_refused_when_it_is_due_is_an_event_too(gateway, strict):
    person = "491700000007"
    soon = harness.time.strftime("%Y-%m-%dT%H:%M:%SZ", harness.time.gmtime(harness.time.time() + 3))
    queued = gateway.send(person, key=strict["key"], instance_id=strict["instance"], send_at=soon)
    assert queued.status_code == 202, queued.text
    gateway.cli("suppression", "add", person, "--account", "Strict", "--reason", "manual")

    def failed():
        return gateway.cli("message", "show", queued.json()["id"])["status"] == "failed"
    harness.until(failed, 15, "the scheduled message to be refused")
    newest = policy(gateway, "--code", "recipient_suppressed")[0]
    assert newest["recipient"].endswith("0007") and newest["action"] == "block"


def test_what_nobody_stands_behind_is_counted_and_not_stored(gateway, strict):
    before = len(policy(gateway))
    for _ in range(3):
        assert gateway.post_key("/v1/wa/message", b"{", key=strict["key"]).status_code == 400

    def counted():
        items = gateway.cli("policy", "counts", "--account", "Strict", "--days", "1")["items"]
        return {i["code"]: i["n"] for i in items}.get("invalid_json") == 3
    harness.until(counted, 10, "the refusals to be counted")
    assert len(policy(gateway)) == before


def token_of(browser, page):
    return re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text).group(1)


def test_an_account_is_paused_by_its_people_who_end_only_what_they_began(gateway):
    page = gateway.url + "/instances"
    with gateway.session() as browser:
        token = token_of(browser, page)

        def switch(what):
            return browser.post(page + "/switch", data={"csrf_token": token, "what": what, "reason": "<b>odd sends</b>"})
        assert "Resume sending" not in browser.get(page).text
        assert switch("pause").status_code == 200
        refused = gateway.send()
        assert refused.status_code == 403 and refused.json()["error"] == "account_paused"
        shown = browser.get(page).text
        assert "Reason: &lt;b&gt;odd sends" in shown and "Resume sending" in shown
        assert switch("pause").status_code == 409
        assert switch("resume").status_code == 200
        assert gateway.send().status_code == 200
        gateway.cli("account", "pause", gateway.demo["account"])
        assert "Resume sending" not in browser.get(page).text
        assert switch("resume").status_code == 409
        assert gateway.send().status_code == 403
        gateway.cli("account", "resume", gateway.demo["account"])
        assert gateway.send().status_code == 200


def test_an_instance_is_paused_and_resumed_from_its_page(gateway):
    page = gateway.url + f"/instances/{gateway.demo['instance_id']}"
    with gateway.session() as browser:
        token = token_of(browser, page + "/manage")
        for what, status in (("pause", 403), ("resume", 200)):
            answer = browser.post(page + "/switch", data={"csrf_token": token, "what": what})
            assert answer.status_code == 200
            assert gateway.send().status_code == status
            assert ("Paused: sends are refused" in browser.get(page + "/manage").text) == (what == "pause")
