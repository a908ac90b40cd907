"""Who reaches databases and caches: security groups, network ACLs and routes as real connections meet them.

Tables hold what is in force, who connects, and what comes of it. Each row is tried before PostgreSQL, Redis and memcached,
and `haar why-refused` must name what the connection met. As root the test has a network of its own, in which addresses of
VPCs are addresses of the machine, so that a client can come from an interface's address; else those rows are left out.
"""
import concurrent.futures
import ctypes
import itertools
import json
import os
import select
import socket
import subprocess
import threading
import time

import pytest

from conftest import read_events, serving, wait_until
from enforcement_world import (HELLOS, QUICK, World, answers, connect, give_ipv6, is_admitted, let_ipv6_out, make_acl,
                               make_engines, make_group, make_interface, make_peer, ports_above, ports_below)
from haar_server import OTHER_ROOT_KEY

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


@pytest.fixture(scope="module")
def own_network():
    """Whether the module runs in a network of its own."""
    if os.geteuid() != 0:
        yield False
        return
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    if LIBC.unshare(CLONE_NEWNET) != 0:
        os.close(before)
        yield False
        return
    try:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        yield True
    finally:
        assert LIBC.setns(before, CLONE_NEWNET) == 0
        os.close(before)


@pytest.fixture(scope="module")
def world(own_network):
    with serving() as server:
        ec2, theirs = server.client("ec2"), server.client("ec2", OTHER_ROOT_KEY)
        [vpc] = [v["VpcId"] for v in ec2.describe_vpcs()["Vpcs"] if v["IsDefault"]]
        subnets = {s["AvailabilityZone"]: s["SubnetId"] for s in ec2.describe_subnets()["Subnets"]}
        engines_subnet, clients_subnet = subnets["us-east-1a"], subnets["us-east-1b"]
        table = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"][0]["RouteTableId"]
        give_ipv6(ec2, vpc, [engines_subnet, clients_subnet], table)
        group = {name: make_group(ec2, vpc, name) for name in ("engines", "app", "bare")}
        let_ipv6_out(ec2, group["app"])
        address = {"app": make_interface(ec2, clients_subnet, group["app"]),
                   "near": make_interface(ec2, engines_subnet, group["app"]),
                   "bare": make_interface(ec2, clients_subnet, group["bare"]),
                   "member": make_interface(ec2, clients_subnet, group["engines"])}
        group["theirs"], address["theirs"], their_table, peering = make_peer(ec2, theirs, vpc, table)
        acl = {"engines": make_acl(ec2, vpc, engines_subnet), "clients": make_acl(ec2, vpc, clients_subnet)}
        endpoint = make_engines(server, group["engines"], "us-east-1a")
        if own_network:
            said = server.command("vpc-addresses", "on").stdout
            assert "ip route add local 172.31.0.0/16 dev lo src 127.0.0.1" in said
            subprocess.run(["ip", "-6", "route", "add", "local", "2001:db8::/32", "dev", "lo"], check=True)  # clients from far away
        yield World(server, ec2, theirs, vpc, group, address, acl, {"ours": table, "theirs": their_table}, peering, endpoint,
                    own_network)


def rows(table):
    return [pytest.param(row, id=row["name"]) for row in table]


def run(world, row, verdict):
    source = world.source(row["source"])
    if not source.startswith("127.") and not world.vpc_addresses:
        pytest.skip("addresses of VPCs are none of this machine without root")
    world.expect(row, source, row.get("source_port"), verdict)


# ---- rules of security groups ----------------------------------------------------------------------------


