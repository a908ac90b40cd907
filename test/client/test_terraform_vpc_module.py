"""A whole VPC as the public VPC modules of Terraform make one: three zones, four tiers of subnets, both IP versions, NAT in
each zone and then in one, endpoints, and the subnet groups of databases and caches on top."""
import json

import pytest

import terraform_program

pytestmark = terraform_program.needed

CONFIGURATION = """
provider "aws" {
  region = "us-west-2"
  default_tags { tags = { project = "whole" } }
}

variable "one_nat" { default = false }

data "aws_availability_zones" "open" { state = "available" }

locals {
  zones = slice(data.aws_availability_zones.open.names, 0, 3)
  nats  = var.one_nat ? slice(local.zones, 0, 1) : local.zones
  tiers = { public = 0, private = 1, database = 2, inner = 3 }
  subnets = merge([for tier, number in local.tiers : {
    for index, zone in local.zones : "${tier}-${zone}" => { tier = tier, zone = zone, block = number * 3 + index }
  }]...)
  of_tier = { for tier in keys(local.tiers) : tier => [for zone in local.zones : aws_subnet.all["${tier}-${zone}"].id] }
}

resource "aws_vpc" "whole" {
  cidr_block                       = "10.40.0.0/16"
  enable_dns_support               = true
  enable_dns_hostnames             = true
  assign_generated_ipv6_cidr_block = true
  tags                             = { Name = "whole" }
}

resource "aws_vpc_ipv4_cidr_block_association" "more" {
  vpc_id     = aws_vpc.whole.id
  cidr_block = "100.64.0.0/20"
}

resource "aws_subnet" "more" {
  vpc_id            = aws_vpc_ipv4_cidr_block_association.more.vpc_id
  cidr_block        = "100.64.0.0/24"
  availability_zone = local.zones[0]
}

resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.whole.id
}

resource "aws_default_network_acl" "open" {
  default_network_acl_id = aws_vpc.whole.default_network_acl_id
  subnet_ids             = concat(local.of_tier["public"], local.of_tier["private"], local.of_tier["inner"], [aws_subnet.more.id])

  dynamic "ingress" {
    for_each = { 100 = "0.0.0.0/0" }
    content {
      rule_no    = ingress.key
      action     = "allow"
      protocol   = "-1"
      cidr_block = ingress.value
      from_port  = 0
      to_port    = 0
    }
  }
  ingress {
    rule_no         = 101
    action          = "allow"
    protocol        = "-1"
    ipv6_cidr_block = "::/0"
    from_port       = 0
    to_port         = 0
  }
  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }
}

resource "aws_default_route_table" "nothing" {
  default_route_table_id = aws_vpc.whole.default_route_table_id
  route                  = []
  tags                   = { Name = "whole-default" }
}

resource "aws_vpc_dhcp_options" "whole" {
  domain_name         = "whole.internal"
  domain_name_servers = ["AmazonProvidedDNS"]
  ntp_servers         = ["169.254.169.123"]
}

resource "aws_vpc_dhcp_options_association" "whole" {
  vpc_id          = aws_vpc.whole.id
  dhcp_options_id = aws_vpc_dhcp_options.whole.id
}

resource "aws_subnet" "all" {
  for_each                        = local.subnets
  vpc_id                          = aws_vpc.whole.id
  availability_zone               = each.value.zone
  cidr_block                      = cidrsubnet(aws_vpc.whole.cidr_block, 8, each.value.block)
  ipv6_cidr_block                 = cidrsubnet(aws_vpc.whole.ipv6_cidr_block, 8, each.value.block)
  assign_ipv6_address_on_creation = each.value.tier == "public"
  map_public_ip_on_launch         = each.value.tier == "public"
  tags                            = { Name = each.key }
}

resource "aws_internet_gateway" "whole" {
  vpc_id = aws_vpc.whole.id
}

resource "aws_egress_only_internet_gateway" "whole" {
  vpc_id = aws_vpc.whole.id
}

resource "aws_eip" "nat" {
  for_each   = toset(local.nats)
  domain     = "vpc"
  depends_on = [aws_internet_gateway.whole]
}

resource "aws_nat_gateway" "zone" {
  for_each      = toset(local.nats)
  allocation_id = aws_eip.nat[each.key].id
  subnet_id     = aws_subnet.all["public-${each.key}"].id
  depends_on    = [aws_internet_gateway.whole]
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.whole.id
}

resource "aws_route" "internet" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.whole.id
}

resource "aws_route" "internet6" {
  route_table_id              = aws_route_table.public.id
  destination_ipv6_cidr_block = "::/0"
  gateway_id                  = aws_internet_gateway.whole.id
}

resource "aws_route_table" "private" {
  for_each = toset(local.zones)
  vpc_id   = aws_vpc.whole.id
}

resource "aws_route" "nat" {
  for_each               = toset(local.zones)
  route_table_id         = aws_route_table.private[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.zone[var.one_nat ? local.zones[0] : each.key].id
}

resource "aws_route" "outward6" {
  for_each                    = toset(local.zones)
  route_table_id              = aws_route_table.private[each.key].id
  destination_ipv6_cidr_block = "::/0"
  egress_only_gateway_id      = aws_egress_only_internet_gateway.whole.id
}

resource "aws_route_table" "inner" {
  vpc_id = aws_vpc.whole.id
}

resource "aws_route_table_association" "public" {
  for_each       = toset(local.zones)
  subnet_id      = aws_subnet.all["public-${each.key}"].id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table_association" "private" {
  for_each       = { for key, subnet in local.subnets : key => subnet if contains(["private", "database"], subnet.tier) }
  subnet_id      = aws_subnet.all[each.key].id
  route_table_id = aws_route_table.private[each.value.zone].id
}

resource "aws_route_table_association" "inner" {
  for_each       = toset(local.zones)
  subnet_id      = aws_subnet.all["inner-${each.key}"].id
  route_table_id = aws_route_table.inner.id
}

resource "aws_network_acl" "database" {
  vpc_id     = aws_vpc.whole.id
  subnet_ids = local.of_tier["database"]
}

resource "aws_network_acl_rule" "database_in" {
  network_acl_id = aws_network_acl.database.id
  rule_number    = 100
  egress         = false
  protocol       = "tcp"
  rule_action    = "allow"
  cidr_block     = aws_vpc.whole.cidr_block
  from_port      = 5432
  to_port        = 5432
}

resource "aws_network_acl_rule" "database_out" {
  network_acl_id = aws_network_acl.database.id
  rule_number    = 100
  egress         = true
  protocol       = "tcp"
  rule_action    = "allow"
  cidr_block     = aws_vpc.whole.cidr_block
  from_port      = 1024
  to_port        = 65535
}

resource "aws_security_group" "endpoints" {
  name_prefix = "endpoints-"
  vpc_id      = aws_vpc.whole.id
  lifecycle { create_before_destroy = true }
}

resource "aws_vpc_security_group_ingress_rule" "https" {
  security_group_id = aws_security_group.endpoints.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = aws_vpc.whole.cidr_block
}

resource "aws_vpc_endpoint" "service" {
  for_each            = toset(["sts", "rds"])
  vpc_id              = aws_vpc.whole.id
  service_name        = "com.amazonaws.us-west-2.${each.key}"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = local.of_tier["private"]
  security_group_ids  = [aws_security_group.endpoints.id]
  private_dns_enabled = true
}

resource "aws_db_subnet_group" "whole" {
  name       = "whole"
  subnet_ids = local.of_tier["database"]
}

resource "aws_elasticache_subnet_group" "whole" {
  name       = "whole"
  subnet_ids = local.of_tier["database"]
}

output "vpc" { value = aws_vpc.whole.id }
output "private_tables" { value = [for zone in local.zones : aws_route_table.private[zone].id] }
"""


