"""Instances: an interface, an address, groups and a role that a person can act as, from launch to an hour after the end."""
import base64
import ipaddress
import json
import time

import pytest
from botocore.exceptions import ClientError

MISSING = "i-0123456789abcdef0"


def error(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]


@pytest.fixture
def ec2(client):
    return client("ec2")


@pytest.fixture(scope="module")
def image(client):
    return client("ec2").describe_images(Owners=["amazon"], Filters=[
        {"Name": "name", "Values": ["al2023-ami-2023*-x86_64"]}])["Images"][0]["ImageId"]


@pytest.fixture
def launch(ec2, image):
    """launch(settings…) -> the instances, running; they are terminated afterwards."""
    made = []

    def run(count=1, wait=True, **settings):
        settings = {"ImageId": image, "InstanceType": "t3.micro", "MinCount": count, "MaxCount": count, **settings}
        instances = ec2.run_instances(**settings)["Instances"]
        made.extend(instance["InstanceId"] for instance in instances)
        return [in_state(ec2, i["InstanceId"], "running") for i in instances] if wait else instances

    yield run
    if made:
        for instance in made:
            for attribute in ("DisableApiTermination", "DisableApiStop"):
                try:
                    ec2.modify_instance_attribute(InstanceId=instance, **{attribute: {"Value": False}})
                except ClientError:
                    pass  # it is terminated
        left = [i["InstanceId"] for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]]
        ours = [instance for instance in made if instance in left]
        if ours:
            ec2.terminate_instances(InstanceIds=ours)


def described(ec2, instance):
    return ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]


def in_state(ec2, instance, state):
    """The instance in that state: a Describe waits up to a second for one that is on its way."""
    for _ in range(60):
        found = described(ec2, instance)
        if found["State"]["Name"] == state:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{found['State']} and not {state}")


# ---- a life ------------------------------------------------------------------------------------------

def test_a_life(ec2, launch, account):
    """Pending, running, stopping, stopped, running again, shutting-down, terminated, with what AWS tells in each state."""
    answer = launch(wait=False)[0]
    assert answer["State"] == {"Code": 0, "Name": "pending"}
    instance = answer["InstanceId"]
    running = in_state(ec2, instance, "running")
    assert running["State"]["Code"] == 16 and running["StateTransitionReason"] == ""
    interface = ec2.describe_network_interfaces(Filters=[
        {"Name": "attachment.instance-id", "Values": [instance]}])["NetworkInterfaces"][0]
    assert (interface["Status"], interface["Attachment"]["DeviceIndex"], interface["Attachment"]["InstanceOwnerId"],
            interface["Attachment"]["DeleteOnTermination"]) == ("in-use", 0, account, True)
    assert running["PrivateIpAddress"] == interface["PrivateIpAddress"]
    assert running["PrivateDnsName"] == "ip-" + interface["PrivateIpAddress"].replace(".", "-") + ".ec2.internal"
    assert running["PublicIpAddress"] == interface["Association"]["PublicIp"]  # the default subnets map one
    assert ipaddress.ip_address(running["PublicIpAddress"]) in ipaddress.ip_network("198.18.0.0/15")
    assert [g["GroupName"] for g in running["SecurityGroups"]] == ["default"]

    change = ec2.stop_instances(InstanceIds=[instance])["StoppingInstances"][0]
    assert (change["PreviousState"]["Name"], change["CurrentState"]["Name"]) == ("running", "stopping")
    stopped = in_state(ec2, instance, "stopped")
    assert stopped["StateReason"]["Code"] == "Client.UserInitiatedShutdown"
    assert stopped["StateTransitionReason"].startswith("User initiated (") and stopped["PrivateIpAddress"] == running["PrivateIpAddress"]
    change = ec2.start_instances(InstanceIds=[instance])["StartingInstances"][0]
    assert (change["PreviousState"]["Name"], change["CurrentState"]["Name"]) == ("stopped", "pending")
    again = in_state(ec2, instance, "running")
    assert again["LaunchTime"] >= running["LaunchTime"] and "StateReason" not in again
    ec2.reboot_instances(InstanceIds=[instance])
    assert described(ec2, instance)["State"]["Name"] == "running"

    change = ec2.terminate_instances(InstanceIds=[instance])["TerminatingInstances"][0]
    assert (change["PreviousState"]["Name"], change["CurrentState"]["Name"]) == ("running", "shutting-down")
    gone = in_state(ec2, instance, "terminated")
    assert gone["NetworkInterfaces"] == [] and "PrivateIpAddress" not in gone and "SubnetId" not in gone
    assert error(ec2.describe_network_interfaces, NetworkInterfaceIds=[interface["NetworkInterfaceId"]])[0] == (
        "InvalidNetworkInterfaceID.NotFound")


def test_the_waiters_of_aws_clients(ec2, launch):
    """instance-running, instance-stopped and instance-terminated end at their first look or soon after it."""
    instance = launch(wait=False)[0]["InstanceId"]
    quick = {"Delay": 1, "MaxAttempts": 30}
    ec2.get_waiter("instance_running").wait(InstanceIds=[instance], WaiterConfig=quick)
    ec2.get_waiter("instance_status_ok").wait(InstanceIds=[instance], WaiterConfig=quick)
    ec2.stop_instances(InstanceIds=[instance])
    ec2.get_waiter("instance_stopped").wait(InstanceIds=[instance], WaiterConfig=quick)
    ec2.terminate_instances(InstanceIds=[instance])
    ec2.get_waiter("instance_terminated").wait(InstanceIds=[instance], WaiterConfig=quick)


