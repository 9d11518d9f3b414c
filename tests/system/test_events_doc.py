# SPDX-License-Identifier: Apache-2.0
"""docs/events.json is what comes: each event is made to happen, and its payloads have exactly the members and
types of the documented ones. `python3 test_events_doc.py` writes the samples anew from what came."""
import html
import json
import os
import re
import sys
import time

import pytest
import requests

import harness

FILE = os.path.join(harness.ROOT, "docs/events.json")
PERSON, OTHER, PHONE = "966500000001", "966500000002", "15550123456"
AT = "1778234400"  # 2026-05-08T10:00:00Z
# No provider that pairs by QR code is there yet: its sample stands as designed.
DESIGNED = {"instance.qr_updated"}

with open(FILE) as f:
    DOCUMENTED = json.load(f)


def document(gateway, field, value, to_number=True, later=0):
    number = {"messaging_product": "whatsapp", "metadata": {"display_phone_number": PHONE,
                                                            "phone_number_id": gateway.demo["phone_number_id"]}}
    return {"object": "whatsapp_business_account", "entry": [{"id": gateway.demo["waba_id"], "time": int(time.time()) + later, "changes": [
        {"value": {**number, **value} if to_number else value, "field": field}]}]}


def hear(gateway, field, to_number=True, later=0, **value):
    assert gateway.webhook(document(gateway, field, value, to_number, later)).status_code == 200


def message(kind, content, **more):
    return {"contacts": [{"profile": {"name": "Amal"}, "wa_id": PERSON}],
            "messages": [{"from": PERSON, "id": f"wamid.HBgM{kind}{len(more)}", "timestamp": AT, "type": kind, kind: content, **more}]}


def call(event, **more):
    return {"calls": [{"id": "wacid.HBgM1", "to": PHONE, "from": PERSON, "event": event, "timestamp": AT,
                       "direction": "USER_INITIATED", **more}], "contacts": [{"profile": {"name": "Amal"}, "wa_id": PERSON}]}


def ban(state):
    return {"event": "DISABLED_UPDATE",
            "ban_info": {"waba_ban_state": state, "waba_ban_date": "May 8, 2026"}}


def send(gateway):
    assert gateway.send(to="+" + PERSON, client_reference="order-4711").status_code == 200


def fail(gateway):
    gateway.send(to="+1555001131026", client_reference="order-4712")


def upload(gateway):
    hear(gateway, "messages", **message("image", {"id": "1376223850470843", "mime_type": "image/jpeg", "caption": "My receipt",
                                                  "sha256": "MXtUAcqBxHuCXoTlFIt34vUwWY5tvvV1S5uPyaCYCZc="}))


def test_button(gateway):
    for endpoint in gateway.cli("endpoint", "list")["items"]:
        gateway.cli("endpoint", "test", endpoint["id"])


# What makes them happen, in order: an event comes with the first step that brings it.
STEPS = [
    upload,
    send,
    fail,
    lambda g: hear(g, "messages", **message("text", {"body": "STOP"})),
    lambda g: hear(g, "messages", **message("text", {"body": "START"}, context={"from": PHONE, "id": "wamid.HBgM0"})),
    lambda g: hear(g, "smb_message_echoes", contacts=[{"wa_id": PERSON}], message_echoes=[
        {"from": PHONE, "to": PERSON, "id": "wamid.HBgM7", "timestamp": AT, "type": "text", "text": {"body": "On its way"}}]),
    lambda g: hear(g, "calls", **call("connect", session={"sdp_type": "offer", "sdp": "v=0"})),
    lambda g: hear(g, "calls", **call("terminate", status="FAILED")),
    lambda g: hear(g, "messages", contacts=[{"profile": {"name": "Amal"}, "wa_id": PERSON}], messages=[
        {"from": PERSON, "group_id": "Y2FwaV9ncm91cDox", "id": "wamid.HBgM8", "timestamp": AT, "type": "text",
         "text": {"body": "Good morning, all"}}]),
    lambda g: hear(g, "group_participants_update", groups=[
        {"timestamp": AT, "group_id": "Y2FwaV9ncm91cDox", "type": "group_participants_add",
         "added_participants": [{"wa_id": OTHER, "input": OTHER}]}]),
    lambda g: hear(g, "message_template_status_update", False, event="REJECTED", message_template_id=1689556908129832,
                   message_template_name="order_update", message_template_language="en", reason="INVALID_FORMAT"),
    lambda g: hear(g, "account_update", False, **ban("DISABLE")),
    lambda g: hear(g, "account_update", False, later=1, **ban("REINSTATE")),
    lambda g: hear(g, "user_preferences", contacts=[{"profile": {"name": "Amal"}, "wa_id": OTHER}], user_preferences=[
        {"wa_id": OTHER, "detail": "User requested to stop marketing messages", "category": "marketing_messages",
         "value": "stop", "timestamp": int(AT)}]),
    lambda g: hear(g, "history", history=[{"metadata": {"phase": 0, "chunk_order": 1, "progress": 55}, "threads": [
        {"id": PERSON, "messages": [{"from": PERSON, "id": "wamid.HBgM9", "timestamp": AT, "type": "text",
                                     "text": {"body": "Last year"}, "history_context": {"status": "READ"}}]}]}]),
    lambda g: hear(g, "flows", False, event="FLOW_STATUS_CHANGE", message="Flow Webhook 1 changed status from DRAFT to PUBLISHED",
                   flow_id="6627390910605886", old_status="DRAFT", new_status="PUBLISHED"),
    test_button,
]


