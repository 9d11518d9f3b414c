# SPDX-License-Identifier: Apache-2.0
"""Message templates and the rest of what is managed at Meta: created, decided on, synced, and never for
somebody else's account."""
import json

import pytest
import requests

import harness

BODY = [{"type": "BODY", "text": "Your table is booked ✓"}]


@pytest.fixture(scope="module")
def gateway():
    with harness.serving() as g:
        with open(g.dir + "/simulator.json") as f:
            number = json.load(f)["numbers"][0]
        g.waba, g.number, g.meta_token = number["waba_id"], number["phone_number_id"], number["access_token"]
        g.account = g.cli("instance", "show", g.demo["instance_id"])["account_id"]
        g.key = make_key(g, "send,read,configure", g.account)
        yield g


def make_key(gateway, scopes, account, *more):
    return gateway.cli("key", "create", "--account", account, "--name", "templates", "--environment", "production",
                       "--scopes", scopes, *more)["key"]


def call(gateway, method, path, key=None, body=None):
    return requests.request(method, gateway.url + path, json=body, timeout=30,
                            headers={"Authorization": "Bearer " + (key or gateway.key)})


def template(name, category="UTILITY", language="en_US", components=None):
    return {"name": name, "language": language, "category": category, "components": components or BODY}


def create(gateway, name, **more):
    answer = call(gateway, "POST", "/v1/wa/templates", body=template(name, **more))
    assert answer.status_code == 200 and answer.json()["isSuccess"] is True, answer.text
    return answer.json()["data"]


def shown(gateway, name):
    answer = call(gateway, "GET", "/v1/wa/templates/" + name)
    return answer.json()["data"]["data"][0] if answer.status_code == 200 else None


def at_meta(gateway, method, path, body=None):
    """Past the gateway: somebody works in Meta's own manager."""
    return requests.request(method, f"{gateway.url}/_sim/v23.0/{path}", json=body, timeout=30,
                            headers={"Authorization": "Bearer EAAother"})


def wait_status(gateway, name, status):
    harness.until(lambda: (shown(gateway, name) or {}).get("status") == status, 10, f"{name} to be {status}")


def test_a_template_is_created_and_decided_on_by_webhook(gateway, receiver):
    endpoint = gateway.endpoint(receiver, "*", format="meta")
    made = create(gateway, "table_booked", category="MARKETING")
    assert made["status"] == "PENDING" and made["category"] == "MARKETING"
    row = shown(gateway, "table_booked")
    assert row["id"] == made["id"] and row["status"] == "PENDING" and row["components"] == BODY
    wait_status(gateway, "table_booked", "APPROVED")
    # Customers hear of it in Meta's form, whatever the store made of it.
    harness.until(lambda: any(r["json"]["entry"][0]["changes"][0]["field"] == "message_template_status_update"
                              and r["json"]["entry"][0]["changes"][0]["value"]["message_template_id"] == int(made["id"])
                              for r in receiver.events()), 10, "the webhook at the customer's endpoint")
    gateway.cli("endpoint", "delete", endpoint["id"])
    again = call(gateway, "POST", "/v1/wa/templates", body=template("table_booked", category="MARKETING"))
    assert again.status_code == 502, again.text
    error = again.json()["errors"]
    assert error["code"] == "META_001" and error["params"]["error_subcode"] == 2388024


def test_a_rejected_template_says_why(gateway):
    create(gateway, "please_reject_me")
    wait_status(gateway, "please_reject_me", "REJECTED")
    assert shown(gateway, "please_reject_me")["rejected_reason"] == "INVALID_FORMAT"


def test_an_edit_goes_to_meta_and_comes_back(gateway):
    create(gateway, "to_be_edited")
    create(gateway, "to_be_edited", language="tr")
    wait_status(gateway, "to_be_edited", "APPROVED")
    fresh = [{"type": "BODY", "text": "Your table is free again"}]
    answer = call(gateway, "POST", "/v1/wa/templates/to_be_edited", body={"components": fresh})
    assert answer.status_code == 400 and answer.json()["errors"]["params"]["field"] == "language", answer.text
    answer = call(gateway, "POST", "/v1/wa/templates/to_be_edited?language=en_US", body={"components": fresh})
    assert answer.status_code == 200 and answer.json()["data"] == {"success": True}, answer.text
    harness.until(lambda: shown(gateway, "to_be_edited")["components"] == fresh, 15, "the edited text")
    assert call(gateway, "POST", "/v1/wa/templates/no_such_name", body={"components": fresh}).status_code == 404


