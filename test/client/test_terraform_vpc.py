"""Terraform's network resources, hashicorp/aws 5.100: apply, an empty plan, a change in place, destroy.

An empty plan says that every attribute is answered as AWS answers it; a change in place, that nothing is made anew.
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
variable "on" {
  default = true
}
"""

VPC = """
resource "aws_vpc" "main" {
  cidr_block                           = "10.20.0.0/16"
  enable_dns_hostnames                 = var.on
  enable_network_address_usage_metrics = !var.on
  assign_generated_ipv6_cidr_block     = true
  tags                                 = { team = var.team }
}
resource "aws_vpc" "toggled" {
  cidr_block                       = "10.22.0.0/16"
  assign_generated_ipv6_cidr_block = var.on
}
resource "aws_vpc_ipv4_cidr_block_association" "more" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.21.0.0/16"
}
resource "aws_vpc_ipv6_cidr_block_association" "more" {
  vpc_id                           = aws_vpc.main.id
  assign_generated_ipv6_cidr_block = true
}
resource "aws_vpc_dhcp_options" "main" {
  domain_name                       = "example.internal"
  domain_name_servers               = ["10.20.0.2", "AmazonProvidedDNS"]
  ntp_servers                       = ["169.254.169.123"]
  netbios_name_servers              = ["10.20.0.3"]
  netbios_node_type                 = 2
  ipv6_address_preferred_lease_time = 1440
  tags                              = { team = var.team }
}
resource "aws_vpc_dhcp_options_association" "main" {
  vpc_id          = aws_vpc.main.id
  dhcp_options_id = aws_vpc_dhcp_options.main.id
}
resource "aws_subnet" "a" {
  vpc_id                                         = aws_vpc.main.id
  cidr_block                                     = "10.20.1.0/24"
  ipv6_cidr_block                                = cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, 1)
  availability_zone                              = "us-west-2a"
  map_public_ip_on_launch                        = var.on
  assign_ipv6_address_on_creation                = var.on
  enable_dns64                                   = var.on
  enable_resource_name_dns_a_record_on_launch    = var.on
  enable_resource_name_dns_aaaa_record_on_launch = var.on
  private_dns_hostname_type_on_launch            = "resource-name"
  tags                                           = { team = var.team }
}
resource "aws_subnet" "b" {
  vpc_id               = aws_vpc.main.id
  cidr_block           = "10.21.1.0/24"
  availability_zone_id = data.aws_availability_zones.all.zone_ids[1]
  depends_on           = [aws_vpc_ipv4_cidr_block_association.more]
}
resource "aws_subnet" "c" {
  vpc_id          = aws_vpc.main.id
  cidr_block      = "10.20.3.0/24"
  ipv6_cidr_block = var.on ? cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, 3) : null
}
resource "aws_subnet" "six" {
  vpc_id                                         = aws_vpc.main.id
  ipv6_native                                    = true
  ipv6_cidr_block                                = cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, 2)
  assign_ipv6_address_on_creation                = true
  enable_resource_name_dns_aaaa_record_on_launch = true
}
data "aws_availability_zones" "all" {
  state = "available"
}
data "aws_vpc" "main" {
  id = aws_vpc.main.id
}
data "aws_vpcs" "all" {
  tags       = { team = aws_vpc.main.tags.team }
}
data "aws_subnet" "a" {
  id = aws_subnet.a.id
}
data "aws_subnets" "main" {
  filter {
    name   = "vpc-id"
    values = [aws_subnet.a.vpc_id]
  }
}
data "aws_vpc_dhcp_options" "main" {
  dhcp_options_id = aws_vpc_dhcp_options.main.id
}
"""

