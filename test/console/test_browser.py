"""The browser of these tests reaches haar under the names that are the console's."""
import pytest


@pytest.mark.parametrize("host", ["haar.localhost", "operator.haar.localhost", "example.signin.localhost"])
def test_names_under_localhost_lead_to_haar(page, url, host):
    answer = page.goto(url("/_haar/health", host=host))
    assert answer.status == 200
