# SPDX-License-Identifier: Apache-2.0
"""What every row of the benchmark needs: the table, load, a stand-in for Meta, memory and CPU of processes."""
import contextlib
import os
import re
import signal
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, sys.argv[1] if len(sys.argv) > 1 else "build")
os.environ["WAGATE_BUILD"] = BUILD
sys.path[:0] = [os.path.join(ROOT, "tests/system"), os.path.join(HERE, "peers")]
import harness  # noqa: E402

REPEAT = int(os.environ.get("REPEAT", 3))
SECONDS = int(os.environ.get("SECONDS", 5))
ROWS = set(sys.argv[2:])
table = []


def wanted(*rows):
    return not ROWS or ROWS & set(rows)


def row(name, what, value, goal, met):
    table.append((name, what, value, goal, "yes" if met else "NO"))
    print(f"{name:4} {what:62} {value:>22}   goal {goal:24} {'met' if met else 'NOT MET'}", flush=True)


def not_measured(name, what, goal, why):
    table.append((name, what, "-", goal, f"not measured: {why}"))
    print(f"{name:4} {what:62} {'-':>22}   goal {goal:24} not measured: {why}", flush=True)


def wrk(url, script, clients, seconds=SECONDS):
    out = subprocess.run(["wrk", "-t2" if clients > 64 else "-t1", f"-c{clients}", f"-d{seconds}s", "--latency",
                          "--timeout", "20s", "-s", script, url], capture_output=True, text=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    scale = {"us": 0.001, "ms": 1, "s": 1000}
    latency = {}
    for percent in ("50%", "99%"):
        value, unit = re.search(rf"\s{percent}\s+([\d.]+)(us|ms|s)", out).groups()
        latency[percent] = float(value) * scale[unit]
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    errors = re.search(r"Socket errors: (.*)", out)
    return {"rate": rate, "p50": latency["50%"], "p99": latency["99%"], "bad": int(bad.group(1)) if bad else 0,
            "errors": errors.group(1) if errors else "", "requests": int(re.search(r"(\d+) requests in", out).group(1))}


def median(rounds, key):
    return statistics.median(r[key] for r in rounds)


def compiled(folder, name):
    """One of the C programs beside this file."""
    binary = os.path.join(folder, name)
    if not os.path.exists(binary):
        subprocess.run([os.environ.get("CC", "gcc"), "-std=gnu17", "-D_GNU_SOURCE", "-O2", "-o", binary,
                        os.path.join(HERE, name + ".c"), os.path.join(HERE, "server.c"), "-lssl", "-lcrypto"], check=True)
    return binary


def certificate(folder):
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    if not os.path.exists(cert):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=IP:127.0.0.1,DNS:localhost"], check=True, capture_output=True)
    return cert, key


class Upstream:
    """Our own mock of Meta behind TLS, and nginx as a plain reverse proxy to it: the floor."""

    def __init__(self, folder, delay_ms):
        self.port, self.nginx_port = harness.free_port(), harness.free_port()
        cert, key = certificate(folder)
        self.cert = cert
        self.url = f"https://127.0.0.1:{self.port}"
        self.settings = {"cloud.graph_url": self.url, "cloud.ca_file": cert, **harness.WIDE}
        self.mock = subprocess.Popen([compiled(folder, "mock_upstream"), str(self.port), str(delay_ms), cert, key])
        run = os.path.join(folder, f"nginx-{self.nginx_port}")
        os.makedirs(run)
        conf = os.path.join(run, "nginx.conf")
        with open(conf, "w") as f:
            f.write(f"""
worker_processes 2; daemon off; pid {run}/pid; error_log {run}/error.log; worker_rlimit_nofile 16384;
events {{ worker_connections 8192; }}
http {{ access_log off; client_body_temp_path {run}/b; proxy_temp_path {run}/p; fastcgi_temp_path {run}/f;
  uwsgi_temp_path {run}/u; scgi_temp_path {run}/s;
  upstream mock {{ server 127.0.0.1:{self.port}; keepalive 1024; keepalive_requests 1000000; }}
  server {{ listen 127.0.0.1:{self.nginx_port} backlog=4096; keepalive_requests 1000000;
    location / {{ proxy_pass https://mock; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_ssl_session_reuse on; }} }} }}
""")
        self.nginx = subprocess.Popen(["/usr/sbin/nginx", "-c", conf, "-p", run], stderr=subprocess.DEVNULL)
        self.nginx_url = f"http://127.0.0.1:{self.nginx_port}"
        harness.until(lambda: subprocess.run(["curl", "-s", "-d{}", self.nginx_url], capture_output=True).stdout, 10, "nginx")

    def close(self):
        for p in (self.nginx, self.mock):
            p.send_signal(signal.SIGTERM)
            p.wait()


def processes(gateway):
    return [gateway.process.pid] + list(gateway.children().values())


def cpu_seconds(pids):
    ticks = 0
    for pid in pids:
        with contextlib.suppress(FileNotFoundError):
            with open(f"/proc/{pid}/stat") as f:
                fields = f.read().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def pss_mib(pids):
    total = 0
    for pid in pids:
        with contextlib.suppress(FileNotFoundError):
            with open(f"/proc/{pid}/smaps_rollup") as f:
                total += int(re.search(r"^Pss:\s+(\d+)", f.read(), re.M).group(1))
    return total / 1024