ACLS = """
resource "aws_vpc" "main" {
  cidr_block                       = "10.30.0.0/16"
  assign_generated_ipv6_cidr_block = true
}
resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.30.1.0/24"
}
resource "aws_subnet" "b" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.30.2.0/24"
}
resource "aws_subnet" "c" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.30.3.0/24"
}
resource "aws_network_acl" "inline" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = var.on ? [aws_subnet.a.id] : [aws_subnet.a.id, aws_subnet.c.id]
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 5432
    to_port    = var.on ? 5432 : 5433
    cidr_block = "10.0.0.0/8"
  }
  ingress {
    rule_no         = 110
    action          = "deny"
    protocol        = "-1"
    from_port       = 0
    to_port         = 0
    ipv6_cidr_block = "::/0"
  }
  ingress {
    rule_no    = 120
    action     = "allow"
    protocol   = "icmp"
    from_port  = 0
    to_port    = 0
    icmp_type  = 8
    icmp_code  = -1
    cidr_block = "0.0.0.0/0"
  }
  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }
  tags = { team = var.team }
}
resource "aws_network_acl" "bare" {
  vpc_id = aws_vpc.main.id
}
resource "aws_network_acl_association" "bare" {
  network_acl_id = aws_network_acl.bare.id
  subnet_id      = aws_subnet.b.id
}
resource "aws_network_acl_rule" "udp" {
  network_acl_id = aws_network_acl.bare.id
  rule_number    = 200
  egress         = false
  protocol       = "udp"
  rule_action    = "allow"
  cidr_block     = "10.30.0.0/16"
  from_port      = 53
  to_port        = 53
}
resource "aws_network_acl_rule" "all" {
  network_acl_id  = aws_network_acl.bare.id
  rule_number     = 300
  egress          = true
  protocol        = "-1"
  rule_action     = "allow"
  ipv6_cidr_block = "::/0"
}
resource "aws_network_acl_rule" "icmp6" {
  network_acl_id  = aws_network_acl.bare.id
  rule_number     = 310
  egress          = false
  protocol        = "58"
  rule_action     = "allow"
  ipv6_cidr_block = "::/0"
  icmp_type       = -1
  icmp_code       = -1
}
resource "aws_default_network_acl" "main" {
  default_network_acl_id = aws_vpc.main.default_network_acl_id
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "10.30.0.0/16"
  }
  tags = { team = var.team }
  lifecycle {
    ignore_changes = [subnet_ids]
  }
}
data "aws_network_acls" "main" {
  vpc_id     = aws_vpc.main.id
  depends_on = [aws_network_acl.inline]
}
"""

DEFAULTS = """
resource "aws_default_vpc" "here" {
  tags = { team = var.team }
}
resource "aws_default_subnet" "a" {
  availability_zone       = "us-west-2a"
  map_public_ip_on_launch = var.on
  tags                    = { team = var.team }
}
resource "aws_default_security_group" "here" {
  vpc_id = aws_default_vpc.here.id
  ingress {
    protocol  = "-1"
    self      = true
    from_port = 0
    to_port   = 0
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
  tags = { team = var.team }
}
# With tags, the provider itself leaves them out when it adopts the set.
resource "aws_default_vpc_dhcp_options" "here" {
}
data "aws_vpc" "default" {
  default    = true
  depends_on = [aws_default_vpc.here]
}
data "aws_subnets" "default" {
  filter {
    name   = "default-for-az"
    values = ["true"]
  }
}
"""

