# SPDX-License-Identifier: Apache-2.0
"""Bad input of every kind: a clear error that says what to do, nothing lost, no crash."""
import os
import socket
import subprocess

import pytest
import requests

import harness


def guarded_error(answer, status, code):
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["success"] is False and body["error"] == code, answer.text
    assert len(body["message"]) > 10
    return body


def proxy_error(answer, status, code):
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["isSuccess"] is False and body["errors"]["code"] == code, answer.text
    return body["errors"]


def test_keys_are_checked_before_anything_else(gateway):
    url = gateway.url + "/api/send-message"
    guarded_error(requests.post(url, data="{", timeout=9), 401, "invalid_api_key")
    for header in ("Basic abc", "Bearer", "Bearer  two", gateway.demo["production_key"]):
        guarded_error(requests.post(url, data="{", headers={"Authorization": header}, timeout=9), 401, "invalid_api_key")
    wrong = gateway.demo["production_key"][:-1] + ("A" if gateway.demo["production_key"][-1] != "A" else "B")
    guarded_error(gateway.send(key=wrong), 401, "invalid_api_key")
    proxy = gateway.url + "/v1/wa/message"
    proxy_error(requests.post(proxy, data="{", timeout=9), 401, "AUTH_002")
    proxy_error(requests.post(proxy, data="{", headers={"Authorization": "Token x"}, timeout=9), 401, "AUTH_003")
    assert proxy_error(gateway.post_key("/v1/wa/message", {}, key=wrong), 401, "AUTH_001")["description"] == \
        "API Key not found, invalid, or expired."


def test_a_revoked_key_says_so(gateway):
    key = gateway.cli("key", "create", "--account", gateway.demo["account"], "--name", "short-lived",
                      "--environment", "production")
    assert gateway.send(key=key["key"]).status_code == 200
    gateway.cli("key", "revoke", key["id"])
    guarded_error(gateway.send(key=key["key"]), 401, "revoked_api_key")


@pytest.mark.parametrize("raw, place", [
    (b"{", "1"), (b"", ""), (b'{"phone": "\xff"}', "UTF-8"), (b'{"a":1,"a":2}', "a"),
    (b"[" * 40 + b"]" * 40, "deep"), (b'{"phone": 1e999}', ""), (b'{"a":99999999999999999999999}', ""),
])
def test_what_is_not_json_is_named(gateway, raw, place):
    body = guarded_error(gateway.post_key("/api/send-message", raw), 400, "invalid_json")
    assert place in body["message"] or place == "deep", body
    proxy_error(gateway.post_key("/v1/wa/message", raw), 400, "GW_002")


@pytest.mark.parametrize("change, code, field", [
    ({"phone": "hello"}, "validation_error", "phone"),
    ({"phone": None}, "validation_error", "phone"),
    ({"phone": 4915112345678}, "validation_error", "phone"),
    ({"message": ""}, "validation_error", "message"),
    ({"message": "x" * 4097}, "validation_error", "message"),
    ({"message": {"a": 1}}, "validation_error", "message"),
    ({"message_purpose": None}, "message_purpose_required", None),
    ({"message_purpose": "marketing"}, "message_purpose_not_allowed", None),
    ({"message_purpose": "fun"}, "message_purpose_not_allowed", None),
])
def test_fields_are_checked_by_name(gateway, change, code, field):
    body = {"instance_id": "demo-support-line", "phone": "+4915112345678", "message": "hi",
            "message_purpose": "support"}
    body.update(change)
    body = {k: v for k, v in body.items() if v is not None}
    error = guarded_error(gateway.post_key("/api/send-message", body), 422, code)
    if field:
        assert error["details"]["field"] == field, error
    assert gateway.simulate_get("messages?to=4915112345678")["items"] == []


def test_4096_code_points_pass_whatever_their_bytes(gateway):
    assert gateway.send(message="ş" * 4096).status_code == 200


def test_an_unknown_instance_and_a_paused_one(gateway):
    guarded_error(gateway.send(instance_id="nobody"), 404, "invalid_instance")