def test_a_deleted_name_is_gone_in_all_languages(gateway):
    create(gateway, "short_lived")
    create(gateway, "short_lived", language="tr")
    answer = call(gateway, "DELETE", "/v1/wa/templates?name=short_lived")
    assert answer.status_code == 200, answer.text
    missing = call(gateway, "GET", "/v1/wa/templates/short_lived")
    assert missing.status_code == 404 and missing.json()["errors"]["code"] == "GW_404", missing.text
    create(gateway, "short_lived_too")
    assert call(gateway, "DELETE", "/v1/wa/templates/short_lived_too").status_code == 200
    assert shown(gateway, "short_lived_too") is None
    assert call(gateway, "DELETE", "/v1/wa/templates").json()["errors"]["params"]["field"] == "name"


def test_what_others_make_at_meta_is_found_by_the_sync(gateway):
    call(gateway, "GET", "/v1/wa/templates")
    made = at_meta(gateway, "POST", gateway.waba + "/message_templates", template("made_elsewhere"))
    assert made.status_code == 200, made.text
    assert at_meta(gateway, "DELETE", gateway.waba + "/message_templates?name=login_code").status_code == 200

    def synced():
        result = gateway.run("template", "sync", "--account", gateway.account, check=False)
        assert result.returncode == 0 or "just now" in result.stderr, result.stderr
        return shown(gateway, "made_elsewhere")
    row = harness.until(synced, 20, "the sync to find it")
    assert row["id"] == made.json()["id"]
    assert shown(gateway, "login_code") is None
    listed = gateway.cli("template", "list", "--account", gateway.account, "--limit", "200")["items"]
    assert {"made_elsewhere", "hello_world", "spring_sale"} <= {t["name"] for t in listed}
    assert gateway.cli("template", "show", "hello_world", "--account", gateway.account)["category"] == "UTILITY"


def test_the_approval_of_an_unknown_template_brings_it_by_itself(gateway):
    call(gateway, "GET", "/v1/wa/templates")
    assert at_meta(gateway, "POST", gateway.waba + "/message_templates", template("heard_of")).status_code == 200
    wait_status(gateway, "heard_of", "APPROVED")


def test_lists_are_filtered_and_paged(gateway):
    names, path = [], "/v1/wa/templates?limit=2&category=UTILITY"
    while path:
        answer = call(gateway, "GET", path).json()["data"]
        names += [t["name"] for t in answer["data"]]
        assert len(answer["data"]) <= 2 and all(t["category"] == "UTILITY" for t in answer["data"])
        path = answer["paging"].get("next", "").removeprefix(gateway.url)
    assert names == sorted(names) and "hello_world" in names and "spring_sale" not in names
    for wrong in ("limit=0", "limit=x", "after=!!"):
        answer = call(gateway, "GET", "/v1/wa/templates?" + wrong)
        assert answer.status_code == 400 and answer.json()["errors"]["code"] == "GW_002", answer.text


def test_the_graph_dialect_gives_metas_own_bytes_but_no_token_of_meta(gateway):
    seen, path = [], f"/v25.0/{gateway.waba}/message_templates?limit=2&fields=name,status"
    while path:
        answer = call(gateway, "GET", path)
        assert answer.status_code == 200, answer.text
        assert gateway.meta_token not in answer.text and "graph.facebook.com" not in answer.text
        assert all(set(t) == {"id", "name", "status"} for t in answer.json()["data"])
        seen += [t["name"] for t in answer.json()["data"]]
        path = answer.json()["paging"].get("next", "").removeprefix(gateway.url)
        assert path == "" or path.startswith(f"/v25.0/{gateway.waba}/message_templates?")
    assert len(seen) == len(at_meta(gateway, "GET", gateway.waba + "/message_templates?limit=100").json()["data"])
    made = call(gateway, "POST", f"/v23.0/{gateway.waba}/message_templates", body=template("by_graph"))
    assert made.status_code == 200 and made.json()["status"] == "PENDING", made.text
    assert shown(gateway, "by_graph")["id"] == made.json()["id"]
    twice = call(gateway, "POST", f"/v23.0/{gateway.waba}/message_templates", body=template("by_graph"))
    assert twice.status_code == 400 and twice.json()["error"]["error_subcode"] == 2388024
    gone = call(gateway, "DELETE", f"/v23.0/{gateway.waba}/message_templates?name=by_graph&hsm_id={made.json()['id']}")
    assert gone.json() == {"success": True} and shown(gateway, "by_graph") is None
    numbers = call(gateway, "GET", f"/v23.0/{gateway.waba}/phone_numbers?fields=display_phone_number").json()["data"]
    assert gateway.number in [n["id"] for n in numbers]


