"""Attackers for the system tests: native code built here, a PostgreSQL that holds it, things for it to reach."""
import contextlib
import ctypes
import hashlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import threading

import pytest

from conftest import wait_until
from haar_server import ACCOUNT, ROOT_KEY
from hostile_ways import NAMESPACES_ALONE, WAYS

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "postgres"))
import newer_postgres  # noqa: E402

SOURCES = pathlib.Path(__file__).resolve().parent / "hostile"
WAYS_OUT = ["attempts.c", "ways_sockets.c", "ways_processes.c", "ways_files.c", "ways_memory.c"]
LIBRARY = "haar-test-hostile"
NOBODY = 65534
PASSWORD = "correct-horse-9"
IS_ROOT = os.geteuid() == 0
# Whom haar runs as: itself (root, where the test is), and an ordinary user.
USERS = {"root": None, "user": (NOBODY, NOBODY) if IS_ROOT else None}


def reason_to_skip(kind):
    """Why haar cannot run as this kind of user here, or None."""
    return "only root can run haar as root" if kind == "root" and not IS_ROOT else None


def all_privileges():
    """Whether root is root here, and not that of a container."""
    [line] = [line for line in pathlib.Path("/proc/self/status").read_text().splitlines() if line.startswith("CapEff")]
    return bool(int(line.split()[1], 16) >> 21 & 1)  # CAP_SYS_ADMIN


def as_user(user, *words):
    """The command line that runs `words` as (uid, gid), or as whoever runs the test."""
    if user is None:
        return list(words)
    return ["setpriv", f"--reuid={user[0]}", f"--regid={user[1]}", "--clear-groups", *words]


# ---- native code -----------------------------------------------------------------------------------------


def compile_to(target, *sources, options=()):
    subprocess.run(["gcc", "-std=c11", "-O1", "-Wall", "-o", str(target), *options,
                    *(str(SOURCES / source) for source in sources)], check=True, timeout=120)
    return target


def build_outside(folder):
    """The program that tries the same from outside."""
    return compile_to(folder / "unconfined", "outside.c", *WAYS_OUT)


def build_cache_programs(folder):
    """A folder for --engine-path with a redis-server and a memcached that are the attacker's."""
    folder.mkdir()
    program = compile_to(folder / "redis-server", "engine_main.c", "engine.c", *WAYS_OUT)
    shutil.copy2(program, folder / "memcached")
    return folder


def installed_postgres():
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    return found[-1].parent


# Which PostgreSQL a test runs: the distribution's, or the newer one of the tests (test/postgres).
POSTGRES = ["installed", "newer"]
copies_of_newer = {}  # major: its programs, where a test has put them


def copy_newer_postgres(folder):
    """The newer PostgreSQL in a folder that every user may enter: for --engine-path."""
    home = newer_postgres.installed()
    if home is None:
        pytest.skip("needs the npm package of test/postgres: tools/check.py installs it under the build folder")
    shutil.copytree(home, folder, symlinks=True)
    copies_of_newer[newer_postgres.major(home)] = folder / "bin"
    return folder / "bin"


def programs_for(folder):
    """The programs that can read this data folder."""
    return copies_of_newer.get((pathlib.Path(folder) / "PG_VERSION").read_text().strip()) or installed_postgres()


def library_of(programs):
    """Where the attacker's library lies beside the server's own."""
    lib = programs.parent / "lib"
    return (lib / "postgresql" if (lib / "postgresql").is_dir() else lib) / f"{LIBRARY}.so"


def build_newer_postgres(folder):
    programs = copy_newer_postgres(folder)
    major = newer_postgres.major(programs.parent)
    compile_to(library_of(programs), "postgres_module.c", "engine.c", *WAYS_OUT, options=["-shared", "-fPIC", f"-DPG_MAJOR={major}"])
    return programs


def build_postgres(folder):
    """A folder for --engine-path: PostgreSQL as installed, with the attacker's library beside its own.

    The programs are copies, for PostgreSQL looks for its libraries beside itself; with the original's size and time, so
    that haar takes them for the same build and has a template of it already."""
    programs = installed_postgres()
    major = programs.parts[-2]
    home = folder / "lib" / "postgresql" / major
    (home / "lib").mkdir(parents=True)
    (home / "bin").mkdir()
    for name in ("postgres", "initdb"):
        shutil.copy2(programs / name, home / "bin" / name)
    for entry in (programs.parent / "lib").iterdir():
        (home / "lib" / entry.name).symlink_to(entry)
    (folder / "share" / "postgresql").mkdir(parents=True)
    (folder / "share" / "postgresql" / major).symlink_to(f"/usr/share/postgresql/{major}")
    compile_to(home / "lib" / f"{LIBRARY}.so", "postgres_module.c", "engine.c", *WAYS_OUT,
               options=["-shared", "-fPIC", f"-DPG_MAJOR={major}"])
    return home / "bin"


