"""Instance types and images as data: what AWS tells of them, where they are offered, filters and pages."""
import pytest
from botocore.exceptions import ClientError


def error(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]


@pytest.fixture
def ec2(client):
    return client("ec2")


def test_facts_of_a_type(ec2):
    """The ones that infrastructure code asks for."""
    [small] = ec2.describe_instance_types(InstanceTypes=["t3.micro"])["InstanceTypes"]
    assert (small["VCpuInfo"]["DefaultVCpus"], small["MemoryInfo"]["SizeInMiB"]) == (2, 1024)
    assert small["ProcessorInfo"] == {"SupportedArchitectures": ["x86_64"], "SustainedClockSpeedInGhz": 2.5, "Manufacturer": "Intel"}
    assert small["NetworkInfo"]["MaximumNetworkInterfaces"] == 2 and small["NetworkInfo"]["NetworkPerformance"] == "Up to 5 Gigabit"
    assert small["EbsInfo"]["EbsOptimizedInfo"]["BaselineThroughputInMBps"] == 10.875
    assert small["BurstablePerformanceSupported"] and small["CurrentGeneration"] and not small["BareMetal"]
    assert small["FreeTierEligible"] and small["SupportedInRegion"]
    [disks] = ec2.describe_instance_types(InstanceTypes=["m5d.24xlarge"])["InstanceTypes"]
    assert disks["InstanceStorageInfo"] == {"TotalSizeInGB": 3600, "NvmeSupport": "required", "EncryptionSupport": "required",
                                            "Disks": [{"SizeInGB": 900, "Count": 4, "Type": "ssd"}]}


def test_types_that_there_are_not(ec2):
    """AWS names those that are missing."""
    assert error(ec2.describe_instance_types, InstanceTypes=["t3.micro", "p5.48xlarge"]) == (
        "InvalidInstanceType", "The following supplied instance types do not exist: [p5.48xlarge]")


def test_every_type_is_on_one_page(ec2):
    """A hundred a page, none twice; the families that people use are there."""
    names = []
    for page in ec2.get_paginator("describe_instance_types").paginate():
        assert len(page["InstanceTypes"]) <= 100
        names += [t["InstanceType"] for t in page["InstanceTypes"]]
    assert len(names) == len(set(names)) > 400
    families = {name.split(".")[0] for name in names}
    assert families >= set("t2 t3 t3a t4g m5 m6i m6g m7i m7g c5 c6i c6g c7i c7g r5 r6i r6g r7i r7g".split())
    few = ec2.describe_instance_types(MaxResults=5)
    assert [t["InstanceType"] for t in few["InstanceTypes"]] == names[:5] and few["NextToken"]


@pytest.mark.parametrize("name, value", [
    ("bare-metal", "false"), ("burstable-performance-supported", "true"), ("current-generation", "true"),
    ("auto-recovery-supported", "true"), ("dedicated-hosts-supported", "true"), ("free-tier-eligible", "true"),
    ("ebs-info.ebs-optimized-support", "default"), ("ebs-info.nvme-support", "required"),
    ("ebs-info.encryption-support", "supported"), ("ebs-info.ebs-optimized-info.baseline-bandwidth-in-mbps", "87"),
    ("ebs-info.ebs-optimized-info.baseline-iops", "500"), ("ebs-info.ebs-optimized-info.baseline-throughput-in-mbps", "10.875"),
    ("ebs-info.ebs-optimized-info.maximum-iops", "11800"), ("hypervisor", "nitro"), ("instance-storage-supported", "false"),
    ("instance-type", "t3.*"), ("memory-info.size-in-mib", "1024"), ("network-info.ena-support", "required"),
    ("network-info.ipv4-addresses-per-interface", "2"), ("network-info.ipv6-supported", "true"),
    ("network-info.maximum-network-interfaces", "2"), ("network-info.network-performance", "Up to 5*"),
    ("processor-info.supported-architecture", "x86_64"), ("processor-info.sustained-clock-speed-in-ghz", "2.5"),
    ("supported-boot-mode", "uefi"), ("supported-root-device-type", "ebs"), ("supported-usage-class", "spot"),
    ("supported-virtualization-type", "hvm"), ("vcpu-info.default-vcpus", "2"), ("vcpu-info.default-cores", "1"),
    ("vcpu-info.default-threads-per-core", "2"), ("vcpu-info.valid-threads-per-core", "1"), ("vcpu-info.valid-cores", "1"),
    ("nitro-enclaves-support", "unsupported"), ("nitro-tpm-support", "supported")])
def test_filters_of_types(ec2, name, value):
    """Each finds t3.micro, and with another value does not."""
    def found(wanted):
        return ec2.describe_instance_types(InstanceTypes=["t3.micro"], Filters=[{"Name": name, "Values": [wanted]}])["InstanceTypes"]
    assert len(found(value)) == 1 and found("no such value") == []