def test_a_terminated_instance_is_shown_for_an_hour(ec2, launch, haar):
    """AWS shows it "for a short while (usually about one hour)"."""
    instance = launch()[0]["InstanceId"]
    ec2.terminate_instances(InstanceIds=[instance])
    in_state(ec2, instance, "terminated")
    haar.command("advance", "59m")
    assert described(ec2, instance)["State"]["Name"] == "terminated"
    haar.command("advance", "2m")
    for _ in range(200):
        try:
            described(ec2, instance)
        except ClientError as gone:
            assert gone.response["Error"]["Code"] == "InvalidInstanceID.NotFound"
            return
        time.sleep(0.05)
    raise AssertionError("it is shown for ever")


# ---- launches ----------------------------------------------------------------------------------------

def test_a_launch_with_everything(ec2, client, launch, unique, account):
    """What a launch says is what is shown."""
    iam = client("iam")
    iam.create_role(RoleName=unique, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}]}))
    profile = iam.create_instance_profile(InstanceProfileName=unique)["InstanceProfile"]
    iam.add_role_to_instance_profile(InstanceProfileName=unique, RoleName=unique)
    ec2.create_key_pair(KeyName=unique, KeyType="ed25519")
    instance = launch(
        KeyName=unique, IamInstanceProfile={"Name": unique}, UserData="#!/bin/sh\necho hello",
        MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 3, "InstanceMetadataTags": "enabled"},
        InstanceInitiatedShutdownBehavior="terminate", DisableApiTermination=True, DisableApiStop=True, EbsOptimized=True,
        Monitoring={"Enabled": True}, CreditSpecification={"CpuCredits": "standard"},
        Placement={"AvailabilityZone": "us-east-1b", "Tenancy": "dedicated"},
        PrivateDnsNameOptions={"HostnameType": "resource-name"}, MaintenanceOptions={"AutoRecovery": "disabled"},
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": unique}]},
                           {"ResourceType": "network-interface", "Tags": [{"Key": "of", "Value": unique}]}])[0]
    assert instance["IamInstanceProfile"] == {"Arn": profile["Arn"], "Id": profile["InstanceProfileId"]}
    assert (instance["KeyName"], instance["EbsOptimized"], instance["Monitoring"]) == (unique, True, {"State": "enabled"})
    assert instance["Placement"]["AvailabilityZone"] == "us-east-1b" and instance["Placement"]["Tenancy"] == "dedicated"
    assert instance["MetadataOptions"] == {
        "State": "applied", "HttpTokens": "required", "HttpPutResponseHopLimit": 3, "HttpEndpoint": "enabled",
        "HttpProtocolIpv6": "disabled", "InstanceMetadataTags": "enabled"}
    assert instance["PrivateDnsName"] == instance["InstanceId"] + ".ec2.internal"
    assert instance["MaintenanceOptions"]["AutoRecovery"] == "disabled"
    assert instance["Tags"] == [{"Key": "Name", "Value": unique}] and instance["Architecture"] == "x86_64"
    tagged = ec2.describe_network_interfaces(Filters=[{"Name": "tag:of", "Values": [unique]}])["NetworkInterfaces"]
    assert [i["Attachment"]["InstanceId"] for i in tagged] == [instance["InstanceId"]]

    def attribute(name):
        return ec2.describe_instance_attribute(InstanceId=instance["InstanceId"], Attribute=name)

    assert base64.b64decode(attribute("userData")["UserData"]["Value"]) == b"#!/bin/sh\necho hello"
    assert attribute("instanceInitiatedShutdownBehavior")["InstanceInitiatedShutdownBehavior"]["Value"] == "terminate"
    assert attribute("disableApiTermination")["DisableApiTermination"]["Value"] is True
    assert ec2.describe_instance_credit_specifications(InstanceIds=[instance["InstanceId"]])["InstanceCreditSpecifications"] == [
        {"InstanceId": instance["InstanceId"], "CpuCredits": "standard"}]
    assert error(ec2.terminate_instances, InstanceIds=[instance["InstanceId"]]) == ("OperationNotPermitted", (
        f"The instance '{instance['InstanceId']}' may not be terminated. Modify its 'disableApiTermination' instance attribute "
        "and try again."))
    assert error(ec2.stop_instances, InstanceIds=[instance["InstanceId"]]) == ("OperationNotPermitted", (
        f"The instance '{instance['InstanceId']}' may not be stopped. Modify its 'disableApiStop' instance attribute and try "
        "again."))


def test_several_instances_are_one_reservation(ec2, launch):
    """Each has an address of its own and its place in the launch."""
    instances = launch(count=3)
    assert sorted(i["AmiLaunchIndex"] for i in instances) == [0, 1, 2]
    assert len({i["PrivateIpAddress"] for i in instances}) == 3
    reservations = ec2.describe_instances(InstanceIds=[i["InstanceId"] for i in instances])["Reservations"]
    assert len(reservations) == 1 and len(reservations[0]["Instances"]) == 3