GROUP, ADMITTED = "security-group-inbound", "admitted"
RULES = [
    {"name": "no rule", "rules": [], "source": "127.0.0.1", "verdict": GROUP},
    {"name": "/32, that address", "rules": [{"cidr": "127.0.0.2/32"}], "source": "127.0.0.2", "verdict": ADMITTED},
    {"name": "/32, its neighbour", "rules": [{"cidr": "127.0.0.2/32"}], "source": "127.0.0.3", "verdict": GROUP},
    {"name": "/24, its last address", "rules": [{"cidr": "127.9.9.0/24"}], "source": "127.9.9.255", "verdict": ADMITTED},
    {"name": "/24, behind it", "rules": [{"cidr": "127.9.9.0/24"}], "source": "127.9.10.0", "verdict": GROUP},
    {"name": "everybody", "rules": [{"cidr": "0.0.0.0/0"}], "source": "127.200.3.4", "verdict": ADMITTED},
    {"name": "everybody of IPv6 alone", "rules": [{"cidr6": "::/0"}], "source": "127.0.0.1", "verdict": GROUP},
    {"name": "the port before", "rules": [{"cidr": "0.0.0.0/0", "ports": (-1, -1)}], "source": "127.0.0.1", "verdict": GROUP},
    {"name": "a range of ports", "rules": [{"cidr": "0.0.0.0/0", "ports": (-9, 9)}], "source": "127.0.0.1", "verdict": ADMITTED},
    {"name": "udp", "rules": [{"cidr": "0.0.0.0/0", "protocol": "udp"}], "source": "127.0.0.1", "verdict": GROUP},
    {"name": "all traffic", "rules": [{"cidr": "127.0.0.0/8", "protocol": "-1"}], "source": "127.0.0.1", "verdict": ADMITTED},
    {"name": "one of two rules", "rules": [{"cidr": "127.0.0.2/32"}, {"cidr": "127.0.0.4/32"}], "source": "127.0.0.4",
     "verdict": ADMITTED},
    {"name": "an interface by its block", "rules": [{"cidr": "172.31.0.0/16"}], "source": "app", "verdict": ADMITTED},
    {"name": "a group, its interface", "rules": [{"group": "app"}], "source": "app", "verdict": ADMITTED},
    {"name": "a group, in the same subnet", "rules": [{"group": "app"}], "source": "near", "verdict": ADMITTED},
    {"name": "a group, another interface", "rules": [{"group": "app"}], "source": "bare", "verdict": GROUP},
    {"name": "a group, from outside", "rules": [{"group": "app"}], "source": "127.0.0.1", "verdict": GROUP},
    {"name": "itself, a member", "rules": [{"group": "engines"}], "source": "member", "verdict": ADMITTED},
    {"name": "itself, no member", "rules": [{"group": "engines"}], "source": "app", "verdict": GROUP},
    {"name": "another account's group", "rules": [{"group": "theirs"}], "source": "theirs", "verdict": ADMITTED},
    {"name": "another account's group, ours", "rules": [{"group": "theirs"}], "source": "app", "verdict": GROUP},
    {"name": "another account by its block", "rules": [{"cidr": "10.200.0.0/16"}], "source": "theirs", "verdict": ADMITTED},
]


@pytest.mark.parametrize("row", rows(RULES))
def test_rules_of_groups(world, row):
    run(world, row, row["verdict"])


def test_a_rule_follows_its_prefix_list(world):
    made = world.ec2.create_managed_prefix_list(PrefixListName="offices", MaxEntries=5, AddressFamily="IPv4",
                                                Entries=[{"Cidr": "127.3.0.0/16"}])["PrefixList"]
    list_id, version = made["PrefixListId"], made["Version"]
    address, port = world.endpoint["redis"]

    def who():
        return [source for source in ("127.3.0.1", "127.4.0.1") if is_admitted("redis", source, address, port)]

    with world.rules([{"list": list_id}], "redis"):
        assert who() == ["127.3.0.1"]
        world.ec2.modify_managed_prefix_list(PrefixListId=list_id, CurrentVersion=version,
                                             AddEntries=[{"Cidr": "127.4.0.0/16"}])
        assert who() == ["127.3.0.1", "127.4.0.1"]
        world.ec2.modify_managed_prefix_list(PrefixListId=list_id, CurrentVersion=version + 1,
                                             RemoveEntries=[{"Cidr": "127.3.0.0/16"}])
        assert who() == ["127.4.0.1"]
    world.ec2.delete_managed_prefix_list(PrefixListId=list_id)