def test_an_object_of_the_account_is_read_and_edited_by_its_id(gateway):
    number = call(gateway, "GET", f"/v23.0/{gateway.number}?fields=verified_name,quality_rating")
    assert number.status_code == 200 and set(number.json()) == {"id", "verified_name", "quality_rating"}, number.text
    assert call(gateway, "GET", f"/v23.0/{gateway.waba}").json()["id"] == gateway.waba
    made = create(gateway, "edited_by_id")
    wait_status(gateway, "edited_by_id", "APPROVED")
    assert call(gateway, "GET", f"/v23.0/{made['id']}?fields=name").json() == {"name": "edited_by_id", "id": made["id"]}
    fresh = [{"type": "BODY", "text": "Edited by its id"}]
    edited = call(gateway, "POST", f"/v23.0/{made['id']}", body={"components": fresh})
    assert edited.status_code == 200 and edited.json() == {"success": True}, edited.text
    harness.until(lambda: shown(gateway, "edited_by_id")["components"] == fresh, 15, "the edited text")
    for method, id in (("DELETE", made["id"]), ("POST", gateway.number), ("DELETE", gateway.waba), ("POST", "4711")):
        answer = call(gateway, method, f"/v23.0/{id}", body={"pin": "123456"} if method == "POST" else None)
        assert answer.status_code == 400 and answer.json()["error"]["error_subcode"] == 33, answer.text


def test_a_reading_cannot_be_made_a_change_nor_lead_on_to_others(gateway):
    path = f"/v23.0/{gateway.waba}/message_templates?name=hello_world"
    answer = call(gateway, "GET", path + "&method=delete&access_token=EAAother&ids=888000222")
    assert answer.status_code == 200 and answer.json()["data"][0]["name"] == "hello_world", answer.text
    assert len(call(gateway, "GET", path).json()["data"]) == 1
    for fields in ("id,owner_business%7Bclient_whatsapp_business_accounts%7D",
                   "owner_business.fields(client_whatsapp_business_accounts)", "phone_numbers.limit(5).%20Fields%20(id)"):
        answer = call(gateway, "GET", f"/v23.0/{gateway.waba}?fields={fields}")
        assert answer.status_code == 400 and "expanded" in answer.json()["error"]["error_data"]["details"], answer.text
    # Meta documents edges with parameters: they stay on the object.
    answer = call(gateway, "GET", f"/v23.0/{gateway.waba}?fields=id,phone_numbers.limit(1)")
    assert answer.status_code == 200 and answer.json()["id"] == gateway.waba, answer.text


def test_a_list_longer_than_a_page_of_metas_is_read_whole(gateway):
    call(gateway, "GET", "/v1/wa/templates")
    for number in range(110):
        made = at_meta(gateway, "POST", gateway.waba + "/message_templates", template(f"many_{number:03}"))
        assert made.status_code == 200, made.text
    wait_status(gateway, "many_109", "APPROVED")
    many = []
    harness.until(lambda: all(t["status"] == "APPROVED" for t in many_of(gateway, many)), 15, "all of them to be approved")
    assert [t["name"] for t in many] == [f"many_{number:03}" for number in range(110)]
    assert call(gateway, "DELETE", "/v1/wa/templates/many_000").status_code == 200


def many_of(gateway, into):
    listed = call(gateway, "GET", "/v1/wa/templates?limit=200").json()["data"]["data"]
    into[:] = [t for t in listed if t["name"].startswith("many_")]
    return into


def test_the_business_profile_is_read_and_written(gateway):
    path = f"/v23.0/{gateway.number}/whatsapp_business_profile"
    answer = call(gateway, "POST", path, body={"messaging_product": "whatsapp", "about": "We sell butterflies."})
    assert answer.status_code == 200 and answer.json() == {"success": True}, answer.text
    profile = call(gateway, "GET", path + "?fields=about").json()["data"][0]
    assert profile["about"] == "We sell butterflies."
    refused = call(gateway, "POST", path, body={"messaging_product": "whatsapp", "about": "x" * 140})
    assert refused.status_code == 400 and refused.json()["error"]["code"] == 100


