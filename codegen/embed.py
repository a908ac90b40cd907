#!/usr/bin/env python3
"""Files -> bytes of the program, as they are and coded by gzip and brotli, with a tag of their contents.

    embed.py OUT.cc FUNCTION [PATH TYPE FILE]...
    embed.py OUT.cc FUNCTION --folder PATH FOLDER     every file of a folder, below the path

OUT.cc defines std::span<const haar::web::EmbeddedFile> haar::web::FUNCTION(); the bytes lie beside it and come in by
.incbin. brotli is Debian's program of that name.
"""
import gzip
import hashlib
import pathlib
import subprocess
import sys

ETAG_DIGITS = 32  # as in src/web/negotiate.cc
TYPES = {".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".json": "application/json", ".png": "image/png", ".svg": "image/svg+xml", ".woff": "font/woff", ".woff2": "font/woff2"}
EMBED = """
asm(".pushsection .rodata\\n{symbol}_begin:\\n.incbin \\"{file}\\"\\n{symbol}_end:\\n.byte 0\\n.popsection\\n");
extern "C" const char {symbol}_begin[] __attribute__((visibility("hidden")));
extern "C" const char {symbol}_end[] __attribute__((visibility("hidden")));
"""


def coded(data):
    """{name: bytes}; a coding that saves nothing is left out. The same bytes give the same codings, on any day."""
    forms = {"plain": data, "gzip": gzip.compress(data, 9, mtime=0),
             "brotli": subprocess.run(["brotli", "--quality=11", "--stdout"], input=data, stdout=subprocess.PIPE, check=True).stdout}
    return {name: form for name, form in forms.items() if name == "plain" or len(form) < len(data)}


def files_below(path, folder):
    """[path, type, file, …], sorted."""
    listed = []
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            listed += [path + file.relative_to(folder).as_posix(), TYPES[file.suffix], file]
    return listed


def main(target, function, listed):
    if listed[:1] == ["--folder"]:
        listed = files_below(listed[1], pathlib.Path(listed[2]))
    target.parent.mkdir(parents=True, exist_ok=True)
    blobs, rows = [], []
    for number, (path, content_type, source) in enumerate(zip(listed[::3], listed[1::3], listed[2::3], strict=True)):
        data = pathlib.Path(source).read_bytes()
        views = {"plain": "{}", "gzip": "{}", "brotli": "{}"}
        for name, form in coded(data).items():
            symbol = f"haar_web_{function}_{number}_{name}"
            file = target.with_name(f"{symbol}.bin")
            file.write_bytes(form)
            blobs.append(EMBED.format(symbol=symbol, file=file))
            views[name] = f"{{{symbol}_begin, {len(form)}}}"
        etag = hashlib.sha256(data).hexdigest()[:ETAG_DIGITS]
        rows.append(f'      {{"{path}", "{content_type}", {views["plain"]}, {views["gzip"]}, {views["brotli"]}, "{etag}"}},\n')
    target.write_text("// Made by codegen/embed.py.\n#include \"web/embedded_file.h\"\n" + "".join(blobs)
                      + f"\nnamespace haar::web {{\n\nstd::span<const EmbeddedFile> {function}() {{\n"
                      + "  static const EmbeddedFile files[] = {\n" + "".join(rows) + "  };\n  return files;\n}\n\n}  // namespace haar::web\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
