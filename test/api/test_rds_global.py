"""rds: global clusters with their primary in one region, roles of clusters, and maintenance that is not pending."""
import pytest

from test_rds import ACCOUNT, CLUSTER, fails, made  # noqa: F401

ARN = f"arn:aws:rds:us-east-1:{ACCOUNT}"


@pytest.fixture
def rds(client):
    return client("rds")


def of(rds, name):
    [one] = rds.describe_global_clusters(GlobalClusterIdentifier=name)["GlobalClusters"]
    return one


def leave(rds, name, cluster):
    rds.remove_from_global_cluster(GlobalClusterIdentifier=name, DbClusterIdentifier=f"{ARN}:cluster:{cluster}")


def test_a_global_cluster_and_its_primary(rds, client, made, unique):
    created = rds.create_global_cluster(GlobalClusterIdentifier=unique.upper(), Engine="aurora-postgresql", EngineVersion="15",
                                        DatabaseName="shop", Tags=[{"Key": "team", "Value": "red"}])["GlobalCluster"]
    assert (created["GlobalClusterIdentifier"], created["Status"], created["Engine"], created["DatabaseName"]) == (
        unique, "available", "aurora-postgresql", "shop")
    assert created["GlobalClusterArn"] == f"arn:aws:rds::{ACCOUNT}:global-cluster:{unique}" and created["EngineVersion"].startswith("15.")
    assert created["GlobalClusterMembers"] == [] and created["TagList"] == [{"Key": "team", "Value": "red"}]
    # It is in no region: every one shows it.
    assert of(client("rds", region="eu-west-1"), unique) == created

    cluster = made(GlobalClusterIdentifier=unique)
    assert cluster["GlobalClusterIdentifier"] == unique and cluster["DatabaseName"] == "shop"
    [member] = of(rds, unique)["GlobalClusterMembers"]
    assert (member["DBClusterArn"], member["IsWriter"], member["Readers"]) == (f"{ARN}:cluster:{unique}", True, [])
    assert of(rds, unique)["Endpoint"] == cluster["Endpoint"]
    by_cluster = {"Name": "db-cluster-id", "Values": [cluster["DBClusterArn"]]}
    assert [g["GlobalClusterIdentifier"] for g in rds.describe_global_clusters(Filters=[by_cluster])["GlobalClusters"]] == [unique]
    elsewhere = {"Name": "region", "Values": ["eu-west-1"]}
    assert unique not in [g["GlobalClusterIdentifier"] for g in rds.describe_global_clusters(Filters=[elsewhere])["GlobalClusters"]]

    # A second member would be a secondary, which is not built: refused by its name.
    code, message, status = fails(client("rds", region="eu-west-1").create_db_cluster, DBClusterIdentifier=f"{unique}-2",
                                  GlobalClusterIdentifier=unique, **CLUSTER)
    assert (code, status) == ("NotImplemented", 501) and "secondary" in message
    assert fails(rds.delete_db_cluster, DBClusterIdentifier=unique, SkipFinalSnapshot=True)[0] == "InvalidDBClusterStateFault"
    assert fails(rds.delete_global_cluster, GlobalClusterIdentifier=unique)[::2] == ("InvalidGlobalClusterStateFault", 400)
    leave(rds, unique, unique)
    assert of(rds, unique)["GlobalClusterMembers"] == []
    assert "GlobalClusterIdentifier" not in rds.describe_db_clusters(DBClusterIdentifier=unique)["DBClusters"][0]
    assert rds.delete_global_cluster(GlobalClusterIdentifier=unique)["GlobalCluster"]["Status"] == "deleting"
    assert fails(rds.describe_global_clusters, GlobalClusterIdentifier=unique)[::2] == ("GlobalClusterNotFoundFault", 404)


def test_a_global_cluster_of_what_is_there(rds, made, unique):
    """The source becomes the primary as it is, and gives engine, version and database."""
    cluster = made(DatabaseName="shop")
    source = {"GlobalClusterIdentifier": unique, "SourceDBClusterIdentifier": cluster["DBClusterArn"]}
    assert fails(rds.create_global_cluster, **source, Engine="aurora-postgresql")[0] == "InvalidParameterCombination"
    assert fails(rds.create_global_cluster, **{**source, "SourceDBClusterIdentifier": unique})[:2] == (
        "InvalidParameterValue", f"Malformed db cluster arn {unique}")
    assert fails(rds.create_global_cluster, **{**source, "SourceDBClusterIdentifier": f"{ARN}:cluster:none"})[0] == "DBClusterNotFoundFault"
    created = rds.create_global_cluster(**source, DeletionProtection=True)["GlobalCluster"]
    assert (created["EngineVersion"], created["DatabaseName"]) == (cluster["EngineVersion"], "shop")
    assert created["GlobalClusterMembers"][0]["IsWriter"] is True
    assert fails(rds.create_global_cluster, **{**source, "GlobalClusterIdentifier": f"{unique}-2"})[0] == "InvalidDBClusterStateFault"
    assert fails(rds.create_global_cluster, GlobalClusterIdentifier=unique, Engine="aurora-postgresql")[::2] == (
        "GlobalClusterAlreadyExistsFault", 400)
    renamed = rds.modify_global_cluster(GlobalClusterIdentifier=unique, NewGlobalClusterIdentifier=f"{unique}-NEW")["GlobalCluster"]
    assert renamed["GlobalClusterIdentifier"] == f"{unique}-new" and len(renamed["GlobalClusterMembers"]) == 1
    assert fails(rds.remove_from_global_cluster, GlobalClusterIdentifier=f"{unique}-new",
                 DbClusterIdentifier=f"{ARN}:cluster:none")[0] == "InvalidParameterValue"
    leave(rds, f"{unique}-new", unique)
    assert fails(rds.delete_global_cluster, GlobalClusterIdentifier=f"{unique}-new")[0] == "InvalidParameterCombination"
    rds.modify_global_cluster(GlobalClusterIdentifier=f"{unique}-new", DeletionProtection=False)
    rds.delete_global_cluster(GlobalClusterIdentifier=f"{unique}-new")


