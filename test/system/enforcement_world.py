"""What the tests of enforcement are made of: connections from chosen addresses, and a network with engines in it."""
import contextlib
import dataclasses
import ipaddress
import itertools
import json
import socket
import struct

from botocore.exceptions import ClientError

from conftest import wait_until

QUICK = {"Delay": 1, "MaxAttempts": 120}
PASSWORD = "correct-horse-9"
IPV6_FREEBIND = 78
HELLOS = {  # what a client says first, and how the answer begins
    "postgres": (struct.pack("!ii", 8, 80877103), (b"S", b"N")),
    "redis": (b"PING\r\n", (b"+PONG",)),
    "memcached": (b"version\r\n", (b"VERSION",)),
}


ports_below, ports_above = itertools.count(20_001), itertools.count(45_001)  # never one twice: a closed one rests a minute


def connect(source, address, port, source_port=0):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    connection.settimeout(60)
    if family == socket.AF_INET6:
        connection.setsockopt(socket.IPPROTO_IPV6, IPV6_FREEBIND, 1)  # an address of a block, which no interface has
    connection.bind((source, source_port))
    connection.connect((address, port))
    return connection


def answers(connection, engine):
    hello, beginnings = HELLOS[engine]
    connection.sendall(hello)
    said = connection.recv(64)
    assert said == b"" or said.startswith(beginnings), said
    return said != b""


def is_admitted(engine, source, address, port, source_port=0):
    """Whether the engine itself answers."""
    try:
        with connect(source, address, port, source_port) as connection:
            return answers(connection, engine)
    except (ConnectionRefusedError, ConnectionResetError, BrokenPipeError):
        return False


# ---- what is there ---------------------------------------------------------------------------------------


@dataclasses.dataclass
class World:
    server: object
    ec2: object
    theirs: object  # ec2 of another account
    vpc: str
    group: dict  # by name
    address: dict  # of interfaces, by name
    acl: dict  # "engines": of the engines' subnet; "clients": of the other
    table: dict  # "ours", "theirs"
    peering: str
    endpoint: dict  # engine -> (address, port)
    vpc_addresses: bool

    def permission(self, port, rule):
        """An IpPermission of a row: {"cidr" or "cidr6" or "group" or "list": whom, "protocol", "ports"}."""
        out = {"IpProtocol": rule.get("protocol", "tcp")}
        if out["IpProtocol"] != "-1":
            below, above = rule.get("ports", (0, 0))
            out |= {"FromPort": port + below, "ToPort": port + above}
        if "cidr" in rule:
            out["IpRanges"] = [{"CidrIp": rule["cidr"]}]
        if "cidr6" in rule:
            out["Ipv6Ranges"] = [{"CidrIpv6": rule["cidr6"]}]
        if "group" in rule:
            pair = {"GroupId": self.group[rule["group"]]}
            if rule["group"] == "theirs":
                pair["UserId"] = "444455556666"
            out["UserIdGroupPairs"] = [pair]
        if "list" in rule:
            out["PrefixListIds"] = [{"PrefixListId": rule["list"]}]
        return out

    @contextlib.contextmanager
    def rules(self, rules, engine, group="engines", egress=False):
        """The group has these rules alone on that side, until the end."""
        kind = "egress" if egress else "ingress"
        port = self.endpoint[engine][1]
        wanted = [self.permission(port, rule) for rule in rules]
        group_id = self.group[group]
        before = self.ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0][
            "IpPermissionsEgress" if egress else "IpPermissions"]
        authorize = getattr(self.ec2, f"authorize_security_group_{kind}")
        revoke = getattr(self.ec2, f"revoke_security_group_{kind}")
        if before:
            revoke(GroupId=group_id, IpPermissions=before)
        if wanted:
            authorize(GroupId=group_id, IpPermissions=wanted)
        try:
            yield
        finally:
            if wanted:
                revoke(GroupId=group_id, IpPermissions=wanted)
            if before:
                authorize(GroupId=group_id, IpPermissions=before)

    @contextlib.contextmanager
    def entries(self, entries):
        made = []
        try:
            for which, number, egress, action, cidr, ports in entries:
                acl = self.acl[which]
                self.ec2.create_network_acl_entry(
                    NetworkAclId=acl, RuleNumber=number, Egress=egress, RuleAction=action, Protocol="6",
                    PortRange={"From": ports[0], "To": ports[1]}, **{"Ipv6CidrBlock" if ":" in cidr else "CidrBlock": cidr})
                made.append((acl, number, egress))
            yield
        finally:
            for acl, number, egress in made:
                self.ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=number, Egress=egress)

    def source(self, name):
        return self.address.get(name, name)

    def why(self, source, engine, source_port=0):
        """How `haar why-refused` calls what refuses first; "admitted" if nothing does."""
        address, port = self.endpoint[engine]
        words = ["--source-port", str(source_port)] if source_port else []
        done = self.server.command("why-refused", "--json", "--from", source, "--to", f"{address}:{port}", *words, check=False)
        assert done.returncode in (0, 1), done.stderr
        said = json.loads(done.stdout)
        assert said["admitted"] == (done.returncode == 0) == (said["refusals"] == [])
        assert said["rules"] or not said["admitted"], "it names the rules that admit"
        return "admitted" if said["admitted"] else said["refusals"][0]["kind"]

    def expect(self, row, source, source_port, verdict):
        for engine in HELLOS:
            address, port = self.endpoint[engine]
            with contextlib.ExitStack() as stack:
                stack.enter_context(self.rules(row.get("rules", [{"cidr": "0.0.0.0/0"}]), engine))
                if "egress" in row:
                    stack.enter_context(self.rules(row["egress"], engine, "app", egress=True))
                stack.enter_context(self.entries(
                    [(which, number, egress, action, cidr, (port, port) if ports == "engine" else ports)
                     for which, number, egress, action, cidr, ports in row.get("acl", [])]))
                own_port = next(source_port) if source_port else 0
                assert is_admitted(engine, source, address, port, own_port) == (verdict == "admitted"), engine
                # A port of its own choice: what is asked about is one that systems give.
                assert self.why(source, engine, own_port) == verdict, engine


