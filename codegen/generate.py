#!/usr/bin/env python3
"""API models -> C++ structs, schema tables and error factories.

    generate.py --source <repository> --out <folder> iam sts ...    <service>.h and <service>.cc each
    generate.py --source <repository> --show iam.CreateUser         prints the structs of one operation
    generate.py --source <repository> --out <folder> --protocol-tests   the cases of test/wire/protocol-tests

Shapes are emitted for the operations that the sources name as `ops::Name`, and for all of the services in
WHOLE; names and errors for all.
A file is rewritten only when its contents change, so that an edit elsewhere rebuilds nothing.
"""
import argparse
import pathlib
import sys

from emit import Emitter
from model import Model, ModelError, error_table, load_model, operations_in_use, write_if_changed
from protocol_tests import generate_protocol_tests

# Services of which haar builds every operation: emitted whole, so that a new row rebuilds its own file only.
WHOLE = {"iam", "sts"}


def emitter_for(source: pathlib.Path, service: str, used: set) -> Emitter:
    model = Model(load_model(source, service))
    for name in sorted(used - set(model.operations)):
        print(f"generate.py: ops::{name} is no operation of {service}", file=sys.stderr)
    return Emitter(service, service, model, used, error_table(source, service, model))


def generate(source: pathlib.Path, out: pathlib.Path, services: list) -> None:
    used = operations_in_use(source, services)
    for service in services:
        if service in WHOLE:
            used[service] = set(Model(load_model(source, service)).operations)
        emitter = emitter_for(source, service, used[service])
        write_if_changed(out / f"{service}.h", emitter.header())
        write_if_changed(out / f"{service}.cc", emitter.source())


def show(source: pathlib.Path, what: str) -> None:
    service, _, operation = what.partition(".")
    emitter = emitter_for(source, service, {operation})
    for structure in emitter.structures:
        print(emitter.structure(structure) + "\n")
    for name in emitter.used:
        print(f"{name}: {emitter.shape_of(name, 'input')} -> {emitter.shape_of(name, 'output')}")


def main() -> int:
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=pathlib.Path, default=here.parent)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--show", metavar="SERVICE.OPERATION")
    parser.add_argument("--protocol-tests", action="store_true")
    parser.add_argument("services", nargs="*")
    arguments = parser.parse_args()
    try:
        if arguments.show:
            show(arguments.source, arguments.show)
        if arguments.protocol_tests:
            generate_protocol_tests(arguments.source, arguments.out)
        elif arguments.out:
            generate(arguments.source, arguments.out, arguments.services)
    except ModelError as error:
        print(f"generate.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