# ---- network ACLs: (whose, number, outbound?, action, block, ports) ----------------------------------------


IN, OUT = "network-acl-inbound", "network-acl-outbound"
ANY, ENGINE, EPHEMERAL = (0, 65535), "engine", (32768, 60999)
ACLS = [
    {"name": "nothing denies", "acl": [], "source": "127.0.0.1", "verdict": ADMITTED},
    {"name": "deny before allow", "acl": [("engines", 90, False, "deny", "127.0.0.0/8", ANY)], "source": "127.0.0.1", "verdict": IN},
    {"name": "deny behind allow", "acl": [("engines", 110, False, "deny", "127.0.0.0/8", ANY)], "source": "127.0.0.1",
     "verdict": ADMITTED},
    {"name": "allow before deny", "acl": [("engines", 80, False, "allow", "127.0.0.1/32", ENGINE),
                                          ("engines", 90, False, "deny", "127.0.0.0/8", ANY)],
     "source": "127.0.0.1", "verdict": ADMITTED},
    {"name": "deny of somebody else", "acl": [("engines", 90, False, "deny", "127.0.0.2/32", ANY)], "source": "127.0.0.1",
     "verdict": ADMITTED},
    {"name": "deny of another port", "acl": [("engines", 90, False, "deny", "0.0.0.0/0", (1, 1023))], "source": "127.0.0.1",
     "verdict": ADMITTED},
    {"name": "the answer, to a port that is denied", "acl": [("engines", 90, True, "deny", "0.0.0.0/0", EPHEMERAL)],
     "source": "127.0.0.1", "source_port": ports_above, "verdict": OUT},
    {"name": "the answer, to one that is not", "acl": [("engines", 90, True, "deny", "0.0.0.0/0", EPHEMERAL)],
     "source": "127.0.0.1", "source_port": ports_below, "verdict": ADMITTED},
    {"name": "between two subnets", "acl": [("engines", 90, False, "deny", "172.31.0.0/16", ENGINE)], "source": "app",
     "verdict": IN},
    {"name": "not within one", "acl": [("engines", 90, False, "deny", "172.31.0.0/16", ENGINE)], "source": "near",
     "verdict": ADMITTED},
    {"name": "outbound of the client's subnet", "acl": [("clients", 90, True, "deny", "172.31.0.0/16", ENGINE)], "source": "app",
     "verdict": OUT},
    {"name": "the answer at the client's subnet", "acl": [("clients", 90, False, "deny", "172.31.0.0/16", EPHEMERAL)],
     "source": "app", "source_port": ports_above, "verdict": IN},
    {"name": "the answer at the client's subnet, another port", "acl": [("clients", 90, False, "deny", "172.31.0.0/16", EPHEMERAL)],
     "source": "app", "source_port": ports_below, "verdict": ADMITTED},
]


@pytest.mark.parametrize("row", rows(ACLS))
def test_network_acls(world, row):
    run(world, row, row["verdict"])


# ---- outbound rules of the client ------------------------------------------------------------------------


EGRESS = [
    {"name": "none", "egress": [], "verdict": "security-group-outbound"},
    {"name": "to the engines' group", "egress": [{"group": "engines"}], "verdict": ADMITTED},
    {"name": "to another group", "egress": [{"group": "bare"}], "verdict": "security-group-outbound"},
    {"name": "to the VPC", "egress": [{"cidr": "172.31.0.0/16"}], "verdict": ADMITTED},
    {"name": "to somewhere else", "egress": [{"cidr": "10.0.0.0/8"}], "verdict": "security-group-outbound"},
    {"name": "to another port", "egress": [{"cidr": "0.0.0.0/0", "ports": (1, 1)}], "verdict": "security-group-outbound"},
]


