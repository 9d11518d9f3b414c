# SPDX-License-Identifier: Apache-2.0
"""What every lint check shares: the tree's files, C without comments, and one way to complain."""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def files(*endings, under=""):
    """Paths of the project's own files (tracked, or new and not ignored)."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", under or "."],
        cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return sorted({p for p in listed if p.endswith(endings) and os.path.exists(os.path.join(ROOT, p))})


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        return f.read()


_TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def code(text, strings=False):
    """C text with comments (and, unless wanted, the insides of strings) blanked, lines kept."""
    def blank(match):
        token = match.group(0)
        if token[0] in "\"'" and (strings or len(token) < 3):
            return token
        return re.sub(r"[^\n]", " ", token)
    return _TOKEN.sub(blank, text)


def finish(name, problems):
    for problem in problems:
        print(f"{name}: {problem}")
    sys.exit(1 if problems else 0)
