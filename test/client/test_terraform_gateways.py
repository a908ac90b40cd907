"""Routes, gateways, addresses, peering and endpoints of Terraform's provider hashicorp/aws 5.100: apply, an empty plan,
a change in place, an empty plan, destroy.

Terraform reads back all that it wrote, so an empty plan says that every attribute is answered as AWS answers it.
"""
import json
import re

import pytest

import terraform_program

pytestmark = terraform_program.needed

HEAD = """
provider "aws" {
  region = "us-west-2"
}
variable "team" {
  default = "red"
}
variable "changed" {
  default = false
}
resource "aws_vpc" "main" {
  cidr_block                       = "10.20.0.0/16"
  enable_dns_support               = true
  enable_dns_hostnames             = true
  assign_generated_ipv6_cidr_block = true
}
resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.20.0.0/20"
  availability_zone = "us-west-2a"
}
resource "aws_subnet" "b" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.20.16.0/20"
  availability_zone = "us-west-2b"
}
resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
  tags   = { team = var.team }
}
"""

# Route tables with inline routes and with routes of their own; the VPC's own table as Terraform adopts it.
ROUTES = """
resource "aws_route_table" "inline" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
  route {
    ipv6_cidr_block        = "::/0"
    egress_only_gateway_id = aws_egress_only_internet_gateway.main.id
  }
  dynamic "route" {
    for_each = var.changed ? ["10.99.0.0/16"] : []
    content {
      cidr_block = route.value
      gateway_id = aws_internet_gateway.main.id
    }
  }
  tags = { team = var.team }
}
resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.a.id
  route_table_id = var.changed ? aws_route_table.own.id : aws_route_table.inline.id
}
resource "aws_route_table" "own" {
  vpc_id = aws_vpc.main.id
}
resource "aws_route" "v4" {
  route_table_id         = aws_route_table.own.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = var.changed ? null : aws_internet_gateway.main.id
  network_interface_id   = var.changed ? aws_network_interface.router.id : null
}
resource "aws_route" "v6" {
  route_table_id              = aws_route_table.own.id
  destination_ipv6_cidr_block = "::/0"
  egress_only_gateway_id      = aws_egress_only_internet_gateway.main.id
}
resource "aws_network_interface" "router" {
  subnet_id         = aws_subnet.b.id
  source_dest_check = false
}
resource "aws_main_route_table_association" "main" {
  vpc_id         = aws_vpc.main.id
  route_table_id = aws_route_table.own.id
}
resource "aws_egress_only_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
  tags   = { team = var.team }
}
resource "aws_vpc" "second" {
  cidr_block = "10.21.0.0/16"
}
resource "aws_internet_gateway" "loose" {
}
resource "aws_internet_gateway_attachment" "second" {
  internet_gateway_id = aws_internet_gateway.loose.id
  vpc_id              = aws_vpc.second.id
}
resource "aws_default_route_table" "second" {
  default_route_table_id = aws_vpc.second.default_route_table_id
  route {
    cidr_block = var.changed ? "192.0.2.0/24" : "0.0.0.0/0"
    gateway_id = aws_internet_gateway_attachment.second.internet_gateway_id
  }
  tags = { team = var.team }
}
data "aws_route_table" "by_subnet" {
  subnet_id  = aws_subnet.a.id
  depends_on = [aws_route_table_association.a]
}
data "aws_route_tables" "all" {
  vpc_id     = aws_vpc.main.id
  depends_on = [aws_route_table.inline, aws_route_table.own]
}
data "aws_route" "v4" {
  route_table_id         = aws_route.v4.route_table_id
  destination_cidr_block = "0.0.0.0/0"
}
data "aws_internet_gateway" "main" {
  filter {
    name   = "attachment.vpc-id"
    values = [aws_internet_gateway.main.vpc_id]
  }
}
output "facts" {
  value = {
    tables   = length(data.aws_route_tables.all.ids)
    table    = data.aws_route_table.by_subnet.id == aws_route_table_association.a.route_table_id
    routed   = data.aws_route.v4.route_table_id
    attached = data.aws_internet_gateway.main.attachments[0].vpc_id == aws_vpc.main.id
  }
}
"""

