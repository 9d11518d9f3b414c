# SPDX-License-Identifier: Apache-2.0
"""The honest outcome: what the provider did with a send is told as it is, whatever it answered."""
import pytest

import harness


@pytest.fixture(scope="module")
def gateway():
    with harness.serving(settings={"send.timeout": 2}) as g:
        yield g


def message(gateway, id):
    return gateway.get("/api/messages/" + id).json()


def proxy_send(gateway, to, **more):
    return gateway.post_key("/v1/wa/message", {"messaging_product": "whatsapp", "to": to, "type": "text",
                                               "text": {"body": "hello"}}, **more)


def test_a_refusal_by_the_provider_is_definite(gateway, receiver):
    endpoint = gateway.endpoint(receiver, "message.failed")
    answer = gateway.send("1555000131026")
    assert answer.status_code == 502 and answer.json()["error"] == "gateway_send_failed", answer.text
    assert answer.headers["X-Should-Retry"] == "false"
    event = receiver.wait("message.failed")[0]["json"]
    assert event["error"]["code"] == 131026 and event["error"]["retryable"] is False
    assert message(gateway, event["gateway_message_id"])["status"] == "failed"
    answer = proxy_send(gateway, "1555000131026")
    assert answer.status_code == 502
    error = answer.json()["errors"]
    assert error["code"] == "META_001" and error["params"]["code"] == 131026 and error["params"]["retryable"] is False
    gateway.cli("endpoint", "delete", endpoint["id"])


@pytest.mark.parametrize("code, repeat", [("131026", "false"), ("131057", None)])
def test_the_graph_dialect_passes_metas_refusal_on_and_says_whether_to_repeat(gateway, code, repeat):
    answer = gateway.post_key(f"/v23.0/{gateway.demo['phone_number_id']}/messages", {
        "messaging_product": "whatsapp", "to": "1555000" + code, "text": {"body": "hello"}})
    assert answer.json()["error"]["code"] == int(code), answer.text
    assert answer.headers.get("X-Should-Retry") == repeat


def test_a_late_failure_arrives_by_status(gateway, receiver):
    endpoint = gateway.endpoint(receiver, "message.failed")
    sent = gateway.send("1555001131047").json()
    assert sent["status"] == "sent"
    event = receiver.wait("message.failed")[0]["json"]
    assert event["gateway_message_id"] == sent["id"] and event["error"]["code"] == 131047
    assert message(gateway, sent["id"])["status"] == "failed"
    gateway.cli("endpoint", "delete", endpoint["id"])


@pytest.mark.parametrize("to, resolves", [
    ("15550020001", True), ("15550020002", True), ("15550020003", None), ("15550020004", None),
])
def test_what_may_have_been_sent_is_unknown_and_never_sent_again(gateway, to, resolves):
    answer = gateway.send(to)
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert body["success"] is True and body["status"] == "unknown" and body["message_id"] is None
    assert body["id"].startswith("msg_")
    proxied = proxy_send(gateway, to)
    assert proxied.status_code == 504 and proxied.json()["errors"]["code"] == "META_002"
    assert proxied.headers["X-Should-Retry"] == "false"
    accepted = [m for m in gateway.simulate_get("messages?to=" + to)["items"]
                if m["payload"].get("biz_opaque_callback_data") == body["id"]]
    assert len(accepted) <= 1
    if resolves:
        harness.until(lambda: message(gateway, body["id"])["status"] in ("delivered", "read"), 15,
                      "the status webhook to resolve the unknown outcome")
        assert message(gateway, body["id"])["message_id"] == accepted[0]["id"]


def test_a_status_that_overtakes_the_answer_is_not_lost(gateway):
    body = gateway.send("15550020005").json()
    assert body["status"] in ("sent", "delivered")
    seen = harness.until(lambda: (m := message(gateway, body["id"]))["status"] in ("delivered", "read") and m)
    assert seen["message_id"] == body["message_id"] and seen["delivered_at"]


def test_no_status_ever_leaves_the_message_sent(gateway):
    body = gateway.send("15550020006").json()
    assert message(gateway, body["id"])["status"] == "sent"


