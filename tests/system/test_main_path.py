# SPDX-License-Identifier: Apache-2.0
"""The product's main job on real input over real HTTP, under each web server."""
import json

import pytest
import requests

import harness


@pytest.fixture(scope="module", params=["lighttpd", "apache"])
def served(request):
    with harness.serving(request.param) as g:
        yield g


def test_a_curl_call_sends_and_its_statuses_reach_the_customer(served, receiver):
    endpoint = served.endpoint(receiver, "message.sent,message.delivered,message.read")
    answer = served.send("+49 151 (1234) 5678", "Your order is ready.", client_reference="order-7")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["success"] is True and body["status"] == "sent"
    assert body["message_id"].startswith("wamid.") and body["id"].startswith("msg_") and body["log_id"] >= 1
    assert answer.headers["X-Request-Id"].startswith("req_")

    accepted = [m for m in served.simulate_get("messages?to=4915112345678")["items"] if m["id"] == body["message_id"]]
    assert len(accepted) == 1
    assert accepted[0]["payload"]["text"]["body"] == "Your order is ready."
    assert accepted[0]["payload"]["biz_opaque_callback_data"] == body["id"]

    for name in ("message.sent", "message.delivered", "message.read"):
        event = receiver.wait(name)[0]
        assert harness.signature_problems(event, endpoint["secret"]) == []
        assert event["json"]["event"] == name
        assert event["json"]["message_id"] == body["message_id"]
        assert event["json"]["gateway_message_id"] == body["id"]
        assert event["json"]["client_reference"] == "order-7"
        assert event["json"]["instance_slug"] == "demo-support-line"
        assert event["headers"]["webhook-id"] == event["json"]["id"]
    seen = harness.until(lambda: (m := served.get("/api/messages/" + body["id"]).json())["status"] == "read" and m)
    assert seen["to"] in ("+4915112345678", "4915112345678") and seen["read_at"] >= seen["delivered_at"]
    for reference in (body["message_id"], str(body["log_id"])):
        assert served.get("/api/messages/" + reference).json()["id"] == body["id"]
    served.cli("endpoint", "delete", endpoint["id"])


def test_the_proxy_dialect_wraps_metas_answer(served):
    answer = served.post_key("/v1/wa/message", {"messaging_product": "whatsapp", "to": "4915112345678",
                                                "type": "text", "text": {"body": "hello"}})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["isSuccess"] is True
    assert body["data"]["messaging_product"] == "whatsapp"
    assert body["data"]["contacts"] == [{"input": "4915112345678", "wa_id": "4915112345678"}] or \
        body["data"]["contacts"][0]["wa_id"] == "4915112345678"
    assert body["data"]["messages"][0]["id"].startswith("wamid.")


def test_an_inbound_message_reaches_the_customer_in_both_formats(served, receiver):
    normalized = served.endpoint(receiver, "message.received", path="/normalized")
    meta = served.endpoint(receiver, "messages", format="meta", path="/meta", bearer="b" * 32)
    wamid = served.inbound("4915199990001", "Hello, I need support. äöü 👍 https://a.b/c")["id"]
    receiver.wait(count=2)
    by_path = {r["path"]: r for r in receiver.events()}
    event = by_path["/normalized"]
    assert harness.signature_problems(event, normalized["secret"]) == []
    assert event["json"]["from"] == "+4915199990001"
    assert event["json"]["message_text"] == "Hello, I need support. äöü 👍 https://a.b/c"
    assert event["json"]["message_type"] == "text"
    assert event["json"]["external_message_id"] == wamid
    document = by_path["/meta"]
    assert harness.signature_problems(document, meta["secret"]) == []
    assert document["headers"]["Authorization"] == "Bearer " + "b" * 32
    assert document["body"].isascii()
    value = document["json"]["entry"][0]["changes"][0]["value"]
    assert document["json"]["object"] == "whatsapp_business_account"
    assert value["messages"][0]["id"] == wamid
    assert value["metadata"]["phone_number_id"] == served.demo["phone_number_id"]
    assert value["contacts"][0]["wa_id"] == "4915199990001"
    for endpoint in (normalized, meta):
        served.cli("endpoint", "delete", endpoint["id"])


