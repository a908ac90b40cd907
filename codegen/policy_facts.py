#!/usr/bin/env python3
"""data/policy-facts.json -> policy_facts.cc: sorted tables of texts, keys in lower case."""
import json
import pathlib
import sys


def table(name, texts):
    rows = "".join(f'    "{text}",\n' for text in texts)
    return (f"const std::string_view {name}_table[] = {{\n{rows}}};\n"
            f"const std::size_t {name}_count = {len(texts)};\n")


def main(source, target):
    facts = json.loads(source.read_text())
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f"// From {source.name} ({facts['source']}). Generated.\n"
                      '#include "data/policy_facts.h"\n\nnamespace haar::data::detail {\n\n'
                      + table("rcp_service", sorted(facts["rcpServices"])) + "\n"
                      + table("multivalued_key", sorted(key.lower() for key in facts["multiValuedKeys"]))
                      + "\n}  // namespace haar::data::detail\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
