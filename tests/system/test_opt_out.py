# SPDX-License-Identifier: Apache-2.0
"""Opt-out and opt-in against the real thing: what waits is cancelled, one answer goes out, Meta's switch counts, and
none of it doubles when a webhook comes again or a process is killed."""
import itertools
import json
import random
import time

import pytest

import harness

numbers = (f"49151777{n:05d}" for n in itertools.count(1))


@pytest.fixture
def person():
    return next(numbers)


def document(gateway, field, **value):
    return {"object": "whatsapp_business_account", "entry": [{"id": gateway.demo["waba_id"], "changes": [
        {"field": field, "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550100", "phone_number_id": gateway.demo["phone_number_id"]},
            **value}}]}]}


def text_message(gateway, sender, wamid, text, seconds_ago=0):
    return document(gateway, "messages", contacts=[{"profile": {"name": "Ada"}, "wa_id": sender}], messages=[
        {"from": sender, "id": wamid, "timestamp": str(int(time.time()) - seconds_ago), "type": "text",
         "text": {"body": text}}])


def preference(gateway, sender, value, seconds_ago=0):
    return document(gateway, "user_preferences", contacts=[{"wa_id": sender}], user_preferences=[
        {"wa_id": sender, "detail": f"User requested to {value} marketing messages", "category": "marketing_messages",
         "value": value, "timestamp": int(time.time()) - seconds_ago}])


def texts_to(gateway, number):
    """What reached the person, oldest first."""
    items = gateway.simulate_get(f"messages?to={number}")["items"]
    return [m["payload"]["text"]["body"] for m in reversed(items) if m["payload"]["type"] == "text"]


def in_force(gateway, number):
    return [(s["reason"], s["source"]) for s in gateway.cli("suppression", "list", "--phone", number)["items"]]


def status_of(gateway, id):
    return gateway.get("/api/messages/" + id).json()["status"]


def send_later(gateway, to, **more):
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + more.pop("seconds", 3600)))
    answer = gateway.send("+" + to, send_at=at, **more)
    assert answer.status_code in (200, 202), answer.text
    assert answer.json()["status"] == "scheduled"
    return answer.json()["id"]


def test_a_stop_cancels_what_waits_and_is_answered_once(gateway, receiver, person):
    endpoint = gateway.endpoint(receiver, "message.received,message.status_updated,recipient.opted_out,recipient.opted_in")
    order = send_later(gateway, person)
    code = send_later(gateway, person, message_purpose="authentication", seconds=300)
    gateway.inbound(person, "Lütfen iptal!")
    event = receiver.wait("recipient.opted_out")[0]["json"]
    assert (event["reason"], event["keyword"], event["message_text"]) == ("recipient_requested_stop", "iptal",
                                                                         "Lütfen iptal!")
    assert status_of(gateway, order) == "cancelled"
    assert status_of(gateway, code) == "scheduled"
    cancelled = [e["json"] for e in receiver.wait("message.status_updated") if e["json"]["status"] == "cancelled"]
    assert [e["gateway_message_id"] for e in cancelled] == [order]
    harness.until(lambda: texts_to(gateway, person), what="the confirmation")
    assert "BAŞLA" in texts_to(gateway, person)[0]
    entry, = gateway.cli("suppression", "list", "--phone", person)["items"]
    answer = gateway.get("/api/messages/" + entry["confirmation_id"]).json()
    assert answer["message_purpose"] == "support"
    assert (entry["language"], entry["rule"], entry["keyword"]) == ("tr", "word", "iptal")
    assert gateway.send("+" + person, message_purpose="support").json()["error"] == "recipient_suppressed"
    gateway.inbound(person, "STOP")
    receiver.wait("recipient.opted_out", count=2)
    gateway.inbound(person, "start")
    receiver.wait("recipient.opted_in")
    harness.until(lambda: len(texts_to(gateway, person)) == 2, what="the answer to the start")
    assert "yeniden başladı" in texts_to(gateway, person)[1]  # START is said in every language
    assert in_force(gateway, person) == []
    assert gateway.post_key(f"/api/messages/{code}/cancel", {}).status_code == 200
    gateway.cli("endpoint", "delete", endpoint["id"])


def test_an_account_that_may_send_nothing_more_still_answers(gateway, receiver, person):
    endpoint = gateway.endpoint(receiver, "recipient.opted_out")
    account = gateway.cli("account", "list")["items"][0]
    gateway.cli("account", "set-plan", account["id"], "custom", "--day", "1")
    gateway.send("+4915112345678")
    assert gateway.send("+4915112345678").status_code == 429
    gateway.inbound(person, "STOP")
    receiver.wait("recipient.opted_out")
    harness.until(lambda: len(texts_to(gateway, person)) == 1, what="the confirmation")
    gateway.cli("account", "set-plan", account["id"], account["plan"])
    gateway.cli("endpoint", "delete", endpoint["id"])


