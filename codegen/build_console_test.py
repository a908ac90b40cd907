#!/usr/bin/env python3
"""What build_console.py does where the application cannot be built."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("build_console.py")


class WithoutNode(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.out, self.made = pathlib.Path(self.folder.name, "out"), pathlib.Path(self.folder.name, "made.cc")
        self.made.write_text("// made")

    def run_script(self, *words):
        # A path without node, npm or anything else.
        return subprocess.run([sys.executable, str(SCRIPT), str(self.out), *words], env={"PATH": self.folder.name},
                              capture_output=True, text=True, check=False)

    def test_the_build_goes_on_with_a_page_that_says_so(self):
        done = self.run_script()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("haar is built without its console", done.stderr)
        self.assertIn("The console was not built", (self.out / "index.html").read_text())

    def test_the_next_build_tries_again(self):
        self.run_script()
        self.assertEqual(self.run_script("--retry", str(self.made)).returncode, 0)
        self.assertEqual(os.stat(self.made).st_mtime, 1, "older than every source, and not 0, which ninja takes for absent")

    def test_what_was_built_is_left_alone(self):
        self.out.mkdir()
        (self.out / "index.html").write_text("<!doctype html>")
        before = os.stat(self.made).st_mtime
        self.assertEqual(self.run_script("--retry", str(self.made)).returncode, 0)
        self.assertEqual(os.stat(self.made).st_mtime, before)


if __name__ == "__main__":
    unittest.main()
