# SPDX-License-Identifier: Apache-2.0
"""Starts what a customer would write instead of wagate (send.php, send.mjs), each with a database of its own."""
import contextlib
import glob
import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess

import harness

HERE = os.path.dirname(os.path.abspath(__file__))


class NotMeasured(Exception):
    """A peer cannot run here; the text says why."""


def database(path, demo):
    """A fresh database that knows the gateway's key and instance, so that one request fits all."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        with open(os.path.join(HERE, "schema.sql"), encoding="utf-8") as f:
            db.executescript(f.read())
        db.execute("INSERT INTO api_key VALUES (?, 'acc_1', NULL)",
                   (hashlib.sha256(demo["production_key"].encode()).hexdigest(),))
        db.execute("INSERT INTO instance VALUES (?, 'acc_1', ?, 'token')",
                   (demo["instance_id"], demo["phone_number_id"]))
        db.commit()
    return path


class Peer:
    """Processes that answer POST /api/send-message at .url; a context manager. The classes below say how they are
    started, and prepare() raises NotMeasured where they cannot be."""

    def __init__(self, folder, build, upstream, demo):
        self.folder = os.path.join(folder, self.name)
        os.makedirs(self.folder)
        self.build = build
        self.port = harness.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = database(os.path.join(self.folder, "peer.db"), demo)
        self.environment = {"PEER_DATABASE": self.database, "PEER_UPSTREAM": upstream.url, "PEER_CA": upstream.cert,
                            "PEER_PORT": str(self.port)}
        self.processes = []

    def run(self, *command, **more):
        with open(os.path.join(self.folder, "out"), "ab") as out:
            self.processes.append(subprocess.Popen(command, env={**os.environ, **self.environment}, stdout=out,
                                                   stderr=out, **more))

    def refuses(self):
        """It answers: to an empty request it must say no."""
        return subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-d{}", "-H",
                               "Content-Type: application/json", self.url + "/api/send-message"],
                              capture_output=True).stdout in (b"400", b"401")

    def __enter__(self):
        try:
            self.start()
            harness.until(self.refuses, 20, f"{self.name} to answer")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            process.wait()

    def recorded(self):
        """How many sends its database holds with their outcome: a peer that keeps nothing is no peer."""
        with contextlib.closing(sqlite3.connect(self.database)) as db:
            return db.execute("SELECT count(*) FROM message WHERE status = 'sent' AND provider_id IS NOT NULL").fetchone()[0]


class PhpFpm(Peer):
    """With opcache, behind nginx: a child for each of 64 clients, because PHP waits while Meta answers."""
    name = "PHP-FPM"

    @staticmethod
    def program():
        return (sorted(glob.glob("/usr/sbin/php-fpm*")) or [None])[-1]

    @classmethod
    def prepare(cls, _build):
        if not cls.program():
            raise NotMeasured("php-fpm is not installed")

    def start(self):
        root = os.getuid() == 0
        fpm, nginx = os.path.join(self.folder, "fpm.conf"), os.path.join(self.folder, "nginx.conf")
        with open(fpm, "w", encoding="utf-8") as f:
            f.write(f"""[global]
daemonize = no
error_log = {self.folder}/fpm.log
[send]
{"user = root" if root else ""}
listen = {self.folder}/fpm.sock
listen.backlog = 4096
pm = static
pm.max_children = 64
php_admin_value[opcache.enable] = 1
""" + "".join(f"env[{name}] = {value}\n" for name, value in self.environment.items()))
        with open(nginx, "w", encoding="utf-8") as f:
            f.write(f"""
{"user root;" if root else ""} worker_processes 2; daemon off;
pid {self.folder}/nginx.pid; error_log {self.folder}/nginx.log;
events {{ worker_connections 4096; }}
http {{ access_log off; client_body_temp_path {self.folder}/b; proxy_temp_path {self.folder}/p;
  fastcgi_temp_path {self.folder}/f; uwsgi_temp_path {self.folder}/u; scgi_temp_path {self.folder}/s;
  upstream fpm {{ server unix:{self.folder}/fpm.sock; }}
  server {{ listen 127.0.0.1:{self.port} backlog=4096; keepalive_requests 1000000;
    location = /api/send-message {{
      fastcgi_pass fpm; include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME {HERE}/send.php; }} }} }}
""")
        self.run(self.program(), "-F", *(["-R"] if root else []), "-y", fpm)
        self.run("/usr/sbin/nginx", "-c", nginx, "-p", self.folder)


class Node(Peer):
    """One process: a second one would fight it for SQLite's lock."""
    name = "Node"

    @staticmethod
    def place(build):
        return os.path.join(build, "bench-peers")

    @classmethod
    def prepare(cls, build):
        """Install the packages; better-sqlite3 is compiled where no binary can be had, which takes a minute."""
        for program in ("node", "npm"):
            if not shutil.which(program):
                raise NotMeasured(f"{program} is not installed")
        place, wanted = cls.place(build), os.path.join(HERE, "package.json")
        done = os.path.join(place, "node_modules", ".done")
        os.makedirs(place, exist_ok=True)
        if os.path.exists(done) and os.path.getmtime(done) >= os.path.getmtime(wanted):
            return
        shutil.copy(wanted, place)
        with open(os.path.join(place, "npm.log"), "w", encoding="utf-8") as log:
            for command in (["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"],
                            ["node", "-e", "new (require('better-sqlite3'))(':memory:')"]):
                if subprocess.run(command, cwd=place, stdout=log, stderr=log).returncode != 0:
                    raise NotMeasured(f"npm could not install its packages, see {log.name}")
        with open(done, "w", encoding="utf-8"):
            pass

    def start(self):
        shutil.copy(os.path.join(HERE, "send.mjs"), self.place(self.build))
        self.environment["NODE_ENV"] = "production"
        self.run("node", "send.mjs", cwd=self.place(self.build))