# ---- what there is to reach ------------------------------------------------------------------------------


class Reachable:
    """Sockets, files and kernel objects outside of haar that anyone on the machine may use; close() removes them."""

    def __init__(self, folder, user=None):
        self.folder = pathlib.Path(folder) / "outside"
        self.folder.mkdir()
        self.folder.chmod(0o777)
        self.sockets, self.libc = [], ctypes.CDLL(None, use_errno=True)
        self.posix = f"/haar-test-{os.getpid()}-{self.folder.parent.name}"
        self.shared = pathlib.Path("/dev/shm") / self.posix[1:]
        self.files = [self.folder / "file", self.folder / "movable", self.shared]
        for path in self.files:
            path.write_text("of nobody's concern\n")
            path.chmod(0o666)
        if user is not None:
            for path in [self.folder, *self.files]:
                os.chown(path, *user)
        self.stranger = subprocess.Popen(as_user(user, "sleep", "600"))
        self.targets = {
            "outside_folder": self.folder, "outside_file": self.files[0], "outside_mode": "0666",
            "shared_file": self.shared, "posix_queue": self.posix, "outside_pid": self.stranger.pid,
            "tcp_port": self.listen(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))[1],
            "udp_port": self.listen(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))[1]}
        for kind, name in ((socket.SOCK_STREAM, "stream"), (socket.SOCK_DGRAM, "datagram")):
            path = str(self.folder / name)
            self.listen(socket.AF_UNIX, kind, path)
            os.chmod(path, 0o777)
            self.listen(socket.AF_UNIX, kind, f"\0{self.posix[1:]}-{name}")
            self.targets |= {f"unix_{name}": path, f"abstract_{name}": f"@{self.posix[1:]}-{name}"}
        self.make_kernel_objects()

    def listen(self, family, kind, address):
        listener = socket.socket(family, kind)
        listener.bind(address)
        if kind == socket.SOCK_STREAM:
            listener.listen(128)
        else:  # datagrams are read, so that there is always room for one
            threading.Thread(target=self.read_all, args=(listener,), daemon=True).start()
        self.sockets.append(listener)
        return listener.getsockname()

    @staticmethod
    def read_all(listener):
        with contextlib.suppress(OSError):
            while listener.recv(65536) or True:
                pass

    def make_kernel_objects(self):
        create, for_all = 0o1000, 0o666
        key = int.from_bytes(hashlib.sha256(self.posix.encode()).digest()[:3], "big") + 1
        self.objects = {"segment": self.libc.shmget(key, 4096, create | for_all),
                        "semaphore": self.libc.semget(key, 1, create | for_all),
                        "messages": self.libc.msgget(key, create | for_all)}
        assert min(self.objects.values()) >= 0, os.strerror(ctypes.get_errno())
        self.targets |= {**self.objects, "segment_key": key}
        before = os.umask(0)
        try:
            self.queue = self.libc.mq_open(self.posix.encode(), os.O_CREAT | os.O_RDWR, for_all, None)
        finally:
            os.umask(before)

    def close(self):
        self.stranger.kill()
        self.stranger.wait()
        for listener in self.sockets:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        remove = 0  # IPC_RMID
        self.libc.shmctl(self.objects["segment"], remove, None)
        self.libc.semctl(self.objects["semaphore"], 0, remove)
        self.libc.msgctl(self.objects["messages"], remove, None)
        self.libc.mq_unlink(self.posix.encode())
        self.shared.unlink(missing_ok=True)


# ---- haar as seen from beside it -------------------------------------------------------------------------


def data_folder(server, pattern):
    """The data folder of the one instance that `pattern` names below haar's own."""
    [found] = [path for path in server.data.glob(pattern) if path.is_dir()]
    return found


def cluster_folder(server, account=ACCOUNT):
    return data_folder(server, f"rds/{account}/*/cluster-*/data")


def cache_folder(server, engine, account=ACCOUNT):
    """Of the account's one cache of this engine: its node's data folder."""
    found = [path for path in server.data.glob(f"elasticache/{account}/*/*/*/data")
             if (path.parent / "conf" / "redis.conf").exists() == (engine == "redis")]
    [one] = found
    return one


def same(path, folder):
    with contextlib.suppress(OSError):
        return os.path.samestat(os.stat(path), os.stat(folder))
    return False


def facts_of(pid):
    """(parent, name) of a process."""
    text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    return int(text.rpartition(")")[2].split()[1]), text.partition("(")[2].rpartition(")")[0]


def processes():
    return [int(entry.name) for entry in pathlib.Path("/proc").iterdir() if entry.name.isdigit()]


