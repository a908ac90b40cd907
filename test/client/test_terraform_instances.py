"""Instances with Terraform's provider hashicorp/aws: apply, an empty plan, change in place, destroy.

Terraform reads back all that it wrote, so an empty plan says that every attribute is answered as AWS answers it. The provider
waits ten seconds before it looks at an instance for the first time, so one configuration has them all.
"""
import json

import pytest

import terraform_program

pytestmark = terraform_program.needed

CONFIGURATION = """
provider "aws" {
  region = "us-east-1"
}
variable "changed" {
  type    = bool
  default = false
}

data "aws_ami" "linux" {
  most_recent = true
  owners      = ["amazon"]
  filter {
    name   = "name"
    values = ["al2023-ami-2023.*-x86_64"]
  }
  filter {
    name   = "virtualization-type"
    values = ["hvm"]
  }
  filter {
    name   = "root-device-type"
    values = ["ebs"]
  }
}
data "aws_ec2_instance_type" "small" {
  instance_type = "t3.small"
}
data "aws_ec2_instance_types" "arm" {
  filter {
    name   = "processor-info.supported-architecture"
    values = ["arm64"]
  }
  filter {
    name   = "instance-type"
    values = ["t4g.*"]
  }
}
data "aws_ec2_instance_type_offerings" "zones" {
  location_type = "availability-zone"
  filter {
    name   = "instance-type"
    values = ["t3.micro"]
  }
}

resource "aws_vpc" "main" {
  cidr_block                       = "10.30.0.0/16"
  assign_generated_ipv6_cidr_block = true
  enable_dns_hostnames             = true
}
resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.30.1.0/24"
  ipv6_cidr_block   = cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, 1)
  availability_zone = "us-east-1a"
}
resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = aws_vpc.main.id
}
resource "aws_security_group" "more" {
  name   = "more"
  vpc_id = aws_vpc.main.id
}

resource "aws_iam_role" "web" {
  count = 2
  name  = "web-${count.index}"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}
resource "aws_iam_instance_profile" "web" {
  count = 2
  name  = "web-${count.index}"
  role  = aws_iam_role.web[count.index].name
}
resource "aws_key_pair" "laptop" {
  key_name   = "laptop"
  public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEoCEtgjNTwTACvTmD9/0aPNzuqk/b6mMoXlXtNuT5o somebody@laptop"
  tags       = { team = "red" }
}

resource "aws_instance" "web" {
  ami                    = data.aws_ami.linux.id
  instance_type          = var.changed ? "t3.small" : "t3.micro"
  subnet_id              = aws_subnet.a.id
  vpc_security_group_ids = var.changed ? [aws_security_group.web.id, aws_security_group.more.id] : [aws_security_group.web.id]
  iam_instance_profile   = aws_iam_instance_profile.web[var.changed ? 1 : 0].name
  key_name               = aws_key_pair.laptop.key_name
  user_data              = var.changed ? "#!/bin/sh\\necho two" : "#!/bin/sh\\necho one"
  ipv6_address_count     = 1
  monitoring             = var.changed
  source_dest_check      = !var.changed
  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = var.changed ? 3 : 2
  }
  credit_specification {
    cpu_credits = "standard"
  }
  tags = { Name = var.changed ? "web two" : "web" }
}
resource "aws_instance" "own_interface" {
  ami           = data.aws_ami.linux.id
  instance_type = "t3.small" # has room for three interfaces and four addresses each
  network_interface {
    device_index         = 0
    network_interface_id = aws_network_interface.first.id
  }
}
# In the default network, by its own choice.
resource "aws_instance" "plain" {
  ami           = data.aws_ami.linux.id
  instance_type = "t3.micro"
}

resource "aws_network_interface" "first" {
  subnet_id   = aws_subnet.a.id
  private_ips = ["10.30.1.20"]
}
resource "aws_network_interface" "second" {
  subnet_id          = aws_subnet.a.id
  description        = var.changed ? "changed" : "second"
  private_ips_count  = var.changed ? 2 : 1
  ipv6_address_count = 1
  security_groups    = [aws_security_group.web.id]
  source_dest_check  = var.changed
  tags               = { Name = "second" }
}
resource "aws_network_interface_attachment" "second" {
  instance_id          = aws_instance.own_interface.id
  network_interface_id = aws_network_interface.second.id
  device_index         = 1
}
resource "aws_network_interface" "third" {
  subnet_id = aws_subnet.a.id
  attachment {
    instance     = aws_instance.plain_in_vpc.id
    device_index = 1
  }
}
resource "aws_instance" "plain_in_vpc" {
  ami                         = data.aws_ami.linux.id
  instance_type               = "t3.micro"
  subnet_id                   = aws_subnet.a.id
  private_ip                  = "10.30.1.30"
  secondary_private_ips       = ["10.30.1.31"]
  associate_public_ip_address = true
}
resource "aws_network_interface_sg_attachment" "more" {
  security_group_id    = aws_security_group.more.id
  network_interface_id = aws_instance.own_interface.primary_network_interface_id
}

data "aws_instance" "web" {
  instance_id = aws_instance.web.id
}
data "aws_instances" "running" {
  instance_state_names = ["running"]
  filter {
    name   = "instance-id"
    values = [aws_instance.web.id, aws_instance.plain.id]
  }
}
data "aws_key_pair" "laptop" {
  key_name           = aws_key_pair.laptop.key_name
  include_public_key = true
}
data "aws_network_interface" "first" {
  id = aws_instance.web.primary_network_interface_id
}
data "aws_network_interfaces" "of_web" {
  filter {
    name   = "attachment.instance-id"
    values = [aws_instance.web.id]
  }
}

output "image" { value = data.aws_ami.linux.id }
output "memory" { value = data.aws_ec2_instance_type.small.memory_size }
output "arm" { value = data.aws_ec2_instance_types.arm.instance_types }
output "zones" { value = data.aws_ec2_instance_type_offerings.zones.locations }
output "web" { value = aws_instance.web.id }
output "running" { value = sort(data.aws_instances.running.ids) }
output "type" { value = data.aws_instance.web.instance_type }
output "fingerprint" { value = data.aws_key_pair.laptop.fingerprint }
output "interfaces" { value = data.aws_network_interfaces.of_web.ids }
output "public" { value = aws_instance.plain_in_vpc.public_ip }
"""


