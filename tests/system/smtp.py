# SPDX-License-Identifier: Apache-2.0
"""A mail server for tests: takes letters, or does what it is told to instead."""
import base64
import email
import email.policy
import socket
import ssl
import subprocess
import threading

HANG_UP = object()


class Server:
    """say(verb, argument): an answer in place of the usual one, HANG_UP, or None. tls: a folder for a certificate of
    127.0.0.1, whose file is .ca; password: signing in is needed."""

    def __init__(self, say=None, tls=None, password=None):
        self.say, self.password = say or (lambda verb, argument: None), password
        self.letters, self.tried, self.lock = [], [], threading.Lock()
        self.context = self.make_context(tls) if tls else None
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.url = f"smtp://127.0.0.1:{self.port}"
        threading.Thread(target=self.run, daemon=True).start()

    def make_context(self, folder):
        self.ca, key = f"{folder}/cert.pem", f"{folder}/key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", self.ca, "-days", "2",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca, key)
        return context

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listening.close()

    def run(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection:
            try:
                self.talk(connection)
            except (OSError, ValueError):
                pass

    def talk(self, connection):
        lines, signed_in, secure, sender, recipients = connection.makefile("rb"), self.password is None, False, None, []

        def answer(text):
            connection.sendall(text.encode() + b"\r\n")

        greeting = self.say("CONNECT", "")
        if greeting is HANG_UP:
            return
        answer(greeting or "220 test ready")
        while line := lines.readline():
            verb, _, argument = line.decode().strip().partition(" ")
            verb = verb.upper()
            told = self.say(verb, argument)
            if told is HANG_UP:
                return
            if told:
                answer(told)
            elif verb == "EHLO":
                offers = ["test"] + (["STARTTLS"] if self.context and not secure else []) + (["AUTH PLAIN"] if self.password else [])
                for i, offer in enumerate(offers):
                    answer(f"250{' ' if i == len(offers) - 1 else '-'}{offer}")
            elif verb == "STARTTLS":
                answer("220 go on")
                connection, secure = self.context.wrap_socket(connection, server_side=True), True
                lines = connection.makefile("rb")
            elif verb == "AUTH":
                if " " not in argument:
                    answer("334 ")
                    argument += " " + lines.readline().decode()
                said = base64.b64decode(argument.split()[-1]).decode().split("\0")
                signed_in = said[1:] == ["gateway", self.password]
                answer("235 welcome" if signed_in else "535 5.7.8 who are you")
            elif verb == "MAIL":
                sender, recipients = argument, []
                answer("250 ok" if signed_in else "530 5.7.0 sign in first")
            elif verb == "RCPT":
                recipients.append(argument)
                answer("250 ok")
            elif verb == "DATA":
                answer("354 go on")
                text = self.read_text(lines)
                with self.lock:
                    self.tried.append(text)
                told = self.say("TEXT", text)
                if told is HANG_UP:
                    return
                if not told:
                    with self.lock:
                        self.letters.append({"from": sender, "to": recipients, "raw": text, "secure": secure,
                                             "mail": email.message_from_bytes(text, policy=email.policy.default)})
                answer(told or "250 2.0.0 taken")
            elif verb == "QUIT":
                answer("221 bye")
                return
            else:
                answer("250 ok")

    @staticmethod
    def read_text(lines):
        text = b""
        while (line := lines.readline()) != b".\r\n":
            if not line:
                raise ValueError("the letter ended before its dot")
            text += line[1:] if line.startswith(b"..") else line
        return text

    def subjects(self):
        with self.lock:
            return [letter["mail"]["Subject"] for letter in self.letters]
