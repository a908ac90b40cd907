"""rds: IAM database authentication and certificates, as the API shows and changes them. What clients see: test/system."""
import datetime

import pytest
from botocore.exceptions import ClientError

QUICK = {"Delay": 1, "MaxAttempts": 90}


@pytest.fixture
def rds(client):
    return client("rds")


@pytest.fixture
def cluster(rds, unique):
    def make(**more):
        answer = rds.create_db_cluster(DBClusterIdentifier=unique, Engine="aurora-postgresql", MasterUsername="clerk",
                                       MasterUserPassword="correct-horse-2", **more)["DBCluster"]
        rds.get_waiter("db_cluster_available").wait(DBClusterIdentifier=unique, WaiterConfig=QUICK)
        return answer

    yield make
    for instance in rds.describe_db_instances(Filters=[{"Name": "db-cluster-id", "Values": [unique]}])["DBInstances"]:
        rds.delete_db_instance(DBInstanceIdentifier=instance["DBInstanceIdentifier"], SkipFinalSnapshot=True)
        rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=instance["DBInstanceIdentifier"], WaiterConfig=QUICK)
    rds.delete_db_cluster(DBClusterIdentifier=unique, SkipFinalSnapshot=True)


def enabled(rds, name):
    return rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]["IAMDatabaseAuthenticationEnabled"]


def test_it_is_off_unless_asked_for(rds, cluster, unique):
    assert cluster()["IAMDatabaseAuthenticationEnabled"] is False
    assert enabled(rds, unique) is False


def test_it_is_asked_for_and_changed(rds, cluster, unique):
    assert cluster(EnableIAMDatabaseAuthentication=True)["IAMDatabaseAuthenticationEnabled"] is True
    assert enabled(rds, unique) is True
    for wanted in (False, True):
        changed = rds.modify_db_cluster(DBClusterIdentifier=unique, EnableIAMDatabaseAuthentication=wanted)
        assert changed["DBCluster"]["IAMDatabaseAuthenticationEnabled"] is wanted
        rds.get_waiter("db_cluster_available").wait(DBClusterIdentifier=unique, WaiterConfig=QUICK)
        assert enabled(rds, unique) is wanted
    rds.modify_db_cluster(DBClusterIdentifier=unique, BackupRetentionPeriod=3)  # says nothing of it
    assert enabled(rds, unique) is True


def test_an_instance_shows_its_clusters_setting_and_its_certificate(rds, cluster, unique):
    cluster(EnableIAMDatabaseAuthentication=True)
    rds.create_db_instance(DBInstanceIdentifier=unique, DBClusterIdentifier=unique, Engine="aurora-postgresql",
                           DBInstanceClass="db.t4g.medium")
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=unique, WaiterConfig=QUICK)
    [instance] = rds.describe_db_instances(DBInstanceIdentifier=unique)["DBInstances"]
    assert instance["IAMDatabaseAuthenticationEnabled"] is True
    details = instance["CertificateDetails"]
    assert details["CAIdentifier"] == instance["CACertificateIdentifier"]
    left = details["ValidTill"] - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(days=60) < left < datetime.timedelta(days=90)


def test_a_member_of_a_cluster_has_no_setting_of_its_own(rds, cluster, unique):
    cluster()
    parameters = {"DBInstanceIdentifier": unique, "DBClusterIdentifier": unique, "Engine": "aurora-postgresql",
                  "DBInstanceClass": "db.t4g.medium"}
    with pytest.raises(ClientError) as refused:
        rds.create_db_instance(**parameters, EnableIAMDatabaseAuthentication=True)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterCombination"


def test_an_instance_without_a_cluster_has_its_own(rds, unique):
    made = rds.create_db_instance(DBInstanceIdentifier=unique, Engine="postgres", DBInstanceClass="db.t4g.micro",
                                  AllocatedStorage=20, MasterUsername="clerk", MasterUserPassword="correct-horse-2",
                                  EnableIAMDatabaseAuthentication=True)["DBInstance"]
    assert made["IAMDatabaseAuthenticationEnabled"] is True
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=unique, WaiterConfig=QUICK)
    changed = rds.modify_db_instance(DBInstanceIdentifier=unique, EnableIAMDatabaseAuthentication=False)["DBInstance"]
    assert changed["IAMDatabaseAuthenticationEnabled"] is False
    [seen] = rds.describe_db_instances(DBInstanceIdentifier=unique)["DBInstances"]
    assert seen["IAMDatabaseAuthenticationEnabled"] is False
    assert seen["CertificateDetails"]["CAIdentifier"] == seen["CACertificateIdentifier"]
    rds.delete_db_instance(DBInstanceIdentifier=unique, SkipFinalSnapshot=True)


def test_the_default_of_force_ssl_is_that_of_the_family(rds):
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html"""
    for family, value in (("aurora-postgresql15", "0"), ("aurora-postgresql16", "0"), ("aurora-postgresql17", "1")):
        pages = rds.get_paginator("describe_engine_default_cluster_parameters").paginate(DBParameterGroupFamily=family)
        [found] = [p for page in pages for p in page["EngineDefaults"]["Parameters"] if p["ParameterName"] == "rds.force_ssl"]
        assert (found["ParameterValue"], found["ApplyType"], found["IsModifiable"]) == (value, "dynamic", True)


def test_who_may_not_modify_the_cluster_may_not_enable_it(rds, cluster, unique, client):
    cluster()
    iam = client("iam")
    iam.create_user(UserName=unique)
    key = iam.create_access_key(UserName=unique)["AccessKey"]
    other = client("rds", (key["AccessKeyId"], key["SecretAccessKey"]))
    with pytest.raises(ClientError) as refused:
        other.modify_db_cluster(DBClusterIdentifier=unique, EnableIAMDatabaseAuthentication=True)
    assert refused.value.response["Error"]["Code"] == "AccessDenied"
    assert enabled(rds, unique) is False