GROUPS = """
resource "aws_vpc" "main" {
  cidr_block = "10.40.0.0/16"
}
resource "aws_vpc" "other" {
  cidr_block                       = "10.41.0.0/16"
  assign_generated_ipv6_cidr_block = true
}
resource "aws_ec2_managed_prefix_list" "offices" {
  name           = var.on ? "offices" : "bureaus"
  address_family = "IPv4"
  max_entries    = 5
  entry {
    cidr        = "192.0.2.0/24"
    description = "here" # 5.100 sends the old version when it changes a description, which AWS refuses
  }
  dynamic "entry" {
    for_each = var.on ? ["198.51.100.0/24"] : ["203.0.113.0/25", "203.0.113.128/25"]
    content {
      cidr = entry.value
    }
  }
  tags = { team = var.team }
}
resource "aws_ec2_managed_prefix_list" "six" {
  name           = "six"
  address_family = "IPv6"
  max_entries    = var.on ? 3 : 4
}
resource "aws_ec2_managed_prefix_list_entry" "six" {
  prefix_list_id = aws_ec2_managed_prefix_list.six.id
  cidr           = "2001:db8::/32"
  description    = "documentation"
}
resource "aws_security_group" "inline" {
  name        = "inline"
  description = "with its rules"
  vpc_id      = aws_vpc.main.id
  ingress {
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    cidr_blocks     = var.on ? ["10.0.0.0/8"] : ["10.0.0.0/8", "172.16.0.0/12"]
    prefix_list_ids = [aws_ec2_managed_prefix_list.offices.id]
    self            = true
  }
  egress {
    from_port        = 0
    to_port          = 0
    protocol         = "-1"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
  tags = { team = var.team }
}
resource "aws_security_group" "bare" {
  name   = "bare"
  vpc_id = aws_vpc.other.id
}
resource "aws_security_group" "client" {
  name   = "client"
  vpc_id = aws_vpc.main.id
}
resource "aws_security_group_rule" "cidr" {
  security_group_id = aws_security_group.bare.id
  type              = "ingress"
  from_port         = 443
  to_port           = 443
  protocol          = "tcp"
  cidr_blocks       = ["10.0.0.0/8"]
  ipv6_cidr_blocks  = ["2001:db8::/32"]
  description       = var.team
}
resource "aws_security_group_rule" "group" {
  security_group_id        = aws_security_group.client.id
  type                     = "egress"
  from_port                = 5432
  to_port                  = 5432
  protocol                 = "tcp"
  source_security_group_id = aws_security_group.inline.id
}
resource "aws_security_group_rule" "list" {
  security_group_id = aws_security_group.client.id
  type              = "egress"
  from_port         = 443
  to_port           = 443
  protocol          = "tcp"
  prefix_list_ids   = [data.aws_prefix_list.s3.id]
}
resource "aws_vpc_security_group_ingress_rule" "group" {
  security_group_id            = aws_security_group.client.id
  referenced_security_group_id = aws_security_group.inline.id
  from_port                    = 22
  to_port                      = 22
  ip_protocol                  = "tcp"
  tags                         = { team = var.team }
}
resource "aws_vpc_security_group_ingress_rule" "list" {
  security_group_id = aws_security_group.bare.id
  prefix_list_id    = aws_ec2_managed_prefix_list.six.id
  ip_protocol       = "-1"
}
resource "aws_vpc_security_group_egress_rule" "cidr" {
  security_group_id = aws_security_group.bare.id
  cidr_ipv4         = var.on ? "10.40.0.0/16" : "10.41.0.0/16"
  from_port         = 80
  to_port           = 81
  ip_protocol       = "tcp"
  description       = var.team
}
resource "aws_vpc_security_group_egress_rule" "six" {
  security_group_id = aws_security_group.bare.id
  cidr_ipv6         = "::/0"
  ip_protocol       = "-1"
}
resource "aws_vpc_security_group_vpc_association" "client" {
  security_group_id = aws_security_group.client.id
  vpc_id            = aws_vpc.other.id
}
data "aws_prefix_list" "s3" {
  filter {
    name   = "prefix-list-name"
    values = ["com.amazonaws.us-west-2.s3"]
  }
}
data "aws_ec2_managed_prefix_list" "dynamodb" {
  name = "com.amazonaws.us-west-2.dynamodb"
}
data "aws_ec2_managed_prefix_list" "offices" {
  id = aws_ec2_managed_prefix_list.offices.id
}
data "aws_security_group" "inline" {
  id = aws_security_group.inline.id
}
data "aws_security_groups" "main" {
  filter {
    name   = "vpc-id"
    values = [aws_security_group.client.vpc_id]
  }
}
"""

# In a region of its own, which loses its default VPC for a while.
REMADE = """
provider "aws" {
  alias  = "remade"
  region = "us-west-1"
}
resource "aws_default_vpc" "here" {
  provider      = aws.remade
  force_destroy = true
}
resource "aws_default_subnet" "here" {
  provider          = aws.remade
  availability_zone = data.aws_availability_zones.here.names[0]
  force_destroy     = true
  depends_on        = [aws_default_vpc.here]
}
data "aws_availability_zones" "here" {
  provider = aws.remade
}
"""

SECTIONS = {"vpc": VPC, "acls": ACLS, "defaults": DEFAULTS, "groups": GROUPS}


