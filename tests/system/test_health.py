# SPDX-License-Identifier: Apache-2.0
"""Health, metrics, and what keeps people out."""
import contextlib
import os
import sqlite3
import subprocess

import requests

import harness


def test_health_and_metrics(gateway):
    assert requests.get(gateway.url + "/healthz", timeout=9).status_code == 200
    assert requests.get(gateway.url + "/readyz", timeout=9).status_code == 200
    metrics = requests.get(gateway.url + "/metrics", timeout=9)
    assert metrics.status_code == 200
    assert "wagate_oldest_due_delivery_seconds" in metrics.text and "wagate_oldest_inbox_seconds" in metrics.text
    for header in ("Forwarded", "X-Forwarded-For", "Via"):
        assert requests.get(gateway.url + "/metrics", headers={header: "for=1.2.3.4"}, timeout=9).status_code in (401, 403)


def test_pages_ask_for_a_sign_in_and_forms_for_their_token(gateway):
    answer = requests.get(gateway.url + "/api-keys", allow_redirects=False, timeout=9)
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/login")
    browser = gateway.session()
    assert browser.post(gateway.url + "/api-keys", data={"name": "x"}, timeout=9).status_code == 403
    assert browser.post(gateway.url + "/api-keys", data={"name": "x", "csrf_token": "foreign"}, timeout=9).status_code == 403
    token = browser.get(gateway.url + "/api-keys", timeout=9).text.split('name="csrf_token" value="')[1].split('"')[0]
    foreign = browser.post(gateway.url + "/api-keys", data={"name": "x", "csrf_token": token},
                           headers={"Origin": "https://evil.example"}, timeout=9)
    assert foreign.status_code == 403
    without = browser.post(gateway.url + "/api-keys", data={"name": "may nothing", "scopes": "", "csrf_token": token}, timeout=9)
    assert without.status_code == 422 and "at least one scope" in without.text
    made = browser.post(gateway.url + "/api-keys", data={"name": "from the portal", "csrf_token": token}, timeout=9)
    assert made.status_code == 200 and "pk_wg_" in made.text
    key = "pk_wg_" + made.text.split("pk_wg_")[1][:36]
    assert gateway.send(key=key).status_code == 200
    assert key not in browser.get(gateway.url + "/api-keys", timeout=9).text


def test_wrong_passwords_say_the_same_and_do_not_lock_the_owner_out(gateway):
    def attempt(email, password):
        s = requests.Session()
        form = s.get(gateway.url + "/login", timeout=9).text
        token = form.split('name="csrf_token" value="')[1].split('"')[0] if 'name="csrf_token"' in form else ""
        return s.post(gateway.url + "/login", timeout=30, allow_redirects=False,
                      data={"email": email, "password": password, "csrf_token": token})
    wrong, nobody = attempt(gateway.demo["email"], "wrong password"), attempt("nobody@example.com", "wrong password")
    assert wrong.status_code == nobody.status_code and wrong.status_code in (401, 422)
    assert attempt(gateway.demo["email"], gateway.demo["password"]).status_code == 303


def test_sign_out_ends_the_session(gateway):
    browser = gateway.session()
    page = browser.get(gateway.url + "/overview", timeout=9).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    cookies = dict(browser.cookies)
    assert browser.post(gateway.url + "/logout", data={"csrf_token": token}, timeout=9).status_code == 200
    answer = requests.get(gateway.url + "/overview", cookies=cookies, allow_redirects=False, timeout=9)
    assert answer.status_code == 303


def test_everything_ends_with_serve(gateway):
    with harness.serving() as g:
        pids = list(g.children().values())
        g.stop()
        for pid in pids:
            assert not os.path.exists(f"/proc/{pid}"), pid


def test_settings_can_be_overridden_by_the_environment(gateway):
    assert "0.0.0.0" not in gateway.run("config", "show")
    gateway.environment["WAGATE_WEB_BIND"] = "0.0.0.0"
    try:
        assert "0.0.0.0" in gateway.run("config", "show")
    finally:
        del gateway.environment["WAGATE_WEB_BIND"]


def test_the_samples_in_conf_are_what_the_programs_say(tmp_path):
    """conf/ is written by `make conf`; a new route without it is found here."""
    subprocess.run([os.path.join(harness.ROOT, "tools/make-conf"), harness.BUILD, str(tmp_path)], check=True)
    for name in ("lighttpd.conf", "apache.conf", "htaccess"):
        with open(os.path.join(harness.ROOT, "conf", name)) as f:
            assert f.read() == (tmp_path / name).read_text(), f"conf/{name}: run make conf"


def test_a_database_of_another_build_is_refused_at_once():
    gateway = harness.Gateway().init()
    try:
        with contextlib.closing(sqlite3.connect(os.path.join(gateway.dir, "wagate.db"))) as db:
            db.execute("PRAGMA user_version = 1")
        refused = gateway.run("serve", check=False)
        assert refused.returncode == 1 and "run `wagate migrate`" in refused.stderr
    finally:
        gateway.close()