def test_the_same_token_launches_once(ec2, image, launch, unique):
    """A retry gets the first answer; other parameters under the same token are refused."""
    first = launch(wait=False, ClientToken=unique)[0]["InstanceId"]
    assert launch(wait=False, ClientToken=unique)[0]["InstanceId"] == first
    assert described(ec2, first)["ClientToken"] == unique
    assert error(ec2.run_instances, ImageId=image, InstanceType="t3.small", MinCount=1, MaxCount=1, ClientToken=unique)[0] == (
        "IdempotentParameterMismatch")


@pytest.fixture
def network(ec2):
    """A VPC of its own with a subnet that has IPv6, and a group."""
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]
    ipv6 = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
    block = str(next(ipaddress.ip_network(ipv6).subnets(new_prefix=64)))
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.20.1.0/24", Ipv6CidrBlock=block, AvailabilityZone="us-east-1a")["Subnet"]
    group = ec2.create_security_group(GroupName="own", Description="own", VpcId=vpc)["GroupId"]
    yield {"vpc": vpc, "subnet": subnet["SubnetId"], "group": group, "ipv6": block}


def test_a_launch_with_interfaces(ec2, launch, network):
    """A new first interface with addresses of every kind, and one that exists as the second."""
    second = ec2.create_network_interface(SubnetId=network["subnet"], Groups=[network["group"]])["NetworkInterface"]
    instance = launch(NetworkInterfaces=[
        {"DeviceIndex": 0, "SubnetId": network["subnet"], "Groups": [network["group"]], "PrivateIpAddress": "10.20.1.50",
         "SecondaryPrivateIpAddressCount": 1, "Ipv6AddressCount": 1, "Description": "first"},
        {"DeviceIndex": 1, "NetworkInterfaceId": second["NetworkInterfaceId"]}])[0]
    first = next(i for i in instance["NetworkInterfaces"] if i["Attachment"]["DeviceIndex"] == 0)
    assert instance["PrivateIpAddress"] == first["PrivateIpAddress"] == "10.20.1.50" and first["Description"] == "first"
    assert [a["Primary"] for a in first["PrivateIpAddresses"]] == [True, False]
    assert ipaddress.ip_address(first["Ipv6Addresses"][0]["Ipv6Address"]) in ipaddress.ip_network(network["ipv6"])
    assert instance["Ipv6Address"] == first["Ipv6Addresses"][0]["Ipv6Address"]
    assert [g["GroupId"] for g in instance["SecurityGroups"]] == [network["group"]]
    assert "PublicIpAddress" not in instance
    ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
    in_state(ec2, instance["InstanceId"], "terminated")
    left = ec2.describe_network_interfaces(NetworkInterfaceIds=[second["NetworkInterfaceId"]])["NetworkInterfaces"][0]
    assert left["Status"] == "available"  # what was there before stays


def test_an_instance_holds_its_network(ec2, launch, network):
    """Its subnet, its group and its interface cannot be deleted while it is there."""
    instance = launch(SubnetId=network["subnet"], SecurityGroupIds=[network["group"]])[0]
    assert error(ec2.delete_subnet, SubnetId=network["subnet"])[0] == "DependencyViolation"
    assert error(ec2.delete_security_group, GroupId=network["group"])[0] == "DependencyViolation"
    interface = instance["NetworkInterfaces"][0]["NetworkInterfaceId"]
    assert error(ec2.delete_network_interface, NetworkInterfaceId=interface) == (
        "InvalidParameterValue", f"Network interface '{interface}' is currently in use.")
    ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
    in_state(ec2, instance["InstanceId"], "terminated")
    ec2.delete_subnet(SubnetId=network["subnet"])
    ec2.delete_security_group(GroupId=network["group"])


