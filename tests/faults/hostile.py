# SPDX-License-Identifier: Apache-2.0
"""A receiver that misbehaves: the path of the request names how."""
import contextlib
import gzip
import os
import socket
import ssl
import struct
import subprocess
import threading
import time

DRIP_S = 0.1
TLS_HANDSHAKE = b"\x16"
GIVE_UP_S = 120  # no behaviour lasts longer, whatever the other side does


def answer(status, headers="", body=b"no"):
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def drip(c, text):
    for i in range(len(text)):
        c.sendall(text[i:i + 1])
        time.sleep(DRIP_S)


def endlessly(c, first, again):
    c.sendall(first)
    end = time.monotonic() + GIVE_UP_S
    while time.monotonic() < end:
        c.sendall(again)


def hang(c):
    c.recv(1)


def hang_on(c):
    while c.recv(65536):
        pass


def reset(c):
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def partly(c):
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")


def reset_partly(c):
    partly(c)
    time.sleep(DRIP_S)
    reset(c)


BEHAVIOURS = {
    "hang": hang,
    "reset": reset,
    "close": lambda c: None,
    "part": partly,
    "reset-part": reset_partly,
    "drip-head": lambda c: drip(c, b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000),
    "drip-body": lambda c: drip(c, b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 1000),
    "endless-body": lambda c: endlessly(c, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                                        b"10000\r\n" + b"x" * 65536 + b"\r\n"),
    "endless-500": lambda c: endlessly(c, b"HTTP/1.1 500 Oops\r\n\r\n", b"x" * 65536),
    "100000-headers": lambda c: c.sendall(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(100000))
                                          + b"Content-Length: 2\r\n\r\nok"),
    "endless-headers": lambda c: endlessly(c, b"HTTP/1.1 200 OK\r\n", b"X-Again: and again\r\n" * 1000),
    "long-header": lambda c: c.sendall(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000000 + b"\r\nContent-Length: 2\r\n\r\nok"),
    "endless-100": lambda c: endlessly(c, b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "no-http": lambda c: c.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "no-status": lambda c: c.sendall(b"HTTP/1.1 abc\r\n\r\n"),
    "500": lambda c: c.sendall(answer("500 Internal Server Error")),
    "410": lambda c: c.sendall(answer("410 Gone")),
    "429": lambda c: c.sendall(answer("429 Too Many Requests", "Retry-After: 120\r\n")),
    "302": lambda c: c.sendall(answer("302 Found", "Location: /followed\r\n")),
    "404": lambda c: c.sendall(answer("404 Not Found")),
    "503": lambda c: c.sendall(answer("503 Service Unavailable", "Retry-After: Fri, 01 Jan 2100 00:00:00 GMT\r\n")),
    "disable": lambda c: c.sendall(answer("200 OK", "webhook-delivery: disable\r\n")),
    "abort": lambda c: c.sendall(answer("422 Unprocessable", "Webhook-Delivery: abort-message\r\n")),
    "gzip-bomb": lambda c: c.sendall(answer("200 OK", "Content-Encoding: gzip\r\n", gzip.compress(b"\0" * (64 << 20)))),
    "bad-chunk": lambda c: c.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot hex\r\n"),
    "http-0.9": lambda c: c.sendall(b"hello"),
    "204": lambda c: c.sendall(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "201-text": lambda c: c.sendall(answer("201 Created", "Content-Type: text/plain\r\n", b"\xff\x00 not text \xfe")),
    "followed": lambda c: c.sendall(answer("200 OK")),
}


class Hostile:
    """.url + "/" + behaviour; .tls_url speaks TLS with a certificate that nobody knows; .silent_url takes connections
    and says nothing; .full_url takes none; .away_url has nobody. seen: behaviour -> number of requests."""

    def __init__(self, folder):
        self.seen, self.lock = {}, threading.Lock()
        self.sockets = []
        self.url = self.listen("http", self.serve)
        context = self.context(folder)
        self.tls_url = self.listen("https", lambda c: self.serve(context.wrap_socket(c, server_side=True)))
        self.silent_url = self.listen("https", hang_on)
        full = socket.create_server(("127.0.0.1", 0), backlog=0)
        self.full_url = f"http://127.0.0.1:{full.getsockname()[1]}"
        self.sockets += [full] + [self.connect(full) for _ in range(4)]
        with socket.create_server(("127.0.0.1", 0)) as away:
            self.away_url = f"http://127.0.0.1:{away.getsockname()[1]}"

    @staticmethod
    def connect(server):
        s = socket.socket()
        s.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            s.connect(server.getsockname())
        return s

    @staticmethod
    def context(folder):
        cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        return context

    def listen(self, scheme, serve):
        server = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.sockets.append(server)

        def one(c):
            with contextlib.suppress(OSError), c:
                c.settimeout(GIVE_UP_S)
                serve(c)

        def accept():
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=one, args=server.accept()[:1], daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return f"{scheme}://127.0.0.1:{server.getsockname()[1]}"

    def serve(self, c):
        came = b""
        while b"\r\n\r\n" not in came:
            more = c.recv(65536)
            if not more:
                return
            if not came and more[:1] == TLS_HANDSHAKE:
                c.sendall(answer("400 Bad Request"))
                return
            came += more
        head, body = came.split(b"\r\n\r\n", 1)
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        while len(body) < length:
            body += c.recv(65536)
        self.behave(c, head.split(b" ")[1].decode().strip("/"))

    def behave(self, c, name):
        with self.lock:
            self.seen[name] = self.seen.get(name, 0) + 1
        BEHAVIOURS[name](c)

    def close(self):
        for s in self.sockets:
            s.close()
