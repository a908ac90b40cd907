"""What the set-up guides ask of a person, done by click: a security group and a cluster (guide 004), a cache (guide 001).

The clients are psql and redis-cli, refused before the rule and answered after it.
"""
import subprocess

import pytest
from conftest import look
from console_page import see_policy_violations, sign_in, violations
from data_page import client
from playwright.sync_api import expect

PASSWORD = "correct-horse-battery-1"
DATABASE_WAIT_MS = 180_000  # a first template takes a busy machine a while
CLIENT_SECONDS_MAX = 60


@pytest.fixture
def console(page, haar, url):
    """The page, signed in as root. What the content security policy forbids fails the test."""
    sign_in(page, haar, url)
    forbidden = see_policy_violations(page)
    yield page
    assert forbidden == []


def choose(page, field, option):
    page.get_by_label(field).click()
    page.get_by_role("option", name=option).first.click()


def create_group(page, url, name, inbound=()):
    """The guide's steps: basic details, inbound rules, create. Returns the group's id."""
    page.goto(url("/console/vpc"))
    page.get_by_role("link", name="Security groups", exact=True).click()
    page.get_by_role("button", name="Create security group").first.click()
    page.get_by_label("Security group name").fill(name)
    page.get_by_label("Description", exact=True).first.fill("Who may connect")
    for number, (port, source) in enumerate(inbound, start=1):
        page.get_by_role("button", name="Add rule").first.click()
        page.get_by_label(f"Port range of rule {number}").first.fill(str(port))
        choose(page, f"Source of rule {number}", source)
    page.get_by_role("button", name="Create security group").click()
    page.wait_for_url("**/console/vpc/security-groups/sg-*")
    return page.url.rsplit("/", 1)[1]


def groups_named(ec2, name):
    return ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [name]}])["SecurityGroups"]


def psql(text):
    """What the page's own text for psql does: (whether it was answered, what came)."""
    return select(text.removeprefix("psql ").strip('"'), PASSWORD)


def select(conninfo, password):
    words = ["psql", "-XtAq", f"{conninfo} password={password} connect_timeout=10", "-c", "select 6 * 7"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=CLIENT_SECONDS_MAX)
    return done.returncode == 0, (done.stdout + done.stderr).strip()


def redis(text, *words):
    done = subprocess.run([*text.split(), *words], capture_output=True, text=True, timeout=CLIENT_SECONDS_MAX)
    return done.returncode == 0 and not done.stderr, (done.stdout + done.stderr).strip()


def edit_inbound(page, url, group, port, source):
    page.goto(url(f"/console/vpc/security-groups/{group}"))
    page.get_by_role("button", name="Edit inbound rules").click()
    page.get_by_role("button", name="Add rule").click()
    page.get_by_label("Port range of rule 1").fill(str(port))
    choose(page, "Source of rule 1", source)
    look(page, "vpc-edit-inbound-rules")
    page.get_by_role("button", name="Save rules").click()
    expect(page.get_by_text(f"The inbound rules of {group} were saved.")).to_be_visible()


