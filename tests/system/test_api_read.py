# SPDX-License-Identifier: Apache-2.0
"""What API keys may do and see: scopes on every route, addresses, instances, sandboxes; and the
lists that customers' programs read."""
import json
import os
import re
import subprocess

import pytest
import requests

import harness

SCOPES = ("send", "read", "suppress", "configure")


def make_key(gateway, name, environment="production", **flags):
    """A key of the demo account by flags of the command line: scopes="read", per_day=3."""
    arguments = ["key", "create", "--account", gateway.demo["account"], "--name", name, "--environment", environment]
    for flag, value in flags.items():
        arguments += ["--" + flag.replace("_", "-"), str(value)]
    return gateway.cli(*arguments)["key"]


def described(gateway):
    """Every route of every program, as the programs say."""
    folder = os.path.join(gateway.build, "cgi-bin")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".fcgi"):
            out = subprocess.run([os.path.join(folder, name), "--describe"], capture_output=True, text=True, check=True)
            yield from json.loads(out.stdout)["routes"]


def is_api(path):
    return re.match(r"/(api|v1|vN\.M)(/|$)", path) is not None


def error_code(path, answer):
    """The machine's word of a refusal, in the dialect of the path."""
    body = answer.json()
    if path.startswith("/v1/"):
        return body["errors"]["code"]
    return body["error"]["code"] if path.startswith("/vN") else body["error"]


def test_every_api_route_asks_for_a_scope_and_refuses_a_key_without_it(gateway):
    keys = {scope: make_key(gateway, "all but " + scope, scopes=",".join(s for s in SCOPES if s != scope))
            for scope in SCOPES}
    api = [r for r in described(gateway) if is_api(r["path"])]
    assert len(api) >= 12, api
    for route in api:
        scope, _, kind = route["gate"].partition(" ")
        assert kind == "key" and scope in SCOPES, f"{route['method']} {route['path']} is open to {route['gate']}"
        address = re.sub(r"[:*]\w+", "1", route["path"]).replace("vN.M", "v23.0")
        answer = requests.request(route["method"], gateway.url + address, timeout=10,
                                  data=b"{}" if route["method"] == "POST" else None,
                                  headers={"Authorization": "Bearer " + keys[scope]})
        assert answer.status_code == 403, (route, answer.text)
        assert error_code(route["path"], answer) in ("scope_missing", "GW_009", 10), (route, answer.text)
        assert f'lacks the scope \\"{scope}\\"' in answer.text, answer.text


def test_what_is_not_there_is_told_in_the_dialect_of_its_address(gateway):
    for path, status_404, status_405 in (("/api/messages", "not_found", "method_not_allowed"),
                                         ("/v1/wa/message", "GW_404", "GW_405"),
                                         ("/vN.M/1/messages", 2500, 100)):
        address = path.replace("vN.M", "v23.0")
        answer = requests.get(gateway.url + address.rsplit("/", 1)[0] + "/nothing/at/all", timeout=10)
        assert (answer.status_code, error_code(path, answer)) == (404, status_404), answer.text
        answer = requests.put(gateway.url + address, timeout=10)
        assert (answer.status_code, error_code(path, answer)) == (405, status_405), answer.text
        assert answer.headers["Allow"]


def test_a_key_of_some_addresses_is_refused_from_elsewhere(gateway):
    elsewhere = make_key(gateway, "office", cidr="10.0.0.0/8,2001:db8::/32")
    here = make_key(gateway, "here", cidr="127.0.0.0/8")
    assert gateway.send(key=here).status_code == 200
    answer = gateway.send(key=elsewhere)
    assert answer.status_code == 403 and answer.json()["error"] == "scope_missing"
    assert "may not be used from 127.0.0.1, only from: 10.0.0.0/8,2001:db8::/32" in answer.json()["message"]
    assert gateway.simulate_get("messages?to=4915112345678")["items"][1:] == []


