# SPDX-License-Identifier: Apache-2.0
"""Incidents and the mail about them, with the real worker: each once, whatever dies and whatever a mail server says."""
import contextlib
import email
import email.policy
import glob
import json
import os
import sqlite3
import stat
import time

import pytest

import harness
import smtp
from harness import until

HOUR = 3_600_000


class Stage:
    """A gateway whose clock is set, and whose notices go to a mail server or into files."""

    def __init__(self, folder, server=None, **settings):
        self.clock, self.ahead = os.path.join(folder, "clock"), 0
        self.forward(0)
        if server:
            settings = {"mail.smtp_url": server.url, "mail.starttls": "off", **settings}
        self.gateway = harness.Gateway(settings=settings, environment={"WAGATE_CLOCK": self.clock}).init()
        self.owner = self.gateway.demo["email"]

    def forward(self, ms):
        self.ahead += ms
        with open(self.clock + ".new", "w") as f:
            f.write(str(self.ahead))
        os.rename(self.clock + ".new", self.clock)

    def __enter__(self):
        self.gateway.start()
        return self

    def __exit__(self, *failure):
        if failure[0]:
            self.gateway.stop()
            print(f"kept for a look: {self.gateway.dir}")
        else:
            self.gateway.close()

    def write(self, sql, *values):
        """As if a webhook or a failed check had said so."""
        with contextlib.closing(sqlite3.connect(f"{self.gateway.dir}/wagate.db", timeout=30)) as db:
            with db:
                db.execute(sql, values)

    def close_number(self):
        self.write("UPDATE instance SET state = 'closed', state_reason = 'Session has expired (190)'")

    def open_number(self):
        self.write("UPDATE instance SET state = 'open', state_reason = NULL")

    def files(self):
        found = []
        for path in sorted(glob.glob(f"{self.gateway.dir}/mail/*.eml")):
            with open(path, "rb") as f:
                found.append(email.message_from_bytes(f.read(), policy=email.policy.default))
        return found

    def subjects(self):
        return sorted(f["Subject"] for f in self.files())

    def outbox(self):
        with contextlib.closing(sqlite3.connect(f"file:{self.gateway.dir}/wagate.db?mode=ro", uri=True)) as db:
            return db.execute("SELECT state, tries, answer FROM mail ORDER BY id").fetchall()

    def look_again(self):
        """Have the worker look at what is, and be sure that it did."""
        self.forward(31_000)

    def incidents(self, *flags):
        return self.gateway.cli("notice", "list", *flags)["items"]


def test_a_number_that_closes_is_told_once_and_once_when_it_is_open_again(tmp_path):
    with Stage(tmp_path) as stage:
        stage.close_number()
        stage.look_again()
        until(lambda: stage.files(), 10, "a letter in DATA/mail")
        (letter,) = stage.files()
        assert letter["To"] == f"<{stage.owner}>" or letter["To"] == stage.owner
        assert letter["Subject"] == "Demo Support Line cannot send: Session has expired (190)"
        assert letter["Auto-Submitted"] == "auto-generated"
        text = letter.get_content()
        assert f"{stage.gateway.url}/instances/{stage.gateway.demo['instance_id']}/manage" in text
        assert f"{stage.gateway.url}/settings" in text
        path = glob.glob(f"{stage.gateway.dir}/mail/*")
        assert len(path) == 1 and stat.S_IMODE(os.stat(path[0]).st_mode) == 0o600
        page = stage.gateway.session().get(stage.gateway.url + "/overview", timeout=30).text
        assert "Demo Support Line cannot send: Session has expired (190)" in page and "since <time" in page
        stage.look_again()
        stage.open_number()
        stage.look_again()
        until(lambda: len(stage.files()) == 2, 10, "the letter of its end")
        assert stage.subjects() == ["Demo Support Line can send again",
                                    "Demo Support Line cannot send: Session has expired (190)"]
        (incident,) = stage.incidents()
        assert incident["kind"] == "instance" and incident["ended_at"] and stage.incidents("--open") == []


def test_an_endpoint_that_fails_for_an_hour_and_then_is_gone(tmp_path, receiver):
    receiver.status = 500
    with Stage(tmp_path) as stage:
        gateway = stage.gateway
        endpoint = gateway.endpoint(receiver, "message.received", path="/hook?token=secret")["id"]
        gateway.inbound("4915112345678", "hello")
        receiver.wait("message.received")
        until(lambda: gateway.cli("delivery", "list")["items"][0]["attempts"] >= 1, 10, "the first attempt to be settled")
        stage.forward(HOUR + 60_000)
        until(lambda: stage.files(), 10, "the letter that it fails")
        assert stage.subjects() == [f"The webhook {receiver.url}/hook is failing"]
        assert "secret" not in stage.files()[0].as_string()
        receiver.status = 410
        stage.forward(HOUR)
        until(lambda: not gateway.cli("endpoint", "list")["items"][0]["enabled"], 10, "the endpoint to be disabled")
        stage.look_again()
        until(lambda: len(stage.files()) == 3, 10, "the letters that it is disabled")
        gone = f"The webhook {receiver.url}/hook is disabled: The receiver answered 410 Gone"
        assert stage.subjects() == sorted([f"The webhook {receiver.url}/hook is failing", gone, gone])
        assert {f["To"].strip("<>") for f in stage.files()} == {stage.owner, gateway.demo["operator_email"]}
        receiver.status = 200
        gateway.run("endpoint", "set", endpoint, "--enabled", "true")
        stage.look_again()
        until(lambda: len(stage.files()) == 5, 10, "the letters of its end")
        assert [i["ended_at"] is not None for i in stage.incidents()] == [True]


