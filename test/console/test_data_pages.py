"""Every page of VPC, RDS, ElastiCache, the account and CloudTrail: it shows its heading, axe finds nothing, nothing is wider
than the window, light and dark, and a person can look at it (HAAR_SCREENSHOTS)."""
import pytest
from conftest import ACCOUNT, WIDTHS, look
from console_page import see_policy_violations, sign_in, violations
from data_page import client
from playwright.sync_api import expect

PAGES = {
    "vpc": "VPC dashboard", "vpc/vpcs": "Your VPCs", "vpc/vpcs/create": "Create VPC", "vpc/subnets": "Subnets",
    "vpc/subnets/create": "Create subnet", "vpc/route-tables": "Route tables", "vpc/internet-gateways": "Internet gateways",
    "vpc/endpoints": "Endpoints", "vpc/endpoints/create": "Create endpoint", "vpc/network-acls": "Network ACLs",
    "vpc/security-groups": "Security groups", "vpc/security-groups/create": "Create security group",
    "rds": "Dashboard", "rds/databases": "Databases", "rds/databases/create": "Create database", "rds/snapshots": "Snapshots",
    "rds/automated-backups": "Automated backups", "rds/subnet-groups": "Subnet groups",
    "rds/subnet-groups/create": "Create DB subnet group",
    "rds/parameter-groups": "Parameter groups", "rds/option-groups": "Option groups", "rds/events": "Events",
    "rds/databases/clusters/absent": "absent", "rds/databases/instances/absent": "absent",
    "elasticache": "Dashboard", "elasticache/caches": "Caches", "elasticache/caches/create": "Create cache",
    "elasticache/backups": "Backups", "elasticache/events": "Events", "elasticache/subnet-groups": "Subnet groups",
    "elasticache/parameter-groups": "Parameter groups", "elasticache/users": "Users", "elasticache/user-groups": "User groups",
    "account": "Account", "account/bills": "Bills", "cloudtrail": "Event history", "cloudtrail/trails": "Trails",
}
LOOKS = [(width, "light") for width in WIDTHS.values()] + [(WIDTHS["wide"], "dark")]


def show(page, url, path, heading):
    page.goto(url(f"/console/{path}"))
    expect(page.get_by_role("heading", level=1, name=heading).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("There is no such page")).to_have_count(0)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole(page, haar, url, path):
    sign_in(page, haar, url)
    forbidden = see_policy_violations(page)
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        # Before the page is loaded, and without motion: axe must not see colours on their way from one to the other.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        show(page, url, path, PAGES[path])
        assert violations(page) == [], (width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    look(page, path.replace("/", "-"))
    assert forbidden == []


def detail_paths(page, haar, url):
    """One resource of each kind, with the tabs of its page."""
    ec2 = client(page, haar, url, "ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    table = ec2.describe_route_tables()["RouteTables"][0]["RouteTableId"]
    acl = ec2.describe_network_acls()["NetworkAcls"][0]["NetworkAclId"]
    gateway = ec2.describe_internet_gateways()["InternetGateways"][0]["InternetGatewayId"]
    group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
    client(page, haar, url, "rds").create_db_cluster_parameter_group(
        DBClusterParameterGroupName="mine", DBParameterGroupFamily="aurora-postgresql15", Description="To look at")
    client(page, haar, url, "elasticache").create_cache_parameter_group(
        CacheParameterGroupName="mine", CacheParameterGroupFamily="redis7", Description="To look at")
    return {
        f"vpc/vpcs/{vpc}": ("Subnets", "Route tables", "Security groups", "Attributes", "Tags"),
        f"vpc/subnets/{subnet}": ("Route table", "Network ACL", "Tags"),
        f"vpc/route-tables/{table}": ("Routes", "Subnet associations", "Tags"),
        f"vpc/network-acls/{acl}": ("Inbound rules", "Outbound rules", "Tags"),
        f"vpc/internet-gateways/{gateway}": ("Tags",),
        f"vpc/security-groups/{group}": ("Inbound rules", "Outbound rules", "Associated interfaces", "Tags"),
        "rds/parameter-groups/cluster/mine": ("Parameters", "Tags"),
        "elasticache/parameter-groups/mine": ("Parameters", "Tags"),
    }


def test_pages_of_single_resources_are_whole(page, haar, url):
    sign_in(page, haar, url)
    for path, tabs in detail_paths(page, haar, url).items():
        page.goto(url(f"/console/{path}"))
        for tab in tabs:
            page.get_by_role("tab", name=tab, exact=True).click()
            page.wait_for_load_state("networkidle")
            assert violations(page) == [], (path, tab)
        look(page, "-".join(path.split("/")[:2]) + "-detail")


def test_the_default_vpcs_subnets_are_listed_and_searched(page, haar, url):
    sign_in(page, haar, url)
    show(page, url, "vpc/subnets", "Subnets")
    subnets = client(page, haar, url, "ec2").describe_subnets()["Subnets"]
    assert len(subnets) > 2
    expect(page.get_by_role("row")).to_have_count(len(subnets) + 1)  # with the header
    page.get_by_placeholder("Find subnets").fill("172.31.16.0")
    expect(page.get_by_role("row")).to_have_count(2)


def test_what_is_not_allowed_is_explained_and_the_page_stays(page, haar, url):
    iam = haar.client("iam")
    iam.create_user(UserName="reader")
    iam.create_login_profile(UserName="reader", Password="Correct-Horse-1-Battery")
    iam.attach_user_policy(UserName="reader", PolicyArn="arn:aws:iam::aws:policy/AmazonVPCReadOnlyAccess")
    sign_in(page, haar, url, account=ACCOUNT, user="reader", password="Correct-Horse-1-Battery")
    show(page, url, "rds/databases", "Databases")
    expect(page.get_by_text("You are not allowed to do this")).to_be_visible()
    page.goto(url("/console/vpc/security-groups/create"))
    page.get_by_label("Security group name").fill("mine")
    page.get_by_label("Description", exact=True).first.fill("I may not")
    page.get_by_role("button", name="Create security group").click()
    expect(page.get_by_text("You are not allowed to do this")).to_be_visible()
    expect(page.get_by_label("Security group name")).to_have_value("mine")
