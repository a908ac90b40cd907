#!/usr/bin/env python3
"""API models -> C++ structs, schema tables and error factories.

    generate.py --out <folder> --headers iam sts ...    <service>/<Operation>.h each, and <service>/service.h
    generate.py --out <folder> --tables iam sts ...     <service>.cc each
    generate.py --list iam sts ...                      the files of --headers, a line each
    generate.py --show iam.CreateUser                   prints the structs of one operation
    generate.py --out <folder> --protocol-tests         the cases of test/wire/protocol-tests

Headers are made for every operation, so that a file that names one more includes what is there already, and
nothing else is compiled again. Tables are made for the operations whose headers are included; names and errors for
all. A file is rewritten only when its contents change.
"""
import argparse
import json
import pathlib
import sys

from emit import Emitter, header_path
from model import Model, ModelError, error_table, load_model, operations_in_use, write_if_changed
from protocol_tests import generate_protocol_tests

def emitter_for(source: pathlib.Path, service: str, used: set) -> Emitter:
    model = Model(load_model(source, service))
    for name in sorted(used - set(model.operations)):
        print(f"generate.py: {name} is no operation of {service}", file=sys.stderr)
    return Emitter(service, service, model, used, error_table(source, service, model))


def write_headers(source: pathlib.Path, out: pathlib.Path, services: list) -> None:
    for service in services:
        for path, text in emitter_for(source, service, set()).headers().items():
            write_if_changed(out / path, text)


def write_tables(source: pathlib.Path, out: pathlib.Path, services: list) -> None:
    used = operations_in_use(source, services)
    for service in services:
        write_if_changed(out / f"{service}.cc", emitter_for(source, service, used[service]).source())


def list_headers(source: pathlib.Path, services: list) -> None:
    for service in services:
        operations = json.loads((source / "models" / f"{service}.json").read_text())["operations"]
        print("\n".join([f"{service}/service.h"] + [header_path(service, name) for name in operations]))


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
    for mode in ("--headers", "--tables", "--list", "--protocol-tests"):
        parser.add_argument(mode, action="store_true")
    parser.add_argument("services", nargs="*")
    arguments = parser.parse_args()
    try:
        if arguments.show:
            show(arguments.source, arguments.show)
        if arguments.protocol_tests:
            generate_protocol_tests(arguments.source, arguments.out)
        if arguments.headers:
            write_headers(arguments.source, arguments.out, arguments.services)
        if arguments.tables:
            write_tables(arguments.source, arguments.out, arguments.services)
        if arguments.list:
            list_headers(arguments.source, arguments.services)
    except ModelError as error:
        print(f"generate.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
