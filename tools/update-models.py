#!/usr/bin/env python3
"""Fetches AWS's API models from the botocore package on PyPI and writes them to models/.

    tools/update-models.py [botocore version]

Documentation and the traits that only documentation needs are stripped; one shape or operation is one
line, so that an update reads as a diff. The files are never edited by hand: repairs belong in
models/patches/. Afterwards: change the version in models/README.md and below, and run ./check.
"""
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile

BOTOCORE = "1.43.11"
SERVICES = {"iam": "2010-05-08", "sts": "2011-06-15", "organizations": "2016-11-28",
            "ec2": "2016-11-15", "rds": "2014-10-31",
            "elasticache": "2015-02-02",
            "resourcegroupstaggingapi": "2017-01-26"}
STRIPPED = {"documentation", "documentationUrl", "deprecatedMessage", "deprecatedSince", "examples"}
ROOT = pathlib.Path(__file__).resolve().parent.parent


def strip(value, inside_members=False):
    """Removes the keys that hold prose; a member may itself be called `documentation`."""
    if isinstance(value, list):
        return [strip(v) for v in value]
    if not isinstance(value, dict):
        return value
    return {k: strip(v, k in ("members", "shapes", "operations")) for k, v in value.items()
            if inside_members or k not in STRIPPED}


def write(path, model):
    parts = []
    for section in ("metadata", "operations", "shapes"):
        rows = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}"
                          for k, v in sorted(model[section].items()))
        parts.append(f"{json.dumps(section)}: {{\n{rows}\n}}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n")


def main():
    version = sys.argv[1] if len(sys.argv) > 1 else BOTOCORE
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":none:",
                        "-d", folder, f"botocore=={version}"], check=True)
        wheel = next(pathlib.Path(folder).glob("botocore-*.whl"))
        with zipfile.ZipFile(wheel) as package:
            for service, api_version in SERVICES.items():
                raw = package.read(f"botocore/data/{service}/{api_version}/service-2.json.gz")
                write(ROOT / "models" / f"{service}.json", strip(json.loads(gzip.decompress(raw))))
                print(f"models/{service}.json: {api_version} of botocore {version}")


if __name__ == "__main__":
    main()
