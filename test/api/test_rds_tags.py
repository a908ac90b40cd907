"""rds: tags of clusters, instances and subnet groups, who may read and change them, and what is no resource."""
import pytest
from botocore.exceptions import ClientError

ACCOUNT = "111122223333"
ARN = f"arn:aws:rds:us-east-1:{ACCOUNT}"
QUICK = {"Delay": 1, "MaxAttempts": 90}


def fails(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def tags(**wanted):
    return [{"Key": key, "Value": value} for key, value in sorted(wanted.items())]


@pytest.fixture(scope="module")
def resources(client):
    """The names of one resource of every kind that can have tags: a cluster, its instance, the default subnet group."""
    rds = client("rds")
    rds.create_db_cluster(DBClusterIdentifier="tagged", Engine="aurora-postgresql", MasterUsername="ana",
                          MasterUserPassword="correct-horse-9", Tags=tags(kind="made"))
    rds.create_db_instance(DBInstanceIdentifier="tagged-1", DBClusterIdentifier="tagged", Engine="aurora-postgresql",
                           DBInstanceClass="db.t4g.medium", Tags=tags(kind="made"))
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier="tagged-1", WaiterConfig=QUICK)
    yield [f"{ARN}:cluster:tagged", f"{ARN}:db:tagged-1", f"{ARN}:subgrp:default"]
    rds.delete_db_instance(DBInstanceIdentifier="tagged-1", SkipFinalSnapshot=True)
    rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier="tagged-1", WaiterConfig=QUICK)
    rds.delete_db_cluster(DBClusterIdentifier="tagged", SkipFinalSnapshot=True)
    rds.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier="tagged", WaiterConfig=QUICK)


def test_tags_of_every_kind(client, resources):
    rds = client("rds")
    for name in resources:
        made = [] if ":subgrp:" in name else tags(kind="made")
        assert rds.list_tags_for_resource(ResourceName=name)["TagList"] == made
        rds.add_tags_to_resource(ResourceName=name, Tags=tags(a="1", b="2"))
        rds.add_tags_to_resource(ResourceName=name, Tags=[{"Key": "b", "Value": "3"}, {"Key": "empty"}])
        assert rds.list_tags_for_resource(ResourceName=name)["TagList"] == sorted(
            made + tags(a="1", b="3", empty=""), key=lambda tag: tag["Key"])
        rds.remove_tags_from_resource(ResourceName=name, TagKeys=["a", "empty", "never-there"])
        assert rds.list_tags_for_resource(ResourceName=name)["TagList"] == tags(b="3") + made
    # They are what Describe shows.
    assert rds.describe_db_clusters(DBClusterIdentifier="tagged")["DBClusters"][0]["TagList"] == tags(b="3", kind="made")
    assert rds.describe_db_instances(DBInstanceIdentifier="tagged-1")["DBInstances"][0]["TagList"] == tags(b="3", kind="made")
    for name in resources:
        rds.remove_tags_from_resource(ResourceName=name, TagKeys=["b"])


def test_tags_that_are_refused(client, resources):
    rds = client("rds")
    for name in resources:
        before = rds.list_tags_for_resource(ResourceName=name)["TagList"]
        for wrong in (tags(**{"aws:x": "1"}), tags(**{"k" * 129: "1"}), tags(a="v" * 257),
                      tags(**{f"k{n}": "1" for n in range(51)})):
            code, _, status = fails(rds.add_tags_to_resource, ResourceName=name, Tags=wrong)
            assert (code, status) == ("InvalidParameterValue", 400)
        rds.add_tags_to_resource(ResourceName=name, Tags=tags(**{f"k{n}": "1" for n in range(50 - len(before))}))
        assert fails(rds.add_tags_to_resource, ResourceName=name, Tags=tags(one="more"))[0] == "InvalidParameterValue"
        rds.add_tags_to_resource(ResourceName=name, Tags=tags(k0="2"))
        rds.remove_tags_from_resource(ResourceName=name, TagKeys=[f"k{n}" for n in range(50)])
        assert rds.list_tags_for_resource(ResourceName=name)["TagList"] == before