def make_acl(ec2, vpc, subnet):
    """A network ACL of the subnet's own that allows everything."""
    acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    for egress in (False, True):
        for number, block in ((100, {"CidrBlock": "0.0.0.0/0"}), (101, {"Ipv6CidrBlock": "::/0"})):
            ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=number, Egress=egress, RuleAction="allow",
                                         Protocol="-1", **block)
    [known] = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"]
    [association] = [a["NetworkAclAssociationId"] for a in known["Associations"] if a["SubnetId"] == subnet]
    ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=acl)
    return acl


def make_group(ec2, vpc, name):
    return ec2.create_security_group(VpcId=vpc, GroupName=name, Description=name)["GroupId"]


def make_interface(ec2, subnet, *groups):
    return ec2.create_network_interface(SubnetId=subnet, Groups=list(groups))["NetworkInterface"]["PrivateIpAddress"]


def give_ipv6(ec2, vpc, subnets, table):
    """The VPC and its subnets have IPv6 blocks, and interfaces that are made from now on have an address."""
    ec2.associate_vpc_cidr_block(VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)
    block = wait_until(lambda: [a["Ipv6CidrBlock"] for a in ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0].get(
        "Ipv6CidrBlockAssociationSet", []) if a["Ipv6CidrBlockState"]["State"] == "associated"], "the VPC has a block")[0]
    for subnet, part in zip(subnets, ipaddress.ip_network(block).subnets(new_prefix=64)):
        ec2.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock=str(part))
        ec2.modify_subnet_attribute(SubnetId=subnet, AssignIpv6AddressOnCreation={"Value": True})
    [gateway] = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])["InternetGateways"]
    ec2.create_route(RouteTableId=table, DestinationIpv6CidrBlock="::/0", GatewayId=gateway["InternetGatewayId"])


def let_ipv6_out(ec2, group):
    with contextlib.suppress(ClientError):  # of a group of a VPC that has IPv6, AWS does it itself
        ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[
            {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}])


def make_engines(server, group, zone):
    """engine -> (address, port)."""
    rds, cache = server.client("rds"), server.client("elasticache")
    rds.create_db_cluster(DBClusterIdentifier="c", Engine="aurora-postgresql", MasterUsername="ana",
                          MasterUserPassword=PASSWORD, VpcSecurityGroupIds=[group])
    rds.create_db_instance(DBInstanceIdentifier="c-1", DBClusterIdentifier="c", Engine="aurora-postgresql",
                           DBInstanceClass="db.t4g.medium", AvailabilityZone=zone)
    for engine in ("redis", "memcached"):
        cache.create_cache_cluster(CacheClusterId=engine, Engine=engine, CacheNodeType="cache.t4g.micro", NumCacheNodes=1,
                                   SecurityGroupIds=[group], PreferredAvailabilityZone=zone)
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier="c-1", WaiterConfig=QUICK)
    out = {"postgres": (rds.describe_db_instances(DBInstanceIdentifier="c-1")["DBInstances"][0]["Endpoint"]["Address"], 5432)}
    for engine in ("redis", "memcached"):
        cache.get_waiter("cache_cluster_available").wait(CacheClusterId=engine, WaiterConfig=QUICK)
        [made] = cache.describe_cache_clusters(CacheClusterId=engine, ShowCacheNodeInfo=True)["CacheClusters"]
        endpoint = made["CacheNodes"][0]["Endpoint"]
        out[engine] = (endpoint["Address"], endpoint["Port"])
    return out


def make_peer(ec2, theirs, vpc, table):
    """Another account's VPC, connected with ours, with one interface: (group, address, table, connection)."""
    their_vpc = theirs.create_vpc(CidrBlock="10.200.0.0/16")["Vpc"]["VpcId"]
    subnet = theirs.create_subnet(VpcId=their_vpc, CidrBlock="10.200.1.0/24")["Subnet"]["SubnetId"]
    group = make_group(theirs, their_vpc, "theirs")
    address = make_interface(theirs, subnet, group)
    peering = ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=their_vpc, PeerOwnerId="444455556666")[
        "VpcPeeringConnection"]["VpcPeeringConnectionId"]
    wait_until(lambda: theirs.describe_vpc_peering_connections(VpcPeeringConnectionIds=[peering])[
        "VpcPeeringConnections"][0]["Status"]["Code"] == "pending-acceptance", "the connection is asked for")
    theirs.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    their_table = theirs.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [their_vpc]}])["RouteTables"][0]["RouteTableId"]
    theirs.create_route(RouteTableId=their_table, DestinationCidrBlock="172.31.0.0/16", VpcPeeringConnectionId=peering)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.200.0.0/16", VpcPeeringConnectionId=peering)
    return group, address, their_table, peering
