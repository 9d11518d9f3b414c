# SPDX-License-Identifier: Apache-2.0
"""Webhook endpoints by API, command line and page: settings, filters, rotation, tests; and that a form that is
sent twice makes one thing."""
import base64
import re

import pytest
import requests

import harness


@pytest.fixture(scope="module")
def key(gateway):
    return make_key(gateway)


def make_key(gateway, *more, scopes="configure", environment="production"):
    return gateway.cli("key", "create", "--account", gateway.demo["account"], "--name", "endpoints", "--environment",
                       environment, "--scopes", scopes, *more)["key"]


def ask(gateway, key, method, path="", body=None, instance=None):
    return requests.request(method, f"{gateway.url}/api/instances/{instance or gateway.demo['instance_id']}/webhooks{path}",
                            json=body, timeout=30, headers={"Authorization": "Bearer " + key})


def create(gateway, key, receiver, **more):
    answer = ask(gateway, key, "POST", body={"destination_url": receiver.url + "/hook", "events": ["message.received"], **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def made(gateway, key, receiver):
    """What a test makes is gone after it."""
    yield
    for row in ask(gateway, key, "GET").json()["items"]:
        assert ask(gateway, key, "DELETE", "/" + row["id"]).json() == {"success": True}


def test_an_endpoint_lives_by_api(gateway, key, receiver, made):
    endpoint = create(gateway, key, receiver, headers={"X-Tenant": "42"}, bearer="b" * 32)
    assert endpoint["secret"].startswith("whsec_") and len(base64.b64decode(endpoint["secret"][6:])) == 32
    assert endpoint["events"] == ["message.received"] and endpoint["message_types"] == []
    assert endpoint["headers"] == {"X-Tenant": "42"} and endpoint["has_bearer"] and endpoint["enabled"]
    assert endpoint["instances"] == [gateway.cli("instance", "show", gateway.demo["instance_id"])["id"]]
    shown = ask(gateway, key, "GET", "/" + endpoint["id"]).json()
    assert "secret" not in shown and "bearer" not in shown and shown["updated_by"].startswith("key:")
    assert ask(gateway, key, "GET").json()["items"] == [shown]
    gateway.inbound("966500000041", "first")
    first = receiver.wait("message.received")[0]
    assert first["headers"]["Authorization"] == "Bearer " + "b" * 32 and first["headers"]["X-Tenant"] == "42"
    assert harness.signature_problems(first, endpoint["secret"]) == []
    changed = ask(gateway, key, "PATCH", "/" + endpoint["id"], {"bearer": None, "headers": None, "format": "meta",
                                                                "events": ["message", "status"]})
    assert changed.status_code == 200, changed.text
    assert changed.json()["has_bearer"] is False and changed.json()["headers"] == {}
    gateway.inbound("966500000041", "second")
    harness.until(lambda: len(receiver.events()) == 2, what="the second one")
    second = receiver.events()[1]
    assert "Authorization" not in second["headers"] and "X-Tenant" not in second["headers"]
    assert second["json"]["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"] == "second"
    ask(gateway, key, "PATCH", "/" + endpoint["id"], {"enabled": False})
    gateway.inbound("966500000041", "third")
    harness.until(lambda: gateway.get("/api/inbound").json()["items"][0]["text"] == "third", what="the third one stored")
    assert len(gateway.cli("delivery", "list", "--endpoint", endpoint["id"])["items"]) == 2


WRONG = [
    ({"destination_url": "http://192.0.2.1/"}, "destination_url"),
    ({"destination_url": 7}, "destination_url"),
    ({"destination_url": None}, "destination_url"),
    ({"events": []}, "events"),
    ({"events": "message.received"}, "events"),
    ({"events": ["message.received,message.sent"]}, "events"),
    ({"events": ["message.recieved"]}, "events"),
    ({"format": "meta", "events": ["message.received"]}, "events"),
    ({"format": "xml"}, "format"),
    ({"message_types": ["text", "poem"]}, "message_types"),
    ({"message_types": {}}, "message_types"),
    ({"headers": {"Host": "x"}}, "headers"),
    ({"headers": {"X-Hub-Signature-256": "x"}}, "headers"),
    ({"headers": {"X-A": "a\r\nX-B: b"}}, "headers"),
    ({"headers": {"X-A": 1}}, "headers"),
    ({"headers": ["X-A"]}, "headers"),
    ({"headers": {f"X-{i}": "" for i in range(21)}}, "headers"),
    ({"headers": {"Authorization": "Basic x"}, "bearer": "b" * 32}, "headers"),
    ({"secret": "short"}, "secret"),
    ({"secret": "whsec_!" + "a" * 30}, "secret"),
    ({"bearer": "two words"}, "bearer"),
    ({"enabled": "true"}, "enabled"),
    ({"include_read": 1}, "include_read"),
    ({"instances": ["nobody"]}, "instances"),
    ({"instances": []}, "instances"),
    ({"url": "https://example.com/"}, "url"),
    ({"sample": "text"}, "sample"),
]


@pytest.mark.parametrize("body, field", WRONG, ids=lambda v: v if isinstance(v, str) else None)
def test_what_does_not_fit_is_refused_by_name(gateway, key, receiver, made, body, field):
    good = {"destination_url": receiver.url, "events": ["message.received"]}
    for method, path in (("POST", ""), ("PATCH", "/" + create(gateway, key, receiver)["id"])):
        answer = ask(gateway, key, method, path, {**good, **body})
        if method == "POST" and body == {"instances": []}:
            continue
        assert answer.status_code == 422, (method, answer.text)
        assert answer.json()["error"] == "validation_error" and answer.json()["details"]["field"] == field, answer.text


def test_what_is_needed_is_named_and_bodies_are_read_strictly(gateway, key):
    assert ask(gateway, key, "POST", body={"events": ["*"]}).json()["details"]["field"] == "destination_url"
    assert ask(gateway, key, "POST", body={"destination_url": "https://example.com/"}).json()["details"]["field"] == "events"
    address = f"{gateway.url}/api/instances/{gateway.demo['instance_id']}/webhooks"
    headers = {"Authorization": "Bearer " + key, "Content-Type": "application/json"}
    for raw in (b"{", b"[]", b'{"events":["*"],"events":["*"]}'):
        answer = requests.post(address, data=raw, headers=headers, timeout=30)
        assert answer.status_code == 400 and answer.json()["error"] == "invalid_json", answer.text
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    answer = requests.post(address, data=b"events=*", headers=headers, timeout=30)
    assert answer.status_code == 415 and answer.json()["error"] == "unsupported_media_type"


def test_who_may_not_is_told_in_the_apis_shape(gateway, key, receiver, made):
    endpoint = create(gateway, key, receiver)
    everywhere = create(gateway, key, receiver, instances=None)
    assert everywhere["instances"] is None
    other = gateway.cli("instance", "create", "--account", gateway.demo["account"], "--name", "Second", "--provider", "cloud")
    both = create(gateway, key, receiver, instances=[gateway.demo["instance_id"], other["id"]])
    for method, path, status, error in (
            ("GET", "/ep_nobody", 404, "not_found"), ("PATCH", "/ep_nobody", 404, "not_found"),
            ("DELETE", "/ep_nobody", 404, "not_found"), ("PUT", "/" + endpoint["id"], 405, "method_not_allowed"),
            ("DELETE", "", 405, "method_not_allowed"), ("GET", "/x/y/z", 404, "not_found"),
            ("GET", f"/{endpoint['id']}/test", 405, "method_not_allowed")):
        answer = ask(gateway, key, method, path)
        assert (answer.status_code, answer.json()["error"]) == (status, error), (method, path, answer.text)
    assert ask(gateway, key, "GET", instance="nobody").json()["error"] == "invalid_instance"
    assert ask(gateway, key, "GET", "/" + endpoint["id"], instance=other["id"]).status_code == 404
    assert [e["id"] for e in ask(gateway, key, "GET", instance=other["id"]).json()["items"]] == [both["id"], everywhere["id"]]
    for narrow in (make_key(gateway, scopes="send,read,suppress"), make_key(gateway, environment="sandbox")):
        for method, path in (("GET", ""), ("POST", ""), ("DELETE", "/" + endpoint["id"])):
            answer = ask(gateway, narrow, method, path)
            assert (answer.status_code, answer.json()["error"]) == (403, "scope_missing"), answer.text
    bound = make_key(gateway, "--instance", gateway.demo["instance_id"])
    assert [e["id"] for e in ask(gateway, bound, "GET").json()["items"]] == [endpoint["id"]]
    assert ask(gateway, bound, "GET", instance=other["id"]).status_code == 404
    for hidden in (both, everywhere):
        for method, body in (("GET", None), ("PATCH", {"enabled": False}), ("DELETE", None)):
            assert ask(gateway, bound, method, "/" + hidden["id"], body).status_code == 404
    for instances in (None, [other["id"]]):
        answer = ask(gateway, bound, "PATCH", "/" + endpoint["id"], {"instances": instances})
        assert answer.status_code == 422 and answer.json()["details"]["field"] == "instances"
    gateway.cli("instance", "delete", other["id"])


def test_a_secret_is_rotated_with_an_overlap(gateway, key, receiver, made):
    endpoint = create(gateway, key, receiver, format="meta", events=["messages"])
    rotated = ask(gateway, key, "POST", f"/{endpoint['id']}/rotate").json()
    assert rotated["secret"] != endpoint["secret"] and rotated["rotation"]["switched"] is False
    gateway.inbound("966500000042", "during")
    during = receiver.wait()[0]
    assert len(during["headers"]["webhook-signature"].split(" ")) == 2
    assert harness.signature_problems(during, endpoint["secret"]) == []
    hexes = ["X-WhatsApp-Gateway-Signature", "X-Hub-Signature-256"]
    assert harness.signature_problems(during, rotated["secret"]) == hexes
    switched = ask(gateway, key, "POST", f"/{endpoint['id']}/switch")
    assert switched.json()["rotation"]["switched"] is True
    assert ask(gateway, key, "POST", f"/{endpoint['id']}/switch").json() == switched.json()
    gateway.inbound("966500000042", "after")
    harness.until(lambda: len(receiver.events()) == 2, what="the second one")
    after = receiver.events()[1]
    assert harness.signature_problems(after, rotated["secret"]) == []
    assert harness.signature_problems(after, endpoint["secret"]) == hexes
    own = gateway.cli("endpoint", "rotate", endpoint["id"], "--secret-stdin", stdin="a-secret-of-my-own\n")
    assert own["secret"] == "a-secret-of-my-own" and own["previous_until"]
    gateway.cli("endpoint", "switch", endpoint["id"])
    gateway.inbound("966500000042", "own")
    harness.until(lambda: len(receiver.events()) == 3, what="the third one")
    assert harness.signature_problems(receiver.events()[2], "a-secret-of-my-own") == []


def test_types_of_messages_filter_both_formats(gateway, key, receiver, made):
    create(gateway, key, receiver, message_types=["image", "other"], events=["*"])
    create(gateway, key, receiver, message_types=["text"], format="meta", events=["messages"])
    gateway.inbound("966500000043", "words")
    gateway.simulate("inbound", **{"from": "966500000043", "message": {"type": "image", "image": {
        "id": "1", "mime_type": "image/jpeg", "sha256": "x"}}})
    image = receiver.wait("message.received", 2)
    kinds = {("meta" if "object" in r["json"] else "normalized"): r["json"] for r in image}
    assert kinds["normalized"]["message_type"] == "image"
    assert kinds["meta"]["entry"][0]["changes"][0]["value"]["messages"][0]["type"] == "text"
    gateway.inbound("966500000043", "STOP")  # about no message: always told
    receiver.wait("recipient.opted_out")
    assert sum(r["json"].get("event") == "message.received" for r in receiver.events()) == 1
    gateway.cli("suppression", "remove", "+966500000043")


def test_a_test_shows_what_the_receiver_said(gateway, key, receiver, made):
    endpoint = create(gateway, key, receiver)
    told = ask(gateway, key, "POST", f"/{endpoint['id']}/test").json()
    assert told["ok"] and told["status"] == 200 and told["body"] == "ok" and told["hint"] is None
    sent = receiver.events("webhook.test")[0]
    assert sent["headers"]["X-WhatsApp-Gateway-Test"] == "true" and sent["json"]["test"] is True
    assert harness.signature_problems(sent, endpoint["secret"]) == []
    receiver.status = 202
    for sample, event in (("text", "message.received"), ("status", "message.delivered"),
                          ("template", "template.status_updated")):
        told = ask(gateway, key, "POST", f"/{endpoint['id']}/test",
                   {"format": "meta", "sample": sample, "destination_url": receiver.url + "/other",
                    "secret": "a-secret-of-my-own", "bearer": "me", "headers": {"X-A": "b"}}).json()
        assert told["ok"] and told["status"] == 202 and "200" in told["hint"]
        sent = receiver.events(event)[0]
        assert sent["path"] == "/other" and sent["headers"]["Authorization"] == "Bearer me" and sent["headers"]["X-A"] == "b"
        assert harness.signature_problems(sent, "a-secret-of-my-own") == []
        assert sent["json"]["object"] == "whatsapp_business_account"
    receiver.status = 500
    told = ask(gateway, key, "POST", f"/{endpoint['id']}/test", {}).json()
    assert not told["ok"] and told["status"] == 500 and told["error"] == "answered 500"
    for body, field in (({"sample": "poem", "format": "meta"}, "sample"), ({"events": ["*"]}, "events"),
                        ({"destination_url": "http://192.0.2.1/"}, "destination_url")):
        answer = ask(gateway, key, "POST", f"/{endpoint['id']}/test", body)
        assert answer.status_code == 422 and answer.json()["details"]["field"] == field, answer.text
    assert ask(gateway, key, "GET", "/" + endpoint["id"]).json()["destination_url"] == receiver.url + "/hook"


def test_the_command_line_changes_what_an_endpoint_hears(gateway, receiver):
    other = gateway.cli("instance", "create", "--account", gateway.demo["account"], "--name", "Third", "--provider", "cloud")
    endpoint = gateway.endpoint(receiver, "message.received")
    both = gateway.cli("endpoint", "set", endpoint["id"], "--instance", gateway.demo["instance_id"], "--instance", other["id"],
                       "--message-types", "text,image")
    assert len(both["instances"]) == 2 and both["message_types"] == "text,image"
    assert gateway.cli("endpoint", "set", endpoint["id"], "--everywhere", "--message-types", "")["instances"] is None
    refused = gateway.run("endpoint", "set", endpoint["id"], "--message-types", "poem", check=False)
    assert refused.returncode == 1 and "poem" in refused.stderr
    gateway.cli("endpoint", "delete", endpoint["id"])
    gateway.cli("instance", "delete", other["id"])


def test_statuses_are_filtered_by_their_messages_type_in_every_state(gateway, key, receiver, made):
    create(gateway, key, receiver, message_types=["template"], format="meta", events=["status"])
    create(gateway, key, receiver, message_types=["text"], format="meta", events=["status"], destination_url=receiver.url + "/text")
    gateway.send(to="+966500000045")

    def said():
        return sorted(r["json"]["entry"][0]["changes"][0]["value"]["statuses"][0]["status"] for r in receiver.events()
                      if r["path"] == "/text")

    harness.until(lambda: said() == ["delivered", "read", "sent"], what="three statuses of a text")
    assert {r["path"] for r in receiver.events()} == {"/text"}


# ---- the page ---------------------------------------------------------------------------

def fields_of(page, action):
    """The hidden fields of a form, by its action."""
    form = next(f for f in re.findall(r"<form.*?</form>", page, re.S) if f'action="{action}"' in f)
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def test_the_page_edits_headers_types_and_instances_without_a_script(gateway, key, receiver, made):
    session = gateway.session()
    new = session.get(f"{gateway.url}/webhook-endpoints/new?instance={gateway.demo['instance_id']}&preset=recommended",
                      timeout=30).text
    form = fields_of(new, "/webhook-endpoints/new")
    values = {**form, "url": receiver.url + "/hook", "format": "normalized", "events": ["message.received"],
              "message_types": ["text", "image"], "header_names": ["X-A", "", "X-B"], "header_values": ["a", "", "b"]}
    page = session.post(gateway.url + "/webhook-endpoints/new", data=values, timeout=30)
    assert page.status_code == 200, page.text
    secret = re.search(r'id="secret" value="(whsec_[^"]+)"', page.text).group(1)
    endpoint = ask(gateway, key, "GET").json()["items"][0]
    assert endpoint["headers"] == {"X-A": "a", "X-B": "b"} and endpoint["message_types"] == ["text", "image"]
    address = f"{gateway.url}/webhook-endpoints/{endpoint['id']}"
    told = session.post(address + "/try", data=values, timeout=30).text
    assert "It answered 200" in told
    assert harness.signature_problems(receiver.events("webhook.test")[0], secret) == []
    for wrong, words in (({"header_names": ["Host"]}, "The header Host is set by the gateway itself"),
                         ({"header_names": ["X-A", "x"], "header_values": ["1\n2", ""]}, "line break"),
                         ({"header_names": ["X-A", "X-A"]}, "is there twice"),
                         ({"message_types": ["poem"]}, "no message type")):
        page = session.post(address, data={**values, **wrong}, timeout=30)
        assert page.status_code == 422 and words in page.text.replace("&quot;", '"'), page.text
    preset = session.post(address, data={**values, "url": "", "preset": "all"}, timeout=30).text
    assert re.search(r'name="events" value="\*" checked', preset) and "is needed" not in preset
    page = session.post(address, data={**values, "everywhere": "true", "header_names": [], "header_values": []}, timeout=30)
    assert page.status_code == 200 and "The endpoint is changed." in page.text
    changed = ask(gateway, key, "GET", "/" + endpoint["id"]).json()
    assert changed["instances"] is None and changed["headers"] == {} and changed["updated_by"].startswith("user:")
    act = {"csrf_token": form["csrf_token"], "instance": gateway.demo["instance_id"]}
    page = session.post(address + "/rotate", data=act, timeout=30).text
    assert 'value="whsec_' in page and "Switch now" in page
    tab = session.get(f"{gateway.url}/instances/{gateway.demo['instance_id']}/manage?tab=webhook", timeout=30).text
    assert "Two secrets sign" in tab
    tab = session.post(address + "/switch", data=act, timeout=30).text
    assert "Two secrets sign" not in tab
    session.post(address + "/enabled", data={**act, "enabled": "false"}, timeout=30)
    assert ask(gateway, key, "GET", "/" + endpoint["id"]).json()["enabled"] is False


def test_a_disabled_endpoint_says_why_and_can_be_enabled(gateway, key, receiver, made):
    endpoint = create(gateway, key, receiver)
    receiver.status = 410
    gateway.inbound("966500000044", "gone")
    harness.until(lambda: not ask(gateway, key, "GET", "/" + endpoint["id"]).json()["enabled"], what="the endpoint disabled")
    session = gateway.session()
    tab = session.get(f"{gateway.url}/instances/{gateway.demo['instance_id']}/manage?tab=webhook", timeout=30).text
    assert "410 Gone" in tab and "Enable it again" in tab and "0 % of 1 attempts in 24 hours" in tab
    act = fields_of(tab, f"/webhook-endpoints/{endpoint['id']}/enabled")
    tab = session.post(f"{gateway.url}/webhook-endpoints/{endpoint['id']}/enabled", data={**act, "enabled": "true"}, timeout=30).text
    assert "410 Gone" not in tab
    assert ask(gateway, key, "GET", "/" + endpoint["id"]).json()["disabled_reason"] is None


# ---- a form that is sent twice ----------------------------------------------------------

def twice(session, gateway, address, values):
    return [session.post(gateway.url + address, data=values, allow_redirects=False, timeout=30) for _ in range(2)]


def test_a_second_click_makes_no_second_key_and_shows_the_first(gateway):
    session = gateway.session()
    form = fields_of(session.get(gateway.url + "/api-keys", timeout=30).text, "/api-keys")
    assert form["once"].startswith("once_")
    form["scopes"] = ["send", "read"]
    one, two = twice(session, gateway, "/api-keys", {**form, "name": "pressed twice"})
    assert one.status_code == 200, one.text
    key = re.search(r"pk_wg_[A-Za-z0-9]{36}", one.text).group(0)
    assert two.status_code == 200 and key in two.text
    assert [k["name"] for k in gateway.cli("key", "list")["items"]].count("pressed twice") == 1
    # Another person's browser with the same number is not shown it.
    other = gateway.session()
    token = fields_of(other.get(gateway.url + "/api-keys", timeout=30).text, "/api-keys")["csrf_token"]
    seen = other.post(gateway.url + "/api-keys", data={**form, "csrf_token": token, "name": "pressed twice"}, timeout=30)
    assert seen.status_code == 409 and "counts once" in seen.text and key not in seen.text
    # What the program has forgotten is told in words.
    gateway.kill("api-keys")
    harness.until(lambda: gateway.answers("/login") and session.get(gateway.url + "/api-keys", timeout=30).status_code == 200,
                  what="the program again")
    late = session.post(gateway.url + "/api-keys", data={**form, "name": "pressed twice"}, timeout=30)
    assert late.status_code == 409 and "counts once" in late.text
    assert [k["name"] for k in gateway.cli("key", "list")["items"]].count("pressed twice") == 1


def test_a_form_that_was_refused_may_come_again(gateway, key, receiver, made):
    session = gateway.session()
    new = session.get(f"{gateway.url}/webhook-endpoints/new?instance={gateway.demo['instance_id']}", timeout=30).text
    form = fields_of(new, "/webhook-endpoints/new")
    values = {**form, "url": receiver.url + "/hook", "format": "normalized", "events": ["message.received"]}
    for wrong in ({"events": ["poem"]}, {"url": ""}):
        assert session.post(gateway.url + "/webhook-endpoints/new", data={**values, **wrong}, timeout=30).status_code == 422
    one, two = twice(session, gateway, "/webhook-endpoints/new", values)
    secret = re.search(r'id="secret" value="(whsec_[^"]+)"', one.text).group(1)
    assert two.status_code == 200 and secret in two.text
    assert len(ask(gateway, key, "GET").json()["items"]) == 1


def test_a_redirect_is_shown_again_and_a_message_goes_once(gateway):
    session = gateway.session()
    form = fields_of(session.get(gateway.url + "/instances/new", timeout=30).text, "/instances/new")
    one, two = twice(session, gateway, "/instances/new", {**form, "name": "Fourth", "provider": "cloud"})
    assert one.status_code == two.status_code == 303 and one.headers["Location"] == two.headers["Location"]
    made = [i for i in gateway.cli("instance", "list")["items"] if i["name"] == "Fourth"]
    assert len(made) == 1
    gateway.cli("instance", "delete", made[0]["id"])
    address = f"/instances/{gateway.cli('instance', 'show', gateway.demo['instance_id'])['id']}/test"
    tab = session.get(f"{gateway.url}/instances/{gateway.demo['instance_id']}/manage?tab=test", timeout=30).text
    form = fields_of(tab, address)
    one, two = twice(session, gateway, address, {**form, "phone": "+966500000071", "message": "once", "message_purpose": "support"})
    assert one.headers["Location"] == two.headers["Location"]
    assert len(gateway.simulate_get("messages?to=966500000071")["items"]) == 1
    # Without the number, as scripts post, each counts.
    del form["once"]
    twice(session, gateway, address, {**form, "phone": "+966500000072", "message": "twice", "message_purpose": "support"})
    assert len(gateway.simulate_get("messages?to=966500000072")["items"]) == 2
    forged = session.post(gateway.url + address, data={**form, "once": "once_x", "phone": "+966500000073", "message": "x",
                                                       "message_purpose": "support"}, timeout=30)
    assert forged.status_code == 422
