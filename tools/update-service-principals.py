#!/usr/bin/env python3
"""Brings the "tried" principals of data/service-principals.json up to date from the Python package iam-floyd
(Apache-2.0), whose list its makers try on IAM. The other parts of the file are kept by hand. Needs pip.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
DATA = ROOT / "data" / "service-principals.json"
PACKAGE = "iam-floyd"
MODULE = "iam_floyd/_aws_service_principals.py"


def fetch(folder):
    """The module's text, and the package's version."""
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, PACKAGE], check=True)
    wheel = next(pathlib.Path(folder).glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(MODULE).decode(), wheel.name.split("-")[1]


def main():
    with tempfile.TemporaryDirectory() as folder:
        text, version = fetch(folder)
    facts = json.loads(DATA.read_text())
    # A name that IAM has come to refuse stays in the list with a note in the text below it.
    found = re.findall(r"= '([a-z0-9.-]+\.amazonaws\.com)'\n\s*\"\"\"(.*?)\"\"\"", text, re.DOTALL)
    tried = sorted({name for name, note in found if "IAM rejects" not in note})
    source = re.sub(r"iam-floyd \S+", f"iam-floyd {version}", facts["source"])
    parts = ['"source": ' + json.dumps(source), '"tried": [\n' + ",\n".join(map(json.dumps, tried)) + "\n]"]
    for part in ("documented", "refused"):
        rows = [f"{json.dumps(name)}: {json.dumps(why)}" for name, why in sorted(facts[part].items())]
        parts.append(json.dumps(part) + ": {\n" + ",\n".join(rows) + "\n}")
    parts += [f"{json.dumps(part)}: {json.dumps(facts[part])}" for part in ("inEveryRegion", "optInRegions")]
    DATA.write_text("{\n" + ",\n".join(parts) + "\n}\n")


if __name__ == "__main__":
    main()
