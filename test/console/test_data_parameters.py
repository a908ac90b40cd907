"""Values of parameter groups, set and reset by click, for both services that have such groups."""
import pytest
from console_page import sign_in
from data_page import client
from playwright.sync_api import expect


@pytest.fixture
def value_of(page, haar, url):
    """value_of(service, group, parameter): what boto3 reads; groups are made by it too."""
    sign_in(page, haar, url)
    rds, cache = client(page, haar, url, "rds"), client(page, haar, url, "elasticache")
    rds.create_db_parameter_group(DBParameterGroupName="tuned", DBParameterGroupFamily="aurora-postgresql15",
                                  Description="of a test")
    cache.create_cache_parameter_group(CacheParameterGroupName="tuned", CacheParameterGroupFamily="redis7",
                                       Description="of a test")

    def read(service, parameter):
        pages = (rds.get_paginator("describe_db_parameters").paginate(DBParameterGroupName="tuned", Source="user")
                 if service == "rds" else
                 cache.get_paginator("describe_cache_parameters").paginate(CacheParameterGroupName="tuned", Source="user"))
        return [one["ParameterValue"] for part in pages for one in part["Parameters"] if one["ParameterName"] == parameter]

    return read


def edit(page, parameter):
    page.get_by_placeholder("parameters").fill(parameter)
    page.get_by_role("button", name=f"Edit {parameter}", exact=True).click()
    return page.get_by_role("dialog")


def test_a_value_is_set_and_reset(page, url, value_of):
    for service, path, parameter, value in (("rds", "/console/rds/parameter-groups/instance/tuned", "random_page_cost", "2"),
                                            ("elasticache", "/console/elasticache/parameter-groups/tuned", "timeout", "60")):
        page.goto(url(path))
        dialog = edit(page, parameter)
        dialog.get_by_label("Value", exact=True).fill(value)
        dialog.get_by_role("button", name="Save changes").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert value_of(service, parameter) == [value]
        page.goto(url(path))
        dialog = edit(page, parameter)
        dialog.get_by_label("Change").click()
        dialog.get_by_role("option", name="Reset to the default").click()
        dialog.get_by_role("button", name="Save changes").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert value_of(service, parameter) == []