@pytest.fixture
def terraform(person, tmp_path_factory):
    """terraform(name, text) -> run(words…), initialised in a folder with that configuration."""
    def prepare(name, text):
        return terraform_program.initialised(tmp_path_factory.mktemp(name), HEAD + text, person.environment)

    return prepare


def types_in(text, kind="resource"):
    return set(re.findall(rf'^{kind} "(\w+)"', text, re.MULTILINE))


@pytest.mark.parametrize("section", SECTIONS)
def test_apply_plan_change_and_destroy(terraform, person, section):
    """Applied, nothing is left to do; changed, everything keeps its id; destroyed, nothing is left."""
    run = terraform(section, SECTIONS[section])
    run("apply", "-auto-approve", "-input=false", "-no-color")

    def resources():
        return json.loads(run("show", "-json").stdout)["values"]["root_module"]["resources"]

    def plan(*options):
        return run("plan", "-detailed-exitcode", "-input=false", "-no-color", *options, check=False)

    made = resources()
    assert {r["type"] for r in made if r["mode"] == "managed"} == types_in(SECTIONS[section])
    # 0: nothing to change; 2: there is.
    empty = plan()
    assert empty.returncode == 0, empty.stdout + empty.stderr
    changes = ("-var", "team=blue", "-var", "on=false")
    assert plan(*changes).returncode == 2
    run("apply", "-auto-approve", "-input=false", "-no-color", *changes)
    empty = plan(*changes)
    assert empty.returncode == 0, empty.stdout + empty.stderr
    ids = {r["address"]: r["values"].get("id") for r in made if r["mode"] == "managed"}
    assert {r["address"]: r["values"].get("id") for r in resources() if r["mode"] == "managed"} == ids
    run("destroy", "-auto-approve", "-input=false", "-no-color", *changes)
    assert run("state", "list").stdout.strip() == ""
    vpcs = json.loads(person.aws("ec2", "describe-vpcs", "--region", "us-west-2").stdout)["Vpcs"]
    assert [vpc["IsDefault"] for vpc in vpcs] == [True]


def clear(person, vpc, kept_subnet):
    """Takes the gateway and the other subnets of a VPC away, which the provider leaves to others."""
    def ec2(*words):
        return json.loads(person.aws("ec2", *words, "--region", "us-west-1", "--output", "json").stdout or "{}")

    subnets = ec2("describe-subnets", "--filters", f"Name=vpc-id,Values={vpc}")["Subnets"]
    for subnet in {s["SubnetId"] for s in subnets} - {kept_subnet}:
        ec2("delete-subnet", "--subnet-id", subnet)
    gateways = ec2("describe-internet-gateways", "--filters", f"Name=attachment.vpc-id,Values={vpc}")["InternetGateways"]
    for gateway in (g["InternetGatewayId"] for g in gateways):
        ec2("detach-internet-gateway", "--internet-gateway-id", gateway, "--vpc-id", vpc)
        ec2("delete-internet-gateway", "--internet-gateway-id", gateway)


def test_a_default_vpc_goes_and_comes_back(terraform, person):
    """force_destroy deletes the default VPC and a default subnet; applied again, CreateDefaultVpc makes a new one."""
    def vpcs():
        return json.loads(person.aws("ec2", "describe-vpcs", "--region", "us-west-1").stdout)["Vpcs"]

    old, = vpcs()
    run = terraform("remade", REMADE)
    run("apply", "-auto-approve", "-input=false", "-no-color")
    made = json.loads(run("show", "-json").stdout)["values"]["root_module"]["resources"]
    subnet, = [r["values"]["id"] for r in made if r["type"] == "aws_default_subnet"]
    clear(person, old["VpcId"], subnet)
    run("destroy", "-auto-approve", "-input=false", "-no-color")
    assert vpcs() == []
    run("apply", "-auto-approve", "-input=false", "-no-color")
    new, = vpcs()
    assert new["IsDefault"] and new["VpcId"] != old["VpcId"]
    plan = run("plan", "-detailed-exitcode", "-input=false", "-no-color", check=False)
    assert plan.returncode == 0, plan.stdout + plan.stderr