@pytest.mark.parametrize("row", rows(EGRESS))
def test_outbound_rules_of_the_client(world, row):
    run(world, row | {"source": "app"}, row["verdict"])


# ---- routes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("whose,destination,source", [("ours", "0.0.0.0/0", "127.0.0.1"), ("theirs", "172.31.0.0/16", "theirs")])
def test_without_a_route_nobody_arrives(world, whose, destination, source):
    ec2 = world.ec2 if whose == "ours" else world.theirs
    [table] = ec2.describe_route_tables(RouteTableIds=[world.table[whose]])["RouteTables"]
    [route] = [r for r in table["Routes"] if r.get("DestinationCidrBlock") == destination]
    target = {name: route[name] for name in ("GatewayId", "VpcPeeringConnectionId") if name in route}
    run(world, {"source": source}, ADMITTED)
    ec2.delete_route(RouteTableId=world.table[whose], DestinationCidrBlock=destination)
    try:
        run(world, {"source": source}, "route")
    finally:
        ec2.create_route(RouteTableId=world.table[whose], DestinationCidrBlock=destination, **target)
    run(world, {"source": source}, ADMITTED)


# ---- what is open, and what changes meanwhile --------------------------------------------------------------


@pytest.mark.parametrize("engine", HELLOS)
def test_what_is_open_lives_on(world, engine):
    address, port = world.endpoint[engine]
    with world.rules([{"cidr": "127.0.0.1/32"}], engine):
        held = connect("127.0.0.1", address, port)
        assert answers(held, engine)
    assert not is_admitted(engine, "127.0.0.1", address, port)
    with held:
        if engine == "postgres":  # the negotiation goes on: a start-up packet is asked for the password
            if held.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                held.setblocking(False)
                with pytest.raises(BlockingIOError):
                    held.recv(1)
        else:
            assert answers(held, engine)


def test_after_a_revoke_not_one_more_is_admitted(world):
    """Four threads connect as fast as they can while the rule is taken away."""
    address, port = world.endpoint["redis"]
    admitted, stop = [], threading.Event()  # moments at which a connection began that was admitted
    tried = itertools.count()

    def hammer(source):
        while not stop.is_set():
            began = time.monotonic()
            if is_admitted("redis", source, address, port):
                admitted.append(began)
            next(tried)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        with world.rules([{"cidr": "127.0.0.0/8"}], "redis"):
            running = [pool.submit(hammer, f"127.0.{number}.1") for number in range(1, 5)]
            wait_until(lambda: len(admitted) > 1000, "connections come in")
        revoked = time.monotonic()
        so_far = next(tried)
        wait_until(lambda: next(tried) - so_far > 1000, "they go on")
        stop.set()
        for one in running:
            one.result(60)
    assert [began for began in admitted if began > revoked] == []


# ---- what a person is told -------------------------------------------------------------------------------


def test_a_denial_names_what_refused(world):
    address, port = world.endpoint["redis"]
    with world.rules([{"cidr": "127.77.0.2/32"}], "redis"):  # where nobody is admitted, nobody listens either
        assert not is_admitted("redis", "127.77.0.1", address, port)

    def told():
        return [event for event in read_events(world.server) if event["eventName"] == "ConnectionDenied"
                and event["requestParameters"]["sourceAddress"] == "127.77.0.1"]

    wait_until(told, "the event is there")
    event = told()[0]
    assert event["requestParameters"]["refusedBy"] == {"kind": GROUP, "id": world.group["engines"]}
    assert event["errorMessage"] == f"No inbound rule of {world.group['engines']} admits TCP from 127.77.0.1 to port {port}."


