# SPDX-License-Identifier: Apache-2.0
"""Connecting a number in the portal: only what Meta confirms with the given token is stored."""
import http.server
import json
import re
import threading

import pytest

import harness

NUMBER, OURS, THEIRS = "100000000000001", "200000000000001", "200000000000002"


class Graph:
    """A Graph API in which the token opens one number and one business account."""

    def __init__(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                object_id = self.path.split("?")[0].split("/")[-1]
                known = {NUMBER: {"id": NUMBER, "display_phone_number": "+1 555 0100", "verified_name": "Ada"}, OURS: {"id": OURS}}
                answer = known.get(object_id) or {"error": {"code": 100, "error_subcode": 33, "type": "GraphMethodException",
                                                            "message": "Unsupported get request. Object does not exist"}}
                body = json.dumps(answer).encode()
                self.send_response(200 if object_id in known else 400)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def gateway():
    graph = Graph()
    with harness.serving(settings={"cloud.graph_url": graph.url}) as g:
        yield g
    graph.server.shutdown()


def connect(gateway, me, instance, **values):
    page = me.get(f"{gateway.url}/instances/{instance}/manage?tab=connection")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    return me.post(f"{gateway.url}/instances/{instance}/credentials",
                   data={"csrf_token": token, "access_token": "t", "app_secret": "s", "phone_number_id": NUMBER, **values})


def test_a_business_account_that_the_token_does_not_open_is_refused(gateway):
    me = gateway.session()
    instance = gateway.cli("instance", "create", "--account", gateway.demo["account"], "--name", "New Line", "--provider", "cloud")["id"]
    refused = connect(gateway, me, instance, waba_id=THEIRS)
    assert f"does not open the WhatsApp Business Account {THEIRS}" in refused.text
    assert gateway.cli("instance", "show", instance)["waba_id"] is None
    connect(gateway, me, instance, waba_id=OURS)
    shown = gateway.cli("instance", "show", instance)
    assert (shown["waba_id"], shown["phone_number_id"], shown["state"]) == (OURS, NUMBER, "open")
