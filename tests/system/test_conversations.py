# SPDX-License-Identifier: Apache-2.0
"""People at the portal: what came in is found, answered and seen, by the same guard as every send."""
import csv
import datetime
import io
import re
import zoneinfo

import pytest

import harness

PERSON = "4915177000001"
PASSWORD = "a long enough password"


@pytest.fixture
def page(gateway):
    return Portal(gateway)


class Portal:
    """Somebody at the inbound logs, without a browser."""

    def __init__(self, gateway, **who):
        self.gateway, self.session = gateway, gateway.session(**who)

    def get(self, path="", **params):
        return self.session.get(self.gateway.url + "/inbound-logs" + path, params=params, timeout=30)

    def ids(self, **filters):
        return re.findall(r'data-id="(in_\w+)"', self.get(**filters).text)

    def token(self, one):
        return self.get("/" + one).text.split('name="csrf_token" value="')[1].split('"')[0]

    def reply(self, one, origin=None, token=None, file=None, **fields):
        parts = [("csrf_token", (None, token or self.token(one)))]
        parts += [(name, (None, value)) for name, value in fields.items()]
        parts += [("file", file or ("", b"", "application/octet-stream"))]
        return self.session.post(f"{self.gateway.url}/inbound-logs/{one}/reply", files=parts, timeout=60,
                                 headers={"Origin": origin or self.gateway.url} if origin != "" else {})


def received(gateway, text, sender=PERSON):
    gateway.inbound(sender, text)
    found = harness.until(lambda: gateway.get("/api/inbound", params={"from": sender, "text": text}).json()["items"],
                          what="the message to come in")
    return found[0]["id"]


def accepted(gateway, to=PERSON):
    return gateway.simulate_get("messages?to=" + to)["items"]


def test_a_reply_goes_out_through_the_guard_and_is_in_the_thread(gateway, page):
    one = received(gateway, "Where is my parcel?")
    assert "Window open for 23 h 59 min" in page.get("/" + one).text
    answer = page.reply(one, text="On its way,\r\narriving today.")
    assert answer.status_code == 200 and "Sent." in answer.text and "arriving today." in answer.text
    sent = harness.until(lambda: accepted(gateway), what="the reply at the provider")[-1]
    assert "On its way,\narriving today." in str(sent).replace("\\n", "\n")
    stored = gateway.get("/api/messages", params={"to": PERSON}).json()["items"][0]
    assert stored["message_purpose"] == "support"
    assert gateway.cli("message", "show", stored["id"])["source"] == "portal"


def test_a_file_goes_out_with_its_caption(gateway, page):
    one = received(gateway, "Please send me the invoice")
    answer = page.reply(one, text="Here it is.", file=("invoice 4711.pdf", b"%PDF-1.4 invoice", "application/pdf"))
    assert "Sent." in answer.text, re.findall(r"Not sent.*", answer.text)
    sent = str(harness.until(lambda: accepted(gateway), what="the file at the provider")[-1])
    assert "invoice 4711.pdf" in sent and "Here it is." in sent and "document" in sent


def test_what_the_guard_refuses_is_said_and_what_was_typed_stays(gateway, page):
    one = received(gateway, "no more questions", sender="4915177000002")
    received(gateway, "STOP", sender="4915177000002")
    harness.until(lambda: gateway.get("/api/suppressions?phone=+4915177000002").json()["items"] or
                  gateway.get("/api/suppressions").json()["items"], what="the suppression")
    answer = page.reply(one, text="One more thing")
    assert answer.status_code == 422 and "Not sent." in answer.text and "One more thing</textarea>" in answer.text
    assert page.reply(one, text="   ").status_code == 422
    assert accepted(gateway, "4915177000002") == [] or "One more thing" not in str(accepted(gateway, "4915177000002"))


def test_a_form_from_elsewhere_and_a_viewer_send_nothing(gateway, page):
    one = received(gateway, "hello", sender="4915177000003")
    assert page.reply(one, text="forged", token="wrong").status_code == 403
    assert page.reply(one, text="forged", origin="https://elsewhere.example").status_code == 403
    assert page.reply(one, text="forged", origin="").status_code == 403
    late = [("text", (None, "forged")), ("csrf_token", (None, page.token(one)))]
    assert page.session.post(f"{gateway.url}/inbound-logs/{one}/reply", files=late, headers={"Origin": gateway.url},
                             timeout=30).status_code == 403
    assert page.session.post(f"{gateway.url}/inbound-logs/{one}/reply", headers={"Origin": gateway.url}, timeout=30,
                             data={"text": "forged", "csrf_token": page.token(one)}).status_code == 403
    gateway.run("user", "create", "--email", "looks@example.com", "--role", "viewer", "--password-stdin",
                stdin=PASSWORD + "\n")
    viewer = Portal(gateway, email="looks@example.com", password=PASSWORD)
    seen = viewer.get("/" + one).text
    assert "hello" in seen and "/reply" not in seen
    assert viewer.reply(one, text="forged").status_code == 403
    assert "forged" not in str(accepted(gateway, "4915177000003"))


