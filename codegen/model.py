"""API models: loading, patching (RFC 6902), and the questions that the emitter asks of them."""
import json
import pathlib
import re


class ModelError(Exception):
    """A model, patch or error table that cannot be used; the message says where and why."""


def write_if_changed(path: pathlib.Path, text: str) -> None:
    """Leaves a file alone that already says the same, so that nothing is rebuilt for it."""
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def load_model(source: pathlib.Path, service: str) -> dict:
    model = json.loads((source / "models" / f"{service}.json").read_text())
    patches = source / "models" / "patches" / f"{service}.json"
    if patches.exists():
        for operation in json.loads(patches.read_text()):
            apply_patch(model, operation, patches.name)
    return model


def apply_patch(document: dict, operation: dict, where: str) -> None:
    """One JSON Patch operation (add, replace, remove, test). `reason` is ours, and must be there."""
    if not operation.get("reason"):
        raise ModelError(f"{where}: {operation.get('path')} gives no reason")
    steps = [s.replace("~1", "/").replace("~0", "~") for s in operation["path"].split("/")[1:]]
    target = document
    try:
        for step in steps[:-1]:
            target = target[int(step)] if isinstance(target, list) else target[step]
        last = int(steps[-1]) if isinstance(target, list) and steps[-1] != "-" else steps[-1]
        if operation["op"] in ("replace", "remove", "test"):
            current = target[last]
    except (KeyError, IndexError):
        raise ModelError(f"{where}: {operation['path']} is not in the model") from None
    if operation["op"] == "remove":
        del target[last]
    elif operation["op"] == "test":
        if current != operation["value"]:
            raise ModelError(f"{where}: {operation['path']} is {current!r}, not what the patch was written for")
    elif operation["op"] in ("add", "replace"):
        if isinstance(target, list) and operation["op"] == "add":
            target.insert(len(target) if last == "-" else last, operation["value"])
        else:
            target[last] = operation["value"]
    else:
        raise ModelError(f"{where}: {operation['op']} is not supported")


def operations_in_use(source: pathlib.Path, services: list) -> dict:
    """service -> names of the operations whose header some file includes."""
    used = {service: set() for service in services}
    pattern = re.compile(r'^#include "model/(\w+)/(\w+)\.h"', re.MULTILINE)
    files = [f for folder in ("src", "test") for f in sorted((source / folder).rglob("*")) if f.suffix in (".cc", ".h")]
    for file in files:
        for service, name in pattern.findall(file.read_text(errors="replace")):
            if service in used and name != "service":
                used[service].add(name)
    return used


class Model:
    """One service's model with the traits resolved."""

    def __init__(self, document: dict):
        self.metadata = document["metadata"]
        self.operations = document["operations"]
        self.shapes = document["shapes"]
        self.protocol = self.metadata["protocol"]
        for shape in self.shapes.values():
            if shape.get("document"):
                shape["type"] = "document"  # the model calls it a structure without members

    def members(self, shape: str) -> list:
        """(member name, member definition) of a structure, in the model's order."""
        return list(self.shapes[shape].get("members", {}).items())

    def references(self, shape: str) -> list:
        """Member definitions that a shape holds: its members, its element, its key and value."""
        definition = self.shapes[shape]
        return [m for _, m in self.members(shape)] + [definition[k] for k in ("member", "key", "value")
                                                      if k in definition]

    def reachable(self, roots: list) -> list:
        """All shapes below the roots, each after those it holds by value (cycles are broken by Box)."""
        order, state = [], {}

        def visit(name):
            if name in state:
                return
            state[name] = True
            for reference in self.references(name):
                visit(reference["shape"])
            order.append(name)

        for root in roots:
            visit(root)
        return order

    def is_recursive(self, owner: str, target: str) -> bool:
        """Whether a member of `owner` that is of type `target` leads back to `owner`."""
        seen, queue = set(), [target]
        while queue:
            name = queue.pop()
            if name == owner:
                return True
            if name not in seen:
                seen.add(name)
                queue += [r["shape"] for r in self.references(name)]
        return False

    def request_name(self, name: str, member: dict) -> str:
        """The member's name in query parameters. ec2: queryName, else the capitalised locationName or name."""
        if self.protocol != "ec2":
            return member.get("locationName", name)
        if "queryName" in member:
            return member["queryName"]
        base = member.get("locationName", name)
        return base[:1].upper() + base[1:]

    def is_sensitive(self, member: dict) -> bool:
        """By the member's own trait or patch, its shape's, or that of a list's element."""
        shape = self.shapes[member["shape"]]
        return bool(member.get("sensitive") or shape.get("sensitive")
                    or ("member" in shape and self.is_sensitive(shape["member"])))


def error_table(source: pathlib.Path, service: str, model: Model) -> list:
    """[(wire code, HTTP status, fault)] of the model, data/errors/common.json and data/errors/<service>.json."""
    errors = {}
    for name, shape in sorted(model.shapes.items()):
        if not shape.get("exception"):
            continue
        trait = shape.get("error", {})
        status = trait.get("httpStatusCode", 500 if shape.get("fault") else 400)
        fault = "sender" if trait.get("senderFault", status < 500) else "receiver"
        errors.setdefault(trait.get("code", name), (status, fault))
    for file in (service, "common"):
        path = source / "data" / "errors" / f"{file}.json"
        if path.exists():
            for row in json.loads(path.read_text())["errors"]:
                if not row.get("source"):
                    raise ModelError(f"{path.name}: {row['code']} gives no source")
                errors.setdefault(row["code"], (row["status"], row["fault"]))
    return [(code, *rest) for code, rest in sorted(errors.items())]


def check_unique(names: list, what: str) -> None:
    """Two wire names that become one C++ name would hide one of them."""
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise ModelError(f"{what}: {', '.join(twice)} would be declared twice")


def error_code(model: Model, shape: str) -> str:
    return model.shapes[shape].get("error", {}).get("code", shape)
