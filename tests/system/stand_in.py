# SPDX-License-Identifier: Apache-2.0
"""What stands in for Meta where the simulator is too well-behaved."""
import http.server
import json
import threading


class Meta:
    """What stands in for Meta: its answers are functions of the test's."""

    def __init__(self):
        self.requests, self.answers = [], {}
        meta = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path = self.path.split("?")[0]
                if (self.command, path) not in meta.answers:  # the worker asks for templates
                    return meta.say(self, b'{"error":{"code":100,"message":"unknown"}}', 400, {})
                meta.requests.append({"method": self.command, "path": path, "headers": dict(self.headers), "body": body})
                meta.answers[self.command, path](self)

            do_GET = do_POST = do_DELETE = serve

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @staticmethod
    def say(handler, raw, status, headers):
        handler.send_response(status)
        headers = {name.replace("_", "-"): text for name, text in headers.items()}
        for name, text in {"Content-Length": str(len(raw)), "Content-Type": "application/json", **headers}.items():
            handler.send_header(name, text)
        handler.end_headers()
        handler.wfile.write(raw)

    def says(self, method, path, value, status=200, **headers):
        raw = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.answers[method, path] = lambda handler: self.say(handler, raw, status, headers)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
