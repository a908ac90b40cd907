"""A running haar for the API tests: a free port, a fresh data folder, one seeded account.

The helpers are few on purpose: a test shows boto3 calls, not ours.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
import uuid

import boto3
import pytest
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("HAAR_BINARY", str(ROOT / "build" / "haar"))
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
    """One server process and its data folder."""

    def __init__(self, folder, arguments=()):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.arguments = list(arguments)
        (self.folder / "seed.toml").write_text(SEED)
        self.process = None
        self.endpoint = None

    def start(self):
        endpoint_file = self.data / "run" / "endpoint"
        endpoint_file.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [BINARY, "serve", "--port", "0", "--data", str(self.data), "--seed", str(self.folder / "seed.toml"),
             "--allow-reset", *self.arguments],
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
        done = subprocess.run([BINARY, *words, "--data", str(self.data)], capture_output=True, text=True, timeout=120,
                              env={**os.environ, **(env or {})})
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


@pytest.fixture(scope="module")
def haar():
    """A server of this test file's own."""
    folder = new_folder()
    server = Haar(folder)
    try:
        server.start()
        yield server
    finally:
        if server.process is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def account():
    return ACCOUNT


@pytest.fixture(scope="module")
def administrator(haar):
    """Credentials of the user Administrator, in the group Administrators with AdministratorAccess."""
    iam = haar.client("iam")
    iam.create_group(GroupName="Administrators")
    iam.attach_group_policy(GroupName="Administrators", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.create_user(UserName="Administrator")
    iam.add_user_to_group(GroupName="Administrators", UserName="Administrator")
    key = iam.create_access_key(UserName="Administrator")["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


@pytest.fixture(scope="module")
def client(haar, administrator):
    """client(service, credentials=None, region=…): as the administrator unless told otherwise; credentials
    may be "root", "other-root" or a key pair."""

    def make(service, credentials=None, region="us-east-1", **config):
        named = {None: administrator, "root": ROOT_KEY, "other-root": OTHER_ROOT_KEY}
        known = credentials if isinstance(credentials, tuple) else named[credentials]
        return haar.client(service, known, region, **config)

    return make


@pytest.fixture(scope="module")
def new_user(client):
    """new_user(policy documents…) -> (key id, secret) of a fresh IAM user with these inline policies."""
    import json

    def make(*documents, name=None):
        iam = client("iam")
        name = name or "u-" + uuid.uuid4().hex[:12]
        iam.create_user(UserName=name)
        for number, document in enumerate(documents):
            iam.put_user_policy(UserName=name, PolicyName=f"p{number}", PolicyDocument=json.dumps(document))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"]

    return make


@pytest.fixture
def unique():
    """A name nobody else uses: tests share their file's server."""
    return "t-" + uuid.uuid4().hex[:12]