def test_stop_suppresses_and_start_lifts(served, receiver):
    endpoint = served.endpoint(receiver, "message.received,recipient.opted_out,recipient.opted_in")
    served.inbound("4915199990002", "STOP!")
    event = receiver.wait("recipient.opted_out")[0]["json"]
    assert event["from"] == "+4915199990002" and event["reason"] == "recipient_requested_stop"
    names = [r["headers"]["X-WhatsApp-Gateway-Event"] for r in receiver.events()]
    assert names.index("message.received") < names.index("recipient.opted_out")
    refused = served.send("+4915199990002")
    assert refused.status_code == 403 and refused.json()["error"] == "recipient_suppressed", refused.text
    harness.until(lambda: len(served.simulate_get("messages?to=4915199990002")["items"]) == 1, what="the confirmation")
    served.inbound("4915199990002", "start")
    receiver.wait("recipient.opted_in")
    assert served.send("+4915199990002").status_code == 200
    served.inbound("4915199990003", "Stop by the shop at 5")
    receiver.wait("message.received", count=3)
    assert served.send("+4915199990003").status_code == 200
    served.cli("endpoint", "delete", endpoint["id"])


def test_a_person_sees_all_of_it_in_the_portal(served):
    wamid = served.send("+4915112340000", "Seen in the portal").json()["message_id"]
    assert wamid
    served.inbound("4915199990004", "Where is my parcel <b>?")
    browser = served.session()
    harness.until(lambda: "4915199990004" in browser.get(served.url + "/inbound-logs").text, what="the inbound log")
    page = browser.get(served.url + "/inbound-logs")
    assert "Where is my parcel &lt;b&gt;?" in page.text and "<b>?" not in page.text
    for path in ("/overview", "/instances", "/api-keys", "/suppressed-recipients", "/inbound-logs",
                 f"/instances/{served.demo['instance_id']}/manage?tab=webhook"):
        answer = browser.get(served.url + path)
        assert answer.status_code == 200, path
        assert "no-store" in answer.headers["Cache-Control"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_metas_verification_handshake(served):
    path = f"{served.url}/webhooks/meta/{served.demo['instance_id']}"
    right = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": served.demo["verify_token"]}
    answer = requests.get(path, params=right, timeout=10)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    answer = requests.get(path, params=dict(right, **{"hub.verify_token": "wrong"}), timeout=10)
    assert answer.status_code == 403 and json.loads(answer.text)["errors"]["code"] == "WH_001"


def inbound_document(gateway, sender, wamid, text):
    """Meta's webhook for one text message."""
    return {"object": "whatsapp_business_account", "entry": [{"id": gateway.demo["waba_id"], "changes": [
        {"field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550100", "phone_number_id": gateway.demo["phone_number_id"]},
            "contacts": [{"profile": {"name": "Ada"}, "wa_id": sender}],
            "messages": [{"from": sender, "id": wamid, "timestamp": "1772173497", "type": "text",
                          "text": {"body": text}}]}}]}]}


def test_the_same_programs_run_as_plain_cgi_on_shared_hosting(served, receiver):
    """No daemon of ours: Apache, .htaccess, and cron's worker --once."""
    with harness.serving("cgi", settings={"cloud.graph_url": served.url + "/_sim"}) as g:
        endpoint = g.endpoint(receiver, "message.sent,message.received")
        answer = g.send("+4915112345699")
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == "sent"
        assert len(served.simulate_get("messages?to=4915112345699")["items"]) == 1
        assert g.webhook(inbound_document(g, "4915199990005", "wamid.CGI", "hello from a plain host")).status_code == 200
        g.run("worker", "--once")
        events = receiver.wait("message.received") + receiver.wait("message.sent")
        assert all(harness.signature_problems(e, endpoint["secret"]) == [] for e in events)
        assert events[0]["json"]["external_message_id"] == "wamid.CGI"
        assert "hello from a plain host" in g.session().get(g.url + "/inbound-logs").text


def test_a_group_gets_a_message_and_its_member_reads_it(gateway):
    body = {"messaging_product": "whatsapp", "recipient_type": "group", "to": "Y2FwaV9ncm91cDox", "type": "text",
            "text": {"body": "Hello all"}}
    answer = gateway.post_key(f"/v23.0/{gateway.demo['phone_number_id']}/messages", body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["messages"][0]["group_id"] == body["to"]
    message = answer.json()["messages"][0]["id"]
    harness.until(lambda: gateway.get(f"/api/messages/{message}").json()["status"] == "read", what="the group's message to be read")
    assert gateway.get(f"/api/messages/{message}").json()["to"] == body["to"]