# A NAT gateway of each kind, and an elastic address of each use.
NAT = """
resource "aws_eip" "nat" {
  domain     = "vpc"
  tags       = { team = var.team }
  depends_on = [aws_internet_gateway.main]
}
resource "aws_nat_gateway" "public" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.a.id
  tags          = { team = var.team }
  depends_on    = [aws_internet_gateway.main]
}
resource "aws_nat_gateway" "private" {
  connectivity_type = "private"
  subnet_id         = aws_subnet.b.id
  private_ip        = "10.20.16.10"
}
resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = var.changed ? aws_nat_gateway.private.id : aws_nat_gateway.public.id
  }
}
resource "aws_network_interface" "one" {
  subnet_id = aws_subnet.a.id
}
resource "aws_network_interface" "two" {
  subnet_id = aws_subnet.b.id
}
resource "aws_eip" "attached" {
  domain            = "vpc"
  network_interface = var.changed ? aws_network_interface.two.id : aws_network_interface.one.id
  depends_on        = [aws_internet_gateway.main]
}
resource "aws_network_interface" "three" {
  subnet_id = aws_subnet.b.id
}
resource "aws_eip" "loose" {
  domain = "vpc"
}
resource "aws_eip_association" "three" {
  allocation_id        = aws_eip.loose.id
  network_interface_id = aws_network_interface.three.id
  depends_on           = [aws_internet_gateway.main]
}
data "aws_nat_gateway" "public" {
  id = aws_nat_gateway.public.id
}
data "aws_nat_gateways" "all" {
  vpc_id = aws_vpc.main.id
  filter {
    name   = "state"
    values = ["available"]
  }
  depends_on = [aws_nat_gateway.public, aws_nat_gateway.private]
}
data "aws_eip" "by_ip" {
  public_ip = aws_eip.loose.public_ip
}
data "aws_eips" "tagged" {
  tags       = { team = var.team }
  depends_on = [aws_eip.nat]
}
output "facts" {
  value = {
    gateways = length(data.aws_nat_gateways.all.ids)
    subnet   = data.aws_nat_gateway.public.subnet_id == aws_subnet.a.id
    public   = data.aws_nat_gateway.public.public_ip == aws_eip.nat.public_ip
    address  = data.aws_eip.by_ip.id == aws_eip.loose.id
    tagged   = length(data.aws_eips.tagged.allocation_ids)
  }
}
"""

# Gateway and interface endpoints, with their parts as resources of their own.
ENDPOINTS = """
data "aws_vpc_endpoint_service" "s3" {
  service      = "s3"
  service_type = "Gateway"
}
data "aws_vpc_endpoint_service" "sts" {
  service = "sts"
}
resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id
}
resource "aws_route_table" "more" {
  vpc_id = aws_vpc.main.id
}
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = data.aws_vpc_endpoint_service.s3.service_name
  route_table_ids = [aws_route_table.private.id]
  tags            = { team = var.team }
}
resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.us-west-2.dynamodb"
}
resource "aws_vpc_endpoint_route_table_association" "dynamodb" {
  vpc_endpoint_id = aws_vpc_endpoint.dynamodb.id
  route_table_id  = aws_route_table.more.id
}
resource "aws_vpc_endpoint_policy" "dynamodb" {
  vpc_endpoint_id = aws_vpc_endpoint.dynamodb.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "dynamodb:*", Resource = "*" }]
  })
}
resource "aws_security_group" "endpoint" {
  name   = "endpoint"
  vpc_id = aws_vpc.main.id
}
resource "aws_vpc_endpoint" "sts" {
  vpc_id              = aws_vpc.main.id
  service_name        = data.aws_vpc_endpoint_service.sts.service_name
  vpc_endpoint_type   = "Interface"
  subnet_ids          = var.changed ? [aws_subnet.a.id, aws_subnet.b.id] : [aws_subnet.a.id]
  security_group_ids  = [aws_security_group.endpoint.id]
  private_dns_enabled = true
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = var.changed ? "sts:Get*" : "sts:*", Resource = "*" }]
  })
  tags = { team = var.team }
}
resource "aws_vpc_endpoint" "rds" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-west-2.rds"
  vpc_endpoint_type = "Interface"
}
resource "aws_vpc_endpoint_subnet_association" "rds" {
  vpc_endpoint_id = aws_vpc_endpoint.rds.id
  subnet_id       = aws_subnet.b.id
}
resource "aws_vpc_endpoint_security_group_association" "rds" {
  vpc_endpoint_id             = aws_vpc_endpoint.rds.id
  security_group_id           = aws_security_group.endpoint.id
  replace_default_association = true
}
data "aws_vpc_endpoint" "sts" {
  id         = aws_vpc_endpoint.sts.id
  depends_on = [aws_vpc_endpoint.sts]
}
output "facts" {
  value = {
    policy = data.aws_vpc_endpoint_service.sts.vpc_endpoint_policy_supported
    state  = data.aws_vpc_endpoint.sts.state
    list   = startswith(aws_vpc_endpoint.s3.prefix_list_id, "pl-")
    names  = length(aws_vpc_endpoint.sts.dns_entry) > 0
  }
}
"""

