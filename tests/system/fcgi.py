# SPDX-License-Identifier: Apache-2.0
"""A web server's side of FastCGI, as far as one request with a small body needs it, and further processes of
one of our programs, each with a socket of its own."""
import contextlib
import os
import signal
import socket
import struct
import subprocess

BEGIN, END, PARAMS, STDIN, STDOUT = 1, 3, 4, 5, 6


def record(kind, content=b""):
    return struct.pack("!BBHHBB", 1, kind, 1, len(content), 0, 0) + content


def pair(name, value):
    name, value = name.encode(), value.encode()
    return b"".join(struct.pack("!I", len(x) | 0x80000000) for x in (name, value)) + name + value


def read_exactly(s, n):
    data = b""
    while len(data) < n:
        more = s.recv(n - len(data))
        if not more:
            raise ConnectionError("the program closed the connection")
        data += more
    return data


class Answer:
    def __init__(self, raw):
        head, self.content = raw.split(b"\r\n\r\n", 1)
        self.headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.status_code = int(self.headers.get("Status", "200")[:3])


def post(path, url, key, body):
    """POST JSON bytes to the program behind a socket's path."""
    parts = {"REQUEST_METHOD": "POST", "REQUEST_URI": url, "SCRIPT_NAME": url, "CONTENT_TYPE": "application/json",
             "CONTENT_LENGTH": str(len(body)), "HTTP_AUTHORIZATION": "Bearer " + key, "REMOTE_ADDR": "127.0.0.1",
             "SERVER_PROTOCOL": "HTTP/1.1"}
    params = b"".join(pair(*item) for item in parts.items())
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(60)
        s.connect(path)
        s.sendall(record(BEGIN, struct.pack("!HB5x", 1, 0)) + record(PARAMS, params) + record(PARAMS) +
                  record(STDIN, body) + record(STDIN))
        out = b""
        while True:
            _, kind, _, n, padding, _ = struct.unpack("!BBHHBB", read_exactly(s, 8))
            content = read_exactly(s, n + padding)[:n]
            if kind == STDOUT:
                out += content
            if kind == END:
                return Answer(out)


@contextlib.contextmanager
def processes(gateway, program, n):
    """n more processes of a program beside the one that runs; yields the paths of all sockets."""
    with contextlib.ExitStack() as stack:
        paths = [os.path.join(gateway.dir, "run", program + ".sock")]
        for i in range(n):
            path = os.path.join(gateway.dir, "run", f"{program}-{i}.sock")
            listening = stack.enter_context(socket.socket(socket.AF_UNIX))
            listening.bind(path)
            listening.listen(256)
            process = subprocess.Popen([os.path.join(gateway.build, "cgi-bin", program + ".fcgi")], stdin=listening,
                                       stdout=gateway.log, stderr=gateway.log, env=gateway.environment)
            stack.callback(process.wait)
            stack.callback(process.send_signal, signal.SIGTERM)
            paths.append(path)
        yield paths
