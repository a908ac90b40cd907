"""rds: the log that an instance's engine really writes, listed and downloaded in portions."""
import re

import pytest

from network import admit, new_group
from test_rds import fails, made, psql, with_instance  # noqa: F401


@pytest.fixture
def rds(client):
    return client("rds")


@pytest.fixture(scope="module")
def logged(client):
    """An instance whose engine has logged statements: (rds, instance, the address)."""
    import uuid

    name = "t-" + uuid.uuid4().hex[:12]
    rds, ec2 = client("rds"), client("ec2")
    group = new_group(ec2, name)
    admit(ec2, group, 5432)
    rds.create_db_cluster(DBClusterIdentifier=name, Engine="aurora-postgresql", MasterUsername="ana",
                          MasterUserPassword="correct-horse-9", VpcSecurityGroupIds=[group])
    rds.get_waiter("db_cluster_available").wait(DBClusterIdentifier=name, WaiterConfig={"Delay": 1, "MaxAttempts": 90})
    instance = with_instance(rds, name)
    address = instance["Endpoint"]["Address"]
    for number in range(30):
        psql(address, 5432, f"select no_such_function_{number}()")
    yield rds, f"{name}-1", address
    rds.delete_db_instance(DBInstanceIdentifier=f"{name}-1")
    rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=f"{name}-1", WaiterConfig={"Delay": 1, "MaxAttempts": 90})
    rds.delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)


def files(rds, instance, **parameters):
    return rds.describe_db_log_files(DBInstanceIdentifier=instance, **parameters)["DescribeDBLogFiles"]


def whole(rds, instance, file, **parameters):
    """A file from its beginning, portion by portion: (text, how many portions)."""
    text, marker, portions = "", "0", 0
    while True:
        answer = rds.download_db_log_file_portion(DBInstanceIdentifier=instance, LogFileName=file, Marker=marker, **parameters)
        text, marker, portions = text + answer.get("LogFileData", ""), answer["Marker"], portions + 1
        if not answer["AdditionalDataPending"]:
            return text, portions
        assert portions < 1000


def test_files_are_listed(logged):
    rds, instance, _ = logged
    found = files(rds, instance.upper())
    assert found and all(re.fullmatch(r"error/postgresql\.log\.\d{4}-\d\d-\d\d-\d{4}", f["LogFileName"]) for f in found)
    newest = found[0]  # at a full hour another one begins, empty
    assert newest["Size"] > 0 and newest["LastWritten"] > 1_700_000_000_000
    assert files(rds, instance, FilenameContains="postgresql") == files(rds, instance)
    assert files(rds, instance, FilenameContains="slowquery") == []
    assert files(rds, instance, FileSize=newest["Size"] + 100_000_000) == []
    assert files(rds, instance, FileLastWritten=newest["LastWritten"] + 24 * 3_600_000) == []
    assert fails(rds.describe_db_log_files, DBInstanceIdentifier="none") == ("DBInstanceNotFound", "DBInstance none not found.", 404)


def test_a_file_is_downloaded_as_the_engine_wrote_it(logged):
    """Every statement that failed stands in it once, in order, whatever the size of the portions."""
    rds, instance, address = logged
    psql(address, 5432, "select 'the last one' from nowhere")
    text = "".join(whole(rds, instance, f["LogFileName"])[0] for f in files(rds, instance))
    assert [int(n) for n in re.findall(r"STATEMENT:  select no_such_function_(\d+)", text)] == list(range(30))
    assert "ERROR:  function no_such_function_0() does not exist" in text and "the last one" in text
    file = files(rds, instance)[0]["LogFileName"]
    all_at_once, one = whole(rds, instance, file)
    in_small_ones, many = whole(rds, instance, file, NumberOfLines=2)
    assert one == 1 and many > 1 and in_small_ones.startswith(all_at_once)


def test_without_a_marker_the_last_lines_come(logged):
    rds, instance, _ = logged
    file = files(rds, instance)[0]["LogFileName"]
    text, _ = whole(rds, instance, file)
    last = rds.download_db_log_file_portion(DBInstanceIdentifier=instance, LogFileName=file, NumberOfLines=3)
    assert last["LogFileData"].count("\n") == 3 and last["AdditionalDataPending"] is False
    assert last["LogFileData"] in whole(rds, instance, file)[0] and text
    # What comes later is found with the marker that was given.
    after = rds.download_db_log_file_portion(DBInstanceIdentifier=instance, LogFileName=file, Marker=last["Marker"])
    assert last["LogFileData"] not in after.get("LogFileData", "")


def test_what_is_refused(logged):
    """A name is compared with the names of the log's own parts, and never becomes a path."""
    rds, instance, _ = logged
    for name in ("error/none", "../../key", "error/../engine.log", "/etc/passwd", "engine.log"):
        assert fails(rds.download_db_log_file_portion, DBInstanceIdentifier=instance, LogFileName=name) == (
            "DBLogFileNotFoundFault", f"DBLog File: {name}, is not found on the DB instance", 404)
    file = files(rds, instance)[0]["LogFileName"]
    assert fails(rds.download_db_log_file_portion, DBInstanceIdentifier=instance, LogFileName=file, Marker="x")[0] == "InvalidParameterValue"
    assert fails(rds.download_db_log_file_portion, DBInstanceIdentifier="none", LogFileName=file)[0] == "DBInstanceNotFound"


def test_reading_needs_permission(logged, client, new_user):
    """Logs hold statements: who may only list them reads none."""
    rds, instance, _ = logged
    file = files(rds, instance)[0]["LogFileName"]
    key = new_user({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "rds:Describe*", "Resource": "*"}]})
    theirs = client("rds", key)
    assert files(theirs, instance)
    assert fails(theirs.download_db_log_file_portion, DBInstanceIdentifier=instance, LogFileName=file)[0] == "AccessDenied"


def test_an_instance_of_another_region_is_none(logged, client):
    _, instance, _ = logged
    assert fails(client("rds", region="eu-west-1").describe_db_log_files, DBInstanceIdentifier=instance)[0] == "DBInstanceNotFound"