def test_a_group_is_made_as_the_guide_says(console, haar, url):
    group = create_group(console, url, "guide", inbound=[(5432, "My IP"), (3306, "Anywhere-IPv4")])
    expect(console.get_by_text("Security group guide")).to_be_visible()
    look(console, "vpc-security-group")
    [stored] = client(console, haar, url, "ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
    assert {(p["FromPort"], p["ToPort"], p["IpRanges"][0]["CidrIp"]) for p in stored["IpPermissions"]} == {
        (5432, 5432, "127.0.0.1/32"), (3306, 3306, "0.0.0.0/0")}
    assert stored["IpPermissionsEgress"][0]["IpProtocol"] == "-1"


def test_a_refused_rule_names_what_was_done_and_what_was_not(console, haar, url):
    console.goto(url("/console/vpc/security-groups/create"))
    console.get_by_label("Security group name").fill("half")
    console.get_by_label("Description", exact=True).first.fill("One of two steps")
    for number in (1, 2):  # the same rule twice, which EC2 refuses
        console.get_by_role("button", name="Add rule").first.click()
        console.get_by_label(f"Port range of rule {number}").first.fill("5432")
        choose(console, f"Source of rule {number}", "Anywhere-IPv4")
    console.get_by_role("button", name="Create security group").click()
    expect(console.get_by_text("Done before it was refused")).to_be_visible()
    expect(console.get_by_text("InvalidParameterValue").or_(console.get_by_text("InvalidPermission.Duplicate"))).to_be_visible()
    look(console, "vpc-create-group-refused")
    [stored] = groups_named(client(console, haar, url, "ec2"), "half")
    assert stored["IpPermissions"] == []


def test_what_is_missing_is_said_at_its_field(console, url):
    console.goto(url("/console/vpc/security-groups/create"))
    console.get_by_role("button", name="Add rule").first.click()
    console.get_by_role("button", name="Create security group").click()
    for text in ("Enter a name.", "Enter a description.", "Enter a port or a range, for example 5432 or 8000-8080."):
        expect(console.get_by_text(text)).to_be_visible()
    assert violations(console) == []
    assert console.url.endswith("/create")


def test_a_cluster_is_refused_before_the_rule_and_answers_after_it(console, haar, url):
    group = create_group(console, url, "cluster")
    console.goto(url("/console/rds"))
    console.get_by_role("button", name="Create database").click()
    console.get_by_label("DB cluster identifier").fill("shop")
    console.get_by_label("Master password", exact=True).fill(PASSWORD)
    console.get_by_label("Confirm master password").fill(PASSWORD)
    choose(console, "Existing VPC security groups", "cluster")
    console.keyboard.press("Escape")
    console.get_by_role("button", name="AWS CLI command").click()
    command = console.get_by_test_id("cli-command").inner_text()
    assert "aws rds create-db-cluster" in command and "aws rds create-db-instance" in command and group in command
    assert PASSWORD not in command
    look(console, "rds-create-database")
    console.get_by_role("button", name="Create database").click()
    console.wait_for_url("**/console/rds/databases/clusters/shop")
    # The page is not loaded again: it shows by itself when the cluster answers.
    console.get_by_role("tab", name="Instances").click()
    expect(console.get_by_role("row", name="shop-instance-1").get_by_text("Available")).to_be_visible(timeout=DATABASE_WAIT_MS)
    console.get_by_role("tab", name="Connectivity & security").click()
    text = console.get_by_test_id("connect-psql").inner_text()
    look(console, "rds-cluster")

    answered, said = psql(text)
    assert not answered, said
    edit_inbound(console, url, group, 5432, "My IP")
    assert psql(text) == (True, "42")


def test_a_cache_is_refused_before_the_rule_and_answers_after_it(console, haar, url):
    group = create_group(console, url, "cache")
    console.goto(url("/console/elasticache"))
    console.get_by_role("button", name="Create cache").click()
    console.get_by_label("Name", exact=True).fill("sessions")
    choose(console, "Security groups", "cache")
    console.keyboard.press("Escape")
    look(console, "elasticache-create")
    console.get_by_role("button", name="Create", exact=True).click()
    console.wait_for_url("**/console/elasticache/caches/groups/sessions")
    expect(console.get_by_text("Available").first).to_be_visible(timeout=DATABASE_WAIT_MS)
    text = console.get_by_test_id("connect-redis-cli").inner_text()
    look(console, "elasticache-cache")

    answered, said = redis(text, "SET", "greeting", "hello")
    assert not answered, said
    edit_inbound(console, url, group, 6379, "My IP")
    assert redis(text, "SET", "greeting", "hello") == (True, "OK")
    assert redis(text, "GET", "greeting") == (True, "hello")


def test_a_generated_password_is_shown_once_and_opens_the_database(console, haar, url):
    create_group(console, url, "generated", inbound=[(5432, "My IP")])
    console.goto(url("/console/rds/databases/create"))
    console.get_by_label("DB cluster identifier").fill("orders")
    console.get_by_text("Auto generate password").click()
    choose(console, "Existing VPC security groups", "generated")
    console.keyboard.press("Escape")
    console.get_by_role("button", name="Create database").click()
    console.wait_for_url("**/console/rds/databases/clusters/orders")
    console.get_by_role("button", name="View credential details").click()
    password = console.get_by_role("dialog").locator("dd, [class*=value]").last.inner_text().strip()
    assert len(password) == 24
    console.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    expect(console.get_by_role("button", name="View credential details")).to_have_count(0)
    console.get_by_role("tab", name="Instances").click()
    expect(console.get_by_role("row", name="orders-instance-1").get_by_text("Available")).to_be_visible(timeout=DATABASE_WAIT_MS)
    cluster = client(console, haar, url, "rds").describe_db_clusters(DBClusterIdentifier="orders")["DBClusters"][0]
    assert select(f"host={cluster['Endpoint']} user=postgres dbname=postgres", f"'{password}'") == (True, "42")
    console.reload()
    expect(console.get_by_role("heading", name="orders")).to_be_visible()
    expect(console.get_by_role("button", name="View credential details")).to_have_count(0)


def test_a_delete_asks_for_the_name(console, haar, url):
    create_group(console, url, "short-lived")
    ec2 = client(console, haar, url, "ec2")
    assert len(groups_named(ec2, "short-lived")) == 1
    console.get_by_role("button", name="Delete security group").click()
    button = console.get_by_role("dialog").get_by_role("button", name="Delete", exact=True)
    expect(button).to_be_disabled()
    console.get_by_role("dialog").get_by_role("textbox").fill("short-lived")
    console.keyboard.press("Enter")
    console.wait_for_url("**/console/vpc/security-groups")
    assert groups_named(ec2, "short-lived") == []
