#!/usr/bin/env python3
"""Fetches AWS's API models from the botocore package on PyPI and writes them to models/.

    tools/update-models.py [botocore version]

Documentation and the traits that only documentation needs are stripped; one shape or operation is one
line, so that an update reads as a diff. The files are never edited by hand: repairs belong in
models/patches/. What became new is printed by service: operations, members of inputs and outputs, values of
enumerations; what went, and which constraints changed. Each new member of an input that haar serves has to be built or refused.
Afterwards: change the version in models/README.md, test/requirements.txt and below, and run ./check.
"""
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile

BOTOCORE = "1.44.8"
SERVICES = {"iam": "2010-05-08", "sts": "2011-06-15", "organizations": "2016-11-28",
            "ec2": "2016-11-15", "secretsmanager": "2017-10-17", "rds": "2014-10-31",
            "elasticache": "2015-02-02",
            "resourcegroupstaggingapi": "2017-01-26",
            "rdsdata": "2018-08-01", "cloudwatch": "2010-08-01",
            "accessanalyzer": "2019-11-01", "cloudtrail": "2013-11-01", "account": "2021-02-01"}
# Where botocore calls a service by another name than a folder and a namespace here can have.
FOLDERS = {"rdsdata": "rds-data"}
STRIPPED = {"documentation", "documentationUrl", "deprecatedMessage", "deprecatedSince", "examples"}
SHOWN_OPERATIONS = 6  # of those that share a member
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


def shapes_below(model, name, found):
    """Adds the shape and all that it consists of to `found`."""
    if name in found:
        return
    found.add(name)
    shape = model["shapes"][name]
    parts = list(shape.get("members", {}).values()) + [shape[k] for k in ("member", "key", "value") if k in shape]
    for part in parts:
        shapes_below(model, part["shape"], found)


def uses(model):
    """{shape: {"input": operations that take it, "output": operations that give it}}"""
    found = {}
    for operation, entry in sorted(model["operations"].items()):
        for side in ("input", "output"):
            below = set()
            if side in entry:
                shapes_below(model, entry[side]["shape"], below)
            for shape in below:
                found.setdefault(shape, {}).setdefault(side, []).append(operation)
    return found


def users(sides):
    """"input of CreateRole, UpdateRole; output of GetRole", shortened."""
    def names(operations):
        more = len(operations) - SHOWN_OPERATIONS
        return ", ".join(operations[:SHOWN_OPERATIONS]) + (f" and {more} more" if more > 0 else "")
    return "; ".join(f"{side} of {names(operations)}" for side, operations in sorted(sides.items()))


def report(service, before, after):
    """Prints what differs: + for the new, - for the gone, ! for the changed. What a new operation or a new member brings along is
    told by its name alone."""
    def told(old, new, what):
        for sign, names in (("+", sorted(set(new) - set(old))), ("-", sorted(set(old) - set(new)))):
            if names:
                print(f"  {sign} {service}: {what.format(', '.join(names))}")

    old_uses, new_uses = uses(before), uses(after)
    told(before["operations"], after["operations"], "operations {}")
    for name in sorted(old_uses.keys() & new_uses.keys()):
        old, new = before["shapes"][name], after["shapes"][name]
        told(old.get("members", ()), new.get("members", ()), f"members {name}.{{}} ({users(new_uses[name])})")
        told(old.get("enum", ()), new.get("enum", ()), f"values of {name}: {{}}")
        for trait in ("required", "min", "max", "pattern"):
            if old.get(trait) != new.get(trait):
                print(f"  ! {service}: {trait} of {name}: {old.get(trait)} -> {new.get(trait)} ({users(new_uses[name])})")


def main():
    version = sys.argv[1] if len(sys.argv) > 1 else BOTOCORE
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":none:",
                        "-d", folder, f"botocore=={version}"], check=True)
        wheel = next(pathlib.Path(folder).glob("botocore-*.whl"))
        with zipfile.ZipFile(wheel) as package:
            for service, api_version in SERVICES.items():
                raw = package.read(f"botocore/data/{FOLDERS.get(service, service)}/{api_version}/service-2.json.gz")
                path = ROOT / "models" / f"{service}.json"
                before = json.loads(path.read_text()) if path.exists() else {"operations": {}, "shapes": {}}
                after = strip(json.loads(gzip.decompress(raw)))
                write(path, after)
                print(f"models/{service}.json: {api_version} of botocore {version}")
                report(service, before, after)


if __name__ == "__main__":
    main()
