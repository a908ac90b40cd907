#!/usr/bin/env python3
"""data/policy-reference.json -> policy_reference.cc: a row a service, its actions and condition keys as lines of one text each,
so that the program loads without an address for each of them."""

import json
import pathlib
import sys


def literal(names):
    if any('"' in name or "\\" in name for name in names):
        raise SystemExit("policy-reference.json: a name needs escaping")
    return '"' + "".join(name + "\\n" for name in names) + '"'


def main(source, target):
    services = json.loads(source.read_text())["services"]
    rows = [f'    {{"{prefix}", {literal(facts["actions"])}, {literal(facts["keys"])}}},\n'
            for prefix, facts in sorted(services.items())]
    text = (
        "// Made by codegen/policy_reference.py from data/policy-reference.json.\n"
        '#include "data/policy_reference.h"\n\n'
        "namespace haar::data::detail {\n\n"
        f"extern const std::size_t service_reference_count = {len(rows)};\n"
        "extern constexpr ServiceReference service_reference_table[] = {\n" + "".join(rows) +
        "};\n\n}  // namespace haar::data::detail\n"
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
