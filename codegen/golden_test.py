#!/usr/bin/env python3
"""Compares what the generator makes of toy models that have every trait with codegen/golden/expected, and
shows that what must be refused is. `--update-golden` rewrites the expectation: read the diff before you
commit it."""
import json
import pathlib
import shutil
import sys
import tempfile

from generate import write_headers, write_tables
from model import Model, ModelError, apply_patch, check_unique, error_table

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE / "golden"


def refused(what, action) -> bool:
    try:
        action()
    except ModelError as error:
        print(f"ok: {what} is refused: {error}")
        return True
    print(f"FAILED: {what} was accepted")
    return False


def check_refusals() -> bool:
    patch = {"op": "test", "path": "/a", "value": 2, "reason": "because"}
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder)
        (source / "data/errors").mkdir(parents=True)
        (source / "data/errors/toy.json").write_text(json.dumps({"errors": [
            {"code": "X", "status": 400, "fault": "sender"}]}))
        empty = Model({"metadata": {"protocol": "query"}, "operations": {}, "shapes": {}})
        return all([
            refused("a patch without a reason", lambda: apply_patch({"a": 1}, {**patch, "reason": ""}, "patch")),
            refused("a patch whose test fails", lambda: apply_patch({"a": 1}, patch, "patch")),
            refused("a patch of nothing", lambda: apply_patch({}, {**patch, "op": "replace"}, "patch")),
            refused("an unknown operation", lambda: apply_patch({"a": 1}, {**patch, "op": "move"}, "patch")),
            refused("an error without a source", lambda: error_table(source, "toy", empty)),
            refused("two errors of one name", lambda: check_unique(["AB", "AB"], "toy"))])


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder)
        write_headers(GOLDEN, out, ["toy", "toyjson"])
        write_tables(GOLDEN, out, ["toy", "toyjson"])
        made = {f"{f.relative_to(out)}.txt": f.read_text() for f in sorted(out.rglob("*")) if f.is_file()}
        if "--update-golden" in sys.argv:
            shutil.rmtree(GOLDEN / "expected", ignore_errors=True)
            for name, text in made.items():
                (GOLDEN / "expected" / name).parent.mkdir(parents=True, exist_ok=True)
                (GOLDEN / "expected" / name).write_text(text)
        expected = {str(f.relative_to(GOLDEN / "expected")): f.read_text()
                    for f in sorted((GOLDEN / "expected").rglob("*")) if f.is_file()}
        good = made == expected
        for name in sorted(set(made) | set(expected)):
            if made.get(name) != expected.get(name):
                print(f"FAILED: {name} is not as in codegen/golden/expected; see codegen/golden_test.py")
    return 0 if check_refusals() and good else 1


if __name__ == "__main__":
    sys.exit(main())
