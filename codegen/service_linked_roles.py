#!/usr/bin/env python3
"""data/service-linked-roles.tsv -> service_linked_roles.cc: one constant table, sorted by service principal."""

import pathlib
import sys


def main(source, target):
    rows = {}
    for line in source.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        principal, role, policy, suffix, *description = line.split("\t")
        if suffix not in ("suffix", "-") or len(description) > 1 or '"' in line or "\\" in line or principal in rows:
            raise SystemExit(f"{source.name}: not understood: {line}")
        rows[principal] = (f'    {{"{principal}", "{role}", "{policy}", "{"".join(description)}", '
                           f'{"true" if suffix == "suffix" else "false"}}},\n')
    text = (
        "// Made by codegen/service_linked_roles.py from data/service-linked-roles.tsv.\n"
        '#include "data/service_linked_roles.h"\n\n'
        "namespace haar::data::detail {\n\n"
        f"extern const std::size_t service_linked_role_count = {len(rows)};\n"
        "extern constexpr ServiceLinkedRole service_linked_role_table[] = {\n"
        + "".join(rows[principal] for principal in sorted(rows))
        + "};\n\n}  // namespace haar::data::detail\n"
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
