"""Starts test/idp/idp.mjs, with its packages installed once per lock file under the build folder."""
import base64
import fcntl
import json
import os
import pathlib
import shutil
import subprocess
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
FILES = ["package.json", "package-lock.json"]


def install(build):
    """The folder in which idp.mjs runs. Safe to call from several test processes."""
    folder = pathlib.Path(build) / "idp"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, wanted = folder / "installed", "".join((HERE / name).read_text() for name in FILES)
        if not stamp.exists() or stamp.read_text() != wanted:
            for name in FILES:
                shutil.copyfile(HERE / name, folder / name)
            subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True,
                           stdin=subprocess.DEVNULL)
            stamp.write_text(wanted)
        program = (HERE / "idp.mjs").read_text()
        if not (folder / "idp.mjs").exists() or (folder / "idp.mjs").read_text() != program:
            (folder / "idp.mjs").write_text(program)
    return folder


class IdentityProvider:
    """A running provider; close() ends it."""

    def __init__(self):
        build = os.environ.get("HAAR_BUILD", str(HERE.parents[1] / "build"))
        self.process = subprocess.Popen(["node", "idp.mjs"], cwd=install(build), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.issuer = json.loads(self.process.stdout.readline())["issuer"]

    def close(self):
        self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()

    def bench(self, what, body):
        request = urllib.request.Request(f"{self.issuer}/bench/{what}", json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def token(self, **claims):
        """An access token of the provider itself (client credentials), with these claims added."""
        self.bench("claims", claims)
        login = base64.b64encode(b"app:app-secret").decode()
        form = urllib.parse.urlencode({"grant_type": "client_credentials"}).encode()
        request = urllib.request.Request(f"{self.issuer}/token", form, {"Authorization": f"Basic {login}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["access_token"]

    def signed(self, claims, key="rsa", **header):
        """A token of any claims, signed by one of the provider's keys, or by a stranger's."""
        return self.bench("jwt", {"claims": claims, "key": key, "header": header})["token"]

    def signed_xml(self, xml, id, **options):
        return self.bench("xml", {"xml": xml, "id": id, **options})["xml"]
