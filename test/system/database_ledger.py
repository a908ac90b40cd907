"""What a database has acknowledged, written down by who wrote it: psql as the client, one commit at a time."""
import os
import subprocess
import threading

PASSWORD = "correct-horse-9"


def environment():
    return {"PATH": os.environ["PATH"], "PGPASSWORD": PASSWORD, "PGCONNECT_TIMEOUT": "5"}


def psql(host, *commands, timeout=60, database="postgres"):
    """(True, rows) or (False, what psql says)."""
    words = [word for command in commands for word in ("-c", command)]
    done = subprocess.run(["psql", "-XtAq", "-v", "ON_ERROR_STOP=1", "-h", host, "-U", "ana", "-d", database, *words],
                          env=environment(), capture_output=True, text=True, timeout=timeout)
    return done.returncode == 0, (done.stdout if done.returncode == 0 else done.stderr).strip()


class Ledger:
    """Writes through an endpoint until it is stopped, and connects anew when that fails."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.acknowledged, self.tried, self.reconnected = [], 0, 0
        self._end, self._thread = threading.Event(), threading.Thread(target=self._run, daemon=True)
        self._client = None

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        client = self._client
        if client is not None:
            client.kill()
        self._thread.join()

    def _run(self):
        while not self._end.is_set():
            self._client = subprocess.Popen(
                ["psql", "-XtAq", "-v", "ON_ERROR_STOP=1", "-h", self.endpoint, "-U", "ana", "-d", "postgres"],
                env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                bufsize=1)
            with self._client as client:
                self._write(client)
            self.reconnected += 1
            self._end.wait(0.005)

    def _write(self, client):
        while not self._end.is_set():
            number = self.tried = self.tried + 1
            try:
                client.stdin.write(f"insert into ledger values ({number}) returning n;\n")
                client.stdin.flush()
            except OSError:
                return
            # psql shows a row when its statement is complete: it was committed.
            if client.stdout.readline().strip() != str(number):
                client.kill()
                return
            self.acknowledged.append(number)

    def lost(self, endpoint):
        """What was acknowledged and is not there."""
        ok, rows = psql(endpoint, "select n from ledger")
        assert ok, rows
        return sorted(set(self.acknowledged) - {int(row) for row in rows.split()})
