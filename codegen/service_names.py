#!/usr/bin/env python3
"""data/service-names.json -> service_names.cc: one constant table, sorted by prefix."""

import json
import pathlib
import sys


def main(source, target):
    names = json.loads(source.read_text())["names"]
    rows = []
    for prefix, name in sorted(names.items()):
        if '"' in prefix + name or "\\" in prefix + name:
            raise SystemExit(f"service-names.json: {prefix} needs escaping")
        rows.append(f'    {{"{prefix}", "{name}"}},\n')
    text = (
        "// Made by codegen/service_names.py from data/service-names.json.\n"
        '#include "data/service_names.h"\n\n'
        "namespace haar::data::detail {\n\n"
        f"extern const std::size_t service_name_count = {len(rows)};\n"
        "extern constexpr ServiceName service_name_table[] = {\n"
        + "".join(rows)
        + "};\n\n}  // namespace haar::data::detail\n"
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
