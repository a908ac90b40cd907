"""A running haar for tests: a free port, a fresh data folder, seeded accounts."""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request

import boto3
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parents[1]
BINARY = os.environ.get("HAAR_BINARY", str(ROOT / "build" / "haar"))
# Prepared database folders, shared by all servers of all runs: making one takes seconds of both cores.
def templates(uid):
    return pathlib.Path(tempfile.gettempdir()) / f"haar-test-templates-{uid}"


TEMPLATES = templates(os.getuid())
ACCOUNT = "111122223333"
OTHER_ACCOUNT = "444455556666"
ROOT_KEY = ("AKIAZZZZZZZZZZZZZZ2A", "rootSecretRootSecretRootSecretRootSecret")
OTHER_ROOT_KEY = ("AKIAZZZZZZZZZZZZZZ2B", "otherSecretOtherSecretOtherSecretOtherSe")

SEED = f"""
[[account]]
id = "{ACCOUNT}"
name = "Example"
email = "root@example.com"
root_password = "correct horse battery staple 1A"
root_access_key_id = "{ROOT_KEY[0]}"
root_secret_access_key = "{ROOT_KEY[1]}"

[[account]]
id = "{OTHER_ACCOUNT}"
name = "Other"
email = "other@example.com"
root_access_key_id = "{OTHER_ROOT_KEY[0]}"
root_secret_access_key = "{OTHER_ROOT_KEY[1]}"
"""


class Haar:
    """One server process and its data folder. `user` is (uid, gid) to run as, where the test is root."""

    def __init__(self, folder, arguments=(), user=None):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.arguments = list(arguments)
        (self.folder / "seed.toml").write_text(SEED)
        self.binary, self.templates, self.become = BINARY, TEMPLATES, []
        if user is not None:
            self.binary = shutil.copy2(BINARY, self.folder / "haar")  # wherever it was built, the user may run it here
            os.chown(self.folder, *user)
            self.templates = templates(user[0])
            self.become = ["setpriv", f"--reuid={user[0]}", f"--regid={user[1]}", "--clear-groups", "env",
                           f"HOME={self.folder}"]
        self.process = None
        self.endpoint = None

    def start(self):
        endpoint_file = self.data / "run" / "endpoint"
        endpoint_file.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [*self.become, self.binary, "serve", "--port", "0", "--data", str(self.data),
             "--seed", str(self.folder / "seed.toml"), "--templates", str(self.templates), "--allow-reset",
             *self.arguments],
            stdin=subprocess.DEVNULL, stdout=open(self.folder / "stdout", "ab"),
            stderr=open(self.folder / "stderr", "ab"))
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError("haar ended at start:\n" + self.log())
            try:
                self.endpoint = endpoint_file.read_text().strip()
                with urllib.request.urlopen(self.endpoint + "/_haar/health", timeout=5) as answer:
                    assert answer.status == 200
                    return self
            except (OSError, ValueError):
                time.sleep(0.01)
        raise RuntimeError("haar did not answer within a minute:\n" + self.log())

    def kill(self):
        """SIGKILL: no goodbye, engines live on."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, engines=True):
        if engines and self.process.poll() is None:
            self.command("stop", "--engines", check=False)
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def command(self, *words, check=True, env=None):
        """`haar <words>` for the operator of this server."""
        done = subprocess.run([*self.become, self.binary, *words, "--data", str(self.data)], capture_output=True,
                              text=True, timeout=120, env={**os.environ, **(env or {})})
        if check and done.returncode != 0:
            raise RuntimeError(f"haar {' '.join(words)}: {done.stdout}{done.stderr}")
        return done

    def log(self):
        texts = [self.folder / "stdout", self.folder / "stderr", self.data / "log" / "haar.log"]
        return "\n".join(p.read_text(errors="replace")[-4000:] for p in texts if p.exists())

    def client(self, service, credentials=ROOT_KEY, region="us-east-1", **config):
        """A boto3 client: credentials are (key id, secret) or (key id, secret, session token)."""
        token = credentials[2] if len(credentials) > 2 else None
        return boto3.client(service, endpoint_url=self.endpoint, region_name=region,
                            aws_access_key_id=credentials[0], aws_secret_access_key=credentials[1],
                            aws_session_token=token,
                            config=Config(retries={"max_attempts": 0}, connect_timeout=10, read_timeout=90, **config))


def new_folder():
    """A short path: Unix sockets have 107 bytes. Enterable by engine users."""
    folder = tempfile.mkdtemp(prefix="haar-")
    os.chmod(folder, 0o755)
    return folder


@contextlib.contextmanager
def running(arguments=(), folder=None):
    """A server that answers; at the end it and its engines are stopped, and its folder goes."""
    folder = folder or new_folder()
    server = Haar(folder, arguments)
    try:
        yield server.start()
    finally:
        if server.process is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