def test_names_of_nothing(client, resources):
    """Each operation says the same of a name that is no resource."""
    rds = client("rds")
    foreign = "The specified resource name does not match an RDS resource in this region."
    for name, code, message, status in [
            ("tagged", "InvalidParameterValue", "Invalid resource name:  tagged", 400),
            (f"{ARN}:tagged", "InvalidParameterValue", f"Invalid resource name:  {ARN}:tagged", 400),
            (f"arn:aws:rds:us-west-2:{ACCOUNT}:cluster:tagged", "InvalidParameterValue", foreign, 400),
            ("arn:aws:rds:us-east-1:444455556666:cluster:tagged", "InvalidParameterValue", foreign, 400),
            (f"arn:aws:ec2:us-east-1:{ACCOUNT}:cluster:tagged", "InvalidParameterValue", foreign, 400),
            (f"{ARN}:proxy:tagged", "InvalidParameterValue", foreign, 400),
            (f"{ARN}:cluster:x", "DBClusterNotFoundFault", "DBCluster x not found.", 404),
            (f"{ARN}:db:tagged", "DBInstanceNotFound", "DBInstance tagged not found.", 404),
            (f"{ARN}:subgrp:x", "DBSubnetGroupNotFoundFault", "DB subnet group 'x' does not exist.", 404),
            (f"{ARN}:snapshot:x", "DBSnapshotNotFound", "DBSnapshot x not found.", 404)]:
        assert fails(rds.list_tags_for_resource, ResourceName=name) == (code, message, status)
        assert fails(rds.add_tags_to_resource, ResourceName=name, Tags=tags(a="1")) == (code, message, status)
        assert fails(rds.remove_tags_from_resource, ResourceName=name, TagKeys=["a"]) == (code, message, status)


def test_who_may(client, new_user, resources, unique):
    """Each resource is a permission of its own, with its tags, and those of the request, as conditions."""

    def allowed(action, resource, **condition):
        return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": f"rds:{action}", "Resource": resource,
                                                        **({"Condition": condition} if condition else {})}]}

    stranger = client("rds", new_user(name=unique))
    for name in resources:
        for call, action in [(lambda: stranger.list_tags_for_resource(ResourceName=name), "ListTagsForResource"),
                             (lambda: stranger.add_tags_to_resource(ResourceName=name, Tags=tags(a="1")), "AddTagsToResource"),
                             (lambda: stranger.remove_tags_from_resource(ResourceName=name, TagKeys=["a"]),
                              "RemoveTagsFromResource")]:
            assert fails(call) == ("AccessDenied", (
                f"User: arn:aws:iam::{ACCOUNT}:user/{unique} is not authorized to perform: rds:{action} on resource: {name} "
                f"because no identity-based policy allows the rds:{action} action"), 403)
    cluster, instance, _ = resources
    reader = client("rds", new_user(allowed("ListTagsForResource", cluster)))
    reader.list_tags_for_resource(ResourceName=cluster)
    assert fails(reader.list_tags_for_resource, ResourceName=instance)[0] == "AccessDenied"
    for key in ("aws:RequestTag/team", "rds:req-tag/team"):
        tagger = client("rds", new_user(allowed("AddTagsToResource", "*", StringEquals={key: "blue"})))
        tagger.add_tags_to_resource(ResourceName=cluster, Tags=tags(team="blue"))
        assert fails(tagger.add_tags_to_resource, ResourceName=cluster, Tags=tags(team="red"))[0] == "AccessDenied"
    # Whoever may take off one key may not take off another.
    one_key = client("rds", new_user(allowed("RemoveTagsFromResource", "*", **{
        "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}})))
    assert fails(one_key.remove_tags_from_resource, ResourceName=cluster, TagKeys=["team", "kind"])[0] == "AccessDenied"
    for key, name in (("rds:cluster-tag/kind", cluster), ("aws:ResourceTag/kind", cluster), ("rds:db-tag/kind", instance)):
        owner = client("rds", new_user(allowed("*", "*", StringEquals={key: "made"})))
        owner.list_tags_for_resource(ResourceName=name)
        assert fails(owner.list_tags_for_resource, ResourceName=resources[2])[0] == "AccessDenied"
    one_key.remove_tags_from_resource(ResourceName=cluster, TagKeys=["team"])
    assert client("rds").list_tags_for_resource(ResourceName=cluster)["TagList"] == tags(kind="made")