def test_filters_that_there_are_not(ec2):
    """Each listing refuses what it does not have."""
    for call in (ec2.describe_instance_types, ec2.describe_instance_type_offerings, ec2.describe_images):
        assert error(call, Filters=[{"Name": "colour", "Values": ["red"]}]) == (
            "InvalidParameterValue", "The filter 'colour' is invalid")


def test_offerings(ec2, client):
    """By region, by zone and by zone id; not every zone has every type."""
    own = [{"Name": "instance-type", "Values": ["t3.micro"]}]
    assert ec2.describe_instance_type_offerings(Filters=own)["InstanceTypeOfferings"] == [
        {"InstanceType": "t3.micro", "LocationType": "region", "Location": "us-east-1"}]
    zones = {z["ZoneName"]: z["ZoneId"] for z in ec2.describe_availability_zones()["AvailabilityZones"]}
    names = [o["Location"] for o in ec2.describe_instance_type_offerings(
        LocationType="availability-zone", Filters=own)["InstanceTypeOfferings"]]
    ids = [o["Location"] for o in ec2.describe_instance_type_offerings(
        LocationType="availability-zone-id", Filters=own)["InstanceTypeOfferings"]]
    assert {zones[name] for name in names} == set(ids) and "us-east-1e" not in names and len(names) == 5
    assert ec2.describe_instance_type_offerings(LocationType="availability-zone", Filters=[
        *own, {"Name": "location", "Values": ["us-east-1a"]}])["InstanceTypeOfferings"] == [
        {"InstanceType": "t3.micro", "LocationType": "availability-zone", "Location": "us-east-1a"}]
    pages = list(ec2.get_paginator("describe_instance_type_offerings").paginate(LocationType="availability-zone"))
    seen = [(o["InstanceType"], o["Location"]) for page in pages for o in page["InstanceTypeOfferings"]]
    assert len(pages) > 1 and len(seen) == len(set(seen))


def test_images_are_found_as_people_look_for_them(ec2, client):
    """By the names of Amazon Linux, by owner and by architecture; each region has ids of its own."""
    found = ec2.describe_images(Owners=["amazon"], Filters=[
        {"Name": "name", "Values": ["al2023-ami-2023*"]}, {"Name": "architecture", "Values": ["arm64"]}])["Images"]
    assert len(found) == 1 and found[0]["ImageOwnerAlias"] == "amazon" and found[0]["Public"]
    assert found[0]["ImdsSupport"] == "v2.0" and found[0]["BlockDeviceMappings"] == []
    assert "Nothing is booted from it" in found[0]["Description"]
    assert ec2.describe_images(ImageIds=[found[0]["ImageId"]])["Images"] == found
    elsewhere = client("ec2", region="eu-west-1").describe_images(Owners=["137112412989"])["Images"]
    assert found[0]["ImageId"] not in [i["ImageId"] for i in elsewhere]
    assert found[0]["Name"] in [i["Name"] for i in elsewhere]
    assert ec2.describe_images(Owners=["self"])["Images"] == []
    assert error(ec2.describe_images, ImageIds=["ami-0123456789abcdef0"]) == (
        "InvalidAMIID.NotFound", "The image id '[ami-0123456789abcdef0]' does not exist")
    few = ec2.describe_images(MaxResults=5)
    more = ec2.describe_images(MaxResults=5, NextToken=few["NextToken"])
    names = [i["Name"] for i in few["Images"] + more["Images"]]
    assert len(names) == len(set(names)) == len(ec2.describe_images()["Images"])


@pytest.mark.parametrize("name", ["architecture", "creation-date", "description", "ena-support", "hypervisor", "image-id",
                                  "image-type", "is-public", "manifest-location", "name", "owner-alias", "owner-id",
                                  "root-device-name", "root-device-type", "sriov-net-support", "state", "virtualization-type"])
def test_filters_of_images(ec2, name):
    """Each finds an image by what is shown of it."""
    image = ec2.describe_images(Filters=[{"Name": "name", "Values": ["al2023-ami-2023*-x86_64"]}])["Images"][0]
    members = {"image-id": "ImageId", "is-public": "Public", "manifest-location": "ImageLocation", "owner-alias": "ImageOwnerAlias"}
    shown = image[members.get(name, "".join(part.capitalize() for part in name.split("-")))]
    value = str(shown).lower() if isinstance(shown, bool) else str(shown)
    found = ec2.describe_images(Filters=[{"Name": name, "Values": [value]}])["Images"]
    assert image["ImageId"] in [i["ImageId"] for i in found]
    assert ec2.describe_images(Filters=[{"Name": name, "Values": ["no such value"]}])["Images"] == []
