"""rds: custom endpoints of DB clusters, and the list of all endpoints."""
import pytest

from network import admit, new_group
from test_rds import ACCOUNT, CLUSTER, cluster_available, fails, made, psql, with_instance  # noqa: F401

ARN = f"arn:aws:rds:us-east-1:{ACCOUNT}"


@pytest.fixture
def rds(client):
    return client("rds")


def of_cluster(rds, cluster, **filters):
    found = rds.describe_db_cluster_endpoints(DBClusterIdentifier=cluster, **filters)["DBClusterEndpoints"]
    return {e.get("DBClusterEndpointIdentifier", e["EndpointType"]): e for e in found}


def test_a_custom_endpoint_leads_to_its_members(rds, client, made, unique):
    """The engine behind a custom endpoint is that of the member, for as long as it is one."""
    ec2 = client("ec2")
    group = new_group(ec2, unique)
    admit(ec2, group, 5432)
    cluster = made(VpcSecurityGroupIds=[group])
    instance = with_instance(rds, unique)["DBInstanceIdentifier"]
    created = rds.create_db_cluster_endpoint(
        DBClusterIdentifier=unique, DBClusterEndpointIdentifier=f"{unique}-ANY", EndpointType="ANY",
        StaticMembers=[instance.upper()], Tags=[{"Key": "team", "Value": "red"}])
    assert (created["Status"], created["EndpointType"], created["CustomEndpointType"]) == ("creating", "CUSTOM", "ANY")
    assert created["DBClusterEndpointArn"] == f"{ARN}:cluster-endpoint:{unique}-any"
    assert created["DBClusterEndpointResourceIdentifier"].startswith("cluster-endpoint-")
    all_of_it = of_cluster(rds, unique)
    assert set(all_of_it) == {"WRITER", "READER", f"{unique}-any"}
    assert all_of_it["WRITER"]["Endpoint"] == cluster["Endpoint"] and all_of_it["READER"]["Endpoint"] == cluster["ReaderEndpoint"]
    custom = all_of_it[f"{unique}-any"]
    assert (custom["Status"], custom["StaticMembers"], custom["ExcludedMembers"]) == ("available", [instance], [])
    assert custom["Endpoint"] not in (cluster["Endpoint"], cluster["ReaderEndpoint"])
    assert psql(custom["Endpoint"], 5432, "select 1") == (True, "1")
    tags = rds.list_tags_for_resource(ResourceName=created["DBClusterEndpointArn"])["TagList"]
    assert tags == [{"Key": "team", "Value": "red"}]

    # Its only instance writes: an endpoint of readers leads to nobody.
    changed = rds.modify_db_cluster_endpoint(DBClusterEndpointIdentifier=f"{unique}-any", EndpointType="READER")
    assert (changed["Status"], changed["CustomEndpointType"], changed["StaticMembers"]) == ("modifying", "READER", [instance])
    assert not psql(custom["Endpoint"], 5432, "select 1")[0]
    rds.modify_db_cluster_endpoint(DBClusterEndpointIdentifier=f"{unique}-any", EndpointType="WRITER", ExcludedMembers=[])
    assert psql(custom["Endpoint"], 5432, "select 1") == (True, "1")
    rds.modify_db_cluster_endpoint(DBClusterEndpointIdentifier=f"{unique}-any", ExcludedMembers=[instance])
    assert not psql(custom["Endpoint"], 5432, "select 1")[0]
    assert of_cluster(rds, unique)[f"{unique}-any"]["ExcludedMembers"] == [instance]

    deleted = rds.delete_db_cluster_endpoint(DBClusterEndpointIdentifier=f"{unique}-any")
    assert deleted["Status"] == "deleting"
    assert set(of_cluster(rds, unique)) == {"WRITER", "READER"}
    assert not psql(custom["Endpoint"], 5432, "select 1")[0]


def test_who_is_deleted_is_no_member_any_more(rds, made, unique):
    """A list that named who is gone could not be given back to ModifyDBClusterEndpoint; with its cluster an endpoint goes."""
    made()
    instance = with_instance(rds, unique)["DBInstanceIdentifier"]
    rds.create_db_cluster_endpoint(DBClusterIdentifier=unique, DBClusterEndpointIdentifier=unique, EndpointType="ANY",
                                   ExcludedMembers=[instance])
    rds.delete_db_instance(DBInstanceIdentifier=instance)
    rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=instance, WaiterConfig={"Delay": 1, "MaxAttempts": 90})
    assert of_cluster(rds, unique)[unique]["ExcludedMembers"] == []
    rds.delete_db_cluster(DBClusterIdentifier=unique, SkipFinalSnapshot=True)
    rds.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier=unique, WaiterConfig={"Delay": 1, "MaxAttempts": 90})
    assert rds.describe_db_cluster_endpoints(DBClusterEndpointIdentifier=unique)["DBClusterEndpoints"] == []


