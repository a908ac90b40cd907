"""Programs from PyPI, each unmodified in a Python environment of its own.

`requirements/<name>.txt` pins the program and everything under it. The environment is made under the build folder, once
per list: a second run finds it.
"""
import fcntl
import json
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
INSTALL_SECONDS = 600  # a machine that gets nothing from PyPI in this time has no PyPI


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


class Tool:
    """The programs of one environment, run by somebody with a shell (conftest.Person)."""

    def __init__(self, folder, person, haar, **settings):
        self.folder = folder
        # The environments are installed without bytecode; a program that is imported may keep its own.
        kept = {name: value for name, value in person.environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
        # The profile names haar for its services; AWS_ENDPOINT_URL takes every other service there too, and a proxy
        # where nobody listens refuses what a tool would send elsewhere.
        self.environment = {**kept, "PATH": f"{folder / 'bin'}:{kept['PATH']}", "AWS_ENDPOINT_URL": haar.endpoint,
                            **dict.fromkeys(["HTTPS_PROXY", "https_proxy"], "http://127.0.0.1:9"),
                            **dict.fromkeys(["NO_PROXY", "no_proxy"], "127.0.0.1"), **settings}

    def run(self, *words, check=True, seconds=300, **environment):
        done = subprocess.run([str(word) for word in words], env={**self.environment, **environment},
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=seconds)
        if check:
            assert done.returncode == 0, f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}"
        return done


def environment_of(name):
    """The folder of the environment for requirements/<name>.txt; skips, saying why, where it cannot be had."""
    build = pathlib.Path(os.environ.get("HAAR_BUILD", HERE.parents[1] / "build"))
    folder, requirements = build / "tools" / name, HERE / "requirements" / f"{name}.txt"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.parent / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, wanted = folder / "requirements.txt", f"# Python {sys.version}\n{requirements.read_text()}"
        if stamp.exists() and stamp.read_text() == wanted:
            return folder
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True, stdin=subprocess.DEVNULL)
        # The list is whole, so pip has nothing to resolve.
        try:
            done = subprocess.run([folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check",
                                   "--no-compile", "--no-deps", "--requirement", requirements], capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=INSTALL_SECONDS)
        except subprocess.TimeoutExpired:
            pytest.skip(f"{name}: pip did not end within {INSTALL_SECONDS} seconds")
        if done.returncode != 0:
            errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            pytest.skip(f"{name} cannot be had from PyPI: {errors[-1] if errors else done.stderr[-300:]}")
        stamp.write_text(wanted)
    return folder