def test_a_key_of_one_instance_sees_that_one_alone(gateway):
    other = gateway.cli("instance", "create", "--account", gateway.demo["account"], "--name", "Other Line",
                        "--provider", "cloud")
    bound = make_key(gateway, "bound", instance=other["id"])
    sent = gateway.send(key=make_key(gateway, "free")).json()
    gateway.inbound("4915112345678", "hello")
    harness.until(lambda: gateway.get("/api/inbound").json()["items"], what="the inbound message")
    assert gateway.get("/api/messages/" + sent["id"]).status_code == 200
    assert gateway.get("/api/messages/" + sent["id"], key=bound).status_code == 404
    for path in ("messages", "inbound", "events"):
        assert gateway.get("/api/" + path).json()["items"], path
        assert gateway.get("/api/" + path, key=bound).json()["items"] == [], path
    assert [i["id"] for i in gateway.get("/api/instances", key=bound).json()["items"]] == [other["id"]]


def test_a_bound_key_is_not_told_of_one_instance_what_it_asked_of_another(gateway):
    arguments = ["--account", gateway.demo["account"], "--name", "elsewhere", "--set", "phone_number_id=4100"]
    other = gateway.cli("instance", "create", *arguments)
    bound = make_key(gateway, "bound elsewhere", instance=other["id"])
    for path in ("events", "inbound"):
        assert gateway.get(f"/api/{path}?instance={other['id']}", key=bound).status_code == 200
        answer = gateway.get(f"/api/{path}?instance={gateway.demo['instance_id']}", key=bound)
        assert answer.status_code == 422 and answer.json()["details"]["field"] == "instance", answer.text
    gateway.cli("instance", "delete", other["id"])


def test_a_sandbox_key_reads_only_what_is_simulated(gateway):
    sandbox = gateway.demo["sandbox_key"]
    real, fake = gateway.send().json(), gateway.send(key=sandbox).json()
    gateway.inbound("4915112345678", "hello")
    harness.until(lambda: gateway.get("/api/inbound").json()["items"], what="the inbound message")
    assert [m["id"] for m in gateway.get("/api/messages", key=sandbox).json()["items"]] == [fake["id"]]
    assert gateway.get("/api/messages/" + real["id"], key=sandbox).status_code == 404
    assert gateway.get("/api/inbound", key=sandbox).json()["items"] == []
    events = gateway.get("/api/events", key=sandbox).json()["items"]
    assert events and all(e["test"] for e in events)


def test_events_are_read_newest_first_and_filtered(gateway):
    sent = [gateway.send(text=f"number {i}").json()["id"] for i in range(3)]
    first = gateway.get("/api/events?event=message.sent&limit=2").json()
    assert [e["gateway_message_id"] for e in first["items"]] == sent[:0:-1]
    assert all(e["event"] == "message.sent" and e["id"].startswith("evt_") for e in first["items"])
    rest = gateway.get("/api/events?event=message.sent&limit=2&cursor=" + first["next_cursor"]).json()
    assert rest["items"][0]["gateway_message_id"] == sent[0]
    assert gateway.get("/api/events?since=2099-01-01T00:00:00Z").json() == {"items": [], "next_cursor": None}


def test_a_poller_gets_every_event_once(tmp_path):
    """The clock is the gateway's own: what is fresh becomes old without waiting for it."""
    clock = tmp_path / "clock"
    clock.write_text("0")
    with harness.serving(environment={"WAGATE_CLOCK": str(clock)}) as gateway:
        cursor = gateway.get("/api/events?order=asc").json()["next_cursor"]
        seen = []
        for round_ in range(3):
            sent = [gateway.send(text=f"{round_} {i}").json()["id"] for i in range(3)]
            clock.write_text(str((round_ + 1) * 60_000))
            while True:
                page = gateway.get(f"/api/events?order=asc&event=message.sent&limit=2&cursor={cursor}").json()
                seen += [e["gateway_message_id"] for e in page["items"]]
                cursor = page["next_cursor"]
                if len(page["items"]) < 2:
                    break
            assert seen[-3:] == sent
        assert len(seen) == len(set(seen)) == 9
        last = gateway.get("/api/events?event=message.sent&limit=2").json()["items"]
        after = gateway.get("/api/events?event=message.sent&after=" + last[1]["id"]).json()
        assert [e["id"] for e in after["items"]] == [last[0]["id"]]


