"""AWS Account Management: contacts, the account's name and address, regions, and who may ask for which account.
https://docs.aws.amazon.com/accounts/latest/reference/api-reference.html"""
import time
import uuid

import pytest
from botocore.exceptions import ClientError

from conftest import ACCOUNT
from organization_help import Tree, refused

CONTACT = {"FullName": "Ana Example", "AddressLine1": "1 Example Way", "City": "Berlin", "StateOrRegion": "Berlin",
           "PostalCode": "10115", "CountryCode": "DE", "PhoneNumber": "+49 30 1234567"}
PERSON = {"Name": "Bo", "Title": "CFO", "EmailAddress": "bo@example.com", "PhoneNumber": "+49 30 7654321"}


@pytest.fixture(scope="module")
def api(client):
    return client("account")


@pytest.fixture(scope="module")
def tree(client):
    made = Tree(client)
    made.api.enable_aws_service_access(ServicePrincipal="account.amazonaws.com")
    return made


def test_the_primary_contact_is_kept_as_it_was_put(api):
    """An account that nobody signed up for has none; a member that was left out is gone after the next put."""
    assert refused(api.get_contact_information)[0] == "ResourceNotFoundException"
    api.put_contact_information(ContactInformation={**CONTACT, "CompanyName": "Example"})
    shown = api.get_contact_information()
    assert shown["ContactInformation"] == {**CONTACT, "CompanyName": "Example"}
    assert shown["VerificationStatus"] == "UNVERIFIED"
    api.put_contact_information(ContactInformation=CONTACT)
    assert api.get_contact_information()["ContactInformation"] == CONTACT


@pytest.mark.parametrize("change", [{"CountryCode": "de"}, {"StateOrRegion": None}, {"PhoneNumber": "030"}, {"City": ""}])
def test_a_contact_that_cannot_be_is_refused_and_changes_nothing(haar, client, change):
    api = client("account", "other-root", parameter_validation=False)
    bad = {name: value for name, value in {**CONTACT, **change}.items() if value is not None}
    assert refused(api.put_contact_information, ContactInformation=bad)[0] == "ValidationException"
    assert refused(api.get_contact_information)[0] == "ResourceNotFoundException"


@pytest.mark.parametrize("kind", ["BILLING", "OPERATIONS", "SECURITY"])
def test_alternate_contacts_come_and_go(api, kind):
    missing = ("ResourceNotFoundException", "No contact of the inputted alternate contact type found.")
    assert refused(api.get_alternate_contact, AlternateContactType=kind) == missing
    assert refused(api.delete_alternate_contact, AlternateContactType=kind) == missing
    api.put_alternate_contact(AlternateContactType=kind, **PERSON)
    assert api.get_alternate_contact(AlternateContactType=kind)["AlternateContact"] == {"AlternateContactType": kind, **PERSON}
    api.delete_alternate_contact(AlternateContactType=kind)
    assert refused(api.get_alternate_contact, AlternateContactType=kind) == missing


def test_the_account_tells_its_name_age_and_state_and_can_be_renamed(client):
    api = client("account", "other-root")
    before = api.get_account_information()
    assert before["AccountState"] == "ACTIVE" and before["AccountCreatedDate"].tzinfo
    api.put_account_name(AccountName="Renamed & new")
    after = api.get_account_information()
    assert after == {**after, "AccountName": "Renamed & new", "AccountId": before["AccountId"]}
    api.put_account_name(AccountName=before["AccountName"])
    assert refused(api.get_gov_cloud_account_information)[0] == "ResourceNotFoundException"


def test_a_telephone_number_is_verified_by_the_code_that_was_sent(api):
    """Wrong codes are refused, and a new number is not verified any more. The right code is typed in test_signup's system
    test, where the operator's telephone is."""
    api.put_contact_information(ContactInformation=CONTACT)
    assert refused(api.verify_phone_number, Otp="000000")[0] == "ConflictException"
    assert api.send_phone_number_verification()["Status"] == "PENDING"
    assert api.get_contact_information()["VerificationStatus"] == "PENDING"
    assert refused(api.verify_phone_number, Otp="abcdef")[0] == "ValidationException"
    for _ in range(4):
        refused(api.verify_phone_number, Otp="abcdef")
    assert refused(api.verify_phone_number, Otp="abcdef")[0] == "TooManyRequestsException"
    api.put_contact_information(ContactInformation={**CONTACT, "PhoneNumber": "+49 30 999"})
    assert api.get_contact_information()["VerificationStatus"] == "UNVERIFIED"


