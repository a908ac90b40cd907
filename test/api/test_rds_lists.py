"""rds: what can be ordered, what has happened, and lists of what is not there."""
import datetime

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "111122223333"
ARN = f"arn:aws:rds:us-east-1:{ACCOUNT}"
QUICK = {"Delay": 1, "MaxAttempts": 90}
PASSWORD = "correct-horse-9"


def fails(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture
def rds(client):
    return client("rds")


def test_classes_that_can_be_ordered(rds):
    """What is listed can be created: the classes that CreateDBInstance takes, of the versions that are here."""
    pages = list(rds.get_paginator("describe_orderable_db_instance_options").paginate(Engine="aurora-postgresql"))
    options = [o for page in pages for o in page["OrderableDBInstanceOptions"]]
    assert len(pages) > 1 and len({(o["EngineVersion"], o["DBInstanceClass"]) for o in options}) == len(options)
    versions = {v["EngineVersion"] for v in rds.describe_db_engine_versions(Engine="aurora-postgresql")["DBEngineVersions"]}
    assert {o["EngineVersion"] for o in options} == versions
    [one] = rds.describe_orderable_db_instance_options(Engine="aurora-postgresql", EngineVersion=max(versions),
                                                       DBInstanceClass="db.r6g.large")["OrderableDBInstanceOptions"]
    assert (one["LicenseModel"], one["StorageType"], one["SupportedEngineModes"], one["Vpc"]) == (
        "postgresql-license", "aurora", ["provisioned"], True)
    assert {z["Name"] for z in one["AvailabilityZones"]} >= {"us-east-1a", "us-east-1b"}
    assert rds.describe_orderable_db_instance_options(Engine="neptune")["OrderableDBInstanceOptions"] == []
    assert fails(rds.describe_orderable_db_instance_options, Engine="x") == ("InvalidParameterValue", "Invalid DB engine", 400)


def test_major_versions(rds):
    versions = rds.describe_db_major_engine_versions(Engine="aurora-postgresql")["DBMajorEngineVersions"]
    assert "15" in {v["MajorEngineVersion"] for v in versions}
    assert [v["MajorEngineVersion"] for v in rds.describe_db_major_engine_versions(
        Engine="aurora-postgresql", MajorEngineVersion="15")["DBMajorEngineVersions"]] == ["15"]


def test_certificates(rds):
    answer = rds.describe_certificates()
    [one] = answer["Certificates"]
    assert (one["CertificateIdentifier"], one["CertificateType"]) == ("rds-ca-rsa2048-g1", "CA")
    assert one["CertificateArn"] == "arn:aws:rds:us-east-1::cert:rds-ca-rsa2048-g1" and one["ValidTill"].year == 2061
    assert rds.describe_certificates(CertificateIdentifier="rds-ca-rsa2048-g1")["Certificates"] == [one]
    chosen = rds.modify_certificates(CertificateIdentifier="rds-ca-rsa2048-g1")["Certificate"]
    assert chosen["CustomerOverride"] is True and rds.describe_certificates()["Certificates"] == [chosen]
    assert rds.modify_certificates(RemoveCustomerOverride=True)["Certificate"] == one == rds.describe_certificates()["Certificates"][0]
    assert fails(rds.modify_certificates)[0] == "InvalidParameterCombination"
    assert fails(rds.modify_certificates, CertificateIdentifier="x")[0] == "CertificateNotFound"
    assert fails(rds.describe_certificates, CertificateIdentifier="x") == ("CertificateNotFound", "Certificate x not found.", 404)


def test_quotas_and_regions(rds):
    quotas = {q["AccountQuotaName"]: q for q in rds.describe_account_attributes()["AccountQuotas"]}
    assert (quotas["DBClusters"]["Max"], quotas["DBSubnetGroups"]["Max"], quotas["SubnetsPerDBSubnetGroup"]["Max"]) == (40, 50, 20)
    regions = [r["RegionName"] for r in rds.describe_source_regions()["SourceRegions"]]
    assert "eu-west-1" in regions and "us-east-1" not in regions and regions == sorted(regions)
    assert rds.describe_source_regions(RegionName="eu-west-1")["SourceRegions"][0]["Endpoint"] == "https://rds.eu-west-1.amazonaws.com"
    assert fails(rds.describe_source_regions, RegionName="nowhere")[0] == "InvalidParameterValue"


def test_option_groups(rds):
    names = [g["OptionGroupName"] for g in rds.describe_option_groups()["OptionGroupsList"]]
    assert "default:aurora-postgresql-15" in names
    [one] = rds.describe_option_groups(OptionGroupName="default:aurora-postgresql-15")["OptionGroupsList"]
    assert (one["Options"], one["OptionGroupArn"]) == ([], f"{ARN}:og:default:aurora-postgresql-15")
    assert rds.describe_option_groups(EngineName="neptune")["OptionGroupsList"] == []
    assert fails(rds.describe_option_groups, OptionGroupName="x") == (
        "OptionGroupNotFoundFault", "Specified OptionGroupName: x not found.", 404)
    assert rds.describe_option_group_options(EngineName="aurora-postgresql")["OptionGroupOptions"] == []
    assert fails(rds.describe_option_group_options, EngineName="x")[0] == "InvalidParameterValue"


@pytest.mark.parametrize("operation, member, named, code", [
    ("describe_global_clusters", "GlobalClusters", {"GlobalClusterIdentifier": "x"}, "GlobalClusterNotFoundFault"),
    ("describe_db_cluster_snapshots", "DBClusterSnapshots", {"DBClusterSnapshotIdentifier": "x"}, "DBClusterSnapshotNotFoundFault"),
    ("describe_db_snapshots", "DBSnapshots", {"DBSnapshotIdentifier": "x"}, "DBSnapshotNotFound"),
    ("describe_reserved_db_instances", "ReservedDBInstances", {"ReservedDBInstanceId": "x"}, "ReservedDBInstanceNotFound"),
    ("describe_reserved_db_instances_offerings", "ReservedDBInstancesOfferings", {"ReservedDBInstancesOfferingId": "x"},
     "ReservedDBInstancesOfferingNotFound"),
    ("describe_pending_maintenance_actions", "PendingMaintenanceActions", {"ResourceIdentifier": f"{ARN}:db:x"},
     "ResourceNotFoundFault"),
])
def test_lists_of_what_is_not_there(rds, operation, member, named, code):
    call = getattr(rds, operation)
    assert call()[member] == []
    assert fails(call, **named)[::2] == (code, 404)
    assert fails(call, MaxRecords=5)[0] == "InvalidParameterValue"
    assert fails(call, Marker="x")[2] == 400
    assert fails(call, Filters=[{"Name": "x", "Values": ["y"]}])[1] == "Unrecognized filter name: x"


def test_events(rds, client, unique):
    """Every step that the engine was seen to take, in its order; of the last hour unless something else is asked."""
    instance = f"{unique}-1"
    rds.create_db_cluster(DBClusterIdentifier=unique, Engine="aurora-postgresql", MasterUsername="ana", MasterUserPassword=PASSWORD)
    rds.create_db_instance(DBInstanceIdentifier=instance, DBClusterIdentifier=unique, Engine="aurora-postgresql",
                           DBInstanceClass="db.t4g.medium")
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=instance, WaiterConfig=QUICK)
    rds.reboot_db_instance(DBInstanceIdentifier=instance)
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=instance, WaiterConfig=QUICK)
    rds.create_db_parameter_group(DBParameterGroupName=unique, DBParameterGroupFamily="postgres15", Description="x")
    rds.modify_db_parameter_group(DBParameterGroupName=unique, Parameters=[
        {"ParameterName": "work_mem", "ParameterValue": "64", "ApplyMethod": "immediate"}])
    rds.delete_db_parameter_group(DBParameterGroupName=unique)
    rds.delete_db_instance(DBInstanceIdentifier=instance, SkipFinalSnapshot=True)
    rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=instance, WaiterConfig=QUICK)
    rds.delete_db_cluster(DBClusterIdentifier=unique, SkipFinalSnapshot=True)
    rds.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier=unique, WaiterConfig=QUICK)

    def told(kind, name, **more):
        return [(e["EventCategories"], e["Message"])
                for e in rds.describe_events(SourceType=kind, SourceIdentifier=name, **more)["Events"]]

    assert told("db-instance", instance) == [
        (["creation"], "DB instance created"), (["availability"], "DB instance shutdown"),
        (["availability"], "DB instance restarted"), (["deletion"], "DB instance deleted")]
    assert told("db-cluster", unique) == [(["creation"], "DB cluster created"), (["deletion"], "DB cluster deleted")]
    assert told("db-parameter-group", unique) == [
        (["configuration change"], "Updated parameter work_mem to 64 with apply method immediate")]
    assert told("db-instance", instance, EventCategories=["deletion"]) == [(["deletion"], "DB instance deleted")]
    [deleted] = rds.describe_events(SourceType="db-cluster", SourceIdentifier=unique, EventCategories=["deletion"])["Events"]
    assert deleted["SourceArn"] == f"{ARN}:cluster:{unique}" and deleted["SourceType"] == "db-cluster"
    long_ago = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=3)
    assert rds.describe_events(StartTime=long_ago, Duration=60)["Events"] == []
    assert told("db-cluster", unique, Duration=14 * 24 * 60)
    assert fails(rds.describe_events, SourceIdentifier=unique)[0] == "InvalidParameterCombination"
    assert fails(rds.describe_events, Duration=0)[0] == "InvalidParameterValue"
    assert client("rds", region="eu-west-1").describe_events()["Events"] == []


