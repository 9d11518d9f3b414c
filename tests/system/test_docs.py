# SPDX-License-Identifier: Apache-2.0
"""The documentation is true: what openapi.json describes is what the programs answer, its examples and the
samples of code run, every code has its place in the error reference."""
import collections
import datetime
import functools
import html
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import threading

import jsonschema
import pytest
import requests

import harness

SAMPLES = os.path.join(harness.ROOT, "docs/samples")
METHODS = ("get", "post", "delete", "patch", "put")

with open(os.path.join(harness.ROOT, "docs/openapi.json")) as f:
    OPENAPI = json.load(f)
OPERATIONS = [(method, path, OPENAPI["paths"][path][method])
              for path in OPENAPI["paths"] for method in METHODS if method in OPENAPI["paths"][path]]


@pytest.fixture(scope="module")
def key(gateway):
    return everything_key(gateway)


def everything_key(gateway):
    return gateway.cli("key", "create", "--account", gateway.demo["account"], "--name", "all", "--environment",
                       "production", "--scopes", "send,read,suppress,configure")["key"]


@pytest.fixture
def facts(gateway, key):
    return facts_of(gateway, key)


def upload(gateway, key, address, fields=None):
    return requests.post(gateway.url + address, headers={"Authorization": "Bearer " + key}, timeout=60,
                         data=fields or {"messaging_product": "whatsapp", "type": "text/plain"},
                         files={"file": ("order.txt", b"4711", "text/plain")})


def template_id(gateway, key, name):
    found = gateway.get(f"/v23.0/{gateway.demo['waba_id']}/message_templates", key=key).json()["data"]
    return next(template["id"] for template in found if template["name"] == name)


def facts_of(gateway, key):
    """What the examples call by made-up names: how to get what it is called here, asked once it is needed."""
    def inbound():
        gateway.inbound("966500000001", "Is my order ready?")
        return harness.until(lambda: gateway.get("/api/inbound").json()["items"], what="the inbound message")[0]["id"]

    def endpoint():
        return gateway.cli("endpoint", "create", "--instance", gateway.demo["instance_id"], "--events", "call.missed",
                           "--url", "http://127.0.0.1:1999/hook")["id"]

    def delivery():
        """One that has failed for good, because its receiver never wants it."""
        receiver = harness.Receiver(status=500)
        receiver.headers = {"webhook-delivery": "abort-message"}
        endpoint = gateway.endpoint(receiver, "message.received")["id"]
        gateway.inbound("966500000001", "Is my order ready?")
        return harness.until(lambda: gateway.get("/api/deliveries?status=failed&endpoint=" + endpoint, key=key)
                             .json()["items"], what="the failed delivery")[0]

    failed = functools.lru_cache(delivery)
    soon = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "632884812997132": lambda: gateway.demo["phone_number_id"],
        "354920287086734": lambda: gateway.demo["waba_id"],
        "msg_6ag2mdm52080b5tkvenff8ka": lambda: gateway.send(key=key, text="the first").json()["id"],
        "msg_6ag3dz2s55q19cd8qcesvj99": lambda: gateway.send(key=key, text="later", send_at=soon).json()["id"],
        "4184975904752555": lambda: template_id(gateway, key, "spring_sale"),
        "2482320758823433": lambda: upload(gateway, key, "/v1/wa/media").json()["data"]["id"],
        "2026-05-08T12:00:00Z": lambda: soon,
        "ep_6ag2mdm52080b5tkvenff8kb": endpoint,
        "https://example.com/webhooks/whatsapp-gateway": lambda: "http://127.0.0.1:1999/hook",
        "dlv_6ag2mdmgd5c1w0e6r4vaz9kt": lambda: failed()["id"],
        "ep_6ag2mdbr1k0nbq44k5rr4s2s": lambda: failed()["endpoint_id"],
        "rpl_6ag3e1q8m4s0w7c2x9d5k6nb": lambda: gateway.cli("delivery", "replay", "--since", "1m")["id"],
        "/api/inbound": lambda: inbound() and "/api/inbound",
    }


def real(facts, text):
    for made_up, find in facts.items():
        if made_up in text:
            name = find()
            facts[made_up] = lambda name=name: name
            text = text.replace(made_up, name)
    return text


def parameters(operation):
    for parameter in operation.get("parameters", []):
        ref = parameter.get("$ref")
        yield OPENAPI["components"]["parameters"][ref.rsplit("/", 1)[1]] if ref else parameter


