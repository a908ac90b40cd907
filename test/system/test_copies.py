"""SIGKILL of haar while a snapshot is made and while a cluster is restored: both come to an end, whole, and leave nothing half.

HAAR_COPIES_SEED=N for the same moments again.
"""
import os
import pathlib
import random
import subprocess
import time

from conftest import serving, wait_until

SEED = int(os.environ.get("HAAR_COPIES_SEED", str(random.SystemRandom().randrange(1 << 32))))
PASSWORD = "correct-horse-9"
QUICK = {"Delay": 1, "MaxAttempts": 120}
ENGINE = {"Engine": "aurora-postgresql"}


def open_group(server):
    ec2 = server.client("ec2")
    group = ec2.create_security_group(GroupName="copies", Description="copies")["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=5432, ToPort=5432, CidrIp="127.0.0.1/32")
    return group


def start_instance(server, name):
    rds = server.client("rds")
    rds.create_db_instance(DBInstanceIdentifier=f"{name}-1", DBClusterIdentifier=name, DBInstanceClass="db.t4g.medium", **ENGINE)


def psql(server, name, sql):
    address = server.client("rds").describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]["Endpoint"]
    done = subprocess.run(["psql", "-XtAq", "-h", address, "-U", "ana", "-d", "postgres", "-c", sql],
                          env={**os.environ, "PGPASSWORD": PASSWORD, "PGCONNECT_TIMEOUT": "10"}, capture_output=True, text=True,
                          timeout=60)
    return done.stdout.strip() if done.returncode == 0 else f"error: {done.stderr}"


def answer(server, name, sql, wanted):
    wait_until(lambda: psql(server, name, sql) == wanted, f"{name}: {sql} says {psql(server, name, sql)}")


def kill_soon(server, moments):
    time.sleep(moments.random() * 0.4)
    server.kill()
    server.start()


def drafts(folder):
    return [str(path) for path in pathlib.Path(folder, "rds").rglob("*.making")]


def test_a_killed_haar_ends_its_snapshots_and_restores():
    print("HAAR_COPIES_SEED", SEED)
    moments = random.Random(SEED)
    with serving() as server:
        group = open_group(server)
        server.client("rds").create_db_cluster(DBClusterIdentifier="shop", MasterUsername="ana", MasterUserPassword=PASSWORD,
                                               VpcSecurityGroupIds=[group], **ENGINE)
        start_instance(server, "shop")
        answer(server, "shop", "select 1", "1")
        psql(server, "shop", "create table kept as select n, repeat('x', 1000) from generate_series(1, 20000) n")
        count = "select count(*) from kept"
        for number in range(3):
            snapshot, restored = f"s{number}", f"r{number}"
            server.client("rds").create_db_cluster_snapshot(DBClusterSnapshotIdentifier=snapshot, DBClusterIdentifier="shop")
            kill_soon(server, moments)
            rds = server.client("rds")
            rds.get_waiter("db_cluster_snapshot_available").wait(DBClusterSnapshotIdentifier=snapshot, WaiterConfig=QUICK)
            rds.restore_db_cluster_from_snapshot(DBClusterIdentifier=restored, SnapshotIdentifier=snapshot,
                                                 VpcSecurityGroupIds=[group], **ENGINE)
            start_instance(server, restored)
            kill_soon(server, moments)
            answer(server, restored, count, "20000")
            answer(server, "shop", count, "20000")
            rds = server.client("rds")
            rds.delete_db_instance(DBInstanceIdentifier=f"{restored}-1", SkipFinalSnapshot=True)
            rds.delete_db_cluster(DBClusterIdentifier=restored, SkipFinalSnapshot=True)
            rds.delete_db_cluster_snapshot(DBClusterSnapshotIdentifier=snapshot)
            kill_soon(server, moments)
            rds = server.client("rds")
            rds.get_waiter("db_cluster_snapshot_deleted").wait(DBClusterSnapshotIdentifier=snapshot, WaiterConfig=QUICK)
            rds.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier=restored, WaiterConfig=QUICK)
        wait_until(lambda: not drafts(server.data), f"{drafts(server.data)} are gone")


def test_a_damaged_copy_is_named_and_makes_no_cluster():
    with serving() as server:
        group = open_group(server)
        rds = server.client("rds")
        rds.create_db_cluster(DBClusterIdentifier="shop", MasterUsername="ana", MasterUserPassword=PASSWORD,
                              VpcSecurityGroupIds=[group], **ENGINE)
        rds.get_waiter("db_cluster_available").wait(DBClusterIdentifier="shop", WaiterConfig=QUICK)
        rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier="kept", DBClusterIdentifier="shop")
        rds.get_waiter("db_cluster_snapshot_available").wait(DBClusterSnapshotIdentifier="kept", WaiterConfig=QUICK)
        (control,) = pathlib.Path(server.data, "rds", "copies").glob("*/data/global/pg_control")
        control.write_bytes(b"x" + control.read_bytes()[1:])
        rds.restore_db_cluster_from_snapshot(DBClusterIdentifier="back", SnapshotIdentifier="kept", **ENGINE)

        def failed():
            cluster = rds.describe_db_clusters(DBClusterIdentifier="back")["DBClusters"][0]
            return cluster if cluster["Status"] == "failed" else None

        cluster = wait_until(failed, "the cluster cannot be made")
        assert "global/pg_control has other contents" in cluster["StatusInfos"][0]["Message"]
        rds.delete_db_cluster(DBClusterIdentifier="back", SkipFinalSnapshot=True)
        rds.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier="back", WaiterConfig=QUICK)
