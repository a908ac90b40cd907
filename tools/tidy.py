#!/usr/bin/env python3
"""The repository's own rules, held by a test: layer order, banned names, lengths, no generated file in git.

Prints one line for each break, `path:line: what, and what to do instead`, and ends with 1 if there is any.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]

# In the order of src/main/services.cc: lowest first.
SERVICES = re.findall(r"^ +&(\w+)::manifest\(\),$", (ROOT / "src/main/services.cc").read_text(), re.MULTILINE)
# Lowest first: a folder may include those before it, and itself. `model/` and `data/` are generated.
LAYERS = ["base", "tls", "http", "wire", "data", "model", "store", "events", "auth", "policy", "frontdoor", "engines", "api", "web",
          "fleet", "services/manifest", *(f"services/{name}" for name in SERVICES), "control", "console", "main"]
# What several services share stands below the first of them.
LAYERS.insert(LAYERS.index("services/rds"), "services/managed")
# Neighbours of the same height: services that must not know each other, though both are below control.
STRANGERS = {("services/elasticache", "services/rds"), ("services/ec2", "services/sts"),
             ("services/rds", "services/sts"), ("services/elasticache", "services/sts"),
             ("frontdoor", "policy"), ("engines", "policy")}

# CONTRIBUTING.md says these.
FILE_LINES_END = 600
FUNCTION_LINES_END = 70
LINE_LENGTH_MAX = 130

BANNED = [
    (r"\bco_(await|return|yield)\b", "coroutines: g++ 12.2 miscompiles them; use callbacks", r"^(codegen|tools)/"),
    (r"\bstd::(thread|jthread|async)\b", "threads are started by base/thread.h", r"^src/base/"),
    (r"\bstd::regex\b", "std::regex can blow up on input; use RE2", r"^tools/tidy\.py$"),
    (r"(?<![\w.:>])(std::|::)?system\(", "system() runs a shell; use posix_spawn or the supervisor", r"^(src/engines/|tools/tidy\.py$)"),
    (r"\b(strcpy|strcat|sprintf|gets|rand|strtok)\(", "unbounded or global C function; use fmt, std::string, base/ids.h", r"\.py$"),
    (r"#include <boost/(beast|asio)", "only src/http includes Beast and Asio", r"^(src/http/|test/)"),
    (r"\b(TODO|FIXME|XXX|HACK)\b", "unfinished work does not merge: do it, or file an issue", r"^tools/tidy\.py$"),
    (r"\bwhile \(.*\) .*\b(usleep|sleep_for)\(", "a wait without an end; use eventually() of base/test_wait.h", r"\.py$"),
    (r"using namespace std;", "name what is used", r"^tools/tidy\.py$"),
]
GENERATED = re.compile(r"(^|/)(build(-[a-z]+)?|gen|__pycache__|node_modules)/|\.(o|a|so|pyc)$")
SOURCE = re.compile(r"\.(cc|h|c|py)$|^(run|check|tools/[a-z-]+)$")


def layer_of(path):
    """The layer of src/<path>, or of an include; the longest name wins."""
    best = None
    for name in LAYERS:
        if path.startswith(name + "/") and (best is None or len(name) > len(best)):
            best = name
    return best


def check_includes(path, lines):
    own = layer_of(path.removeprefix("src/"))
    if own is None:
        yield 1, "the folder has no place in the order of layers (tools/tidy.py: LAYERS)"
        return
    for number, line in enumerate(lines, 1):
        match = re.match(r'#include "([^"]+)"', line)
        if not match:
            continue
        other = layer_of(match.group(1))
        if other is None:
            yield number, f'"{match.group(1)}" is not absolute from src/, or has no layer'
        elif LAYERS.index(other) > LAYERS.index(own) or (own, other) in STRANGERS:
            yield number, f"{own} may not include {other}: it stands above it"


def check_lengths(path, lines):
    if len(lines) >= FILE_LINES_END:
        yield 1, f"{len(lines)} lines: split the file by topic (under {FILE_LINES_END})"
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_LENGTH_MAX and path.startswith("src/"):
            yield number, f"{len(line)} characters on one line ({LINE_LENGTH_MAX} at most)"
    for start, length in functions(lines):
        if length >= FUNCTION_LINES_END:
            yield start, f"a function of {length} lines (under {FUNCTION_LINES_END})"


def functions(lines):
    """The functions at column 0, whatever their type begins with: (number of the first line, lines). Tables are none."""
    start = opened = None
    for number, line in enumerate(lines, 1):
        if re.match(r"[A-Za-z~]", line):
            scope = re.match(r"(namespace|struct|class|union|enum|extern)\b", line)
            start, opened = (None if scope or "(" not in line else number), False
        if start is None:
            continue
        if opened and line.startswith("}"):
            yield start, number - start + 1
            start = None
        elif not opened and line.rstrip().endswith("{"):
            opened = True
        elif not opened and line.rstrip().endswith((";", "}")):
            start = None


def check_banned(path, lines):
    for number, line in enumerate(lines, 1):
        code = line.split("//")[0] if not re.search(r"TODO|FIXME|XXX|HACK", line) else line
        for pattern, instead, allowed in BANNED:
            if allowed and re.search(allowed, path):
                continue
            if re.search(pattern, code):
                yield number, instead


def check_file(path):
    lines = (ROOT / path).read_text(errors="replace").splitlines()
    if path.endswith((".cc", ".h", ".c")):
        if path.startswith("src/"):
            yield from check_includes(path, lines)
        yield from check_lengths(path, lines)
        if path.endswith(".h") and "#pragma once" not in lines:
            yield 1, "a header without #pragma once"
    yield from check_banned(path, lines)


def check_rows(paths):
    """Each member of takes("…") in a row is read somewhere in the service's code, or in what services share."""
    shared = ("api/kit", "services/iam", "services/managed")
    code = {}
    for path in paths:
        if path.startswith("src/") and path.endswith((".cc", ".h")) and not path.endswith("_test.cc"):
            layer = layer_of(path.removeprefix("src/")) or ""
            home = "api/kit" if path.startswith("src/api/kit/") else layer
            code.setdefault(home, []).append((ROOT / path).read_text(errors="replace"))
    read = {home: set(re.findall(r"(?:\.|->|::)(\w+)", "\n".join(texts))) for home, texts in code.items()}
    common = set().union(*(read.get(name, set()) for name in shared))
    for path in paths:
        home = layer_of(path.removeprefix("src/")) if path.startswith("src/services/") else None
        if home is None or not path.endswith(".cc"):
            continue
        text = (ROOT / path).read_text(errors="replace")
        for row in re.finditer(r'\btakes\(((?:\s*"[^"]*")+)\s*\)', text):
            line = text.count("\n", 0, row.start()) + 1
            for name in " ".join(re.findall(r'"([^"]*)"', row.group(1))).split():
                # C++ or a macro has taken some words: the member is called name_ there.
                if not {name, name + "_"} & (read.get(home, set()) | common):
                    yield f"{path}:{line}: the row takes {name}, which no code of the service reads"


def check_howto(path):
    """Every line of code in a how-to stands so in a source file that the page names."""
    text = (ROOT / path).read_text()
    sources = "".join((ROOT / name).read_text() for name in re.findall(r"`(src/[\w/.]+\.(?:cc|h))`", text))
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("       ") and line.strip() not in ("", "…") and line.strip() not in sources:
            yield number, "code that no named source file has (any more)"


def main():
    tracked = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                             capture_output=True, text=True).stdout.split("\n")
    breaks = list(check_rows(sorted(p for p in filter(None, tracked) if (ROOT / p).is_file())))
    for path in sorted(filter(None, tracked)):
        if not (ROOT / path).is_file():
            continue
        if GENERATED.search(path):
            breaks.append(f"{path}:1: a generated file in git")
        elif path.startswith("docs/howto/"):
            breaks += [f"{path}:{number}: {what}" for number, what in check_howto(path)]
        elif SOURCE.search(path) and not path.startswith(("models/", "data/", "codegen/golden/")):
            breaks += [f"{path}:{number}: {what}" for number, what in check_file(path)]
    print("\n".join(breaks) if breaks else "tidy: nothing to mend")
    return 1 if breaks else 0


if __name__ == "__main__":
    sys.exit(main())