@pytest.mark.parametrize("settings, code, message", [
    ({"ImageId": "ami-0123456789abcdef0"}, "InvalidAMIID.NotFound", "The image id '[ami-0123456789abcdef0]' does not exist"),
    ({"ImageId": "windows"}, "InvalidAMIID.Malformed", 'Invalid id: "windows" (expecting "ami-...")'),
    ({"InstanceType": "p5.48xlarge"}, "InvalidParameterValue", "Invalid value 'p5.48xlarge' for InstanceType."),
    ({"InstanceType": "t3.giant"}, "InvalidParameterValue", None),
    ({"InstanceType": "t4g.micro"}, "InvalidParameterValue", None),
    ({"MinCount": 2, "MaxCount": 1}, "InvalidParameterCombination", None),
    ({"MinCount": 0}, "InvalidParameterValue", None),
    ({"KeyName": "nobody's"}, "InvalidKeyPair.NotFound", "The key pair 'nobody's' does not exist"),
    ({"SubnetId": "subnet-0123456789abcdef0"}, "InvalidSubnetID.NotFound", "The subnet ID 'subnet-0123456789abcdef0' does not exist"),
    ({"SecurityGroupIds": ["sg-0123456789abcdef0"]}, "InvalidSecurityGroupID.NotFound", None),
    ({"SecurityGroups": ["nobody's"]}, "InvalidGroup.NotFound", None),
    ({"IamInstanceProfile": {"Name": "nobody's"}}, "InvalidParameterValue",
     "Value (nobody's) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"),
    ({"IamInstanceProfile": {"Name": "a", "Arn": "b"}}, "InvalidParameterCombination", None),
    ({"UserData": "x" * 16385}, "InvalidParameterValue", "User data is limited to 16384 bytes"),
    ({"MetadataOptions": {"HttpPutResponseHopLimit": 65}}, "InvalidParameterValue", None),
    ({"CreditSpecification": {"CpuCredits": "none"}}, "InvalidParameterValue", None),
    ({"InstanceType": "m5.large", "CreditSpecification": {"CpuCredits": "standard"}}, "InvalidParameterCombination", None),
    ({"Placement": {"AvailabilityZone": "us-east-1z"}}, "InvalidParameterValue", "Invalid availability zone: [us-east-1z]"),
    ({"Placement": {"AvailabilityZone": "us-east-1e"}}, "Unsupported", None),
    ({"Placement": {"Tenancy": "host"}}, "NotImplemented", None),
    ({"Placement": {"GroupName": "near"}}, "NotImplemented", None),
    ({"BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8}}]}, "NotImplemented", None),
    ({"InstanceMarketOptions": {"MarketType": "spot"}}, "NotImplemented", None),
    ({"LaunchTemplate": {"LaunchTemplateName": "x"}}, "NotImplemented", None),
    ({"HibernationOptions": {"Configured": True}}, "NotImplemented", None),
    ({"PrivateIpAddress": "172.31.0.1"}, "InvalidParameterValue", None),
    ({"PrivateIpAddress": "10.0.0.9"}, "InvalidParameterValue", "Address does not fall within the subnet's address range"),
    ({"MinCount": 100, "MaxCount": 100}, "InstanceLimitExceeded", None),
    ({"InstanceType": "m5.24xlarge", "MinCount": 20, "MaxCount": 20}, "VcpuLimitExceeded", None),
    ({"SubnetId": "subnet-0123456789abcdef0", "NetworkInterfaces": [{"DeviceIndex": 0}]}, "InvalidParameterCombination",
     "Network interfaces and an instance-level subnet ID may not be specified on the same request"),
    ({"NetworkInterfaces": [{"Description": "x"}]}, "InvalidParameterValue", "Each network interface requires a device index."),
    ({"NetworkInterfaces": [{"DeviceIndex": 1}]}, "InvalidParameterValue", None),
    ({"NetworkInterfaces": [{"DeviceIndex": 0}, {"DeviceIndex": 0}]}, "InvalidParameterValue", None),
    ({"NetworkInterfaces": [{"DeviceIndex": i} for i in range(3)]}, "AttachmentLimitExceeded",
     "Interface count 3 exceeds the limit for t3.micro"),
    ({"NetworkInterfaces": [{"DeviceIndex": 0, "SecondaryPrivateIpAddressCount": 2}]}, "PrivateIpAddressLimitExceeded", None),
    ({"NetworkInterfaces": [{"DeviceIndex": 0, "NetworkInterfaceId": "eni-0123456789abcdef0"}]},
     "InvalidNetworkInterfaceID.NotFound", None),
    ({"TagSpecifications": [{"ResourceType": "vpc", "Tags": [{"Key": "a", "Value": "b"}]}]}, "InvalidParameterValue", None),
    ({"TagSpecifications": [{"ResourceType": "volume", "Tags": [{"Key": "a", "Value": "b"}]}]}, "NotImplemented", None),
])
def test_launches_that_are_refused(ec2, image, settings, code, message):
    """AWS's codes and words, and nothing half made."""
    before = len(ec2.describe_network_interfaces()["NetworkInterfaces"])
    got = error(ec2.run_instances, **{"ImageId": image, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, **settings})
    assert got[0] == code and message in (None, got[1]), got
    assert len(ec2.describe_network_interfaces()["NetworkInterfaces"]) == before


def test_a_dry_run_launches_nothing(ec2, image):
    """It answers whether the caller may."""
    before = len(ec2.describe_network_interfaces()["NetworkInterfaces"])
    wanted = {"ImageId": image, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, "DryRun": True}
    assert error(ec2.run_instances, **wanted)[0] == "DryRunOperation"
    assert len(ec2.describe_network_interfaces()["NetworkInterfaces"]) == before


# ---- states ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("operation", ["start_instances", "stop_instances", "reboot_instances", "terminate_instances"])
def test_states_of_what_does_not_exist(ec2, launch, operation):
    """One missing instance refuses the call for all of them."""
    instance = launch()[0]["InstanceId"]
    call = getattr(ec2, operation)
    assert error(call, InstanceIds=[instance, MISSING]) == (
        "InvalidInstanceID.NotFound", f"The instance ID '{MISSING}' does not exist")
    assert error(call, InstanceIds=["i-1"])[0] == "InvalidInstanceID.Malformed"
    assert described(ec2, instance)["State"]["Name"] == "running"


def test_states_that_lead_nowhere(ec2, launch):
    """A terminated instance can be nothing else; what is so already stays so."""
    instance = launch()[0]["InstanceId"]
    assert ec2.start_instances(InstanceIds=[instance])["StartingInstances"][0]["CurrentState"]["Name"] == "running"
    ec2.terminate_instances(InstanceIds=[instance])
    in_state(ec2, instance, "terminated")
    assert error(ec2.start_instances, InstanceIds=[instance]) == (
        "IncorrectInstanceState", f"The instance '{instance}' is not in a state from which it can be started.")
    assert error(ec2.stop_instances, InstanceIds=[instance]) == (
        "IncorrectInstanceState", f"This instance '{instance}' is not in a state from which it can be stopped.")
    assert error(ec2.reboot_instances, InstanceIds=[instance])[0] == "IncorrectInstanceState"
    assert ec2.terminate_instances(InstanceIds=[instance])["TerminatingInstances"][0]["CurrentState"]["Name"] == "terminated"
    assert error(ec2.stop_instances, InstanceIds=[instance], Hibernate=True)[0] == "NotImplemented"


def test_status(ec2, launch):
    """Of running instances, and of all that are asked for."""
    running, stopped = (i["InstanceId"] for i in launch(count=2))
    ec2.stop_instances(InstanceIds=[stopped])
    in_state(ec2, stopped, "stopped")
    statuses = {s["InstanceId"]: s for s in ec2.describe_instance_status(InstanceIds=[running, stopped])["InstanceStatuses"]}
    assert list(statuses) == [running] and statuses[running]["InstanceStatus"]["Status"] == "ok"
    both = {s["InstanceId"]: s for s in ec2.describe_instance_status(
        InstanceIds=[running, stopped], IncludeAllInstances=True)["InstanceStatuses"]}
    assert both[stopped]["SystemStatus"]["Status"] == "not-applicable"
    for name, value in (("instance-state-name", "running"), ("instance-state-code", "16"), ("instance-status.status", "ok"),
                        ("instance-status.reachability", "passed"), ("system-status.status", "ok"),
                        ("system-status.reachability", "passed"), ("availability-zone", both[running]["AvailabilityZone"])):
        found = ec2.describe_instance_status(IncludeAllInstances=True, Filters=[{"Name": name, "Values": [value]}])["InstanceStatuses"]
        assert running in [s["InstanceId"] for s in found], name
        if not name.startswith("availability"):
            assert stopped not in [s["InstanceId"] for s in found], name


# ---- attributes --------------------------------------------------------------------------------------

def test_attributes_are_changed_one_at_a_time(ec2, launch):
    """What needs a stopped instance is refused to a running one."""
    instance = launch()[0]["InstanceId"]
    modify = ec2.modify_instance_attribute
    assert error(modify, InstanceId=instance) == ("InvalidParameterCombination", "No attributes specified.")
    assert error(modify, InstanceId=instance, DisableApiStop={"Value": True}, EbsOptimized={"Value": True}) == (
        "InvalidParameterCombination", "Fields for multiple attribute types specified")
    for change in ({"InstanceType": {"Value": "t3.small"}}, {"UserData": {"Value": b"x"}}, {"EbsOptimized": {"Value": True}}):
        assert error(modify, InstanceId=instance, **change) == (
            "IncorrectInstanceState", f"The instance '{instance}' is not in the 'stopped' state.")
    modify(InstanceId=instance, SourceDestCheck={"Value": False})
    modify(InstanceId=instance, Attribute="disableApiTermination", Value="true")
    modify(InstanceId=instance, Attribute="disableApiTermination", Value="false")
    modify(InstanceId=instance, InstanceInitiatedShutdownBehavior={"Value": "terminate"})
    ec2.stop_instances(InstanceIds=[instance])
    in_state(ec2, instance, "stopped")
    modify(InstanceId=instance, InstanceType={"Value": "t3.small"})
    modify(InstanceId=instance, UserData={"Value": b"new"})
    modify(InstanceId=instance, EbsOptimized={"Value": True})
    assert error(modify, InstanceId=instance, InstanceType={"Value": "t4g.small"})[0] == "InvalidParameterValue"
    shown = described(ec2, instance)
    assert (shown["InstanceType"], shown["SourceDestCheck"], shown["EbsOptimized"]) == ("t3.small", False, True)
    data = ec2.describe_instance_attribute(InstanceId=instance, Attribute="userData")["UserData"]["Value"]
    assert base64.b64decode(data) == b"new"


def test_every_attribute_is_described(ec2, launch):
    """One attribute a call, under the name that AWS gives it."""
    instance = launch()[0]["InstanceId"]
    shown = {"blockDeviceMapping": "BlockDeviceMappings", "disableApiStop": "DisableApiStop", "ebsOptimized": "EbsOptimized",
             "disableApiTermination": "DisableApiTermination", "enaSupport": "EnaSupport", "enclaveOptions": "EnclaveOptions",
             "groupSet": "Groups", "instanceType": "InstanceType", "kernel": "KernelId", "productCodes": "ProductCodes",
             "instanceInitiatedShutdownBehavior": "InstanceInitiatedShutdownBehavior", "ramdisk": "RamdiskId",
             "rootDeviceName": "RootDeviceName", "sourceDestCheck": "SourceDestCheck", "sriovNetSupport": "SriovNetSupport",
             "userData": "UserData"}
    for attribute, member in shown.items():
        answer = ec2.describe_instance_attribute(InstanceId=instance, Attribute=attribute)
        assert set(answer) - {"ResponseMetadata", "InstanceId"} == {member}, attribute
    assert error(ec2.describe_instance_attribute, InstanceId=MISSING, Attribute="kernel")[0] == "InvalidInstanceID.NotFound"


def test_groups_of_an_instance_with_several_interfaces(ec2, launch, network):
    """They are those of an interface: the instance's alone, else the one that is named."""
    other = ec2.create_security_group(GroupName="other", Description="x", VpcId=network["vpc"])["GroupId"]
    instance = launch(SubnetId=network["subnet"])[0]
    ec2.modify_instance_attribute(InstanceId=instance["InstanceId"], Groups=[other, network["group"]])
    assert {g["GroupId"] for g in described(ec2, instance["InstanceId"])["SecurityGroups"]} == {other, network["group"]}
    second = ec2.create_network_interface(SubnetId=network["subnet"])["NetworkInterface"]["NetworkInterfaceId"]
    ec2.attach_network_interface(InstanceId=instance["InstanceId"], NetworkInterfaceId=second, DeviceIndex=1)
    code, message = error(ec2.modify_instance_attribute, InstanceId=instance["InstanceId"], Groups=[other])
    assert "There are multiple interfaces attached to instance" in message


def test_metadata_options(ec2, launch):
    """They can be changed while the instance runs."""
    instance = launch()[0]["InstanceId"]
    options = ec2.modify_instance_metadata_options(InstanceId=instance, HttpTokens="optional", HttpEndpoint="disabled",
                                                   HttpPutResponseHopLimit=5)["InstanceMetadataOptions"]
    assert (options["HttpTokens"], options["HttpEndpoint"], options["HttpPutResponseHopLimit"]) == ("optional", "disabled", 5)
    assert described(ec2, instance)["MetadataOptions"] == options
    assert error(ec2.modify_instance_metadata_options, InstanceId=instance, HttpPutResponseHopLimit=0)[0] == "InvalidParameterValue"
    assert error(ec2.modify_instance_metadata_options, InstanceId=instance)[0] == "MissingParameter"


def test_monitoring_credits_recovery_and_names(ec2, launch):
    """The small settings, each with its own call."""
    instance = launch()[0]["InstanceId"]
    assert ec2.monitor_instances(InstanceIds=[instance])["InstanceMonitorings"] == [
        {"InstanceId": instance, "Monitoring": {"State": "enabled"}}]
    assert described(ec2, instance)["Monitoring"]["State"] == "enabled"
    ec2.unmonitor_instances(InstanceIds=[instance])
    assert described(ec2, instance)["Monitoring"]["State"] == "disabled"
    fixed = launch(InstanceType="m5.large")[0]["InstanceId"]
    answer = ec2.modify_instance_credit_specification(InstanceCreditSpecifications=[
        {"InstanceId": instance, "CpuCredits": "standard"}, {"InstanceId": fixed, "CpuCredits": "standard"},
        {"InstanceId": MISSING, "CpuCredits": "standard"}])
    assert answer["SuccessfulInstanceCreditSpecifications"] == [{"InstanceId": instance}]
    assert [i["Error"]["Code"] for i in answer["UnsuccessfulInstanceCreditSpecifications"]] == [
        "InstanceCreditSpecification.NotSupported", "InvalidInstanceID.NotFound"]
    assert error(ec2.describe_instance_credit_specifications, InstanceIds=[fixed])[0] == (
        "InvalidInstanceCreditSpecification.NotSupported")
    assert ec2.modify_instance_maintenance_options(InstanceId=instance, AutoRecovery="disabled")["AutoRecovery"] == "disabled"
    assert error(ec2.modify_private_dns_name_options, InstanceId=instance, PrivateDnsHostnameType="resource-name")[0] == (
        "IncorrectInstanceState")


def test_attributes_are_condition_keys(client, new_user, launch):
    """A policy may allow one attribute and one value of it."""
    instance = launch()[0]["InstanceId"]
    allowed = client("ec2", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ec2:ModifyInstanceAttribute", "Resource": "*",
         "Condition": {"StringEquals": {"ec2:Attribute/DisableApiStop": "true"}}}]}))
    allowed.modify_instance_attribute(InstanceId=instance, DisableApiStop={"Value": True})
    for change in ({"DisableApiStop": {"Value": False}}, {"DisableApiTermination": {"Value": True}}):
        assert error(allowed.modify_instance_attribute, InstanceId=instance, **change)[0] == "UnauthorizedOperation"