def test_the_command_that_why_refused_names_mends_it(world):
    """Each command is run as it stands, by boto3's names; then the same client is admitted."""
    address, port = world.endpoint["redis"]
    with world.rules([], "redis"), world.entries([("engines", 90, False, "deny", "127.0.0.0/8", (0, 65535))]):
        done = world.server.command("why-refused", "--from", "127.78.0.1", "--to", "redis", check=False)
        assert done.returncode == 1
        commands = [line.strip() for line in done.stdout.splitlines() if line.strip().startswith("aws ")]
        assert [command.split()[2] for command in commands] == ["create-network-acl-entry", "authorize-security-group-ingress"]
        for command in commands:
            call(world.ec2, command.split("#")[0].split())
        assert is_admitted("redis", "127.78.0.1", address, port)
        for group in world.ec2.describe_security_groups(GroupIds=[world.group["engines"]])["SecurityGroups"]:
            world.ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])
        world.ec2.delete_network_acl_entry(NetworkAclId=world.acl["engines"], RuleNumber=80, Egress=False)


def call(ec2, words):
    """A command of the AWS CLI, as far as the test needs it."""
    options = dict(zip(words[3::2], words[4::2])) if "--ingress" not in words else None
    if words[2] == "authorize-security-group-ingress":
        ec2.authorize_security_group_ingress(GroupId=options["--group-id"], IpProtocol=options["--protocol"],
                                             FromPort=int(options["--port"]), ToPort=int(options["--port"]),
                                             CidrIp=options["--cidr"])
        return
    words = [word for word in words if word != "--ingress"]
    options = dict(zip(words[3::2], words[4::2]))
    ports = dict(part.split("=") for part in options["--port-range"].split(","))
    ec2.create_network_acl_entry(NetworkAclId=options["--network-acl-id"], Egress=False, RuleNumber=int(options["--rule-number"]),
                                 Protocol="6", PortRange={name: int(value) for name, value in ports.items()},
                                 CidrBlock=options["--cidr-block"], RuleAction=options["--rule-action"])


@pytest.mark.parametrize("words,status,said", [
    (["--from", "127.0.0.1", "--to", "nothing"], 2, "there is no endpoint \"nothing\""),
    (["--from", "i-0123456789abcdef0", "--to", "redis"], 2, "is neither an address nor an interface or instance that there is"),
    (["--from", "somebody", "--to", "redis"], 2, "is neither an address nor an interface or instance that there is"),
    (["--from", "127.0.0.1", "--to", "redis", "--region", "eu-west-1"], 2, "there is no endpoint"),
])
def test_questions_that_cannot_be_answered(world, words, status, said):
    done = world.server.command("why-refused", *words, check=False)
    assert done.returncode == status and said in done.stderr


# ---- addresses of VPCs -----------------------------------------------------------------------------------


def engine_interfaces(world):
    """engine -> its interface as ec2 shows it."""
    found = world.ec2.describe_network_interfaces(Filters=[{"Name": "group-id", "Values": [world.group["engines"]]}])
    managed = [i for i in found["NetworkInterfaces"] if i.get("RequesterManaged")]
    return {engine: next(i for i in managed if (engine in i["Description"]) == (engine != "postgres") and
                         (engine != "postgres" or i["Description"].startswith("RDS"))) for engine in HELLOS}


@pytest.mark.parametrize("engine", HELLOS)
def test_an_endpoint_has_its_interfaces_own_address(world, engine):
    if not world.vpc_addresses:
        pytest.skip("addresses of VPCs are none of this machine without root")
    address, port = engine_interfaces(world)[engine]["PrivateIpAddress"], world.endpoint[engine][1]
    with world.rules([{"group": "app"}], engine):
        assert is_admitted(engine, world.address["app"], address, port)
        assert not is_admitted(engine, world.address["bare"], address, port)
        assert not is_admitted(engine, "127.0.0.1", address, port)
    with world.rules([{"cidr": "0.0.0.0/0"}], engine):
        assert is_admitted(engine, "127.0.0.1", address, port)
        assert f"{address}:{port}" in world.server.command("vpc-addresses", "status").stdout


