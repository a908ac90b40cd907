#!/usr/bin/env python3
"""data/instance-types.tsv -> instance_types.cc: a table of the types, sorted by name, with each text once."""

import pathlib
import sys

TEXTS = ["manufacturer", "architectures", "hypervisor", "valid cores", "valid threads", "ena", "network", "disk type",
         "placement", "boot"]
COUNTS = ["vcpus", "cores", "threads", "memory", "BaselineBandwidthInMbps", "BaselineIops", "MaximumBandwidthInMbps",
          "MaximumIops", "ebs attachments", "interfaces", "ipv4", "ipv6", "disk count", "disk size", "zones"]


def scaled(text, factor):
    return round(float(text or 0) * factor)


def main(source, target):
    lines = [line for line in source.read_text().splitlines() if not line.startswith("#")]
    zones = [line.split("\t", 1)[1] for line in lines if line.startswith("zones\t")]
    header, *rows = (line.split("\t") for line in lines if not line.startswith("zones\t"))
    texts, table = [""], []
    for row in sorted((dict(zip(header, cells, strict=True)) for cells in rows), key=lambda row: row["type"]):
        for name in TEXTS:
            if row[name] not in texts:
                texts.append(row[name])
        fields = [f'"{row["type"]}"', *(f"{{{texts.index(row[name])}}}" for name in TEXTS),
                  *(row[name] or "0" for name in COUNTS), scaled(row["clock"], 10), scaled(row["network baseline"], 1000),
                  scaled(row["network peak"], 1000),
                  scaled(row["BaselineThroughputInMBps"], 1000), scaled(row["MaximumThroughputInMBps"], 1000),
                  " | ".join("flag::" + flag.replace("-", "_") for flag in row["flags"].split()) or "0"]
        table.append("    {" + ", ".join(map(str, fields)) + "},\n")
    if len(texts) > 255:
        raise SystemExit("instance-types.tsv: an index of a text no longer fits into a byte")
    out = ["// Made by codegen/instance_types.py from data/instance-types.tsv.\n", '#include "data/instance_types.h"\n\n',
           "namespace haar::data::detail {\n\n", "using namespace instance_type_flags;\n\n",
           "extern constexpr std::string_view instance_type_texts[] = {\n", *(f'    "{text}",\n' for text in texts), "};\n",
           "extern constexpr std::string_view instance_type_zones[] = {\n", *(f'    "{text}",\n' for text in zones), "};\n",
           f"extern const std::size_t instance_type_count = {len(table)};\n",
           "extern constexpr InstanceType instance_type_table[] = {\n", *table, "};\n\n}  // namespace haar::data::detail\n"]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("".join(out).replace("flag::", ""))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
