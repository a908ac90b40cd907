"""A network and an instance by the AWS CLI as a guide would have a person type it: shorthand, waiters, queries, tables."""
import base64
import json

import pytest

FAILED = (254, 255)  # version 2, version 1


@pytest.fixture(scope="module")
def ec2(person):
    """ec2(words…): what the CLI prints, as JSON if it is any."""

    def call(*words):
        said = person.aws("ec2", *words).stdout
        return json.loads(said) if said.strip().startswith(("{", "[")) else said.strip()

    return call


@pytest.fixture
def network(ec2):
    """(VPC, subnet, group) with a way to the internet, taken away again."""
    vpc = ec2("create-vpc", "--cidr-block", "10.77.0.0/16", "--tag-specifications",
              "ResourceType=vpc,Tags=[{Key=Name,Value=guide}]")["Vpc"]["VpcId"]
    ec2("wait", "vpc-available", "--vpc-ids", vpc)
    ec2("modify-vpc-attribute", "--vpc-id", vpc, "--enable-dns-hostnames")
    subnet = ec2("create-subnet", "--vpc-id", vpc, "--cidr-block", "10.77.1.0/24", "--query", "Subnet.SubnetId", "--output", "text")
    ec2("wait", "subnet-available", "--subnet-ids", subnet)
    gateway = ec2("create-internet-gateway", "--query", "InternetGateway.InternetGatewayId", "--output", "text")
    ec2("attach-internet-gateway", "--internet-gateway-id", gateway, "--vpc-id", vpc)
    table = ec2("describe-route-tables", "--filters", f"Name=vpc-id,Values={vpc}", "--query", "RouteTables[0].RouteTableId",
                "--output", "text")
    ec2("create-route", "--route-table-id", table, "--destination-cidr-block", "0.0.0.0/0", "--gateway-id", gateway)
    group = ec2("create-security-group", "--group-name", "guide", "--description", "guide", "--vpc-id", vpc)["GroupId"]
    yield vpc, subnet, group
    ec2("delete-security-group", "--group-id", group)
    ec2("detach-internet-gateway", "--internet-gateway-id", gateway, "--vpc-id", vpc)
    ec2("delete-internet-gateway", "--internet-gateway-id", gateway)
    ec2("delete-subnet", "--subnet-id", subnet)
    ec2("delete-vpc", "--vpc-id", vpc)


def test_an_instance_from_launch_to_termination(ec2, person, network, tmp_path):
    vpc, subnet, group = network
    ec2("authorize-security-group-ingress", "--group-id", group, "--ip-permissions",
        "IpProtocol=tcp,FromPort=22,ToPort=22,IpRanges=[{CidrIp=203.0.113.5/32,Description=mine}]")
    key = tmp_path / "key.pem"
    key.write_text(ec2("create-key-pair", "--key-name", "guide", "--query", "KeyMaterial", "--output", "text"))
    assert key.read_text().startswith("-----BEGIN RSA PRIVATE KEY-----")
    image = ec2("describe-images", "--owners", "amazon", "--filters", "Name=architecture,Values=x86_64", "--query",
                "sort_by(Images, &CreationDate)[-1].ImageId", "--output", "text")
    script = tmp_path / "start.sh"
    script.write_text("#!/bin/sh\necho started\n")
    instance = ec2("run-instances", "--image-id", image, "--instance-type", "t3.micro", "--key-name", "guide", "--subnet-id", subnet,
                   "--security-group-ids", group, "--user-data", f"file://{script}", "--count", "1", "--query",
                   "Instances[0].InstanceId", "--output", "text")
    ec2("wait", "instance-running", "--instance-ids", instance)
    ec2("wait", "instance-status-ok", "--instance-ids", instance)
    shown = ec2("describe-instances", "--filters", f"Name=vpc-id,Values={vpc}", "Name=instance-state-name,Values=running",
                "--query", "Reservations[].Instances[].[InstanceId,PrivateIpAddress,KeyName]", "--output", "text").split()
    assert shown[0] == instance and shown[1].startswith("10.77.1.") and shown[2] == "guide"
    data = ec2("describe-instance-attribute", "--instance-id", instance, "--attribute", "userData")["UserData"]["Value"]
    assert base64.b64decode(data).decode() == script.read_text()
    table = person.aws("ec2", "describe-instance-types", "--instance-types", "t3.micro", "--output", "table").stdout
    assert "t3.micro" in table and "1024" in table

    refused = person.aws("ec2", "delete-subnet", "--subnet-id", subnet, check=False)
    assert refused.returncode in FAILED and "(DependencyViolation)" in refused.stderr
    ec2("stop-instances", "--instance-ids", instance)
    ec2("wait", "instance-stopped", "--instance-ids", instance)
    ec2("terminate-instances", "--instance-ids", instance)
    ec2("wait", "instance-terminated", "--instance-ids", instance)
    ec2("delete-key-pair", "--key-name", "guide")
    missing = person.aws("ec2", "describe-key-pairs", "--key-names", "guide", check=False)
    assert "(InvalidKeyPair.NotFound)" in missing.stderr


def test_a_nat_gateway_is_waited_for(ec2, network):
    _, subnet, _ = network
    address = ec2("allocate-address", "--domain", "vpc")["AllocationId"]
    nat = ec2("create-nat-gateway", "--subnet-id", subnet, "--allocation-id", address)["NatGateway"]["NatGatewayId"]
    ec2("wait", "nat-gateway-available", "--nat-gateway-ids", nat)
    ec2("delete-nat-gateway", "--nat-gateway-id", nat)
    ec2("wait", "nat-gateway-deleted", "--nat-gateway-ids", nat)
    ec2("release-address", "--allocation-id", address)