def test_wrong_methods_and_unknown_paths_answer_in_their_dialect(gateway):
    answer = gateway.get("/api/send-message")
    guarded_error(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"
    proxy_error(gateway.get("/v1/wa/message"), 405, "GW_405")
    guarded_error(gateway.get("/api/nothing-here"), 404, "not_found")
    proxy_error(gateway.get("/v1/nothing-here"), 404, "GW_404")
    page = requests.get(gateway.url + "/nothing-here", timeout=9)
    assert page.status_code == 404 and page.headers["Content-Type"].startswith("text/html")


def test_a_query_that_cannot_be_read_sends_nothing(gateway):
    """What cannot be read of it might be the word that keeps the message from a phone."""
    body = {"messaging_product": "whatsapp", "to": "4915112345999", "type": "text", "text": {"body": "hi"}}
    before = len(gateway.simulate_get("messages"))
    query = "?is_fake=true" + "&x" * 1000
    errors = proxy_error(gateway.post_key("/v1/wa/message" + query, body), 400, "GW_002")
    assert errors["params"]["field"] == "query"
    body = guarded_error(gateway.get("/api/messages" + query), 400, "validation_error")
    assert body["details"]["field"] == "query"
    answer = gateway.get("/v23.0/" + gateway.demo["phone_number_id"] + query)
    assert answer.status_code == 400 and answer.json()["error"]["code"] == 131009, answer.text
    assert len(gateway.simulate_get("messages")) == before


def test_a_5_mb_body_is_refused_before_it_is_read(gateway):
    big = b'{"message":"' + b"x" * (5 << 20) + b'"}'
    guarded_error(gateway.post_key("/api/send-message", big), 413, "payload_too_large")
    proxy_error(gateway.post_key("/v1/wa/message", big), 413, "GW_008")
    assert gateway.webhook(big).status_code == 413
    # Announced and never sent: the refusal does not wait for the rest.
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=10) as s:
        s.sendall(b"POST /api/send-message HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                  b"Authorization: Bearer " + gateway.demo["production_key"].encode() +
                  b"\r\nContent-Length: 5000000\r\n\r\n{")
        assert b" 413 " in s.recv(4096).split(b"\r\n")[0]


def test_webhooks_without_or_with_a_wrong_signature_leave_no_trace(gateway):
    proxy_error(gateway.webhook({"object": "x"}, signature=""), 401, "WH_002")
    proxy_error(gateway.webhook({"object": "x"}, secret="wrong"), 401, "WH_003")
    proxy_error(gateway.webhook({"object": "x"}, signature="sha256=zz"), 401, "WH_003")
    proxy_error(gateway.webhook({"object": "x"}, path="/webhooks/meta/inst_nobody"), 404, "GW_404")


def test_a_webhook_that_verifies_but_is_no_json_is_kept_and_answered_200(gateway):
    assert gateway.webhook(b"this is not JSON").status_code == 200
    assert gateway.webhook(b"\xff\x00\xfe").status_code == 200
    harness.until(lambda: gateway.answers("/readyz"), what="/readyz: rows that nobody understands do not count")


def test_the_gateway_still_serves_after_all_that(gateway):
    assert gateway.send().status_code == 200
    gateway.assert_no_sanitizer_report()


def test_wrong_keys_in_the_configuration_are_named_with_their_line(gateway, tmp_path):
    wrong = tmp_path / "wrong.conf"
    wrong.write_text("[web]\nport = 99999\nprot = 1\n\n[nothing]\nx = 1\n")
    environment = {k: v for k, v in gateway.environment.items() if not k.startswith("WAGATE_")}
    result = subprocess.run([os.path.join(harness.BUILD, "bin/wagate"), "config", "check", "--config", str(wrong)],
                            capture_output=True, text=True, env=environment)
    assert result.returncode == 1
    for line in (2, 3, 5):
        assert f"{wrong}:{line}:" in result.stdout + result.stderr
    assert "port" in result.stdout + result.stderr


def test_a_port_in_use_an_unreadable_database_and_a_folder_without_permission_say_what_to_do(gateway, tmp_path):
    def wagate(*arguments, **more):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("WAGATE_")}
        environment.update(more)
        return subprocess.run([os.path.join(harness.BUILD, "bin/wagate"), *arguments], capture_output=True,
                              text=True, env=environment, timeout=60)

    other = str(tmp_path / "other" / "wagate.conf")
    assert wagate("init", "--demo", "--config", other, "--port", str(gateway.port)).returncode == 0
    result = wagate("serve", "--config", other)
    assert result.returncode == 1 and "in use" in result.stderr and str(gateway.port) in result.stderr
    before = open(other).read()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = wagate("serve", "--config", other, "--port", str(taken.getsockname()[1]))
    assert result.returncode == 1 and "in use" in result.stderr
    assert open(other).read() == before

    for leftover in ("wagate.db-wal", "wagate.db-shm"):
        (tmp_path / "other" / leftover).unlink(missing_ok=True)
    (tmp_path / "other" / "wagate.db").write_bytes(b"this is no database at all" * 100)
    result = wagate("account", "list", "--config", other)
    assert result.returncode == 1 and "wagate.db" in result.stderr

    result = wagate("init", "--config", "/proc/nowhere/wagate.conf")
    assert result.returncode == 1 and "/proc/nowhere" in result.stderr
    result = wagate("account", "list", "--config", str(tmp_path / "missing.conf"))
    assert result.returncode == 1 and "missing.conf" in result.stderr and "init" in result.stderr
    result = wagate("acount", "list")
    assert result.returncode == 2 and "account" in result.stderr
