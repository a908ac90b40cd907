"""What a page of a Describe costs in a large network beside the same page in a small one: the server's CPU time a request."""
import statistics
import urllib.parse

SIZES = {"small": {"interfaces": 50, "groups": 25, "rules": 10}, "large": {"interfaces": 5000, "groups": 2498, "rules": 1000}}
QUOTAS = "ec2/rules-per-security-group=1000,ec2/security-groups-per-region=5000,ec2/network-interfaces-per-region=10000"


def body(action, **parameters):
    return urllib.parse.urlencode({"Action": action, "Version": "2016-11-15", **{k.replace("_", "."): v for k, v in parameters.items()}})


def build(bench, server, size):
    """The network; what its queries need to name."""
    ec2 = server.client("ec2")
    port = int(server.endpoint.rpartition(":")[2])
    subnets = [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"]][:2]
    group = ec2.create_security_group(GroupName="looked-for", Description="a")["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432,
         "IpRanges": [{"CidrIp": f"10.{n // 250}.{n % 250}.0/24"} for n in range(size["rules"])]}])
    for n in range(8):
        ec2.create_network_interface(SubnetId=subnets[0], Groups=[group])

    def make(count, action, fresh, **parameters):
        request = bench.signed("ec2", body(action, **parameters) + f"&{fresh}=", "n" + parameters.get("SubnetId", "")[-3:])
        bench.load(port, 16, "--requests", str(count), *request, seconds=300)

    make(size["groups"], "CreateSecurityGroup", "GroupName", GroupDescription="a")
    for subnet in subnets:
        make(size["interfaces"] // 2 - 8, "CreateNetworkInterface", "Description", SubnetId=subnet)
    made = [len(page) for page in (ec2.describe_network_interfaces()["NetworkInterfaces"],
                                   ec2.describe_security_groups()["SecurityGroups"],
                                   ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"])]
    if made != [size["interfaces"] // 2 * 2 - 8, size["groups"] + 2, size["rules"] + 1]:
        raise RuntimeError(f"the network was not made: {made} interfaces, groups and rules")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    return port, {
        "DescribeNetworkInterfaces": body("DescribeNetworkInterfaces", MaxResults=5),
        "DescribeNetworkInterfaces by group-id": body("DescribeNetworkInterfaces", MaxResults=5, Filter_1_Name="group-id",
                                                      Filter_1_Value_1=group),
        "DescribeSecurityGroups by vpc-id": body("DescribeSecurityGroups", MaxResults=5, Filter_1_Name="vpc-id",
                                                 Filter_1_Value_1=vpc),
        "DescribeSecurityGroupRules by group-id": body("DescribeSecurityGroupRules", MaxResults=5, Filter_1_Name="group-id",
                                                       Filter_1_Value_1=group),
    }


def measure(bench, row):
    with bench.serving("--quotas", QUOTAS) as small, bench.serving("--quotas", QUOTAS) as large:
        servers = {"small": small, "large": large}
        sizes = {**SIZES, "large": {k: v // 20 for k, v in SIZES["large"].items()}} if bench.quick else SIZES
        networks = {name: build(bench, server, sizes[name]) for name, server in servers.items()}
        for call in networks["small"][1]:
            costs = {name: [] for name in servers}
            for _ in range(bench.rounds):
                for name, server in servers.items():
                    port, queries = networks[name]
                    costs[name].append(bench.load_of(server.process.pid, port, 8, *bench.signed("ec2", queries[call]))[1])
            ratios = [b / a for a, b in zip(costs["small"], costs["large"])]
            ratio = statistics.median(ratios)
            row(f"{call}, a page of 5 of {sizes['large']['interfaces']:,} interfaces, {sizes['large']['groups']:,} groups, "
                f"{sizes['large']['rules']:,} rules in one, against {sizes['small']['interfaces']}, {sizes['small']['groups']} "
                f"and {sizes['small']['rules']}, by CPU time",
                f"{ratio:.2f} ({min(ratios):.2f} to {max(ratios):.2f}): {statistics.median(costs['large']):.1f} µs, "
                f"{statistics.median(costs['small']):.1f} µs", "1.3", ratio <= 1.3)