def test_only_so_many_codes_are_sent_to_one_number(api):
    number = "+49 30 " + str(uuid.uuid4().int)[:8]
    api.put_contact_information(ContactInformation={**CONTACT, "PhoneNumber": number})
    for _ in range(10):
        api.send_phone_number_verification()
    assert refused(api.send_phone_number_verification)[0] == "TooManyRequestsException"


def states(api, **more):
    pages = api.get_paginator("list_regions").paginate(PaginationConfig={"PageSize": 7}, **more)
    return {region["RegionName"]: region["RegionOptStatus"] for page in pages for region in page["Regions"]}


def enabled(api, region):
    api.enable_region(RegionName=region)
    deadline = time.monotonic() + 60
    while api.get_region_opt_status(RegionName=region)["RegionOptStatus"] != "ENABLED":
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_regions_are_listed_with_their_status(api):
    all_of_them = states(api)
    assert list(all_of_them) == sorted(all_of_them) and len(all_of_them) > 30
    assert all_of_them["us-east-1"] == "ENABLED_BY_DEFAULT" and all_of_them["eu-south-2"] == "DISABLED"
    off = states(api, RegionOptStatusContains=["DISABLED"])
    assert off == {name: status for name, status in all_of_them.items() if status == "DISABLED"}


def test_a_region_is_closed_until_it_is_enabled_and_again_once_it_is_disabled(client, api):
    """Regional services refuse the credentials there, each in its own words; global ones do not care. What was made in a region
    is there when it is enabled again, and no second default VPC."""
    region = "eu-south-1"
    ec2, rds, secrets = (client(service, region=region) for service in ("ec2", "rds", "secretsmanager"))

    def closed():
        assert refused(ec2.describe_vpcs)[0] == "AuthFailure"
        assert refused(rds.describe_db_clusters)[0] == "InvalidClientTokenId"
        assert refused(secrets.list_secrets)[0] == "UnrecognizedClientException"
        assert client("iam", region=region).get_user()["User"]["UserName"] == "Administrator"

    closed()
    home = client("ec2")
    assert home.describe_regions(RegionNames=[region])["Regions"][0]["OptInStatus"] == "not-opted-in"
    enabled(api, region)
    assert home.describe_regions(RegionNames=[region])["Regions"][0]["OptInStatus"] == "opted-in"
    assert region in [r["RegionName"] for r in home.describe_regions()["Regions"]]
    assert len(ec2.describe_subnets()["Subnets"]) == 3
    secrets.create_secret(Name="kept", SecretString="value")
    api.disable_region(RegionName=region)
    closed()
    enabled(api, region)
    assert secrets.get_secret_value(SecretId="kept")["SecretString"] == "value"
    assert len(ec2.describe_vpcs()["Vpcs"]) == 1
    api.disable_region(RegionName=region)


def test_another_account_does_not_open_a_region_for_this_one(client, api):
    enabled(client("account", "other-root"), "eu-south-2")
    assert api.get_region_opt_status(RegionName="eu-south-2")["RegionOptStatus"] == "DISABLED"
    assert refused(client("ec2", region="eu-south-2").describe_vpcs)[0] == "AuthFailure"
    assert client("ec2", "other-root", region="eu-south-2").describe_vpcs()["Vpcs"]
    client("account", "other-root").disable_region(RegionName="eu-south-2")


@pytest.mark.parametrize("region", ["us-east-1", "eu-nowhere-1"])
def test_regions_that_cannot_be_switched(api, region):
    with pytest.raises(ClientError) as caught:
        api.enable_region(RegionName=region)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert caught.value.response["reason"] == "invalidRegionOptTarget"
    assert refused(api.disable_region, RegionName=region)[0] == "ValidationException"