# ---- profiles ----------------------------------------------------------------------------------------

@pytest.fixture
def profiles(client, unique):
    """Two instance profiles with a role each."""
    iam = client("iam")
    names = [f"{unique}-a", f"{unique}-b"]
    for name in names:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}]}))
        iam.create_instance_profile(InstanceProfileName=name)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    return names


def test_profiles_are_associated_replaced_and_taken_away(ec2, launch, profiles, account):
    """The life of an association, and what is wrong with one."""
    instance = launch()[0]["InstanceId"]
    first, second = profiles
    made = ec2.associate_iam_instance_profile(InstanceId=instance, IamInstanceProfile={"Name": first})["IamInstanceProfileAssociation"]
    assert made["State"] == "associated" and made["IamInstanceProfile"]["Arn"] == f"arn:aws:iam::{account}:instance-profile/{first}"
    assert error(ec2.associate_iam_instance_profile, InstanceId=instance, IamInstanceProfile={"Name": second}) == (
        "IncorrectState", f"There is an existing association for instance {instance}")
    replaced = ec2.replace_iam_instance_profile_association(
        AssociationId=made["AssociationId"], IamInstanceProfile={"Arn": f"arn:aws:iam::{account}:instance-profile/{second}"})
    association = replaced["IamInstanceProfileAssociation"]["AssociationId"]
    assert association != made["AssociationId"]
    for choice in ({"AssociationIds": [association]}, {"Filters": [{"Name": "instance-id", "Values": [instance]}]},
                   {"Filters": [{"Name": "instance-id", "Values": [instance]}, {"Name": "state", "Values": ["associated"]}]}):
        found = ec2.describe_iam_instance_profile_associations(**choice)["IamInstanceProfileAssociations"]
        assert [a["AssociationId"] for a in found] == [association]
    assert described(ec2, instance)["IamInstanceProfile"]["Arn"].endswith(second)
    ec2.disassociate_iam_instance_profile(AssociationId=association)
    assert "IamInstanceProfile" not in described(ec2, instance)
    assert error(ec2.disassociate_iam_instance_profile, AssociationId=association)[0] == "NoSuchAssociation"