def test_tags_of_a_global_cluster(rds, unique):
    """Its ARN has no region, and is good in each."""
    arn = rds.create_global_cluster(GlobalClusterIdentifier=unique, Engine="aurora-postgresql")["GlobalCluster"]["GlobalClusterArn"]
    rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "team", "Value": "red"}, {"Key": "stage", "Value": "test"}])
    rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["stage"])
    assert rds.list_tags_for_resource(ResourceName=arn)["TagList"] == of(rds, unique)["TagList"] == [{"Key": "team", "Value": "red"}]
    rds.delete_global_cluster(GlobalClusterIdentifier=unique)
    assert fails(rds.list_tags_for_resource, ResourceName=arn)[::2] == ("GlobalClusterNotFoundFault", 404)


def test_roles_of_a_cluster(rds, client, new_user, made, unique):
    """A role is recorded for a feature; who may not pass it may not record it either."""
    made()
    trust = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"rds.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
    role = client("iam").create_role(RoleName=unique, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    what = {"DBClusterIdentifier": unique, "RoleArn": role, "FeatureName": "s3Import"}
    key = new_user({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "rds:*", "Resource": "*"}]})
    code, message, _ = fails(client("rds", key).add_role_to_db_cluster, **what)
    assert code == "AccessDenied" and "iam:PassRole" in message
    rds.add_role_to_db_cluster(**what)
    [cluster] = rds.describe_db_clusters(DBClusterIdentifier=unique)["DBClusters"]
    assert cluster["AssociatedRoles"] == [{"RoleArn": role, "Status": "ACTIVE", "FeatureName": "s3Import"}]
    assert fails(rds.add_role_to_db_cluster, **what)[::2] == ("DBClusterRoleAlreadyExists", 400)
    assert fails(rds.add_role_to_db_cluster, **{**what, "FeatureName": "x"})[0] == "InvalidParameterValue"
    assert fails(rds.add_role_to_db_cluster, DBClusterIdentifier=unique, RoleArn=role)[:2] == (
        "InvalidParameterValue", "The feature-name parameter must be provided with the current operation for the aurora-postgresql engine.")
    assert fails(rds.add_role_to_db_cluster, **{**what, "RoleArn": role + "x", "FeatureName": "Lambda"})[0] == "InvalidParameterValue"
    rds.remove_role_from_db_cluster(**what)
    assert fails(rds.remove_role_from_db_cluster, **what)[::2] == ("DBClusterRoleNotFound", 404)
    assert rds.describe_db_clusters(DBClusterIdentifier=unique)["DBClusters"][0]["AssociatedRoles"] == []


def test_nothing_is_pending(rds, made, unique):
    cluster = made()
    ask = {"ResourceIdentifier": cluster["DBClusterArn"], "ApplyAction": "system-update", "OptInType": "immediate"}
    assert fails(rds.apply_pending_maintenance_action, **ask)[::2] == ("ResourceNotFoundFault", 404)
    assert fails(rds.apply_pending_maintenance_action, **{**ask, "OptInType": "x"})[0] == "InvalidParameterValue"
    assert fails(rds.apply_pending_maintenance_action, **{**ask, "ApplyAction": "x"})[0] == "InvalidParameterValue"
    assert rds.describe_db_cluster_backtracks(DBClusterIdentifier=unique)["DBClusterBacktracks"] == []
    assert fails(rds.describe_db_cluster_backtracks, DBClusterIdentifier=unique, BacktrackIdentifier="x")[0] == "DBClusterBacktrackNotFoundFault"
    assert fails(rds.describe_db_cluster_backtracks, DBClusterIdentifier="none")[0] == "DBClusterNotFoundFault"


@pytest.mark.parametrize("operation, member, named, code", [
    ("describe_event_subscriptions", "EventSubscriptionsList", {"SubscriptionName": "x"}, "SubscriptionNotFound"),
    ("describe_db_proxies", "DBProxies", {"DBProxyName": "x"}, "DBProxyNotFoundFault"),
    ("describe_db_proxy_endpoints", "DBProxyEndpoints", {"DBProxyEndpointName": "x"}, "DBProxyEndpointNotFoundFault"),
])
def test_lists_of_what_nobody_can_make(rds, operation, member, named, code):
    assert getattr(rds, operation)()[member] == []
    assert fails(getattr(rds, operation), **named)[::2] == (code, 404)
