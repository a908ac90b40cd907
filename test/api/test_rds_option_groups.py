"""rds: option groups; the engines that haar runs have no options to put into one."""
import pytest

from test_rds import ACCOUNT, fails

ARN = f"arn:aws:rds:us-east-1:{ACCOUNT}"


@pytest.fixture
def rds(client):
    return client("rds")


def group(name, **more):
    return {"OptionGroupName": name, "EngineName": "postgres", "MajorEngineVersion": "15", "OptionGroupDescription": "of a test", **more}


def names(rds, **parameters):
    return [g["OptionGroupName"] for g in rds.describe_option_groups(**parameters)["OptionGroupsList"]]


def test_an_option_group_from_creation_to_deletion(rds, unique):
    made = rds.create_option_group(**group(unique.upper(), Tags=[{"Key": "team", "Value": "red"}]))["OptionGroup"]
    assert (made["OptionGroupName"], made["OptionGroupArn"], made["Options"]) == (unique, f"{ARN}:og:{unique}", [])
    assert rds.describe_option_groups(OptionGroupName=unique)["OptionGroupsList"] == [made]
    assert unique in names(rds, EngineName="postgres", MajorEngineVersion="15") and unique not in names(rds, EngineName="mysql")
    assert rds.list_tags_for_resource(ResourceName=made["OptionGroupArn"])["TagList"] == [{"Key": "team", "Value": "red"}]
    copied = rds.copy_option_group(SourceOptionGroupIdentifier=made["OptionGroupArn"], TargetOptionGroupIdentifier=f"{unique}-2",
                                   TargetOptionGroupDescription="a copy")["OptionGroup"]
    assert (copied["SourceOptionGroup"], copied["EngineName"], copied["OptionGroupDescription"]) == (
        made["OptionGroupArn"], "postgres", "a copy")
    for name in (unique, f"{unique}-2"):
        rds.delete_option_group(OptionGroupName=name)
    assert fails(rds.describe_option_groups, OptionGroupName=unique) == (
        "OptionGroupNotFoundFault", f"Specified OptionGroupName: {unique} not found.", 404)


def test_an_option_that_is_not_there_is_refused_by_its_name(rds, unique):
    rds.create_option_group(**group(unique, EngineName="mysql", MajorEngineVersion="8.0"))
    code, message, status = fails(rds.modify_option_group, OptionGroupName=unique,
                                  OptionsToInclude=[{"OptionName": "MARIADB_AUDIT_PLUGIN"}])
    assert (code, status) == ("NotImplemented", 501) and "MARIADB_AUDIT_PLUGIN" in message
    assert fails(rds.modify_option_group, OptionGroupName=unique, OptionsToInclude=[{"OptionName": "X"}])[0] == "InvalidParameterValue"
    assert fails(rds.modify_option_group, OptionGroupName=unique, OptionsToRemove=["X"])[0] == "InvalidParameterValue"
    assert fails(rds.modify_option_group, OptionGroupName=unique) == (
        "InvalidParameterValue", "At least one option must be added, modified, or removed.", 400)
    rds.delete_option_group(OptionGroupName=unique)


def test_what_is_refused(rds, unique):
    rds.create_option_group(**group(unique))
    assert fails(rds.create_option_group, **group(unique)) == (
        "OptionGroupAlreadyExistsFault", f"An option group named {unique} already exists.", 400)
    assert fails(rds.create_option_group, **group("a--b"))[0] == "InvalidParameterValue"
    assert fails(rds.create_option_group, **group("x", EngineName="x")) == ("InvalidParameterValue", "Invalid DB engine: x", 400)
    assert fails(rds.create_option_group, **group("x", MajorEngineVersion="x"))[0] == "InvalidParameterCombination"
    assert fails(rds.create_option_group, **group("x", OptionGroupDescription=""))[0] == "InvalidParameterValue"
    assert fails(rds.delete_option_group, OptionGroupName="default:aurora-postgresql-15")[0] == "InvalidOptionGroupStateFault"
    assert fails(rds.delete_option_group, OptionGroupName="none")[::2] == ("OptionGroupNotFoundFault", 404)
    rds.delete_option_group(OptionGroupName=unique)


def test_twenty_in_a_region(client):
    """The quota counts those that somebody made, in each region for itself."""
    rds = client("rds", region="eu-west-2")
    for number in range(20):
        rds.create_option_group(**group(f"g{number}"))
    assert fails(rds.create_option_group, **group("g20"))[::2] == ("OptionGroupQuotaExceededFault", 400)
    assert len([n for n in names(rds) if not n.startswith("default:")]) == 20