def call(gateway, key, facts, method, path, operation, body=None, query=None):
    asked = dict(query or {})
    for parameter in parameters(operation):
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", str(parameter["example"]))
        elif parameter["in"] == "query" and parameter.get("required"):
            asked[parameter["name"]] = parameter["example"]
    headers = {"Authorization": "Bearer " + key}
    if body is not None:
        headers["Content-Type"] = "application/json"
        body = real(facts, json.dumps(body))
    return requests.request(method, gateway.url + real(facts, path), params=asked, data=body, headers=headers, timeout=60)


def assert_described(operation, answer):
    """The answer has a status that is described, and the shape described for it."""
    response = operation["responses"].get(str(answer.status_code))
    assert response, f"{answer.status_code} is not described: {answer.text}"
    assert answer.headers["X-Request-Id"].startswith("req_")
    if "*/*" not in response["content"]:
        schema = dict(response["content"]["application/json"]["schema"], components=OPENAPI["components"])
        jsonschema.Draft202012Validator(schema).validate(answer.json())


def test_a_public_linter_finds_nothing(gateway):
    packages = os.path.join(harness.BUILD, "npm")
    ruleset = os.path.join(packages, ".spectral.yaml")
    shutil.copy(os.path.join(harness.ROOT, "tests/npm/spectral.yaml"), ruleset)
    served = os.path.join(gateway.dir, "openapi.json")
    with open(served, "wb") as f:
        f.write(requests.get(gateway.url + "/openapi.json", timeout=10).content)
    done = subprocess.run([os.path.join(packages, "node_modules/.bin/spectral"), "lint", served, "--ruleset", ruleset,
                           "--fail-severity", "warn"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_route_is_described_and_nothing_else(gateway):
    def nameless(path):
        return re.sub(r"\{\w+\}", "{}", path)

    routes = collections.Counter()
    folder = os.path.join(gateway.build, "cgi-bin")
    for name in os.listdir(folder):
        if name.endswith(".fcgi"):
            out = subprocess.run([os.path.join(folder, name), "--describe"], capture_output=True, text=True, check=True)
            for route in json.loads(out.stdout)["routes"]:
                if route["gate"].endswith(" key"):
                    path = re.sub(r"[:*](\w+)", r"{\1}", route["path"].replace("vN.M", "{version}"))
                    routes[route["method"].lower(), nameless(path)] += 1
    assert set(routes) == {(method, nameless(path)) for method, path, _ in OPERATIONS}


EXAMPLES = [(method, path, name) for method, path, operation in OPERATIONS
            for name in operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("examples", {})]


@pytest.mark.parametrize("method, path, name", EXAMPLES)
def test_an_example_gives_the_answer_that_goes_by_its_name(gateway, key, facts, method, path, name):
    operation = OPENAPI["paths"][path][method]
    body = operation["requestBody"]["content"]["application/json"]["examples"][name]["value"]
    promised = [(status, response["content"]["application/json"]["examples"][name]["value"])
                for status, response in operation["responses"].items()
                if name in response["content"].get("application/json", {}).get("examples", {})]
    assert len(promised) == 1, f"{name} has {len(promised)} answers"
    status, example = promised[0]
    answer = call(gateway, key, facts, method, path, operation, body)
    assert str(answer.status_code) == status, answer.text
    assert_described(operation, answer)
    assert set(answer.json()) == set(example), answer.text
    for member in ("error", "status"):
        if isinstance(example.get(member), str):
            assert answer.json()[member] == example[member]
    if isinstance(example.get("errors"), dict):
        assert answer.json()["errors"]["code"] == example["errors"]["code"]


@pytest.mark.parametrize("path", [path for method, path, _ in OPERATIONS if method == "get"])
def test_what_is_read_has_the_shape_described(gateway, key, facts, path):
    operation = OPENAPI["paths"][path]["get"]
    answer = call(gateway, key, facts, "get", path, operation)
    assert answer.status_code == 200, answer.text
    assert_described(operation, answer)
    for parameter in parameters(operation):
        if parameter["in"] == "query" and "example" in parameter:
            answer = call(gateway, key, facts, "get", path, operation, query={parameter["name"]: parameter["example"]})
            assert answer.status_code == 200, (parameter["name"], answer.text)
            assert_described(operation, answer)


def run_item(gateway, item, variables, facts):
    """One request of the collection as Postman makes it, with the variables filled in."""
    def fill(text):
        return re.sub(r"\{\{(\w+)\}\}", lambda m: variables[m.group(1)], real(facts, text))

    asked, url = item["request"], item["request"]["url"]
    address = url["raw"]
    for variable in url["variable"]:
        address = address.replace("/:" + variable["key"], "/" + variable["value"])
    address = fill(address)
    body = asked.get("body", {"mode": None})
    if body["mode"] == "formdata":
        fields = {field["key"]: field["value"] for field in body["formdata"] if field["type"] == "text"}
        return upload(gateway, variables["api_key"], address[len(gateway.url):], fields)
    headers = {"Authorization": "Bearer " + variables["api_key"]}
    if body["mode"] == "raw":
        headers["Content-Type"] = "application/json"
    return requests.request(asked["method"], address, headers=headers, timeout=60,
                            params={q["key"]: fill(q["value"]) for q in url["query"] if not q.get("disabled")},
                            data=fill(body["raw"]) if body["mode"] == "raw" else None)


def test_the_postman_collection_runs():
    with harness.serving() as gateway:
        key = everything_key(gateway)
        facts = facts_of(gateway, key)
        moved = requests.get(gateway.url + "/assets/downloads/whatsapp-gateway-postman-v1.json", timeout=10)
        assert moved.history[0].status_code == 303
        collection = moved.json()
        assert collection["info"]["schema"].endswith("/v2.1.0/collection.json")
        assert collection["auth"]["bearer"][0]["value"] == "{{api_key}}"
        variables = {v["key"]: v["value"] for v in collection["variable"]}
        assert set(variables) == {"base_url", "api_key", "instance_id", "phone"}
        assert variables["base_url"] == gateway.demo["url"]
        variables.update(base_url=gateway.url, api_key=key, phone="+966500000011")
        operations = {operation["summary"]: operation for _, _, operation in OPERATIONS}
        items = [item for folder in collection["item"] for item in folder["item"]]
        assert sorted(item["name"] for item in items) == sorted(operations)
        for item in items:
            answer = run_item(gateway, item, variables, facts)
            assert answer.status_code < 300, (item["name"], answer.text)
            assert_described(operations[item["name"]], answer)


@pytest.mark.parametrize("server", ["apache", "cgi"])
def test_other_servers_hand_it_out_too(server):
    """What programs answer lies below a folder of static files."""
    with harness.serving(server) as gateway:
        moved = requests.get(gateway.url + "/assets/downloads/whatsapp-gateway-postman-v1.json", timeout=10)
        assert moved.status_code == 200 and moved.url == gateway.url + "/docs/postman.json", moved.text
        assert "--accent" in requests.get(gateway.url + "/assets/theme.css", timeout=10).text


def test_every_code_has_one_place_in_the_error_reference(gateway):
    page = requests.get(gateway.url + "/docs/errors", timeout=10).text
    places = collections.Counter(re.findall(r' id="([^"]+)"', page))
    assert max(places.values()) == 1
    schemas = OPENAPI["components"]["schemas"]
    codes = schemas["GuardedError"]["properties"]["error"]["enum"]
    codes += schemas["ProxyError"]["properties"]["errors"]["properties"]["code"]["enum"]
    codes += re.findall(r"\d+", schemas["GraphError"]["properties"]["error"]["properties"]["code"]["description"])
    for code in codes + ["WH_001", "WH_002", "WH_003"]:
        assert places[code] == 1, code


def run_sample(gateway, key, command, order):
    done = subprocess.run(command + [order], capture_output=True, text=True, timeout=90,
                          env=dict(os.environ, WAGATE_URL=gateway.url, WAGATE_KEY=key,
                                   PHONE_NUMBER_ID=gateway.demo["phone_number_id"]))
    return done


@pytest.mark.parametrize("command", [
    ["sh", "send.sh"], ["php", "send.php"], ["/usr/bin/python3", "send.py"], ["node", "send.mjs"], ["send.c"],
    ["sh", "send-proxy.sh"], ["sh", "send-graph.sh"],
], ids=lambda command: command[-1])
def test_a_sample_sends_as_it_is_printed(gateway, key, tmp_path, command):
    file = os.path.join(SAMPLES, command[-1])
    order = str(1000 + sum(map(ord, command[-1])))
    program = command[:-1] + [file]
    if file.endswith(".c"):
        subprocess.run(["cc", "-Wall", "-Wextra", "-Werror", "-o", tmp_path / "send", file, "-lcurl"], check=True)
        program = [str(tmp_path / "send")]
    done = run_sample(gateway, key, program, order)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "msg_" in done.stdout or "wamid." in done.stdout
    taken = gateway.simulate_get("messages?to=966500000001")["items"]
    assert [m["payload"]["text"]["body"] for m in taken] == [f"Your order {order} is ready."]
    page = requests.get(gateway.url + "/docs/send", timeout=10).text
    with open(file) as f:
        first_line = f.read().split("\n")[1].strip()
    assert first_line.replace("'", "&#39;").replace('"', "&quot;").replace(">", "&gt;") in page
    refused = run_sample(gateway, key[:-1] + ("A" if key[-1] != "A" else "B"), program, order)
    assert refused.returncode != 0 and "API" in refused.stdout + refused.stderr


# ---- receiving --------------------------------------------------------------------------

class Cgi:
    """A web server that runs one program for each request."""

    def __init__(self, program, environment):
        def run(handler):
            body = handler.rfile.read(int(handler.headers["Content-Length"]))
            more = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in handler.headers.items()}
            done = subprocess.run(program, input=body, capture_output=True, env={**environment, **more}, timeout=60)
            handler.send_response(int(re.match(rb"Status: (\d+)", done.stdout).group(1)))
            handler.end_headers()
            self.said += done.stderr.decode()

        class Handler(http.server.BaseHTTPRequestHandler):
            do_POST = run
            log_message = staticmethod(lambda *_: None)

        self.said = ""
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Served:
    """A receiver that listens by itself."""

    def __init__(self, program, environment, port, log):
        self.port, self.log = port, log
        self.process = subprocess.Popen(program, env=environment, stdout=open(log, "wb"), stderr=subprocess.STDOUT)
        harness.until(self.listens, 20, "the sample to listen")

    def listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def said(self):
        with open(self.log, errors="replace") as f:
            return f.read()

    def close(self):
        self.process.kill()
        self.process.wait()


def receiving_sample(name, secret, folder):
    environment = dict(os.environ, WAGATE_SECRET=secret, SPOOL=str(folder))
    file = os.path.join(SAMPLES, name)
    if name.endswith(".c"):
        subprocess.run(["cc", "-Wall", "-Wextra", "-Werror", "-o", folder / "receive", file, "-lcrypto"], check=True)
        return Cgi([str(folder / "receive")], environment)
    if name.endswith(".sh"):
        return Cgi(["sh", file], environment)
    port = harness.free_port()
    program = {"py": ["/usr/bin/python3", file], "mjs": ["node", file],
               "php": ["php", "-S", f"127.0.0.1:{port}", file]}[name.rsplit(".")[-1]]
    return Served(program, dict(environment, PORT=str(port)), port, folder / "said")


@pytest.mark.parametrize("name", ["receive.php", "receive.py", "receive.mjs", "receive.c", "receive.sh"])
def test_a_sample_receives_as_it_is_printed(gateway, receiver, tmp_path, name):
    """Real deliveries, during a rotation too; what was changed on the way, or is old, is refused."""
    endpoint = gateway.endpoint(receiver, "message.received")
    gateway.inbound("966500000051", "is it there?")
    one = receiver.wait("message.received")[0]
    rotated = gateway.cli("endpoint", "rotate", endpoint["id"])
    gateway.inbound("966500000051", "and now?")
    harness.until(lambda: len(receiver.events()) == 2, what="one with both signatures")
    two = receiver.events()[1]
    gateway.cli("endpoint", "delete", endpoint["id"])
    for secret, deliveries in ((endpoint["secret"], [one, two, two]), (rotated["secret"], [two])):
        sample = receiving_sample(name, secret, tmp_path)
        try:
            for delivery in deliveries:
                assert post_to(sample, delivery) == 200
            for wrong in tampered(two):
                assert post_to(sample, wrong) == 401, wrong
            spool = [(tmp_path / f"{two['json']['id']}.json").read_text()] if name.endswith(".sh") else []
            assert "and now?" in "".join(spool) + sample.said
        finally:
            sample.close()
    page = requests.get(gateway.url + "/docs/webhooks", timeout=10).text
    with open(os.path.join(SAMPLES, name)) as f:
        assert html.escape(f.read().split("\n")[1].strip(), quote=False) in page.replace("&quot;", '"').replace("&#39;", "'")


def post_to(sample, delivery):
    return requests.post(f"http://127.0.0.1:{sample.port}/", data=delivery["body"], headers=delivery["headers"],
                         timeout=60).status_code


def tampered(delivery):
    """The same with one thing changed."""
    body = delivery["body"]
    yield {**delivery, "body": body[:-2] + bytes([body[-2] ^ 1]) + body[-1:]}
    changes = {"webhook-id": "evt_other", "webhook-signature": "v1,", "webhook-timestamp": "x"}
    changes["webhook-signature "] = " ".join(one[:-1] for one in delivery["headers"]["webhook-signature"].split())
    changes["webhook-timestamp "] = str(int(delivery["headers"]["webhook-timestamp"]) + 1)
    changes["webhook-timestamp  "] = "1"
    for header, value in changes.items():
        yield {**delivery, "headers": {**delivery["headers"], header.strip(): value}}
    for header in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        yield {**delivery, "headers": {k: v for k, v in delivery["headers"].items() if k != header}}