def test_events_are_kept_for_fourteen_days(rds, haar, unique):
    def make(name):
        rds.create_db_parameter_group(DBParameterGroupName=name, DBParameterGroupFamily="postgres15", Description="x")
        rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=[
            {"ParameterName": "work_mem", "ParameterValue": "64", "ApplyMethod": "immediate"}])
        rds.delete_db_parameter_group(DBParameterGroupName=name)

    make(unique)
    haar.command("advance", "14d")
    make(f"{unique}-2")  # whatever comes takes the old ones away
    start = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=30)
    found = [e["SourceIdentifier"] for e in rds.describe_events(StartTime=start, EndTime=start + datetime.timedelta(days=60))["Events"]]
    assert f"{unique}-2" in found and unique not in found


def test_event_categories(rds):
    maps = {m["SourceType"]: m["EventCategories"] for m in rds.describe_event_categories()["EventCategoriesMapList"]}
    assert "failover" in maps["db-cluster"] and maps["db-parameter-group"] == ["configuration change"]
    [one] = rds.describe_event_categories(SourceType="db-instance")["EventCategoriesMapList"]
    assert one["SourceType"] == "db-instance"
    assert fails(rds.describe_event_categories, SourceType="x")[0] in ("InvalidParameterValue", "ValidationError")


def test_who_may(client, new_user):
    nobody = client("rds", new_user())
    for call, named in ((nobody.describe_events, {}), (nobody.describe_global_clusters, {}), (nobody.describe_certificates, {}),
                        (nobody.describe_orderable_db_instance_options, {"Engine": "aurora-postgresql"}),
                        (nobody.describe_option_groups, {}), (nobody.describe_pending_maintenance_actions, {})):
        assert fails(call, **named)[::2] == ("AccessDenied", 403)