def name_of(request):
    """Tests look like what they stand for; Meta's word that it has sent a message has no normalized twin."""
    name, body = request["headers"]["X-WhatsApp-Gateway-Event"], request["json"]
    if "X-WhatsApp-Gateway-Test" in request["headers"]:
        return "webhook.test"
    if name == "meta.messages" and body["entry"][0]["changes"][0]["value"]["statuses"][0]["status"] == "sent":
        return "message.sent"
    return name


def collect(gateway):
    """(event, format) -> the first payload that came of it."""
    receiver, came = harness.Receiver(), {}
    for format in ("normalized", "meta"):
        gateway.endpoint(receiver, "*", format=format, path="/" + format)

    def look():
        for r in receiver.events():
            came.setdefault((name_of(r), r["path"][1:]), r["json"])
        return came

    before = 0
    for step in STEPS:
        step(gateway)
        harness.until(lambda: len(look()) > before, 15, f"something new after step {STEPS.index(step)}: {sorted(came)}")
        before = len(came)
    wanted = {(e["event"], form) for e in DOCUMENTED for form in ("normalized", "meta") if e[form] and e["event"] not in DESIGNED}
    try:
        harness.until(lambda: wanted <= set(look()), 15)
    except AssertionError:
        pass  # whoever asks for one that is missing says so
    receiver.close()
    return came


@pytest.fixture(scope="module")
def came():
    with harness.serving() as gateway:
        yield collect(gateway)


def shape(value):
    """Members and types; of a list its first item's."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else type(value).__name__


@pytest.mark.parametrize("event, form", [(e["event"], form) for e in DOCUMENTED for form in ("normalized", "meta")
                                         if e[form] and e["event"] not in DESIGNED])
def test_an_event_comes_as_documented(came, event, form):
    assert (event, form) in came, sorted(came)
    sample = next(e[form] for e in DOCUMENTED if e["event"] == event)
    assert shape(came[event, form]) == shape(sample)
    assert list(came[event, form]) == list(sample)


def test_nothing_comes_that_is_not_documented(came):
    documented = {(e["event"], form) for e in DOCUMENTED for form in ("normalized", "meta") if e[form]}
    assert set(came) <= documented
    with open(os.path.join(harness.ROOT, "docs/openapi.json")) as f:
        events = json.load(f)["components"]["schemas"]["EndpointDraft"]["properties"]["events"]["items"]["enum"]
    assert {e for e in events if "." in e} == {e["event"] for e in DOCUMENTED if e["normalized"]}
    for event in DESIGNED:
        assert not any((event, form) in came for form in ("normalized", "meta")), "compare it, too"


def test_the_page_shows_every_one(gateway):
    page = requests.get(gateway.url + "/docs/receive", timeout=10).text
    for e in DOCUMENTED:
        assert page.count(f'id="{e["event"]}"') == 1
        assert e["when"] in html.unescape(page)
        for form in ("normalized", "meta"):
            if e[form]:
                assert json.dumps(e[form], indent=2, ensure_ascii=False) in html.unescape(page), (e["event"], form)


# ---- writing the samples ------------------------------------------------------------------

def scrub(gateway, text):
    """Ids and times that differ from run to run become those of the documentation."""
    for name, id in (("phone_number_id", "632884812997132"), ("waba_id", "354920287086734")):
        text = text.replace(gateway.demo[name], id)
    text = re.sub(r"http://127\.0\.0\.1:\d+(?=/v1)", "https://gateway.example.com", text)
    text = re.sub(r"\b(evt|inst|msg|in)_[0-9a-z]{20,}", lambda m: m.group(1) + "_6ag2mdbpb0ebq44k5rr4s2se", text)
    text = re.sub(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "2026-05-08T10:00:00Z", text)
    text = re.sub(r"wamid\.(TEST_|SIM|HB)[A-Za-z0-9_+/=]{12,}", "wamid.HBgMOTY2NTAwMDAwMDAxFQIAERgSM0E5QjE2", text)
    return re.sub(r"(?<![\d.])17[6-9]\d{7}(?!\d)", AT, text)


def write():
    with harness.serving() as gateway:
        came = collect(gateway)
    for e in DOCUMENTED:
        for form in ("normalized", "meta"):
            if (e["event"], form) in came:
                e[form] = json.loads(scrub(gateway, json.dumps(came[e["event"], form])))
    missing = set(came) - {(e["event"], form) for e in DOCUMENTED for form in ("normalized", "meta")}
    with open(FILE, "w") as f:
        json.dump(DOCUMENTED, f, indent=2, ensure_ascii=False)
        f.write("\n")
    print("no entry for", sorted(missing)) if missing else None


if __name__ == "__main__":
    sys.exit(write())
