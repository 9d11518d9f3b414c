#!/usr/bin/env python3
"""Receive webhooks: WAGATE_SECRET from the environment, on port PORT. Needs nothing but Python."""
import base64
import hashlib
import hmac
import http.server
import json
import os
import time

secret = os.environ["WAGATE_SECRET"]
KEY = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
seen = set()  # in real life: a unique column of your database


def is_genuine(headers, body):
    """Over the bytes as they came, before anything is parsed."""
    stamp = headers.get("webhook-timestamp", "")
    if not stamp.isdecimal() or abs(time.time() - int(stamp)) > 300:
        return False
    signed = f"{headers.get('webhook-id', '')}.{stamp}.".encode() + body
    wanted = b"v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest())
    # Two signatures while a secret is rotated: one of them must be right.
    return any(hmac.compare_digest(wanted, one.encode()) for one in headers.get("webhook-signature", "").split(" "))


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        genuine = is_genuine(self.headers, body)
        self.send_response(200 if genuine else 401)
        self.end_headers()  # answer first, work afterwards
        if genuine and self.headers["webhook-id"] not in seen:
            seen.add(self.headers["webhook-id"])
            event = json.loads(body)
            print(event.get("event"), event.get("from"), event.get("message_text"), flush=True)


http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", 9000))), Receiver).serve_forever()
