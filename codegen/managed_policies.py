#!/usr/bin/env python3
"""data/managed-policies.json and managed-policies-more.json -> managed_policies.cc: one constant table, sorted by ARN.

Nothing is parsed when haar starts: the table is read-only data, and a document is only looked at when a
principal uses its policy. The elements are put back into the order in which AWS writes them.
"""

import base64
import datetime
import hashlib
import json
import pathlib
import sys

TOP = ["Version", "Id", "Statement"]
STATEMENT = ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"]


def ordered(mapping, order):
    unknown = set(mapping) - set(order)
    if unknown:
        raise SystemExit(f"managed-policies.json: unknown elements {sorted(unknown)}")
    return {key: mapping[key] for key in order if key in mapping}


def document_text(document):
    out = ordered(document, TOP)
    statements = out["Statement"]
    if isinstance(statements, dict):
        out["Statement"] = ordered(statements, STATEMENT)
    else:
        out["Statement"] = [ordered(s, STATEMENT) for s in statements]
    return json.dumps(out, separators=(",", ":"), ensure_ascii=True)


def policy_id(arn):
    """ANPA and 17 characters of the unique ids' alphabet, the same in every installation."""
    digest = hashlib.sha256(arn.encode()).digest()
    return "ANPA" + base64.b32encode(digest).decode()[:17]


def seconds(date):
    return int(datetime.datetime.fromisoformat(date).timestamp())


def view(text):
    """A string_view literal: the delimiter must not occur, and the length is said so that nobody counts."""
    if ')haar"' in text:
        raise SystemExit("managed-policies.json: the raw string delimiter occurs in a document")
    return f'{{R"haar({text})haar", {len(text.encode())}}}'


def main(source, target):
    data = source.read_bytes()
    expected = source.with_name(source.name + ".sha256").read_text().split()[0]
    if hashlib.sha256(data).hexdigest() != expected:
        raise SystemExit(f"{source} does not have the SHA-256 of {source}.sha256")
    policies = json.loads(data)
    # What the first file lacks; a policy that it has by now is an entry to take out of the second.
    for name, policy in json.loads(source.with_name("managed-policies-more.json").read_text()).items():
        if policies.setdefault(name, policy) is not policy:
            raise SystemExit(f"managed-policies-more.json: {name} is in {source.name} already")
    rows = []
    for name, policy in policies.items():
        arn = policy["Arn"]
        fields = [
            view(arn),
            view(name),
            view(policy["Path"]),
            view(policy_id(arn)),
            view(policy["DefaultVersionId"]),
            str(seconds(policy["CreateDate"])),
            str(seconds(policy["UpdateDate"])),
            view(document_text(policy["Document"])),
        ]
        rows.append((arn, "    {" + ", ".join(fields) + "},\n"))
    rows.sort()
    text = (
        "// Made by codegen/managed_policies.py from data/managed-policies.json.\n"
        '#include "data/managed_policies.h"\n\n'
        "namespace haar::data::detail {\n\n"
        f"extern const std::size_t managed_policy_count = {len(rows)};\n"
        "extern constexpr ManagedPolicy managed_policy_table[] = {\n"
        + "".join(row for _, row in rows)
        + "};\n\n}  // namespace haar::data::detail\n"
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