def test_every_status_three_times_and_shuffled_is_told_once(gateway, receiver):
    endpoint = gateway.endpoint(receiver, "message.sent,message.delivered,message.read")
    body = gateway.send("15550020007").json()
    receiver.wait("message.read")
    harness.until(lambda: message(gateway, body["id"])["status"] == "read")
    gateway.simulate("settle")
    names = [r["headers"]["X-WhatsApp-Gateway-Event"] for r in receiver.events()
             if r["json"]["gateway_message_id"] == body["id"]]
    assert sorted(names) == sorted(set(names)), names
    gateway.cli("endpoint", "delete", endpoint["id"])


def test_an_invalid_token_closes_the_instance_and_says_why(gateway):
    created = gateway.cli("instance", "create", "--account", gateway.demo["account"], "--name", "Second Line",
                          "--provider", "cloud", "--set", "phone_number_id=200000000000001", "--set", "waba_id=2",
                          "--set", "window=meta", "--set", "access_token=invalid-token", "--set", "app_secret=s", "--set", "verify_token=v")
    key = gateway.cli("key", "create", "--account", gateway.demo["account"], "--name", "all", "--environment",
                      "production")["key"]
    answer = gateway.send(instance_id="second-line", key=key)
    assert answer.status_code == 502, answer.text
    shown = gateway.cli("instance", "show", created["id"])
    assert shown["state"] == "closed" and "190" in shown["state_reason"]
    answer = gateway.send(instance_id="second-line", key=key)
    assert answer.status_code == 409 and answer.json()["error"] == "instance_not_connected"


def test_a_sandbox_key_never_reaches_the_provider(gateway):
    body = gateway.send("+4915100000001", key=gateway.demo["sandbox_key"])
    assert body.status_code == 200, body.text
    assert body.json()["message_id"].startswith("wamid.FAKE_") and len(body.json()["message_id"]) == 11 + 19
    answer = proxy_send(gateway, "4915100000001", params={"is_fake": "true"})
    assert answer.status_code == 200 and "contacts" not in answer.json()["data"]
    assert gateway.simulate_get("messages?to=4915100000001")["items"] == []


def test_an_account_without_an_instance_has_a_sandbox_by_name(gateway):
    account = gateway.cli("account", "create", "--name", "Just looking")["id"]
    key = gateway.cli("key", "create", "--account", account, "--name", "x", "--environment", "sandbox")["key"]
    text = {"messaging_product": "whatsapp", "to": "4915100000002", "text": {"body": "hello"}}

    def in_every_dialect(name):
        return (gateway.send(key=key, instance_id=name), gateway.post_key(f"/v23.0/{name}/messages", text, key=key),
                gateway.post_key("/v1/wa/message?phone_number_id=" + name, text, key=key))

    assert [a.status_code for a in in_every_dialect("sandbox")] == [200, 200, 200]
    assert {m["instance_id"] for m in gateway.get("/api/messages", key=key).json()["items"]} == {"sandbox"}
    assert [a.status_code for a in in_every_dialect("another")] == [404, 400, 401]
    production = gateway.cli("key", "create", "--account", account, "--name", "y", "--environment", "production")["key"]
    assert gateway.send(key=production, instance_id="sandbox").json()["error"] == "invalid_instance"
    gateway.cli("instance", "create", "--account", account, "--name", "First", "--provider", "cloud")
    assert [a.status_code for a in in_every_dialect("sandbox")] == [404, 400, 401]


def test_a_sandbox_key_learns_nothing_of_real_messages_by_answering_them(gateway):
    real, simulated = gateway.send().json(), gateway.send(key=gateway.demo["sandbox_key"]).json()
    assert gateway.send(key=gateway.demo["sandbox_key"], reply_to=simulated["log_id"]).status_code == 200
    for name in (real["id"], real["log_id"]):
        answer = gateway.send(key=gateway.demo["sandbox_key"], reply_to=name)
        assert answer.status_code == 422 and answer.json()["details"]["field"] == "reply_to", answer.text


def test_the_provider_being_away_is_not_sent(gateway):
    with harness.serving(settings={"cloud.graph_url": f"http://127.0.0.1:{harness.free_port()}"}) as g:
        answer = g.send()
        assert answer.status_code in (502, 503), answer.text
        assert answer.json()["success"] is False
        items = g.get("/api/messages").json()["items"]
        assert [m["status"] for m in items] == ["failed"]