@pytest.fixture
def terraform(person, haar):
    folder = haar.folder / "terraform-vpc"
    folder.mkdir()
    return terraform_program.initialised(folder, CONFIGURATION, person.environment)


def nat_targets(person, tables):
    found = json.loads(person.aws("ec2", "describe-route-tables", "--route-table-ids", *tables).stdout)["RouteTables"]
    routes = [route for table in found for route in table["Routes"] if route.get("DestinationCidrBlock") == "0.0.0.0/0"]
    assert {route["State"] for route in routes} == {"active"}
    return {route["NatGatewayId"] for route in routes}


def nothing_to_change(terraform, *more):
    plan = terraform("plan", "-detailed-exitcode", "-input=false", "-no-color", *more, check=False)
    assert plan.returncode == 0, plan.stdout + plan.stderr


def test_a_whole_vpc_is_made_changed_and_destroyed(terraform, person):
    terraform("apply", "-auto-approve", "-input=false", "-no-color")
    outputs = json.loads(terraform("output", "-json").stdout)
    vpc, tables = outputs["vpc"]["value"], outputs["private_tables"]["value"]
    nothing_to_change(terraform)
    assert len(nat_targets(person, tables)) == 3
    subnets = json.loads(person.aws("ec2", "describe-subnets", "--filters", f"Name=vpc-id,Values={vpc}").stdout)["Subnets"]
    assert len(subnets) == 13 and len({subnet["AvailabilityZone"] for subnet in subnets}) == 3

    terraform("apply", "-auto-approve", "-input=false", "-no-color", "-var", "one_nat=true")
    nothing_to_change(terraform, "-var", "one_nat=true")
    assert len(nat_targets(person, tables)) == 1
    refused = person.aws("ec2", "delete-vpc", "--vpc-id", vpc, check=False)
    assert "(DependencyViolation)" in refused.stderr

    terraform("destroy", "-auto-approve", "-input=false", "-no-color")
    assert terraform("state", "list").stdout.strip() == ""
    gone = person.aws("ec2", "describe-vpcs", "--vpc-ids", vpc, check=False)
    assert "(InvalidVpcID.NotFound)" in gone.stderr
