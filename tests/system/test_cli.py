# SPDX-License-Identifier: Apache-2.0
"""The command line: the fixed names, with --json everywhere, ids, names and slugs alike."""
import json
import os
import stat

import pytest

import harness


@pytest.fixture(scope="module")
def shop(gateway):
    """An account of its own with a user, an instance and a key."""
    account = gateway.cli("account", "create", "--name", "Corner Shop", "--plan", "growth")
    assert account["id"].startswith("acc")
    gateway.cli("user", "create", "--account", "Corner Shop", "--email", "Owner@Shop.example", "--role", "owner",
                "--password-stdin", stdin="correct horse battery\n")
    instance = gateway.cli("instance", "create", "--account", account["id"], "--name", "Shop Line", "--provider",
                           "cloud", "--set", "phone_number_id=300000000000001", "--set", "waba_id=301",
                           "--set", "access_token=shop-token", "--set", "app_secret=shop-secret",
                           "--set", "verify_token=shop-verify", "--set", "window=meta")
    return {"account": account["id"], "instance": instance["id"]}


def test_init_demo_writes_its_facts_and_guards_its_secrets(gateway):
    demo = gateway.demo
    for member in ("url", "config", "account", "email", "password", "operator_email", "operator_password",
                   "instance_id", "instance_name", "phone_number_id", "waba_id", "verify_token", "app_secret",
                   "production_key", "sandbox_key"):
        assert demo[member], member
    assert demo["url"] == gateway.url and demo["config"] == gateway.config
    assert demo["production_key"].startswith("pk_wg_") and demo["sandbox_key"].startswith("sk_wg_")
    for name in ("demo.json", "master.key"):
        assert stat.S_IMODE(os.stat(os.path.join(gateway.dir, name)).st_mode) == 0o600
    with open(os.path.join(gateway.dir, "wagate.db"), "rb") as f:
        data = f.read()
    for secret in ("production_key", "sandbox_key", "app_secret", "password"):
        assert demo[secret].encode() not in data, secret
    again = gateway.run("init", "--demo", check=False)
    assert again.returncode == 1 and "wagate.conf" in again.stderr


def test_accounts(gateway, shop):
    listed = gateway.cli("account", "list")
    assert set(listed) == {"items", "next_cursor"}
    assert "Corner Shop" in [a["name"] for a in listed["items"]]
    assert gateway.cli("account", "show", "Corner Shop")["plan"] == "growth"
    gateway.cli("account", "set-plan", "Corner Shop", "scale")
    assert gateway.cli("account", "show", shop["account"])["plan"] == "scale"
    gateway.cli("account", "set", "Corner Shop", "time_zone=Europe/Istanbul")
    assert gateway.cli("account", "show", "Corner Shop")["time_zone"] == "Europe/Istanbul"


def test_a_paused_account_sends_nothing_and_resumes(gateway, shop):
    key = gateway.cli("key", "create", "--account", "Corner Shop", "--name", "crm", "--environment", "production")["key"]
    assert gateway.send(key=key, instance_id="shop-line").status_code == 200
    gateway.cli("account", "pause", "Corner Shop")
    refused = gateway.send(key=key, instance_id="shop-line")
    assert refused.status_code == 403 and refused.json()["error"] == "account_paused"
    gateway.cli("account", "resume", "Corner Shop")
    gateway.cli("account", "set-module", "Corner Shop", "send", "off")
    assert gateway.send(key=key, instance_id="shop-line").json()["error"] == "module_not_enabled"
    gateway.cli("account", "set-module", "Corner Shop", "send", "on")
    gateway.cli("instance", "suspend", shop["instance"])
    assert gateway.send(key=key, instance_id="shop-line").status_code == 403
    gateway.cli("instance", "resume", shop["instance"])
    gateway.cli("gateway", "suspend")
    assert gateway.send(key=key, instance_id="shop-line").status_code == 403
    gateway.cli("gateway", "resume")
    assert gateway.send(key=key, instance_id="shop-line").status_code == 200


def test_isolated_takes_nothing_in(gateway):
    gateway.cli("gateway", "isolate")
    assert gateway.webhook({"object": "whatsapp_business_account", "entry": []}).status_code == 503
    gateway.cli("gateway", "resume")
    assert gateway.webhook({"object": "whatsapp_business_account", "entry": []}).status_code == 200


def test_one_customer_never_sees_anothers(gateway, shop):
    key = gateway.cli("key", "create", "--account", shop["account"], "--name", "spy", "--environment", "production")["key"]
    theirs = gateway.send().json()
    assert gateway.get("/api/messages/" + theirs["id"], key=key).status_code == 404
    assert gateway.get("/api/messages/" + theirs["message_id"], key=key).status_code == 404
    answer = gateway.send(key=key, instance_id=gateway.demo["instance_id"])
    assert answer.status_code == 404 and answer.json()["error"] == "invalid_instance"
    # A customer who knows its own app secret cannot speak for another's number.
    from test_main_path import inbound_document
    document = inbound_document(gateway, "4915170000001", "wamid.forged", "forged")
    answer = gateway.webhook(document, secret="shop-secret", path="/webhooks/meta/" + shop["instance"])
    assert answer.status_code == 200
    proof = inbound_document(gateway, "4915170000002", "wamid.genuine", "genuine")
    assert gateway.webhook(proof).status_code == 200
    harness.until(lambda: "genuine" in json.dumps(gateway.get("/api/inbound").json()))
    assert "forged" not in json.dumps(gateway.get("/api/inbound").json())


