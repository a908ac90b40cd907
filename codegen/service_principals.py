#!/usr/bin/env python3
"""data/service-principals.json and data/service-names.json -> service_principals.cc: sorted constant tables.

A service's prefix in policies with the domain is taken as its principal unless AWS was seen to refuse it: a real
principal that is refused does more harm than one too many.
"""

import json
import pathlib
import re
import sys

DOMAIN = ".amazonaws.com"


def table(name, rows):
    lines = "".join(f'    "{row}",\n' for row in sorted(rows))
    return (f"extern const std::size_t {name}_count = {len(rows)};\n"
            f"extern constexpr std::string_view {name}_table[] = {{\n{lines}}};\n\n")


def main(principals, services, target):
    facts = json.loads(principals.read_text())
    prefixes = json.loads(services.read_text())["names"]
    known = {*facts["tried"], *facts["documented"], *(prefix + DOMAIN for prefix in prefixes)} - set(facts["refused"])
    rows = [name.removesuffix(DOMAIN) for name in known]
    for row in [*rows, *facts["inEveryRegion"], *facts["optInRegions"]]:
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", row):
            raise SystemExit(f"service-principals.json: {row} is no name")
    text = (
        "// Made by codegen/service_principals.py from data/service-principals.json and data/service-names.json.\n"
        '#include "data/service_principals.h"\n\n'
        "namespace haar::data::detail {\n\n"
        + table("service_principal", rows)
        + table("principal_in_every_region", facts["inEveryRegion"])
        + table("opt_in_region", facts["optInRegions"])
        + "}  // namespace haar::data::detail\n"
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


if __name__ == "__main__":
    main(*(pathlib.Path(argument) for argument in sys.argv[1:4]))