def engine_pid(folder):
    """The first process that works in this data folder, as the machine numbers it."""
    found = [pid for pid in processes() if same(f"/proc/{pid}/cwd", folder)]
    with contextlib.suppress(OSError):
        return next((pid for pid in found if facts_of(pid)[0] not in found), None)


def processes_named(name):
    found = []
    for pid in processes():
        with contextlib.suppress(OSError):
            if facts_of(pid)[1] == name:
                found.append(pid)
    return found


def kill_named(name):
    for pid in processes_named(name):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def put_file(folder, name, text):
    """A file of the engine's, as if the engine had written it."""
    path = pathlib.Path(folder) / name
    path.write_text(text)
    owner = os.stat(folder)
    if IS_ROOT:
        os.chown(path, owner.st_uid, owner.st_gid)
    return path


def sockets_of_haar(server, own):
    """Unix sockets in haar's run folder, without the operator's and those of this data folder's own instance."""
    folder = pathlib.Path(own).parent
    names = [folder.name, f"{folder.parent.name}-{folder.name}"]  # a cluster's, a cache node's
    shorts = [hashlib.sha256(name.encode()).hexdigest()[:12] for name in names]
    return [path for path in (server.data / "run").rglob("*") if path.is_socket() and path.name != "operator.sock"
            and not any(short in str(path) for short in shorts)]


def write_targets(server, own, reachable, **more):
    """What haar and its other instances offer to the native code in the data folder `own`."""
    run = server.data / "run"
    others = [path for path in server.data.glob("*/*/*/*") if path.parent.parent.parent.name in ("rds", "elasticache")
              and path not in pathlib.Path(own).parents]
    first_mapping = pathlib.Path(f"/proc/{server.process.pid}/maps").read_text().partition("-")[0]
    single = {**reachable.targets, "key": server.data / "key", "state": server.data / "state" / "state.db",
              "data": server.data, "run": run, "operator_socket": run / "operator.sock",
              "token": next(iter(sorted(run.glob("*token*"))), run / "endpoint"),
              "api_port": server.endpoint.rpartition(":")[2], "haar_pid": server.process.pid,
              "address_in_haar": first_mapping, **more}
    lines = [f"{key} {value}" for key, value in single.items()]
    lines += [f"foreign_socket {path}" for path in sockets_of_haar(server, own)]
    for other in others:
        lines += [f"foreign_path {path}" for path in (other, *other.glob("*"), *other.glob("data/PG_VERSION"))]
    put_file(own, "targets", "\n".join(lines[:250]) + "\n")


def read_attempts(path):
    """{name: 0, an errno, a negative signal, or None for a way that there was not}, once all are through."""
    def complete():
        with contextlib.suppress(OSError):
            lines = path.read_text().splitlines()
            return lines if lines and lines[-1] == "done\t0" else None

    pairs = (line.split("\t") for line in wait_until(complete, f"{path.name} is complete", 60)[:-1])
    return {name: None if answer == "skipped" else int(answer) for name, answer in pairs}


def attempts_outside(server, own, program, user):
    """The same code and targets, as the user that haar runs as, confined by nothing."""
    folder = server.folder / "control"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(pathlib.Path(own) / "targets", folder / "targets")
    if user is not None:
        for path in (folder, folder / "targets"):
            os.chown(path, *user)
    done = subprocess.run(as_user(user, str(program), str(folder), "attempts"), timeout=120, capture_output=True)
    assert done.returncode == 0, done
    return read_attempts(folder / "attempts")


def has_namespaces(kind):
    """Whether this machine lets haar, as this kind of user, put engines into namespaces."""
    return subprocess.run(as_user(USERS[kind], "unshare", *([] if kind == "root" else ["--user"]), "--pid", "--net",
                                  "--mount", "--ipc", "--fork", "true"), capture_output=True).returncode == 0


def need_namespaces(kind):
    if not has_namespaces(kind):
        pytest.skip("this machine permits no namespaces, and nothing else holds this (haar status says so)")


def check_refused(found, way, kind):
    if way in NAMESPACES_ALONE:
        need_namespaces(kind)
    got = found[way]
    if got is None:
        pytest.skip("there is nothing of the kind to reach")
    reason = "it succeeded" if got == 0 else os.strerror(got) if got > 0 else f"ended by signal {-got}"
    assert got in WAYS[way][0], reason


# ---- caches ----------------------------------------------------------------------------------------------


def create_cache(server, name, engine, credentials=ROOT_KEY, wait=True):
    """(address, port) of a new cache of one node."""
    cache = server.client("elasticache", credentials)
    cache.create_cache_cluster(CacheClusterId=name, Engine=engine, CacheNodeType="cache.t4g.micro", NumCacheNodes=1)

    def endpoint():
        [made] = cache.describe_cache_clusters(CacheClusterId=name, ShowCacheNodeInfo=True)["CacheClusters"]
        return made["CacheClusterStatus"] == "available" and made["CacheNodes"][0]["Endpoint"]

    if wait:
        found = wait_until(endpoint, f"{name} is available", 60)
        return found["Address"], found["Port"]