def test_an_empty_profile_is_no_role(ec2, client, launch, unique):
    """AWS tells whoever gives an instance a profile without a role."""
    instance = launch()[0]["InstanceId"]
    profile = client("iam").create_instance_profile(InstanceProfileName=unique)["InstanceProfile"]["Arn"]
    assert error(ec2.associate_iam_instance_profile, InstanceId=instance, IamInstanceProfile={"Name": unique}) == (
        "InvalidParameterValue", f'Value ({unique}) for parameter iamInstanceProfile.name is invalid. IAM Instance Profile '
        f'"{profile}" has no associated IAM Roles')


def test_who_gives_a_role_must_be_allowed_to_pass_it(client, new_user, image, launch, profiles, account):
    """iam:PassRole, on the role in the profile, to EC2."""
    launch_only = {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}
    allowed, other = profiles
    user = client("ec2", new_user({"Version": "2012-10-17", "Statement": [launch_only, {
        "Effect": "Allow", "Action": "iam:PassRole", "Resource": f"arn:aws:iam::{account}:role/{allowed}",
        "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}]}))
    wanted = {"ImageId": image, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1}
    made = user.run_instances(**wanted, IamInstanceProfile={"Name": allowed})["Instances"][0]["InstanceId"]
    code, message = error(user.run_instances, **wanted, IamInstanceProfile={"Name": other})
    assert code == "UnauthorizedOperation" and "iam:PassRole" in message
    user.terminate_instances(InstanceIds=[made])


# ---- who may -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("condition, settings, allowed", [
    ({"StringEquals": {"ec2:InstanceType": "t3.micro"}}, {}, True),
    ({"StringEquals": {"ec2:InstanceType": "t3.micro"}}, {"InstanceType": "t3.small"}, False),
    ({"StringEquals": {"ec2:MetadataHttpTokens": "required"}}, {}, True),
    ({"StringEquals": {"ec2:MetadataHttpTokens": "required"}}, {"MetadataOptions": {"HttpTokens": "optional"}}, False),
    ({"StringEquals": {"ec2:Tenancy": "default"}}, {"Placement": {"Tenancy": "dedicated"}}, False),
    ({"StringEquals": {"ec2:AvailabilityZone": "us-east-1a"}}, {"Placement": {"AvailabilityZone": "us-east-1a"}}, True),
    ({"StringEquals": {"ec2:AvailabilityZone": "us-east-1a"}}, {"Placement": {"AvailabilityZone": "us-east-1b"}}, False),
    ({"StringEquals": {"aws:RequestTag/team": "blue"}}, {}, False),
    ({"StringEquals": {"aws:RequestTag/team": "blue"}},
     {"TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "blue"}]}]}, True),
])
def test_launches_are_allowed_by_what_they_launch(client, new_user, image, condition, settings, allowed):
    """The condition keys of the instance; everything that it is made of is allowed."""
    user = client("ec2", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "arn:aws:ec2:*:*:instance/*", "Condition": condition},
        {"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": [
            "arn:aws:ec2:*::image/*", *(f"arn:aws:ec2:*:*:{kind}/*" for kind in ("subnet", "network-interface", "security-group"))]},
        {"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*"}]}))
    wanted = {"ImageId": image, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, "DryRun": True, **settings}
    assert error(user.run_instances, **wanted)[0] == ("DryRunOperation" if allowed else "UnauthorizedOperation")


@pytest.mark.parametrize("kind", ["image", "subnet", "network-interface", "security-group"])
def test_everything_that_an_instance_is_made_of_must_be_allowed(client, new_user, image, kind):
    """One that is missing is one too many."""
    kinds = ["instance", "subnet", "network-interface", "security-group", "image"]
    resources = [f"arn:aws:ec2:*:{'' if k == 'image' else '*'}:{k}/*" for k in kinds if k != kind]
    user = client("ec2", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": resources}]}))
    assert error(user.run_instances, ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, DryRun=True)[0] == (
        "UnauthorizedOperation")


# ---- describing --------------------------------------------------------------------------------------

def test_filters_and_pages(ec2, launch, image, unique):
    """Each documented filter that an instance here can answer finds it, and only filters that AWS has are taken."""
    instances = launch(count=3, TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": unique, "Value": "yes"}]}])
    one = instances[0]
    interface = one["NetworkInterfaces"][0]
    own = {"Name": f"tag:{unique}", "Values": ["yes"]}
    values = {
        "architecture": "x86_64", "availability-zone": one["Placement"]["AvailabilityZone"], "dns-name": one["PublicDnsName"],
        "ebs-optimized": "false", "ena-support": "true", "hypervisor": "xen", "image-id": image, "instance-id": one["InstanceId"],
        "instance-state-code": "16", "instance-state-name": "run*", "instance-type": "t3.*", "ip-address": one["PublicIpAddress"],
        "instance.group-id": one["SecurityGroups"][0]["GroupId"], "instance.group-name": "default",
        "launch-index": str(one["AmiLaunchIndex"]), "metadata-options.http-tokens": "required", "monitoring-state": "disabled",
        "network-interface.addresses.association.public-ip": one["PublicIpAddress"],
        "network-interface.addresses.primary": "true",
        "network-interface.addresses.private-ip-address": one["PrivateIpAddress"],
        "network-interface.association.public-ip": one["PublicIpAddress"],
        "network-interface.attachment.attachment-id": interface["Attachment"]["AttachmentId"],
        "network-interface.attachment.delete-on-termination": "true", "network-interface.attachment.device-index": "0",
        "network-interface.attachment.instance-id": one["InstanceId"], "network-interface.attachment.status": "attached",
        "network-interface.group-name": "default", "network-interface.mac-address": interface["MacAddress"],
        "network-interface.network-interface-id": interface["NetworkInterfaceId"],
        "network-interface.private-ip-address": one["PrivateIpAddress"], "network-interface.source-dest-check": "true",
        "network-interface.status": "in-use", "network-interface.subnet-id": one["SubnetId"],
        "network-interface.vpc-id": one["VpcId"], "owner-id": interface["OwnerId"], "platform-details": "Linux/UNIX",
        "private-dns-name": one["PrivateDnsName"], "private-ip-address": one["PrivateIpAddress"], "root-device-type": "ebs",
        "source-dest-check": "true", "subnet-id": one["SubnetId"], "tag-key": unique, "tenancy": "default",
        "virtualization-type": "hvm", "vpc-id": one["VpcId"]}
    for name, value in values.items():
        found = ec2.describe_instances(Filters=[own, {"Name": name, "Values": [value]}])["Reservations"]
        assert one["InstanceId"] in [i["InstanceId"] for r in found for i in r["Instances"]], name
        none = ec2.describe_instances(Filters=[own, {"Name": name, "Values": ["no such value"]}])["Reservations"]
        assert none == [], name
    reservation = ec2.describe_instances(InstanceIds=[one["InstanceId"]])["Reservations"][0]["ReservationId"]
    assert len(ec2.describe_instances(Filters=[{"Name": "reservation-id", "Values": [reservation]}])["Reservations"]) == 1
    assert error(ec2.describe_instances, Filters=[{"Name": "colour", "Values": ["red"]}])[0] == "InvalidParameterValue"
    assert error(ec2.describe_instances, InstanceIds=[one["InstanceId"]], MaxResults=5)[0] == "InvalidParameterCombination"
    assert error(ec2.describe_instances, InstanceIds=[MISSING]) == (
        "InvalidInstanceID.NotFound", f"The instance ID '{MISSING}' does not exist")
    assert error(ec2.describe_instances, NextToken="made up")[0] == "InvalidNextToken"


def test_pages(ec2, launch, unique):
    """Every instance on one page and none twice."""
    made = {i["InstanceId"] for i in launch(count=7, TagSpecifications=[
        {"ResourceType": "instance", "Tags": [{"Key": unique, "Value": ""}]}])}
    seen = []
    for page in ec2.get_paginator("describe_instances").paginate(
            Filters=[{"Name": "tag-key", "Values": [unique]}], PaginationConfig={"PageSize": 5}):
        seen += [i["InstanceId"] for r in page["Reservations"] for i in r["Instances"]]
    assert len(seen) == 7 and set(seen) == made


def test_there_are_no_volumes_and_no_launch_templates(ec2):
    """What an instance does not have here is listed as nothing."""
    assert ec2.describe_volumes()["Volumes"] == []
    assert error(ec2.describe_volumes, VolumeIds=["vol-0123456789abcdef0"])[0] == "InvalidVolume.NotFound"
    assert ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [MISSING]}])["Volumes"] == []
    assert error(ec2.describe_volumes, Filters=[{"Name": "colour", "Values": ["red"]}])[0] == "InvalidParameterValue"
    assert ec2.describe_launch_templates()["LaunchTemplates"] == []
    assert error(ec2.describe_launch_templates, LaunchTemplateNames=["nobody"])[0] == "InvalidLaunchTemplateName.NotFoundException"


def test_an_instance_survives_a_restart(client, image, haar):
    """What ran runs, what was stopped is stopped, and its address is its own still."""
    ec2 = client("ec2")
    running, stopped = (i["InstanceId"] for i in ec2.run_instances(
        ImageId=image, InstanceType="t3.micro", MinCount=2, MaxCount=2)["Instances"])
    before = in_state(ec2, running, "running")
    in_state(ec2, stopped, "running")
    ec2.stop_instances(InstanceIds=[stopped])
    haar.kill()
    haar.start()
    ec2 = client("ec2")
    after = described(ec2, running)
    assert after["State"]["Name"] == "running" and after["PrivateIpAddress"] == before["PrivateIpAddress"]
    in_state(ec2, stopped, "stopped")
    ec2.terminate_instances(InstanceIds=[running, stopped])