def test_blocks_of_the_machines_own_networks_are_left_alone(world):
    if not world.vpc_addresses:
        pytest.skip("needs a network of the test's own")
    subprocess.run(["ip", "link", "add", "lan0", "type", "bridge"], check=True)
    try:
        subprocess.run(["ip", "address", "add", "10.201.3.4/24", "dev", "lan0"], check=True)
        subprocess.run(["ip", "link", "set", "lan0", "up"], check=True)
        vpc = world.ec2.create_vpc(CidrBlock="10.201.0.0/16")["Vpc"]["VpcId"]
        done = world.server.command("vpc-addresses", "on", check=False)
        assert done.returncode == 1 and "10.201.0.0/16" in done.stderr and "lan0" in done.stderr
        assert "10.201.0.0/16" not in subprocess.run(["ip", "route", "show", "table", "local", "type", "local"],
                                                     capture_output=True, text=True, check=True).stdout
        world.ec2.delete_vpc(VpcId=vpc)
    finally:
        subprocess.run(["ip", "link", "delete", "lan0"], check=True)


def test_without_the_privilege_it_says_what_to_run(own_network):
    if not own_network:
        pytest.skip("a network of the test's own needs root")
    with serving(user=(65534, 65534)) as server:
        server.client("ec2").create_vpc(CidrBlock="10.202.0.0/16")
        done = server.command("vpc-addresses", "on", check=False)
        assert done.returncode == 1
        assert "sudo ip route add local 10.202.0.0/16 dev lo src 127.0.0.1 proto 142\n" in done.stdout
        with pytest.raises(OSError):
            connect("10.202.0.9", "127.0.0.1", int(server.endpoint.rpartition(":")[2]))


def test_off_takes_them_back(world):
    if not world.vpc_addresses:
        pytest.skip("addresses of VPCs are none of this machine without root")
    address, port = engine_interfaces(world)["redis"]["PrivateIpAddress"], world.endpoint["redis"][1]
    with world.rules([{"cidr": "0.0.0.0/0"}], "redis"):
        assert "ip route del local 172.31.0.0/16" in world.server.command("vpc-addresses", "off").stdout
        try:
            with pytest.raises(OSError):
                connect("0.0.0.0", address, port)
            assert is_admitted("redis", "127.0.0.1", *world.endpoint["redis"])
        finally:
            world.server.command("vpc-addresses", "on")
        assert is_admitted("redis", "127.0.0.1", address, port)


# ---- IPv6 ------------------------------------------------------------------------------------------------


V6_RULES = [
    {"name": "/128, that address", "rules": [{"cidr6": "2001:db8::1/128"}], "source": "2001:db8::1", "verdict": ADMITTED},
    {"name": "/128, its neighbour", "rules": [{"cidr6": "2001:db8::1/128"}], "source": "2001:db8::2", "verdict": GROUP},
    {"name": "/64, its last address", "rules": [{"cidr6": "2001:db8:0:5::/64"}], "source": "2001:db8:0:5:ffff:ffff:ffff:ffff",
     "verdict": ADMITTED},
    {"name": "/64, behind it", "rules": [{"cidr6": "2001:db8:0:5::/64"}], "source": "2001:db8:0:6::", "verdict": GROUP},
    {"name": "everybody", "rules": [{"cidr6": "::/0"}], "source": "2001:db8:77::1", "verdict": ADMITTED},
    {"name": "everybody of IPv4 alone", "rules": [{"cidr": "0.0.0.0/0"}], "source": "2001:db8:77::1", "verdict": GROUP},
    {"name": "the person at the machine", "rules": [{"cidr6": "::1/128"}], "source": "::1", "verdict": ADMITTED},
    {"name": "a group, its interface", "rules": [{"group": "app"}], "source": "app", "verdict": ADMITTED},
    {"name": "a group, another interface", "rules": [{"group": "app"}], "source": "member", "verdict": GROUP},
    {"name": "ACL: deny before allow", "rules": [{"cidr6": "::/0"}], "acl": [("engines", 90, False, "deny", "2001:db8::/32", (0, 65535))],
     "source": "2001:db8::1", "verdict": "network-acl-inbound"},
    {"name": "ACL: deny of IPv4", "rules": [{"cidr6": "::/0"}], "acl": [("engines", 90, False, "deny", "0.0.0.0/0", (0, 65535))],
     "source": "2001:db8::1", "verdict": ADMITTED},
]