def test_keys_endpoints_and_suppressions(gateway):
    account = gateway.demo["account"]
    key = gateway.cli("key", "create", "--account", account, "--name", "tmp", "--environment", "sandbox",
                      "--instance", "demo-support-line", "--expires", "2031-01-01")
    assert key["id"].startswith("key_") and key["key"].startswith("sk_wg_")
    listed = gateway.cli("key", "list", "--account", account, "--limit", "1")
    assert len(listed["items"]) == 1 and listed["items"][0]["id"] == key["id"] and listed["next_cursor"]
    assert key["key"] not in json.dumps(listed)
    endpoint = gateway.cli("endpoint", "create", "--account", account, "--url", "http://127.0.0.1:1999/x",
                           "--format", "meta", "--events", "messages,message_status", "--header", "X-A: b")
    assert endpoint["id"].startswith("ep_") and endpoint["secret"].startswith("whsec_")
    assert endpoint["id"] in [e["id"] for e in gateway.cli("endpoint", "list", "--account", account)["items"]]
    gateway.cli("endpoint", "set", endpoint["id"], "--url", "http://127.0.0.1:1999/y")
    gateway.cli("endpoint", "delete", endpoint["id"])
    for url in ("http://10.0.0.1/x", "https://169.254.169.254/", "ftp://example.com/", "https://u:p@example.com/"):
        refused = gateway.run("endpoint", "create", "--account", account, "--url", url, "--format", "meta",
                              "--events", "messages", check=False)
        assert refused.returncode == 1 and refused.stderr.strip(), url
    refused = gateway.run("endpoint", "create", "--account", account, "--url", "http://127.0.0.1:1999/x", "--format",
                          "normalized", "--events", "message.receive", check=False)
    assert refused.returncode == 1 and "message.receive" in refused.stderr

    added = gateway.cli("suppression", "add", "+49 151 70000009", "--account", account, "--reason", "manual")
    assert added["id"]
    assert gateway.send("+4915170000009").json()["error"] == "recipient_suppressed"
    assert "4915170000009" in json.dumps(gateway.cli("suppression", "list", "--account", account))
    gateway.cli("suppression", "remove", "+4915170000009", "--account", account)
    assert gateway.send("+4915170000009").status_code == 200


def test_messages_inbound_and_deliveries_can_be_read_and_replayed(gateway, receiver):
    endpoint = gateway.endpoint(receiver, "message.received")
    gateway.inbound("4915170000010", "please call me")
    receiver.wait("message.received")
    sent = gateway.send().json()
    assert gateway.cli("message", "show", sent["id"])["status"] in ("sent", "delivered", "read")
    assert sent["id"] in [m["id"] for m in gateway.cli("message", "list", "--limit", "5")["items"]]
    inbound = gateway.cli("inbound", "list", "--limit", "1")["items"][0]
    assert inbound["text"] == "please call me"
    assert gateway.cli("inbound", "show", inbound["id"])["id"] == inbound["id"]
    rows = harness.until(lambda: [d for d in gateway.cli("delivery", "list", "--endpoint", endpoint["id"])["items"]
                                  if d["status"] == "delivered"])
    assert {"id", "event_id", "event", "endpoint_id", "status", "attempts", "next_attempt_at"} <= set(rows[0])
    first = receiver.events("message.received")[0]
    gateway.cli("delivery", "replay", rows[0]["id"])
    again = receiver.wait("message.received", count=2)[1]
    assert again["headers"]["webhook-id"] == first["headers"]["webhook-id"] == rows[0]["event_id"]
    assert harness.signature_problems(again, endpoint["secret"]) == []
    test = gateway.cli("endpoint", "test", endpoint["id"])
    assert test["status"] == 200
    assert receiver.wait("webhook.test")[0]["headers"]["X-WhatsApp-Gateway-Test"] == "true"
    gateway.cli("endpoint", "delete", endpoint["id"])


def test_a_failing_endpoint_is_retried_and_logged_in_words(gateway, receiver):
    answers = iter([500, 503])
    receiver.status = lambda path, body: next(answers, 200)
    endpoint = gateway.endpoint(receiver, "message.received")
    gateway.inbound("4915170000011", "retry me")
    row = harness.until(lambda: next((d for d in gateway.cli("delivery", "list", "--endpoint", endpoint["id"])["items"]
                                      if d["attempts"] == 1), None))
    assert row["status"] == "pending" and row["next_attempt_at"]
    shown = gateway.cli("delivery", "show", row["id"])
    assert "500" in json.dumps(shown)
    receiver.wait("message.received", count=2, seconds=20)
    gateway.cli("delivery", "replay", row["id"])
    receiver.wait("message.received", count=3)
    harness.until(lambda: gateway.cli("delivery", "show", row["id"])["status"] == "delivered")
    gateway.cli("endpoint", "delete", endpoint["id"])


def test_doctor_and_config(gateway):
    assert gateway.run("doctor", check=False).returncode == 0
    assert gateway.run("config", "check", check=False).returncode == 0
    shown = gateway.run("config", "show")
    assert "graph_url" in shown and gateway.demo["app_secret"] not in shown
    assert gateway.cli("migrate") is not None


def test_usage_errors_exit_2_and_name_what_is_near(gateway):
    for arguments, near in ((("key", "creat"), "create"), (("key", "create", "--nam", "x"), "name"), (("kee",), "key")):
        result = gateway.run(*arguments, check=False)
        assert result.returncode == 2 and near in result.stderr, result.stderr
        assert result.stdout == ""