def test_what_is_switched_off_is_not_told(tmp_path):
    with Stage(tmp_path) as stage:
        gateway = stage.gateway
        gateway.run("account", "set", gateway.demo["account"], "notices.instance=off")
        stage.close_number()
        stage.write("UPDATE instance SET quality = 'RED'")
        stage.look_again()
        until(lambda: len(stage.incidents("--open")) == 2, 10, "both incidents")
        until(lambda: stage.files(), 10, "the letter of the quality")
        assert stage.subjects() == ["The quality of Demo Support Line is low (RED)"]
        assert gateway.run("account", "set", gateway.demo["account"], "notices.moon=off", check=False).returncode == 1


def test_letters_leave_by_tls_with_a_password_and_unicode_stays_whole(tmp_path):
    with smtp.Server(tls=tmp_path, password="open sesame") as server:
        with Stage(tmp_path, server, **{"mail.starttls": "required", "mail.ca_file": server.ca, "mail.user": "gateway",
                                        "mail.password": "open sesame", "mail.from": "Gâteau <gateway@example.com>"}) as stage:
            stage.write("UPDATE instance SET name = 'Danışma hattı – müşteri hizmetleri'")
            stage.write("UPDATE account SET name = '.\n..\nÖzgür & Söhne = gut'")
            stage.close_number()
            stage.look_again()
            until(lambda: server.letters, 10, "the letter")
            letter = server.letters[0]
            assert letter["secure"] and letter["from"].startswith("FROM:<gateway@example.com>")
            assert letter["to"] == [f"TO:<{stage.owner}>"]
            assert letter["mail"]["Subject"] == "Danışma hattı – müşteri hizmetleri cannot send: Session has expired (190)"
            assert letter["mail"]["From"] == "Gâteau <gateway@example.com>"
            assert "Account:  .\n..\nÖzgür & Söhne = gut\n" in letter["mail"].get_content().replace("\r\n", "\n")
            assert letter["raw"].isascii() and max(len(line) for line in letter["raw"].split(b"\r\n")) <= 78
            assert abs(letter["mail"]["Date"].datetime.timestamp() - time.time() - stage.ahead / 1000) < 60
            until(lambda: [state for state, _, _ in stage.outbox()] == ["sent"], 10, "the letter to be settled")


def test_a_server_without_tls_gets_no_letter_where_tls_is_required(tmp_path):
    with smtp.Server() as server, Stage(tmp_path, server, **{"mail.starttls": "required"}) as stage:
        stage.close_number()
        stage.look_again()
        until(lambda: [tries for _, tries, _ in stage.outbox()] == [1], 10, "the letter to be tried")
        assert server.letters == [] and stage.outbox()[0][0] == "waiting"


@pytest.mark.parametrize("verb,answer", [
    ("CONNECT", smtp.HANG_UP), ("CONNECT", "421 too busy"), ("MAIL", "451 later"), ("RCPT", "450 greylisted"),
    ("RCPT", "554 5.7.1 relay access denied"), ("MAIL", "530 5.7.0 sign in first"), ("TEXT", "452 disk full"), ("TEXT", smtp.HANG_UP),
])
def test_what_is_not_taken_now_is_tried_again_until_it_is(tmp_path, verb, answer):
    refusing = True
    with smtp.Server(lambda said, _: answer if refusing and said == verb else None) as server, Stage(tmp_path, server) as stage:
        stage.close_number()
        stage.look_again()
        until(lambda: [tries for _, tries, _ in stage.outbox()] == [1], 10, "the letter to be tried")
        ((state, _, words),) = stage.outbox()
        assert state == "waiting" and words and (answer is smtp.HANG_UP or answer in words)
        assert stage.gateway.run("doctor", check=False).returncode == 1
        refusing = False
        stage.gateway.kill("wagate-worker")  # a new one does not wait out the pause of the old
        stage.forward(61_000)
        until(lambda: server.letters, 10, "the letter")
        until(lambda: stage.outbox()[0][0] == "sent", 10, "the letter to be settled")
        assert len(server.letters) == 1 and stage.outbox()[0][2] == "250 2.0.0 taken"


@pytest.mark.parametrize("verb,answer", [("RCPT", "550 5.1.1 no such user"), ("TEXT", "554 5.6.0 not wanted")])
def test_what_will_never_be_taken_is_given_up_and_said_by_doctor(tmp_path, verb, answer):
    with smtp.Server(lambda said, _: answer if said == verb else None) as server, Stage(tmp_path, server) as stage:
        stage.close_number()
        stage.look_again()
        until(lambda: [state for state, _, _ in stage.outbox()] == ["failed"], 10, "the letter to be given up")
        said = json.loads(stage.gateway.cli("doctor", check=False).stdout)
        (check,) = [c for c in said["checks"] if c["name"] == "mail"]
        assert not check["ok"] and answer in check["sentence"]
        assert server.letters == []


