#!/usr/bin/env python3
"""The console's application (console/) -> OUT, by npm and Vite.

    build_console.py OUT
    build_console.py OUT --retry MADE    makes MADE, which was made from OUT, old if the application could not be built

npm's packages lie in console/node_modules and are fetched again only when the lock file changes. Where they cannot be
fetched, OUT gets a page that says so, and the build goes on; the next build tries again.
"""
import fcntl
import os
import pathlib
import shutil
import subprocess
import sys

CONSOLE = pathlib.Path(__file__).resolve().parents[1] / "console"
NODE_MAJOR_MIN = 18  # Vite 6; Debian 12 has 18.20
# npm's own waits for more than a minute where there is no registry.
PATIENCE = ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"]
NOT_BUILT_TITLE = "The console was not built"
NOT_BUILT = """<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>haar console</title></head>
  <body>
    <h1>{title}</h1>
    <p>{why}</p>
    <p>Everything else works. Build again (<code>./run</code>) once npm packages can be fetched.</p>
  </body>
</html>
"""


def node_problem():
    """Why nothing can be built with node here; empty if it can."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "node or npm is not installed."
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < NODE_MAJOR_MIN:
        return f"node is {version}; it takes {NODE_MAJOR_MIN} or newer."
    return ""


def install():
    """Fetches the packages of the lock file unless they are there. Why it could not; empty if they are."""
    wanted = (CONSOLE / "package-lock.json").read_bytes()
    stamp = CONSOLE / "node_modules" / ".installed-from"
    with open(CONSOLE / ".install-lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # build folders share the packages
        if stamp.exists() and stamp.read_bytes() == wanted:
            return ""
        print("console: fetching npm packages", flush=True)
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *PATIENCE],
                              cwd=CONSOLE, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              text=True)
        if done.returncode != 0:
            sys.stderr.write(done.stderr[-2000:])
            return "npm could not fetch its packages."
        stamp.write_bytes(wanted)
    return ""


def build(out):
    why = node_problem() or install()
    if why:
        print(f"console: {why} haar is built without its console.", file=sys.stderr)
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        (out / "index.html").write_text(NOT_BUILT.format(title=NOT_BUILT_TITLE, why=why))
        return
    done = subprocess.run(["node", "node_modules/vite/bin/vite.js", "build", "--logLevel", "error"], cwd=CONSOLE,
                          env={**os.environ, "HAAR_CONSOLE_OUT": str(out)}, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit("console: the build by Vite failed (above).")


def retry(out, made):
    """For ninja, what is older than its sources has to be made again (a time of 0 means that it is not there)."""
    if NOT_BUILT_TITLE in (out / "index.html").read_text():
        os.utime(made, (1, 1))


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1]).resolve()
    if sys.argv[2:3] == ["--retry"]:
        retry(target, pathlib.Path(sys.argv[3]))
    else:
        build(target)