def test_who_is_suppressed_after_a_message_was_accepted_does_not_get_it(gateway, person):
    later = send_later(gateway, person, seconds=3)
    gateway.cli("suppression", "add", person)
    harness.until(lambda: status_of(gateway, later) == "failed", 20, "the message to be refused when it is due")
    assert gateway.get("/api/messages/" + later).json()["error"]["title"] == "Refused when it was due"
    assert texts_to(gateway, person) == []


def test_metas_switch_is_heeded_and_passed_on(gateway, receiver, person):
    flat = gateway.endpoint(receiver, "recipient.opted_out,recipient.opted_in", path="/flat")
    meta = gateway.endpoint(receiver, "user_preferences", format="meta", path="/meta")
    stop = preference(gateway, person, "stop", 20)
    for _ in range(2):
        assert gateway.webhook(stop).status_code == 200
    event = receiver.wait("recipient.opted_out")[0]["json"]
    assert (event["from"], event["reason"]) == ("+" + person, "recipient_stopped_marketing")
    assert in_force(gateway, person) == [("marketing_opt_out", "meta")]
    assert gateway.send("+" + person).status_code == 200
    gateway.webhook(preference(gateway, person, "resume", 30))
    gateway.webhook(preference(gateway, person, "resume", 10))
    receiver.wait("recipient.opted_in")
    assert in_force(gateway, person) == []
    gateway.webhook(preference(gateway, person, "stop", 15))
    harness.until(lambda: len([e for e in receiver.events() if e["path"] == "/meta"]) == 4, what="all of it in meta form")
    assert in_force(gateway, person) == []
    names = [e["headers"]["X-WhatsApp-Gateway-Event"] for e in receiver.events() if e["path"] == "/flat"]
    assert names == ["recipient.opted_out", "recipient.opted_in"]
    values = [e["json"]["entry"][0]["changes"][0]["value"] for e in receiver.events() if e["path"] == "/meta"]
    assert {v["user_preferences"][0]["value"] for v in values} == {"stop", "resume"}
    assert texts_to(gateway, person) == ["Your order is ready."]
    for endpoint in (flat, meta):
        gateway.cli("endpoint", "delete", endpoint["id"])


def test_words_of_an_account_count_and_those_it_switches_off_do_not(gateway, receiver, person):
    endpoint = gateway.endpoint(receiver, "message.received,recipient.opted_out")
    gateway.cli("keyword", "off", "cancel")
    gateway.cli("keyword", "add", "No gracias", "--language", "es")
    gateway.cli("keyword", "add", "keine lust mehr", "--language", "de", "--rule", "phrase")
    own = gateway.cli("keyword", "list", "--own")["items"]
    assert {(k["language"], k["text"], k["off"]) for k in own} == {
        ("en", "cancel", True), ("es", "No gracias", False), ("de", "keine lust mehr", False)}
    assert "always counts" in gateway.run("keyword", "off", "STOP", check=False).stderr
    assert "two words" in gateway.run("keyword", "add", "nein", "--language", "de", "--rule", "phrase",
                                      check=False).stderr
    assert "built-in stop word" in gateway.run("keyword", "add", "stop", "--language", "en", "--kind", "start",
                                               check=False).stderr
    gateway.inbound(person, "cancel")
    receiver.wait("message.received")
    assert in_force(gateway, person) == []
    gateway.inbound(person, "¡NO, GRACIAS!")
    assert receiver.wait("recipient.opted_out")[0]["json"]["keyword"] == "No gracias"
    other = next(numbers)
    gateway.inbound(other, "Ich habe wirklich keine Lust mehr darauf")
    assert receiver.wait("recipient.opted_out", count=2)[1]["json"]["from"] == "+" + other
    gateway.cli("keyword", "remove", "no gracias")
    gateway.cli("keyword", "remove", "keine Lust mehr")
    gateway.cli("keyword", "on", "Cancel")
    assert gateway.cli("keyword", "list", "--own")["items"] == []
    gateway.cli("endpoint", "delete", endpoint["id"])


def test_an_instance_answers_in_its_own_words_or_not_at_all(gateway, receiver, person):
    endpoint = gateway.endpoint(receiver, "recipient.opted_out")
    instance = gateway.demo["instance_id"]
    gateway.cli("confirmation", "set", instance, "--language", "en", "--stop", "Done. Ada's shop")
    gateway.inbound(person, "STOP")
    harness.until(lambda: texts_to(gateway, person) == ["Done. Ada's shop"], what="the answer in its own words")
    gateway.cli("confirmation", "set", instance, "--language", "en", "--stop", "")
    gateway.cli("confirmation", "off", instance)
    other = next(numbers)
    gateway.inbound(other, "STOP")
    receiver.wait("recipient.opted_out", count=2)
    gateway.cli("confirmation", "on", instance)
    third = next(numbers)
    gateway.inbound(third, "STOP")
    harness.until(lambda: texts_to(gateway, third), what="the built-in answer")
    assert texts_to(gateway, other) == []
    gateway.cli("endpoint", "delete", endpoint["id"])