def test_one_letter_each_however_often_the_worker_is_killed(tmp_path):
    """The server holds its answer to the address while the worker dies; as files there is no such moment at all."""
    hold = 3

    def say(verb, _):
        nonlocal hold
        if verb == "RCPT" and hold:
            hold -= 1
            assert stage.gateway.kill("wagate-worker")
            return smtp.HANG_UP
        return None

    with smtp.Server(say) as server, Stage(tmp_path, server) as stage:
        stage.close_number()
        stage.look_again()
        until(lambda: server.letters, 30, "the letter")
        until(lambda: [state for state, _, _ in stage.outbox()] == ["sent"], 10, "the letter to be settled")
        stage.gateway.kill("wagate-worker")
        stage.look_again()
        stage.open_number()
        stage.look_again()
        until(lambda: len(server.letters) == 2, 10, "the letter of its end")
        assert server.subjects() == ["Demo Support Line cannot send: Session has expired (190)", "Demo Support Line can send again"]
        assert hold == 0 and len(stage.incidents()) == 1


def test_killed_at_random_while_incidents_come_and_go_each_is_told_once(tmp_path):
    with Stage(tmp_path) as stage:
        told = 0
        for round_ in range(6):
            stage.close_number() if round_ % 2 == 0 else stage.open_number()
            stage.forward(6 * HOUR)
            stage.gateway.kill("wagate-worker")
            told += 1
            until(lambda: len(stage.files()) >= told, 20, f"letter {told}")
        stage.look_again()
        until(lambda: all(state == "sent" for state, _, _ in stage.outbox()), 10, "everything to be settled")
        assert len(stage.files()) == len(stage.outbox()) == 6
        assert len(stage.incidents()) == 3 and stage.incidents("--open") == []


def test_the_operator_tries_mail_out(tmp_path):
    with smtp.Server(lambda verb, argument: "550 nobody here" if verb == "RCPT" and "nobody" in argument else None) as server:
        stage = Stage(tmp_path, server)
        try:
            answer = stage.gateway.cli("notice", "test", "--to", "me@example.com")
            assert answer == {"to": "me@example.com", "answer": "250 2.0.0 taken"}
            assert server.subjects() == ["Test of wagate’s mail"]
            refused = stage.gateway.run("notice", "test", "--to", "nobody@example.com", check=False)
            assert refused.returncode == 1 and "the mail server answered RCPT: 550 nobody here" in refused.stderr
            odd = stage.gateway.run("notice", "test", "--to", "me@example.com>\nBcc: you@example.com", check=False)
            assert odd.returncode == 1 and len(server.letters) == 1
        finally:
            stage.gateway.close()


def test_people_choose_in_the_portal_and_it_is_in_the_audit_trail(tmp_path):
    with Stage(tmp_path) as stage:
        gateway = stage.gateway
        owner = gateway.session()
        page = owner.get(gateway.url + "/settings", timeout=30).text
        assert page.count('name="notices"') == 7 and page.count(" checked") == 6 and stage.owner in page
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        form = {"csrf_token": token, "time_zone": "Europe/Istanbul", "notices": ["", "endpoint", "instance"]}
        foreign = owner.post(gateway.url + "/settings", data={**form, "csrf_token": "x"}, timeout=30)
        assert foreign.status_code == 403
        odd = owner.post(gateway.url + "/settings", data={**form, "time_zone": "Europe/Nowhere"}, timeout=30)
        assert odd.status_code == 422 and "There is no time zone" in odd.text and odd.text.count(" checked") == 2
        assert owner.post(gateway.url + "/settings", data=form, allow_redirects=False, timeout=30).status_code == 303
        account = gateway.cli("account", "show", gateway.demo["account"])
        assert (account["time_zone"], account["notices_off"]) == ("Europe/Istanbul", "quality,template,limit,key")
        with contextlib.closing(sqlite3.connect(f"file:{gateway.dir}/wagate.db?mode=ro", uri=True)) as db:
            trail = [d for (d,) in db.execute("SELECT details FROM audit WHERE verb = 'account.set' AND actor LIKE 'user:%' ORDER BY rowid")]
        assert trail == ["time_zone = Europe/Istanbul", "notices off = quality,template,limit,key"]
        gateway.run("user", "create", "--account", gateway.demo["account"], "--email", "dev@example.com", "--role", "developer",
                    "--password-stdin", stdin="a long enough one 1\n")
        developer = gateway.session("dev@example.com", "a long enough one 1")
        page = developer.get(gateway.url + "/settings", timeout=30).text
        assert "Save settings" not in page and "Europe/Istanbul" in page
        token = developer.get(gateway.url + "/api-keys", timeout=30).text.split('name="csrf_token" value="')[1].split('"')[0]
        assert developer.post(gateway.url + "/settings", data={**form, "csrf_token": token}, timeout=30).status_code == 403