def test_nobody_manages_what_is_not_theirs(gateway):
    gateway.cli("account", "create", "--name", "Neighbours")
    other = gateway.cli("instance", "create", "--account", "Neighbours", "--name", "Next Door",
                        "--set", "phone_number_id=777000111", "--set", "waba_id=888000222",
                        "--access-token", "EAAneighbours")
    for path in ("888000222/message_templates", "888000222/phone_numbers", "777000111/whatsapp_business_profile",
                 "888000222", "777000111", "999999/message_templates", f"{gateway.number}/message_templates"):
        answer = call(gateway, "GET", "/v23.0/" + path)
        error = answer.json()["error"]
        assert answer.status_code == 400 and (error["code"], error["error_subcode"]) == (100, 33), answer.text
    # A key of one instance sees nothing of the account's others.
    second = gateway.cli("instance", "create", "--account", gateway.account, "--name", "Second",
                         "--set", "phone_number_id=777000333", "--set", "waba_id=888000444", "--access-token", "EAAtwo")
    bound = make_key(gateway, "read,configure", gateway.account, "--instance", second["id"])
    assert call(gateway, "GET", "/v23.0/888000444/message_templates", bound).status_code == 200
    assert call(gateway, "GET", f"/v23.0/{gateway.waba}/message_templates", bound).status_code == 400
    # Lists of an account with several instances need to know which.
    answer = call(gateway, "GET", "/v1/wa/templates")
    assert answer.status_code == 401 and answer.json()["errors"]["code"] == "WABA_001", answer.text
    assert call(gateway, "GET", "/v1/wa/templates?phone_number_id=" + gateway.number).status_code == 200
    assert call(gateway, "GET", "/v1/wa/templates?phone_number_id=777000111").status_code == 401
    gateway.cli("instance", "delete", second["id"])
    gateway.cli("instance", "delete", other["id"], "--account", "Neighbours")


def test_changes_need_their_scope_and_no_sandbox(gateway):
    reader = make_key(gateway, "send,read", gateway.account)
    sender = make_key(gateway, "send", gateway.account)
    sandbox = gateway.demo["sandbox_key"]
    assert call(gateway, "GET", "/v1/wa/templates", reader).status_code == 200
    assert call(gateway, "GET", "/v1/wa/templates", sandbox).status_code == 200
    for method, path, key in (("GET", "/v1/wa/templates", sender), ("POST", "/v1/wa/templates", reader),
                              ("DELETE", "/v1/wa/templates?name=x", reader), ("POST", "/v1/wa/templates", sandbox)):
        answer = call(gateway, method, path, key, template("never_made") if method == "POST" else None)
        assert answer.status_code == 403 and answer.json()["errors"]["code"] == "GW_009", answer.text
    for method, edge, key in (("POST", f"{gateway.waba}/message_templates", reader),
                              ("GET", f"{gateway.waba}/message_templates", sender),
                              ("POST", f"{gateway.number}/whatsapp_business_profile", reader)):
        answer = call(gateway, method, "/v23.0/" + edge, key, template("never_made") if method == "POST" else None)
        assert answer.status_code == 403 and answer.json()["error"]["code"] == 10, answer.text
    assert shown(gateway, "never_made") is None


def test_a_list_that_meta_refuses_is_told_and_not_asked_for_again_and_again(gateway):
    gateway.cli("account", "create", "--name", "Refused")
    gateway.cli("instance", "create", "--account", "Refused", "--name", "No Token", "--set", "phone_number_id=777000555",
                "--set", "waba_id=888000666", "--access-token", "invalid-token")
    key = make_key(gateway, "read,configure", "Refused")

    def refused():
        answer = call(gateway, "GET", "/v1/wa/templates", key)
        assert answer.status_code in (502, 503), answer.text
        return answer.status_code == 502 and answer.json()["errors"]
    error = harness.until(refused, 10, "Meta's refusal")
    assert error["code"] == "META_001" and "access token" in error["description"], error
    edited = call(gateway, "POST", "/v1/wa/templates/any", key, {"components": BODY})
    assert edited.status_code == 502 and "access token" in edited.json()["errors"]["description"], edited.text
    answer = gateway.run("template", "sync", "--account", "Refused", check=False)
    assert answer.returncode != 0 and "access token" in answer.stderr.lower(), answer.stderr
    # A new token makes it good at once.
    gateway.cli("instance", "set", "no-token", "--account", "Refused", "--access-token", "EAAgood")
    harness.until(lambda: call(gateway, "GET", "/v1/wa/templates", key).status_code == 200, 15, "the list")