@pytest.fixture
def terraform(person, haar):
    folder = haar.folder / "terraform-instances"
    folder.mkdir()
    return terraform_program.initialised(folder, CONFIGURATION, person.environment)


def outputs(terraform):
    return {name: value["value"] for name, value in json.loads(terraform("output", "-json").stdout).items()}


def test_instances_interfaces_and_key_pairs(terraform, person):
    apply = ("apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=30")
    changed = ("-var", "changed=true")

    def plan_is_empty(*words):
        # 0: nothing to change; 2: there is.
        plan = terraform("plan", "-detailed-exitcode", "-input=false", "-no-color", *words, check=False)
        assert plan.returncode == 0, plan.stdout + plan.stderr

    terraform(*apply)
    plan_is_empty()
    first = outputs(terraform)
    assert first["memory"] == 2048 and "t4g.micro" in first["arm"] and "us-east-1e" not in first["zones"]
    assert first["web"] in first["running"] and len(first["running"]) == 2 and len(first["interfaces"]) == 1
    assert first["type"] == "t3.micro" and first["public"].startswith("198.1")

    terraform(*apply, *changed)
    plan_is_empty(*changed)
    second = outputs(terraform)
    assert second["web"] == first["web"], "it was changed in place"
    shown = json.loads(person.aws("ec2", "describe-instances", "--instance-ids", second["web"], "--region", "us-east-1").stdout)
    instance = shown["Reservations"][0]["Instances"][0]
    assert instance["InstanceType"] == "t3.small" and instance["State"]["Name"] == "running"
    assert instance["IamInstanceProfile"]["Arn"].endswith("/web-1") and len(instance["SecurityGroups"]) == 2

    terraform("destroy", "-auto-approve", "-input=false", "-no-color", "-parallelism=30", *changed)
    assert terraform("state", "list").stdout.strip() == ""
    shown = json.loads(person.aws("ec2", "describe-instances", "--instance-ids", second["web"], "--region", "us-east-1").stdout)
    assert shown["Reservations"][0]["Instances"][0]["State"]["Name"] == "terminated"
