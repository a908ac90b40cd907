#!/usr/bin/env python3
"""data/rds-parameters.tsv, data/rds-mysql-parameters.tsv -> rds_parameters.cc: one constant table, sorted by name."""

import json
import pathlib
import sys

REACH = {"engine": "engine", "held": "held", "fixed": "fixed"}
TYPES = {"boolean", "integer", "float", "string", "list"}


def row_of(line):
    name, majors, level, kind, allowed, apply, reach, engines, aurora, postgres, taken, description = line.split("\t")
    if kind not in TYPES or level not in ("both", "cluster") or apply not in ("static", "dynamic"):
        raise SystemExit(f"rds-parameters.tsv: not understood: {line}")
    bits = sum(1 << int(major) for major in majors.split(","))
    texts = [json.dumps(text) for text in (name, kind, allowed, aurora, postgres, taken, description)]
    flags = [str(flag).lower() for flag in ("aurora" in engines.split(","), level == "both", apply == "static")]
    return f"    {{{', '.join(texts)}, {bits}u, {', '.join(flags)}, ParameterReach::{REACH[reach]}}},\n"


def main(sources, target):
    lines = [line for source in sources for line in source.read_text().splitlines() if line and not line.startswith("#")]
    rows = [row_of(line) for line in sorted(lines, key=lambda line: line.split("\t")[0])]
    text = (
        "// Made by codegen/rds_parameters.py from data/rds-parameters.tsv and data/rds-mysql-parameters.tsv.\n"
        '#include "data/rds_parameters.h"\n\n'
        "namespace haar::data::detail {\n\n"
        f"extern const std::size_t rds_parameter_count = {len(rows)};\n"
        "extern constexpr RdsParameter rds_parameter_table[] = {\n" + "".join(rows) + "};\n\n}  // namespace haar::data::detail\n"
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


if __name__ == "__main__":
    main([pathlib.Path(name) for name in sys.argv[1:-1]], pathlib.Path(sys.argv[-1]))
