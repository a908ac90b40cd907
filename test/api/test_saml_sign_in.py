"""Signing in to the console with a SAML response: a role is chosen, and a session of it begins. Responses are signed by npm
xml-crypto."""
import html
import http.client
import json
import re
import urllib.parse

import pytest
from saml_messages import Message, Signer, encoded


@pytest.fixture(scope="module")
def signer():
    return Signer()


@pytest.fixture(scope="module")
def roles(client, signer, account):
    """The provider's ARN, and those of two roles that trust it."""
    iam = client("iam")
    provider = iam.create_saml_provider(Name="Desk", SAMLMetadataDocument=signer.metadata())["SAMLProviderArn"]
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoleWithSAML",
                                                     "Principal": {"Federated": provider}}]}
    return provider, [iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
                      for name in ("Reader", "Writer")]


class Browser:
    def __init__(self, haar, host="haar.localhost"):
        self.port = urllib.parse.urlsplit(haar.endpoint).port
        self.host, self.cookies = f"{host}:{self.port}", {}

    def ask(self, method, path, fields=None, origin=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Host": self.host, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin or f"http://{self.host}"}
        connection.request(method, path, fields and urllib.parse.urlencode(fields), headers)
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def who(self):
        answer = self.ask("GET", "/console/api/session")
        return json.loads(answer.text)["arn"] if answer.status == 200 else None


def hidden_fields(text):
    return {html.unescape(name): html.unescape(value)
            for name, value in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', text)}


def response(provider, signer, unique, saml_provider, arns, **changes):
    pairs = [f"{arn},{saml_provider}" for arn in arns]
    text = encoded(Message(unique, arns[0], saml_provider, roles=pairs, **changes).signed(provider, signer, "assertion"))
    return text.decode() if isinstance(text, bytes) else text


def test_the_only_role_is_signed_in_to(haar, provider, signer, roles, account, unique):
    saml_provider, arns = roles
    text = response(provider, signer, unique, saml_provider, arns[:1])
    browser = Browser(haar)
    answer = browser.ask("POST", "/saml", {"SAMLResponse": text, "RelayState": "/console/rds"}, "https://idp.example")
    assert (answer.status, answer.headers["Location"]) == (303, "/console/rds"), answer.text
    assert browser.who() == f"arn:aws:sts::{account}:assumed-role/Reader/ana"
    again = Browser(haar)
    assert again.ask("POST", "/saml", {"SAMLResponse": text}, "https://idp.example").status == 403, "a response is good once"
    assert again.who() is None


def test_one_of_several_roles_is_chosen(haar, provider, signer, roles, account, unique):
    saml_provider, arns = roles
    text = response(provider, signer, unique, saml_provider, arns)
    browser = Browser(haar)
    shown = browser.ask("POST", "/saml", {"SAMLResponse": text, "RelayState": "https://evil.example/"}, "https://idp.example")
    assert shown.status == 200 and "role/Reader" in shown.text and "role/Writer" in shown.text
    assert browser.who() is None
    fields = hidden_fields(shown.text)
    foreign = browser.ask("POST", "/saml/choose", {**fields, "role": f"{arns[1]},{saml_provider}"}, "https://idp.example")
    assert foreign.status == 403 and browser.who() is None
    offered = browser.ask("POST", "/saml/choose", {**fields, "role": f"{arns[1][:-6]}Nobody,{saml_provider}"})
    assert offered.status == 403 and browser.who() is None
    answer = browser.ask("POST", "/saml/choose", {**fields, "role": f"{arns[1]},{saml_provider}"})
    assert (answer.status, answer.headers["Location"]) == (303, "/console/")
    assert browser.who() == f"arn:aws:sts::{account}:assumed-role/Writer/ana"


def test_a_response_that_was_changed_signs_nobody_in(haar, provider, signer, roles, unique):
    saml_provider, arns = roles
    forged = Message(unique, arns[0], saml_provider).signed(provider, Signer(), "assertion")  # another key, the same name
    text = encoded(forged)
    browser = Browser(haar)
    answer = browser.ask("POST", "/saml", {"SAMLResponse": text}, "https://idp.example")
    assert answer.status == 400 and browser.who() is None


def test_a_browser_that_comes_by_another_name_is_sent_to_the_consoles(haar):
    answer = Browser(haar, "127.0.0.1").ask("POST", "/saml", {"SAMLResponse": "x"}, "https://idp.example")
    assert answer.status == 307 and answer.headers["Location"].startswith("http://haar.localhost:")