def test_a_possible_opt_out_waits_for_somebody_to_look(gateway, receiver, person):
    endpoint = gateway.endpoint(receiver, "message.received,recipient.opted_out")
    gateway.inbound(person, "Honestly, it would be nice if all these promotions could stop")
    receiver.wait("message.received")
    assert in_force(gateway, person) == [("marketing_opt_out", "review")]
    assert gateway.send("+" + person).status_code == 200
    assert receiver.events("recipient.opted_out") == []
    gateway.cli("suppression", "remove", person, "--why", "read it: only a complaint")
    assert in_force(gateway, person) == []
    gateway.cli("endpoint", "delete", endpoint["id"])


def test_killed_processes_and_repeated_webhooks_neither_lose_nor_double_a_stop(gateway, receiver):
    endpoint = gateway.endpoint(receiver, "recipient.opted_out")
    people = [next(numbers) for _ in range(30)]
    chance = random.Random(7)
    for n, one in enumerate(people):
        body = text_message(gateway, one, f"wamid.KILL{n}", "STOP")
        harness.until(lambda: gateway.webhook(body).status_code == 200, 30, "the webhook to be taken")
        if n % 3 == 0:
            gateway.kill(chance.choice(["wagate-worker", "wagate-writer"]))
        harness.until(lambda: gateway.webhook(body).status_code == 200, 30, "the webhook to be taken again")
    for one in people:
        harness.until(lambda: in_force(gateway, one) == [("opted_out", "keyword")], 30, f"{one} to be suppressed")
    harness.until(lambda: all(m["status"] != "queued" for one in people
                              for m in gateway.get(f"/api/messages?to={one}").json()["items"]), 30, "all to be sent")
    for one in people:
        stored = gateway.get(f"/api/messages?to={one}").json()["items"]
        assert len(stored) == 1, stored
        harness.until(lambda: stored[0]["status"] == "sending" or texts_to(gateway, one), what="the confirmation")
        # one that died with the worker is never sent again: nobody knows whether it went out
        assert len(texts_to(gateway, one)) <= 1, stored
    harness.until(lambda: {e["json"]["from"] for e in receiver.events("recipient.opted_out")} ==
                  {"+" + one for one in people}, 30, "everybody's event")
    ids = {}
    for event in receiver.events("recipient.opted_out"):
        ids.setdefault(event["json"]["from"], set()).add(event["json"]["id"])
    assert all(len(v) == 1 for v in ids.values()), json.dumps({k: list(v) for k, v in ids.items()})
    gateway.cli("endpoint", "delete", endpoint["id"])


def test_a_file_of_numbers_is_looked_through_written_and_given_back(gateway, tmp_path):
    one, two, three = next(numbers), next(numbers), next(numbers)
    file = tmp_path / "numbers.csv"
    file.write_text(f"Note;Phone;Reason\r\n\"said \"\"no\"\"; twice\";+{one};complaint\r\n;12;manual\r\n;{two};whatever\r\n\r\n",
                    encoding="utf-8-sig")
    refused = gateway.run("suppression", "import", str(file), check=False)
    assert refused.returncode == 1 and "Nothing is written" in refused.stderr
    assert "line 3:" in refused.stderr and "line 4: There is no reason" in refused.stderr
    assert in_force(gateway, one) == []
    gateway.cli("suppression", "import", str(file), "--skip", "--check")
    assert in_force(gateway, one) == []
    assert "1 added" in gateway.run("suppression", "import", str(file), "--skip")
    assert "0 added" in gateway.run("suppression", "import", str(file), "--skip")
    assert in_force(gateway, one) == [("complaint", "import")]
    assert f'"+{one}","complaint","said ""no""; twice"' in gateway.run("suppression", "export")

    browser = gateway.session()
    page = browser.get(gateway.url + "/suppressed-recipients/import", timeout=10).text
    form = {"csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0], "csv": f"+{two}\n+{three}\nnonsense\n"}
    seen = browser.post(gateway.url + "/suppressed-recipients/import", data=form, timeout=10)
    assert seen.status_code == 200 and "2 of 3 rows can be taken" in seen.text and "is no phone number" in seen.text
    assert in_force(gateway, two) == []
    done = browser.post(gateway.url + "/suppressed-recipients/import", data={**form, "go": "yes"}, timeout=10)
    assert "2 numbers are suppressed" in done.text
    assert in_force(gateway, two) == in_force(gateway, three) == [("manual", "import")]
    export = browser.get(gateway.url + "/suppressed-recipients/export.csv", timeout=10)
    assert export.headers["Content-Type"].startswith("text/csv") and f'"+{three}","manual"' in export.text
    assert browser.post(gateway.url + "/suppressed-recipients/import", data={**form, "csv": " \n"}, timeout=10).status_code == 422
    for number in (one, two, three):
        gateway.cli("suppression", "remove", number)
    (tmp_path / "again.csv").write_text(export.text, encoding="utf-8")
    gateway.run("suppression", "import", str(tmp_path / "again.csv"))
    assert in_force(gateway, three) == [("manual", "import")]
