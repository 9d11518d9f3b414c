# SPDX-License-Identifier: Apache-2.0
"""The real product for the tests: real programs under a real web server in a folder of their own,
the simulator as the provider, and a receiver that plays a customer's endpoint."""
import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

import requests

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, os.environ.get("WAGATE_BUILD", "build"))
SLOW = 4 if os.environ.get("WAGATE_SANITIZE") else 1


# Limits that are there and never reached, for tests that send as fast as they can.
WIDE = {"limits.per_second": 1_000_000, "limits.per_minute": 60_000_000, "limits.number_per_second": 1_000_000,
        "limits.pair_burst": 1000, "risk.review": 101, "risk.block": 101}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(condition, seconds=10, what="the condition"):
    """Poll until condition() is true and give its value back; fail with a sentence otherwise."""
    end = time.monotonic() + seconds * SLOW
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds * SLOW} s for {what}")
        time.sleep(0.01)


class Gateway:
    """One data directory with everything that serves it."""

    def __init__(self, server="lighttpd", settings=None, environment=None, build=BUILD):
        self.server = server
        self.dir = tempfile.mkdtemp(prefix="wg-")
        self.port = free_port()
        self.build, self.user = build, []
        if server != "lighttpd":
            self.install_for_apache(build)
        self.config = os.path.join(self.dir, "wagate.conf")
        self.environment = dict(os.environ, WAGATE_CONFIG=self.config, **(environment or {}))
        self.settings = settings or {}
        self.process = None
        self.apache = None
        self.url = f"http://127.0.0.1:{self.port}"

    def install_for_apache(self, build):
        """The programs in a home folder, as on a shared host. Apache does not run as root, so where
        the tests do, everything of this gateway belongs to Apache's user."""
        home = os.path.join(self.dir, "home")
        self.build = os.path.join(home, "build")
        for part in ("bin", "cgi-bin", "www"):
            shutil.copytree(os.path.join(build, part), os.path.join(self.build, part))
        shutil.copytree(os.path.join(ROOT, "templates"), os.path.join(home, "templates"))
        if os.getuid() == 0:
            self.user = ["setpriv", "--reuid=www-data", "--regid=www-data", "--clear-groups"]
            subprocess.run(["chown", "-R", "www-data:www-data", self.dir], check=True)

    # ---- life -------------------------------------------------------------------------
    def init(self):
        self.run("init", "--demo", "--port", str(self.port))
        for key, value in self.settings.items():
            section, name = key.split(".")
            self.environment[f"WAGATE_{section}_{name}".upper()] = str(value)
        with open(os.path.join(self.dir, "demo.json")) as f:
            self.demo = json.load(f)
        return self

    def start(self):
        if self.server == "cgi":
            self.start_cgi()
            return self
        arguments = ["serve", "--config", self.config]
        if self.server == "apache":
            arguments.append("--no-web")
        self.log = open(os.path.join(self.dir, "serve.out"), "ab")
        self.process = subprocess.Popen(self.user + [os.path.join(self.build, "bin/wagate")] + arguments, env=self.environment,
                                        stdout=self.log, stderr=self.log)
        if self.server == "apache":
            self.start_apache(self.run("web-config", "apache", json_out=False))
        self.wait_ready()
        return self

    def start_cgi(self):
        """Shared hosting: nothing of ours runs but what Apache starts for a request."""
        site = os.path.join(self.dir, "site")
        os.makedirs(site)
        os.symlink(os.path.join(self.build, "cgi-bin"), os.path.join(site, "cgi-bin"))
        os.symlink(os.path.join(self.build, "www"), os.path.join(site, "assets"))
        with open(os.path.join(site, ".htaccess"), "w") as f:
            f.write(self.run("web-config", "htaccess", json_out=False))
        self.start_apache(f"<Directory \"{site}\">\nAllowOverride All\nRequire all granted\n"
                          "Options +ExecCGI +FollowSymLinks\n</Directory>\n", site)
        until(lambda: self.answers("/healthz"), 10, "Apache with plain CGI to answer")

    def start_apache(self, inner, root=None):
        run = os.path.join(self.dir, "apache")
        os.makedirs(run, exist_ok=True)
        modules = "/usr/lib/apache2/modules"
        wanted = ["mpm_event", "authz_core", "alias", "headers", "reqtimeout", "proxy", "proxy_fcgi",
                  "rewrite", "cgid", "mime", "dir", "env", "setenvif"]
        conf = "\n".join(f"LoadModule {m}_module {modules}/mod_{m}.so" for m in wanted)
        conf += f"""
ServerRoot "{run}"
ServerName localhost
PidFile "{run}/pid"
TypesConfig /dev/null
ErrorLog "{run}/error.log"
ScriptSock "{run}/cgisock"
Listen 127.0.0.1:{self.port}
MaxRequestWorkers 64
ThreadsPerChild 64
DocumentRoot "{root or run}"
PassEnv {' '.join(k for k in self.environment if k.startswith('WAGATE_'))}
{inner}
"""
        path = os.path.join(run, "apache.conf")
        with open(path, "w") as f:
            f.write(conf)
        if self.user:
            subprocess.run(["chown", "-R", "www-data:www-data", run] + ([root] if root else []), check=True)
        self.apache = subprocess.Popen(self.user + ["/usr/sbin/apache2", "-DFOREGROUND", "-f", path],
                                       env=self.environment, stdout=subprocess.DEVNULL,
                                       stderr=open(os.path.join(run, "start.log"), "wb"))

    def answers(self, path):
        try:
            return requests.get(self.url + path, timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def wait_ready(self):
        def ready():
            assert self.process is None or self.process.poll() is None, self.serve_output()
            return self.answers("/readyz")
        until(ready, 20, "/readyz to say 200")

    def serve_output(self):
        with open(os.path.join(self.dir, "serve.out"), errors="replace") as f:
            return f.read()

    def stop(self):
        for process in (self.apache, self.process):
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(20 * SLOW)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self.apache = self.process = None

    def close(self):
        self.stop()
        self.assert_no_sanitizer_report()
        shutil.rmtree(self.dir, ignore_errors=True)

    def assert_no_sanitizer_report(self):
        for folder in (self.dir, os.path.join(self.dir, "log")):
            for name in os.listdir(folder) if os.path.isdir(folder) else []:
                path = os.path.join(folder, name)
                if name.endswith((".log", ".out")) and os.path.isfile(path):
                    with open(path, errors="replace") as f:
                        text = f.read()
                    assert "AddressSanitizer" not in text and "runtime error:" not in text, f"{path}:\n{text[-4000:]}"
                    assert "event=bug" not in text, f"{path}:\n{text[-2000:]}"

    # ---- processes --------------------------------------------------------------------
    def children(self):
        """name -> pid of what `serve` started."""
        found = {}
        out = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
                             capture_output=True, text=True).stdout
        for line in out.strip().split("\n"):
            if line.strip():
                pid, args = line.split(None, 1)
                found[os.path.basename(args.split()[0]).replace(".fcgi", "")] = int(pid)
        return found

    def kill(self, name):
        pid = self.children().get(name)
        if pid:
            os.kill(pid, signal.SIGKILL)
        return pid

    # ---- command line -----------------------------------------------------------------
    def run(self, *arguments, json_out=False, stdin=None, check=True):
        result = subprocess.run(self.user + [os.path.join(self.build, "bin/wagate"), *arguments, "--config", self.config]
                                + (["--json"] if json_out else []),
                                env=self.environment, capture_output=True, text=True, input=stdin, timeout=60 * SLOW)
        if check:
            assert result.returncode == 0, f"wagate {' '.join(arguments)}: {result.stderr}{result.stdout}"
            return json.loads(result.stdout) if json_out else result.stdout
        return result

    def cli(self, *arguments, **more):
        return self.run(*arguments, json_out=True, **more)

    # ---- HTTP -------------------------------------------------------------------------
    def send(self, to="+4915112345678", text="Your order is ready.", key=None, **more):
        body = {"instance_id": self.demo["instance_id"], "phone": to, "message": text,
                "message_purpose": "transactional"}
        body.update(more)
        return requests.post(self.url + "/api/send-message", json=body, timeout=90,
                             headers={"Authorization": "Bearer " + (key or self.demo["production_key"])})

    def get(self, path, key=None, **more):
        return requests.get(self.url + path, timeout=30,
                            headers={"Authorization": "Bearer " + (key or self.demo["production_key"])}, **more)

    def simulate(self, path, **body):
        answer = requests.post(f"{self.url}/_sim/{path}", json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def simulate_get(self, path):
        answer = requests.get(f"{self.url}/_sim/{path}", timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post_key(self, path, body, key=None, **more):
        """POST with an API key; body: a JSON value, or bytes to send as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": "Bearer " + (key or self.demo["production_key"]),
                   "Content-Type": "application/json", **more.pop("headers", {})}
        return requests.post(self.url + path, data=raw, headers=headers, timeout=90, **more)

    def inbound(self, sender, text):
        return self.simulate("inbound", **{"from": sender, "text": text})

    def webhook(self, document, secret=None, path=None, signature=None):
        raw = document if isinstance(document, bytes) else json.dumps(document).encode()
        digest = hmac.new((secret or self.demo["app_secret"]).encode(), raw, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json"}
        if signature != "":
            headers["X-Hub-Signature-256"] = signature or "sha256=" + digest
        return requests.post(self.url + (path or "/webhooks/meta/" + self.demo["instance_id"]), data=raw,
                             headers=headers, timeout=30)

    def endpoint(self, receiver, events, format="normalized", path="/hook", **more):
        arguments = ["endpoint", "create", "--instance", self.demo["instance_id"], "--url", receiver.url + path,
                     "--format", format, "--events", events]
        for key, value in more.items():
            arguments += ["--" + key, value]
        return self.cli(*arguments)

    def session(self, email=None, password=None):
        """A signed-in browser without a browser: requests.Session with .csrf."""
        s = requests.Session()
        form = s.get(self.url + "/login", timeout=30).text
        token = form.split('name="csrf_token" value="')[1].split('"')[0] if 'name="csrf_token"' in form else ""
        answer = s.post(self.url + "/login", data={"email": email or self.demo["email"], "csrf_token": token,
                                                   "password": password or self.demo["password"]},
                        allow_redirects=False, timeout=30)
        assert answer.status_code == 303, answer.text
        return s


class Receiver:
    """A customer's endpoint: keeps what came, answers as told."""

    def __init__(self, status=200):
        self.requests = []
        self.status = status
        self.headers = {}
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with receiver.lock:
                    receiver.requests.append({"path": self.path, "headers": dict(self.headers.items()), "body": body,
                                              "json": json.loads(body), "at": time.time()})
                status = receiver.status(self.path, body) if callable(receiver.status) else receiver.status
                answer = b"ok"
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 512
            daemon_threads = True

            def handle_error(self, *_):
                pass  # a caller that is killed resets its connection

        self.lock = threading.Lock()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def events(self, name=None):
        with self.lock:
            return [r for r in self.requests if name is None or r["headers"].get("X-WhatsApp-Gateway-Event") == name]

    def wait(self, name=None, count=1, seconds=10):
        until(lambda: len(self.events(name)) >= count, seconds, f"{count} x {name or 'any event'} at the receiver; "
              f"came: {[r['headers'].get('X-WhatsApp-Gateway-Event') for r in self.requests]}")
        return self.events(name)


class Bridge:
    """A port that leads to another one for as long as this lives."""

    def __init__(self, port, to):
        self.to, self.listening = to, socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        try:
            while True:
                near, _ = self.listening.accept()
                far = socket.create_connection(("127.0.0.1", self.to))
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self.pump, args=(one, other), daemon=True).start()
        except OSError:
            pass

    @staticmethod
    def pump(one, other):
        try:
            while data := one.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()


def signature_problems(request, secret):
    """Why a delivery's signatures are wrong, judged by the published rules alone; [] when right."""
    headers, body, problems = request["headers"], request["body"], []
    stamp = headers["X-WhatsApp-Gateway-Timestamp"]
    wanted = "sha256=" + hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    if headers["X-WhatsApp-Gateway-Signature"] != wanted:
        problems.append("X-WhatsApp-Gateway-Signature")
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    if wanted not in headers["webhook-signature"].split(" "):
        problems.append("webhook-signature")
    if "X-Hub-Signature-256" in headers:
        wanted = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        if headers["X-Hub-Signature-256"] != wanted:
            problems.append("X-Hub-Signature-256")
    return problems


# ---- one text in each dialect ----------------------------------------------------------

def guarded(gateway, to, text, **more):
    return gateway.post_key("/api/send-message", {"instance_id": gateway.demo["instance_id"], "phone": to,
                                                  "message": text, "message_purpose": "transactional"}, **more)


def meta_body(to, text):
    return {"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": text}}


def proxy(gateway, to, text, **more):
    return gateway.post_key("/v1/wa/message", meta_body(to, text), **more)


def graph(gateway, to, text, **more):
    return gateway.post_key(f"/v23.0/{gateway.demo['phone_number_id']}/messages", meta_body(to, text), **more)


@contextlib.contextmanager
def serving(server="lighttpd", **more):
    gateway = Gateway(server, **more).init()
    try:
        yield gateway.start()
    except BaseException:
        gateway.stop()
        print(f"kept for a look: {gateway.dir}")
        raise
    else:
        gateway.close()