def test_a_policy_can_name_the_region_the_contact_and_the_account(client, new_user):
    """The condition keys of the service, and its resource."""
    key = new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "account:GetRegionOptStatus", "Resource": f"arn:aws:account::{ACCOUNT}:account",
         "Condition": {"StringEquals": {"account:TargetRegion": "eu-south-1"}}},
        {"Effect": "Allow", "Action": "account:PutAlternateContact", "Resource": "*",
         "Condition": {"ForAllValues:StringEquals": {"account:AlternateContactTypes": ["BILLING"]}}}]})
    limited = client("account", key)
    limited.get_region_opt_status(RegionName="eu-south-1")
    assert refused(limited.get_region_opt_status, RegionName="eu-south-2")[0] == "AccessDeniedException"
    limited.put_alternate_contact(AlternateContactType="BILLING", **PERSON)
    assert refused(limited.put_alternate_contact, AlternateContactType="SECURITY", **PERSON)[0] == "AccessDeniedException"
    client("account").delete_alternate_contact(AlternateContactType="BILLING")


def test_the_management_account_manages_its_members(client, api, tree):
    """And nobody else does: not itself by its number, not an account of another organization, not a member another one."""
    member = tree.account("managed")
    api.put_contact_information(AccountId=member, ContactInformation=CONTACT)
    assert api.get_contact_information(AccountId=member)["ContactInformation"] == CONTACT
    api.put_account_name(AccountId=member, AccountName="New name")
    assert api.get_account_information(AccountId=member)["AccountName"] == "New name"
    assert tree.api.describe_account(AccountId=member)["Account"]["Name"] == "New name"
    code, text = refused(api.get_account_information, AccountId=ACCOUNT)
    assert code == "AccessDeniedException" and "standalone context from the management account" in text
    assert refused(api.get_account_information, AccountId="999999999999")[0] == "AccessDeniedException"
    stranger = client("account", "other-root")
    assert refused(stranger.get_account_information, AccountId=member)[0] == "AccessDeniedException"
    tree.api.disable_aws_service_access(ServicePrincipal="account.amazonaws.com")
    code, text = refused(api.get_account_information, AccountId=member)
    assert code == "AccessDeniedException" and "trusted access" in text
    tree.api.enable_aws_service_access(ServicePrincipal="account.amazonaws.com")


def test_a_members_address_changes_only_with_the_code(client, api, tree):
    member = tree.account("addressed")
    assert api.get_primary_email(AccountId=member)["PrimaryEmail"] == "addressed@example.com"
    assert refused(api.get_primary_email_update_status, AccountId=member)[0] == "ResourceNotFoundException"
    assert refused(api.accept_primary_email_update, AccountId=member, PrimaryEmail="new@example.com",
                   Otp="123456")[0] == "ResourceNotFoundException"
    taken = client("organizations").describe_account(AccountId=ACCOUNT)["Account"]["Email"]
    assert refused(api.start_primary_email_update, AccountId=member, PrimaryEmail=taken)[0] == "ConflictException"
    assert refused(api.start_primary_email_update, AccountId=member, PrimaryEmail="no address")[0] == "ValidationException"
    assert api.start_primary_email_update(AccountId=member, PrimaryEmail="new@example.com")["Status"] == "PENDING"
    assert api.get_primary_email_update_status(AccountId=member)["Status"] == "PENDING"
    assert refused(api.accept_primary_email_update, AccountId=member, PrimaryEmail="other@example.com",
                   Otp="123456")[0] == "ResourceNotFoundException"
    assert refused(api.accept_primary_email_update, AccountId=member, PrimaryEmail="new@example.com",
                   Otp="abcdef")[0] == "ValidationException"
    assert api.get_primary_email(AccountId=member)["PrimaryEmail"] == "addressed@example.com"


def test_contacts_and_names_are_masked_in_events(client, haar, api):
    """They are the data of persons, which CloudTrail does not show."""
    api.put_alternate_contact(AlternateContactType="BILLING", **{**PERSON, "Name": "Never Shown"})
    api.delete_alternate_contact(AlternateContactType="BILLING")
    shown = haar.command("events", "--name", "PutAlternateContact").stdout
    assert "BILLING" in shown and "Never Shown" not in shown