def delete_cache(server, name, credentials=ROOT_KEY):
    server.client("elasticache", credentials).delete_cache_cluster(CacheClusterId=name)
    cache_is_gone(server, name, credentials)


def cache_is_gone(server, name, credentials=ROOT_KEY):
    cache = server.client("elasticache", credentials)
    wait_until(lambda: name not in [c["CacheClusterId"] for c in cache.describe_cache_clusters()["CacheClusters"]],
               f"{name} is gone", 120)


# ---- PostgreSQL ------------------------------------------------------------------------------------------


def psql(address, *commands, user="ana", password=PASSWORD, database="postgres", timeout=60):
    """(True, rows) or (False, what psql says)."""
    words = [word for command in commands for word in ("-c", command)]
    done = subprocess.run(["psql", "-XtAq", "-v", "ON_ERROR_STOP=1", "-h", address, "-U", user, "-d", database, *words],
                          env={"PATH": os.environ["PATH"], "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "10"},
                          capture_output=True, text=True, timeout=timeout)
    return done.returncode == 0, (done.stdout if done.returncode == 0 else done.stderr).strip()


def create_cluster(server, name="c", credentials=ROOT_KEY, wait=True):
    """The writer's address of a new cluster with one instance, whose master user is ana."""
    rds = server.client("rds", credentials)
    rds.create_db_cluster(DBClusterIdentifier=name, Engine="aurora-postgresql", MasterUsername="ana",
                          MasterUserPassword=PASSWORD)
    rds.create_db_instance(DBInstanceIdentifier=f"{name}-1", DBClusterIdentifier=name, Engine="aurora-postgresql",
                           DBInstanceClass="db.t4g.medium")
    if wait:
        wait_until(lambda: instance_status(rds, name) == "available", f"{name} is available", 120)
    return rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]["Endpoint"]


def instance_status(rds, name):
    return rds.describe_db_instances(DBInstanceIdentifier=f"{name}-1")["DBInstances"][0]["DBInstanceStatus"]


def begin_to_delete_cluster(server, name, credentials=ROOT_KEY):
    rds = server.client("rds", credentials)
    rds.delete_db_instance(DBInstanceIdentifier=f"{name}-1", SkipFinalSnapshot=True)
    rds.delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)


def cluster_is_gone(server, name, credentials=ROOT_KEY):
    rds = server.client("rds", credentials)
    wait_until(lambda: name not in [c["DBClusterIdentifier"] for c in rds.describe_db_clusters()["DBClusters"]],
               f"{name} is gone", 120)


def delete_cluster(server, name="c", credentials=ROOT_KEY):
    begin_to_delete_cluster(server, name, credentials)
    cluster_is_gone(server, name, credentials)


def wait_for_sql(address, **connection):
    return wait_until(lambda: psql(address, "select 1", **connection)[0], f"{address} answers", 90)


def single_user(folder, database, *statements):
    """What statements print, run by PostgreSQL without a server: as whoever owns the machine, while haar is down."""
    folder = pathlib.Path(folder)
    owner = os.stat(folder)
    runner = (owner.st_uid, owner.st_gid) if IS_ROOT else None
    try:
        if IS_ROOT:
            import pwd
            pwd.getpwuid(owner.st_uid)
        lent = False
    except KeyError:  # PostgreSQL asks for its user's name, so it is lent to one that has a name
        lent, runner = True, (NOBODY, NOBODY)
    configuration = folder.parent / "conf" / "postgresql.conf"
    text = configuration.read_text()
    own = folder.parent / "single-user.conf"
    own.write_text(f"data_directory = '{folder}'\nhba_file = '/dev/null'\nident_file = '/dev/null'\n"
                   + "".join(line + "\n" for line in text.splitlines() if line.startswith("wal_l")))
    own.chmod(0o644)
    try:
        if lent:
            give_tree(folder, runner)
        done = subprocess.run(
            as_user(runner, str(programs_for(folder) / "postgres"), "--single", "-D", str(folder), "-c",
                    f"config_file={own}", "-c", "shared_preload_libraries=", database),
            input="".join(" ".join(statement.split("\n")) + "\n" for statement in statements), capture_output=True,
            text=True, timeout=120, cwd=folder)
    finally:
        own.unlink()
        if lent:
            give_tree(folder, (owner.st_uid, owner.st_gid))
    assert done.returncode == 0 and "ERROR" not in done.stderr and "FATAL" not in done.stderr, done.stderr
    return done.stdout


def give_tree(folder, user):
    os.chown(folder, *user)
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(os.path.join(parent, name), *user, follow_symlinks=False)