def test_filters_and_pages(rds, made, unique):
    made()
    for number, kind in enumerate(("READER", "ANY", "ANY")):
        rds.create_db_cluster_endpoint(DBClusterIdentifier=unique, DBClusterEndpointIdentifier=f"{unique}-{number}", EndpointType=kind)
    by = lambda name, *values: set(of_cluster(rds, unique, Filters=[{"Name": name, "Values": list(values)}]))  # noqa: E731
    assert by("db-cluster-endpoint-type", "writer", "reader") == {"WRITER", "READER"}
    assert by("db-cluster-endpoint-type", "custom") == {f"{unique}-{n}" for n in range(3)}
    assert by("db-cluster-endpoint-custom-type", "any") == {f"{unique}-1", f"{unique}-2"}
    assert by("db-cluster-endpoint-id", f"{unique}-2") == {f"{unique}-2"}
    assert by("db-cluster-endpoint-status", "available") == set(of_cluster(rds, unique))
    assert fails(rds.describe_db_cluster_endpoints, Filters=[{"Name": "x", "Values": ["y"]}])[0] == "InvalidParameterValue"


def test_what_is_refused(rds, made, unique):
    """Nothing half made: after each refusal there is what there was."""
    made()
    make = {"DBClusterIdentifier": unique, "DBClusterEndpointIdentifier": unique, "EndpointType": "ANY"}
    assert fails(rds.create_db_cluster_endpoint, **{**make, "DBClusterIdentifier": "none"}) == (
        "DBClusterNotFoundFault", "DBCluster none not found.", 404)
    assert fails(rds.create_db_cluster_endpoint, **{**make, "EndpointType": "BOTH"})[0] == "InvalidParameterValue"
    assert fails(rds.create_db_cluster_endpoint, **{**make, "DBClusterEndpointIdentifier": "a--b"})[0] == "InvalidParameterValue"
    assert fails(rds.create_db_cluster_endpoint, **make, StaticMembers=["none"]) == (
        "DBInstanceNotFound", "DBInstance none not found.", 404)
    assert fails(rds.create_db_cluster_endpoint, **make, StaticMembers=["a"], ExcludedMembers=["b"])[0] == "InvalidParameterCombination"
    assert set(of_cluster(rds, unique)) == {"WRITER", "READER"}
    for number in range(5):
        rds.create_db_cluster_endpoint(**{**make, "DBClusterEndpointIdentifier": f"{unique}-{number}"})
    assert fails(rds.create_db_cluster_endpoint, **make)[::2] == ("DBClusterEndpointQuotaExceededFault", 403)
    rds.delete_db_cluster_endpoint(DBClusterEndpointIdentifier=f"{unique}-4")
    assert fails(rds.create_db_cluster_endpoint, **{**make, "DBClusterEndpointIdentifier": f"{unique}-0"})[::2] == (
        "DBClusterEndpointAlreadyExistsFault", 400)
    assert fails(rds.modify_db_cluster_endpoint, DBClusterEndpointIdentifier="none")[::2] == ("DBClusterEndpointNotFoundFault", 400)
    assert fails(rds.delete_db_cluster_endpoint, DBClusterEndpointIdentifier="none")[::2] == ("DBClusterEndpointNotFoundFault", 400)


def test_permissions_can_name_the_type(rds, client, new_user, made, unique):
    """rds:EndpointType lets a policy give reader endpoints alone."""
    made()
    key = new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "rds:CreateDBClusterEndpoint", "Resource": "*",
         "Condition": {"StringEquals": {"rds:EndpointType": "READER"}}}]})
    theirs = client("rds", key)
    assert fails(theirs.create_db_cluster_endpoint, DBClusterIdentifier=unique, DBClusterEndpointIdentifier=unique,
                 EndpointType="ANY")[0] == "AccessDenied"
    theirs.create_db_cluster_endpoint(DBClusterIdentifier=unique, DBClusterEndpointIdentifier=unique, EndpointType="READER")