def test_outside_of_the_window_a_template_is_filled_in(gateway, page):
    one = received(gateway, "template please", sender="4915177000004")
    chooser = page.get("/" + one, template="choose").text
    offered = re.findall(r'<option value="(\w+/\w+)"', chooser)
    assert offered, chooser
    slots = []
    for chosen in offered:
        form = page.get("/" + one, template=chosen).text
        slots = re.findall(r'name="(slot_\d+)"', form)
        if slots:
            break
    assert slots, offered
    missing = page.reply(one, template=chosen)
    assert missing.status_code == 422 and "needs every value" in missing.text
    answer = page.reply(one, template=chosen, **{slot: "Sara" for slot in slots})
    assert "Sent." in answer.text, re.findall(r"Not sent.*", answer.text)
    sent = str(harness.until(lambda: accepted(gateway, "4915177000004"), what="the template at the provider")[-1])
    assert chosen.split("/")[0] in sent and "Sara" in sent


def test_a_closed_window_offers_templates_alone(tmp_path):
    clock = tmp_path / "ms"
    clock.write_text("0")
    with harness.serving(environment={"WAGATE_CLOCK": str(clock)}) as g:
        g.run("instance", "set", g.demo["instance_id"], "window=refuse")
        one = received(g, "I wrote yesterday")
        clock.write_text(str(25 * 3600 * 1000))
        page = Portal(g)
        seen = page.get("/" + one).text
        assert "Window closed" in seen and 'name="text"' not in seen and 'name="template"' in seen
        assert page.reply(one, text="too late").status_code == 422


def test_unread_messages_are_marked_as_read(gateway, page):
    one = received(gateway, "read me", sender="4915177000005")
    assert "1 unread" in page.get("/" + one).text
    answer = page.session.post(f"{gateway.url}/inbound-logs/{one}/read", data={"csrf_token": page.token(one)})
    assert "marked as read" in answer.text and "1 unread" not in answer.text


def test_the_list_is_filtered_followed_and_exported(gateway, page, receiver):
    first = received(gateway, "apple pie", sender="4915177000006")
    endpoint = gateway.endpoint(receiver, "message.received")["id"]
    second = received(gateway, "=apple strudel", sender="4915177000006")
    receiver.wait("message.received")
    assert page.ids(text="APPLE", **{"from": "+4915177000006"}) == [second, first]
    assert page.ids(forwarded=endpoint) == [second]
    assert second not in page.ids(forwarded="none") and first in page.ids(forwarded="none")
    newest = gateway.get("/api/inbound", params={"text": "strudel"}).json()["items"][0]["received_at"]
    assert page.ids(text="apple", until=newest) == [first]
    assert [i["id"] for i in gateway.get("/api/inbound", params={"text": "apple", "since": newest}).json()["items"]] == [second]
    nothing = "in_zzzzzzzz0000000000000000"
    assert page.get(after=nothing).status_code == 204
    assert set(page.ids(after=first)) >= {second}
    answer = page.get("/export.csv", text="apple")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [r["text"] for r in rows] == ["'=apple strudel", "apple pie"] and rows[0]["from"] == "+4915177000006"
    wrong = page.get(since="yesterday")
    assert wrong.status_code == 200 and "must be a time" in wrong.text and 'value="yesterday"' in wrong.text


def test_times_of_a_filter_are_those_of_the_account(gateway, page):
    """Auckland is half a day ahead of UTC: a filter that took its clock for UTC's would find nothing."""
    one = received(gateway, "what time is it there?", sender="4915177000009")
    at = datetime.datetime.fromisoformat(gateway.get("/api/inbound", params={"from": "4915177000009"})
                                         .json()["items"][0]["received_at"].replace("Z", "+00:00"))

    def there(minutes):
        local = (at + datetime.timedelta(minutes=minutes)).astimezone(zoneinfo.ZoneInfo("Pacific/Auckland"))
        return local.strftime("%Y-%m-%dT%H:%M")

    gateway.run("account", "set", gateway.demo["account"], "time_zone=Pacific/Auckland")
    try:
        assert one in page.ids(since=there(-2), until=there(2))
        assert one not in page.ids(since=there(2)) and one not in page.ids(until=there(-2))
    finally:
        gateway.run("account", "set", gateway.demo["account"], "time_zone=UTC")


def test_what_may_be_an_opt_out_is_there_to_be_read(gateway, page):
    one = received(gateway, "I wish these promotions would stop", sender="4915177000008")
    assert one in page.ids(opted_out="possible") and one not in page.ids(opted_out="1")
    assert "This may be an opt-out" in page.get("/" + one).text
    listed = gateway.get("/api/inbound", params={"opted_out": "possible"}).json()["items"]
    assert one in [item["id"] for item in listed] and all(item["possible_opt_out"] for item in listed)