@pytest.mark.parametrize("row", rows(V6_RULES))
def test_ipv6(world, row):
    if not world.vpc_addresses:
        pytest.skip("without root, a machine has one IPv6 loopback address, and no endpoint has it")
    found = world.ec2.describe_network_interfaces()["NetworkInterfaces"]
    v6 = {i["PrivateIpAddress"]: i["Ipv6Addresses"][0]["Ipv6Address"] for i in found if i.get("Ipv6Addresses")}
    source = v6.get(world.source(row["source"]), row["source"])
    for engine in HELLOS:
        address, port = v6[engine_interfaces(world)[engine]["PrivateIpAddress"]], world.endpoint[engine][1]
        with world.rules(row["rules"], engine), world.entries(row.get("acl", [])):
            assert is_admitted(engine, source, address, port) == (row["verdict"] == ADMITTED), engine
            done = world.server.command("why-refused", "--json", "--from", source, "--to", f"[{address}]:{port}", check=False)
            said = json.loads(done.stdout)
            assert ("admitted" if said["admitted"] else said["refusals"][0]["kind"]) == row["verdict"], engine


# ---- time-outs instead of resets ---------------------------------------------------------------------------


def test_who_is_not_admitted_hears_nothing_where_that_is_asked_for(own_network):
    with serving(arguments=["--refuse", "timeout"]) as server:
        said = json.loads(server.command("status", "--json").stdout)["refusing"]
        if said["in_force"] != "timeout":
            assert said["reason"]
            pytest.skip("this machine permits no filters: " + said["reason"])
        ec2, cache = server.client("ec2"), server.client("elasticache")
        [vpc] = [v["VpcId"] for v in ec2.describe_vpcs()["Vpcs"] if v["IsDefault"]]
        group = make_group(ec2, vpc, "engines")
        cache.create_cache_cluster(CacheClusterId="r", Engine="redis", CacheNodeType="cache.t4g.micro", NumCacheNodes=1,
                                   SecurityGroupIds=[group])
        cache.get_waiter("cache_cluster_available").wait(CacheClusterId="r", WaiterConfig=QUICK)
        [made] = cache.describe_cache_clusters(CacheClusterId="r", ShowCacheNodeInfo=True)["CacheClusters"]
        address, port = made["CacheNodes"][0]["Endpoint"]["Address"], made["CacheNodes"][0]["Endpoint"]["Port"]

        def on_its_way(source):
            client = socket.socket()
            client.setblocking(False)
            client.bind((source, 0))
            client.connect_ex((address, port))
            return client

        def has_heard(client):
            return bool(select.select([], [client], [], 0)[1])

        with on_its_way("127.0.0.9") as before:  # nobody is admitted yet
            ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=port, ToPort=port, CidrIp="127.0.0.2/32")
            with on_its_way("127.0.0.3") as stranger:
                assert is_admitted("redis", "127.0.0.2", address, port)
                assert not has_heard(stranger) and not has_heard(before)
                ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=port, ToPort=port,
                                                     CidrIp="127.0.0.3/32")
                wait_until(lambda: has_heard(stranger), "its next attempt is heard")
                stranger.setblocking(True)
                assert answers(stranger, "redis")
