"""iam: service-linked roles, which are their service's alone."""
import json

import pytest
from botocore.exceptions import ClientError


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def test_a_suffix_tells_roles_of_one_service_apart(client, unique, account):
    """Where a service allows it, each suffix makes another role; elsewhere a suffix is refused."""
    iam = client("iam")
    for suffix in (unique + "-a", unique + "-b"):
        role = iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com", CustomSuffix=suffix,
                                              Description="mine")["Role"]
        name = f"AWSServiceRoleForAutoScaling_{suffix}"
        assert role["RoleName"] == name and role["Path"] == "/aws-service-role/autoscaling.amazonaws.com/"
        assert role["Arn"] == f"arn:aws:iam::{account}:role/aws-service-role/autoscaling.amazonaws.com/{name}"
        assert iam.get_role(RoleName=name)["Role"]["Description"] == "mine"
        attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        assert [p["PolicyArn"] for p in attached] == ["arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy"]
    taken = refused(iam.create_service_linked_role, AWSServiceName="autoscaling.amazonaws.com", CustomSuffix=unique + "-a")
    assert taken == ("InvalidInput", f"Service role name AWSServiceRoleForAutoScaling_{unique}-a has been taken in this "
                                     "account, please try a different suffix.", 400)
    for service in ("rds.amazonaws.com", "fis.amazonaws.com", "repository.sync.codeconnections.amazonaws.com"):
        assert refused(iam.create_service_linked_role, AWSServiceName=service, CustomSuffix="x") == (
            "InvalidInput", f"Custom suffix is not allowed for {service}", 400)
    assert refused(iam.create_service_linked_role, AWSServiceName="nosuch.amazonaws.com")[0] == "InvalidInput"


def test_nobody_edits_them(client, unique):
    """Every change but the description, tags and the service's own deletion is refused."""
    iam = client("iam")
    name = iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com", CustomSuffix=unique)["Role"]["RoleName"]
    before = iam.get_role(RoleName=name)["Role"]
    trust = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    protected = ("UnmodifiableEntity",
                 f"Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS", 400)
    for call, arguments in ((iam.delete_role, {}), (iam.update_assume_role_policy, {"PolicyDocument": trust}),
                            (iam.put_role_policy, {"PolicyName": "p", "PolicyDocument": policy}),
                            (iam.attach_role_policy, {"PolicyArn": arn}), (iam.detach_role_policy, {"PolicyArn": arn}),
                            (iam.put_role_permissions_boundary, {"PermissionsBoundary": arn}),
                            (iam.update_role, {"MaxSessionDuration": 7200})):
        assert refused(call, RoleName=name, **arguments) == protected, call
    assert iam.get_role(RoleName=name)["Role"] == before
    iam.update_role_description(RoleName=name, Description="said anew")
    iam.tag_role(RoleName=name, Tags=[{"Key": "k", "Value": "v"}])
    after = iam.get_role(RoleName=name)["Role"]
    assert (after["Description"], after["Tags"]) == ("said anew", [{"Key": "k", "Value": "v"}])


def test_deletion_is_a_task(client, new_user, unique):
    """The task tells how it went; an unknown one and one of a role that is no service's are not found."""
    iam = client("iam")
    name = iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com", CustomSuffix=unique)["Role"]["RoleName"]
    task = iam.delete_service_linked_role(RoleName=name)["DeletionTaskId"]
    assert task.startswith(f"task/aws-service-role/autoscaling.amazonaws.com/{name}/")
    done = iam.get_service_linked_role_deletion_status(DeletionTaskId=task)
    assert done["Status"] == "SUCCEEDED" and "Reason" not in done
    assert refused(iam.get_role, RoleName=name)[0] == "NoSuchEntity"
    assert refused(iam.delete_service_linked_role, RoleName=name)[::2] == ("NoSuchEntity", 404)
    assert refused(iam.get_service_linked_role_deletion_status, DeletionTaskId=task + "x")[::2] == ("NoSuchEntity", 404)
    trust = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
    iam.create_role(RoleName=unique, AssumeRolePolicyDocument=trust)
    assert refused(iam.delete_service_linked_role, RoleName=unique)[0] == "NoSuchEntity"
    nobody = client("iam", new_user())
    assert refused(nobody.delete_service_linked_role, RoleName=name)[0] == "AccessDenied"
    assert refused(nobody.get_service_linked_role_deletion_status, DeletionTaskId=task)[0] == "AccessDenied"


def test_roles_of_many_services(client):
    """Services whose roles AWS's own policies name have them here under the same names, with the same policies."""
    iam = client("iam")
    for service, role, policy in (("acm.amazonaws.com", "AWSServiceRoleForCertificateManager", "CertificateManagerServiceRolePolicy"),
                                  ("lambda.amazonaws.com", "AWSServiceRoleForLambda", "AWSLambdaServiceRolePolicy"),
                                  ("email.cognito-idp.amazonaws.com", "AWSServiceRoleForAmazonCognitoIdpEmailService", "AmazonCognitoIdpEmailServiceRolePolicy"),
                                  ("lex.amazonaws.com", "AWSServiceRoleForLexBots", "AmazonLexBotPolicy"),
                                  ("eks-nodegroup.amazonaws.com", "AWSServiceRoleForAmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"),
                                  ("ses.amazonaws.com", "AWSServiceRoleForAmazonSES", "AmazonSESServiceRolePolicy"),
                                  ("redshift.amazonaws.com", "AWSServiceRoleForRedshift", "AmazonRedshiftServiceLinkedRolePolicy")):
        made = iam.create_service_linked_role(AWSServiceName=service)["Role"]
        assert made["RoleName"] == role
        assert made["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"Service": service}
        attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        assert [p["PolicyName"] for p in attached] == [policy]
        version = iam.get_policy(PolicyArn=attached[0]["PolicyArn"])["Policy"]["DefaultVersionId"]
        document = iam.get_policy_version(PolicyArn=attached[0]["PolicyArn"], VersionId=version)["PolicyVersion"]["Document"]
        assert document["Statement"]


def test_what_uses_a_role_keeps_it(client, unique):
    """While a cluster uses the role its deletion fails and says where and by what; afterwards it goes."""
    iam, rds = client("iam"), client("rds", region="eu-west-1")
    cluster = rds.create_db_cluster(DBClusterIdentifier=unique, Engine="aurora-postgresql", MasterUsername="ana",
                                    MasterUserPassword="long-enough-1")["DBCluster"]["DBClusterArn"]
    name = "AWSServiceRoleForRDS"
    assert iam.get_role(RoleName=name)["Role"]["Path"] == "/aws-service-role/rds.amazonaws.com/"
    task = iam.delete_service_linked_role(RoleName=name)["DeletionTaskId"]
    failed = iam.get_service_linked_role_deletion_status(DeletionTaskId=task)
    assert failed["Status"] == "FAILED" and failed["Reason"]["Reason"]
    assert [(u["Region"], u["Resources"]) for u in failed["Reason"]["RoleUsageList"]] == [("eu-west-1", [cluster])]
    assert iam.get_role(RoleName=name)["Role"]["RoleName"] == name
    rds.get_waiter("db_cluster_available").wait(DBClusterIdentifier=unique, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    rds.delete_db_cluster(DBClusterIdentifier=unique, SkipFinalSnapshot=True)
    rds.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier=unique, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    task = iam.delete_service_linked_role(RoleName=name)["DeletionTaskId"]
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"
