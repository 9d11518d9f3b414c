# SPDX-License-Identifier: Apache-2.0
"""The raw inbox: what cannot be understood or belongs to nobody is kept, seen by the operator alone, and applied again."""
import json
import re

import pytest

import harness

NUMBER = "777000000000001"


@pytest.fixture(scope="module")
def gateway():
    with harness.serving() as g:
        yield g


def text(wamid, number=NUMBER):
    return {"object": "whatsapp_business_account", "entry": [{"id": "778", "changes": [{"field": "messages", "value": {
        "messaging_product": "whatsapp", "metadata": {"display_phone_number": "1", "phone_number_id": number},
        "messages": [{"from": "491700000001", "id": wamid, "type": "text", "text": {"body": "early bird"},
                      "timestamp": str(int(harness.time.time()))}]}}]}]}


def raw(gateway, *arguments):
    return gateway.cli("inbound", "raw", *arguments)["items"]


def token(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)


def operator(gateway):
    return gateway.session(gateway.demo["operator_email"], gateway.demo["operator_password"])


def test_a_message_for_a_number_that_comes_later_is_not_lost(gateway, receiver):
    assert gateway.webhook(text("wamid.EARLY")).status_code == 200
    harness.until(lambda: raw(gateway, "--unclaimed"), what="a webhook of nobody")
    instance = gateway.cli("instance", "create", "--account", gateway.demo["account"], "--name", "Late Line", "--provider", "cloud",
                           "--set", f"phone_number_id={NUMBER}", "--set", "waba_id=778", "--set", "access_token=t",
                           "--set", "app_secret=" + gateway.demo["app_secret"])
    gateway.cli("endpoint", "create", "--instance", instance["id"], "--url", receiver.url, "--events", "message.received")
    assert gateway.cli("inbound", "replay", "--unclaimed") == {"replayed": 1}
    assert json.loads(receiver.wait("message.received")[0]["body"])["message_text"] == "early bird"
    harness.until(lambda: not raw(gateway, "--unclaimed"), what="nothing left of nobody")
    everything = [row["id"] for row in raw(gateway)]
    gateway.cli("inbound", "replay", "--since", "1h")
    harness.until(lambda: all(row["state"] == "applied" for row in raw(gateway)), what="all applied again")
    assert [row["id"] for row in raw(gateway)] == everything
    assert len(receiver.events("message.received")) == 1


def test_the_operator_sees_what_could_not_be_understood(gateway):
    assert gateway.webhook({"entry": "<script>alert(1)</script>"}).status_code == 200
    row = harness.until(lambda: raw(gateway, "--unclear"), what="a webhook not understood")[0]
    shown = gateway.cli("inbound", "raw", row["id"])
    assert shown["body"] == '{"entry": "<script>alert(1)</script>"}' and "entry" in shown["note"]
    me = operator(gateway)
    page = me.get(gateway.url + "/admin/inbox")
    assert page.status_code == 200 and row["id"] in page.text
    page = me.get(f"{gateway.url}/admin/inbox/{row['id']}")
    assert "&lt;script&gt;" in page.text and "<script>alert" not in page.text
    again = me.post(f"{gateway.url}/admin/inbox/{row['id']}/replay", data={"csrf_token": token(page)})
    assert again.status_code == 200 and "will be applied again" in again.text
    harness.until(lambda: [r["id"] for r in raw(gateway, "--unclear")] == [row["id"]], what="not understood once more")
    page = me.get(gateway.url + "/admin/inbox")
    again = me.post(gateway.url + "/admin/inbox/replay", data={"csrf_token": token(page), "kind": "unclear"})
    assert "One webhook will be applied again" in again.text


def test_customers_do_not_see_the_raw_inbox(gateway):
    owner = gateway.session()
    assert owner.get(gateway.url + "/admin/inbox").status_code == 403
    assert "/admin" not in owner.get(gateway.url + "/overview").text
    assert harness.requests.get(gateway.url + "/admin/inbox", allow_redirects=False).status_code == 303


def test_a_replay_without_saying_which_is_refused(gateway):
    assert gateway.run("inbound", "replay", check=False).returncode == 2
    assert gateway.run("inbound", "replay", "box_unknown", check=False).returncode == 1