@pytest.mark.parametrize("path, member", [
    ("messages?limit=201", "limit"), ("messages?cursor=7", "cursor"), ("messages?status=lost", "status"),
    ("messages?since=yesterday", "since"),
    ("inbound?limit=0", "limit"), ("inbound?cursor=msg_1", "cursor"),
    ("suppressions?reason=whim", "reason"), ("suppressions?cursor=x", "cursor"), ("instances?cursor=x", "cursor"),
    ("events?event=message.flown", "event"), ("events?order=up", "order"), ("events?after=x", "after"),
    ("events?order=desc&after=evt_000000000000000000000000", "after"), ("events?since=x", "since"),
    ("events?cursor=x", "cursor"), ("events?limit=x", "limit"),
])
def test_a_wrong_member_of_a_question_is_named(gateway, path, member):
    answer = gateway.get("/api/" + path)
    assert answer.status_code == 422, answer.text
    body = answer.json()
    assert body["error"] == "validation_error" and body["details"]["field"] == member, answer.text
    assert body["details"]["reason"] and member in body["message"]


def test_an_instance_that_is_not_there_is_named_too(gateway):
    free = make_key(gateway, "unbound")
    for path in ("events", "inbound"):
        answer = gateway.get(f"/api/{path}?instance=nowhere", key=free)
        assert answer.status_code == 422 and answer.json()["details"]["field"] == "instance", answer.text


def test_suppressions_are_added_read_and_lifted(gateway):
    key = make_key(gateway, "suppressor", scopes="read,suppress,send")
    added = gateway.post_key("/api/suppressions", {"phone": "+49 151 99999999", "note": "asked on the phone"}, key=key)
    assert added.status_code == 201 and added.json()["reason"] == "manual"
    again = gateway.post_key("/api/suppressions", {"phone": "4915199999999"}, key=key)
    assert again.status_code == 200 and again.json()["id"] == added.json()["id"]
    assert gateway.send(to="+4915199999999", key=key).json()["error"] == "recipient_suppressed"
    assert [s["id"] for s in gateway.get("/api/suppressions?phone=%2B4915199999999", key=key).json()["items"]] == \
        [added.json()["id"]]
    for query, status in (("", 422), ("?phone=%2B4915199999999", 200), ("?phone=%2B4915199999999", 404)):
        answer = requests.delete(gateway.url + "/api/suppressions" + query, timeout=10,
                                 headers={"Authorization": "Bearer " + key})
        assert answer.status_code == status, answer.text
    assert gateway.send(to="+4915199999999", key=key).status_code == 200
    wrong = gateway.post_key("/api/suppressions", {"phone": "nobody"}, key=key)
    assert wrong.status_code == 422 and wrong.json()["details"]["field"] == "phone"


def test_balance_says_whether_the_account_is_billed(gateway):
    assert gateway.get("/api/balance").json() == {"billing": False, "currency": "USD", "balance": None}


def test_the_portal_shows_a_kept_key_again_with_the_password_alone():
    with harness.serving(settings={"keys.reveal": "on"}) as gateway:
        key = gateway.cli("key", "create", "--account", gateway.demo["account"], "--name", "kept", "--environment",
                          "production")
        browser = gateway.session()
        page = browser.get(gateway.url + "/api-keys", timeout=30).text
        assert key["key"] not in page and f'/api-keys/{key["id"]}/reveal' in page
        token = page.split('name="csrf_token" value="')[1].split('"')[0]

        def ask(password, name=key["id"]):
            return browser.post(f"{gateway.url}/api-keys/{name}/reveal", timeout=30,
                                data={"csrf_token": token, "password": password})
        wrong = ask("not the password")
        assert wrong.status_code == 401 and "This is not your password" in wrong.text and key["key"] not in wrong.text
        right = ask(gateway.demo["password"])
        assert right.status_code == 200 and key["key"] in right.text
        older = ask(gateway.demo["password"], "Demo production")
        assert older.status_code == 409 and "cannot be shown again" in older.text