# Both sides are this account's: the accepter's resource is for another provider as well as for this one.
PEERING = """
resource "aws_vpc" "peer" {
  cidr_block           = "10.30.0.0/16"
  enable_dns_hostnames = true
}
resource "aws_vpc_peering_connection" "own" {
  vpc_id      = aws_vpc.main.id
  peer_vpc_id = aws_vpc.peer.id
  auto_accept = true
  tags        = { team = var.team }
  requester {
    allow_remote_vpc_dns_resolution = var.changed
  }
}
resource "aws_vpc" "third" {
  cidr_block           = "10.31.0.0/16"
  enable_dns_hostnames = true
}
resource "aws_vpc_peering_connection" "asked" {
  vpc_id      = aws_vpc.main.id
  peer_vpc_id = aws_vpc.third.id
}
resource "aws_vpc_peering_connection_accepter" "asked" {
  vpc_peering_connection_id = aws_vpc_peering_connection.asked.id
  auto_accept               = true
}
resource "aws_vpc_peering_connection_options" "asked" {
  vpc_peering_connection_id = aws_vpc_peering_connection_accepter.asked.id
  requester {
    allow_remote_vpc_dns_resolution = true
  }
  accepter {
    allow_remote_vpc_dns_resolution = var.changed
  }
}
resource "aws_route_table" "peered" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block                = "10.30.0.0/16"
    vpc_peering_connection_id = aws_vpc_peering_connection.own.id
  }
}
data "aws_vpc_peering_connection" "own" {
  id = aws_vpc_peering_connection.own.id
}
data "aws_vpc_peering_connections" "all" {
  filter {
    name   = "requester-vpc-info.vpc-id"
    values = [aws_vpc.main.id]
  }
  depends_on = [aws_vpc_peering_connection_accepter.asked, aws_vpc_peering_connection.own]
}
output "facts" {
  value = {
    status = data.aws_vpc_peering_connection.own.status
    cidr   = data.aws_vpc_peering_connection.own.peer_cidr_block
    all    = length(data.aws_vpc_peering_connections.all.ids)
  }
}
"""

SECTIONS = {"routes": ROUTES, "nat": NAT, "endpoints": ENDPOINTS, "peering": PEERING}


@pytest.fixture
def terraform(person, tmp_path_factory):
    """terraform(section) -> run(words…), initialised in a folder with that section."""
    def prepare(section):
        folder = tmp_path_factory.mktemp(section)
        return terraform_program.initialised(folder, HEAD + SECTIONS[section], person.environment)

    return prepare


def facts(run):
    return json.loads(run("output", "-json").stdout)["facts"]["value"]


def check_facts(section, found):
    if section == "routes":
        assert found.pop("routed").startswith("rtb-")
    assert found == {
        "routes": {"tables": 3, "table": True, "attached": True},
        "nat": {"gateways": 2, "subnet": True, "public": True, "address": True, "tagged": 1},
        "endpoints": {"policy": True, "state": "available", "list": True, "names": True},
        "peering": {"status": "active", "cidr": "10.30.0.0/16", "all": 2},
    }[section]


@pytest.mark.parametrize("section", SECTIONS)
def test_apply_plan_change_and_destroy(terraform, person, section):
    """Applied once, there is nothing left to do; changed, what can be changed in place is; destroyed, nothing is left."""
    run = terraform(section)
    options = ("-auto-approve", "-input=false", "-no-color")
    # 0: nothing to change; 2: there is.
    for changes in ((), ("-var", "team=blue", "-var", "changed=true")):
        if changes:
            plan = run("plan", "-input=false", "-no-color", *changes).stdout
            assert re.search(r"Plan: \d+ to add, [1-9]\d* to change, 0 to destroy", plan), plan
        run("apply", *options, *changes)
        plan = run("plan", "-detailed-exitcode", "-input=false", "-no-color", *changes, check=False)
        assert plan.returncode == 0, plan.stdout + plan.stderr
        check_facts(section, facts(run))
    run("destroy", *options)
    assert run("state", "list").stdout.strip() == ""
    left = json.loads(person.aws("ec2", "describe-vpcs", "--region", "us-west-2").stdout)["Vpcs"]
    assert [vpc["CidrBlock"] for vpc in left] == ["172.31.0.0/16"]
