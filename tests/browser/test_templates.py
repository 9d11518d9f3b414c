# SPDX-License-Identifier: Apache-2.0
"""Templates and the structs that fill them, without a browser: the programs check themselves."""
import glob
import json
import os
import shutil
import subprocess

import pytest
from chromium import harness

TEMPLATES = os.path.join(harness.ROOT, "templates")
PROGRAMS = sorted(glob.glob(os.path.join(harness.BUILD, "cgi-bin/*.fcgi")))


def check(program, templates=TEMPLATES):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WAGATE_")}
    return subprocess.run([program, "--check-pages"], env=dict(environment, WAGATE_WEB_TEMPLATES=templates),
                          capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("program", PROGRAMS, ids=os.path.basename)
def test_every_page_shows_samples_full_of_markup_as_text(program):
    result = check(program)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("mistake", ["{{no_such_name}}", "<b>", "{{#open}}"])
def test_a_mistake_in_a_template_is_found(tmp_path, mistake):
    shutil.copytree(TEMPLATES, tmp_path / "t")
    with open(tmp_path / "t" / "api-keys.html", "a") as f:
        f.write(mistake)
    result = check(os.path.join(harness.BUILD, "cgi-bin/api-keys.fcgi"), str(tmp_path / "t"))
    assert result.returncode == 1 and "api-keys.html" in result.stderr


def test_no_template_is_left_over():
    shown = {"layout.html", "error.html"}
    for program in PROGRAMS:
        described = subprocess.run([program, "--describe"], capture_output=True, text=True, timeout=60).stdout
        shown.update(json.loads(described)["pages"])
    there = {os.path.basename(path) for path in glob.glob(os.path.join(TEMPLATES, "*.html"))}
    assert there == shown
    text = "".join(open(path).read() for path in glob.glob(os.path.join(TEMPLATES, "**/*.html"), recursive=True))
    for part in glob.glob(os.path.join(TEMPLATES, "part/*.html")):
        assert "{{> " + os.path.basename(part)[:-5] + "}}" in text, part
