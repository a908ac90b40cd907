"""Secrets Manager by the AWS CLI as its guides would have a person type it."""
import json


def test_a_secret_from_its_making_to_its_recovery(person):
    def secrets(*words, check=True):
        done = person.aws("secretsmanager", *words, check=check)
        return json.loads(done.stdout) if done.stdout.strip().startswith("{") else done.stdout.strip()

    made = secrets("create-secret", "--name", "guide/shop", "--description", "of the shop", "--secret-string",
                   '{"user":"diegor","password":"EXAMPLE-PASSWORD"}', "--tags", "Key=team,Value=red")
    value = secrets("get-secret-value", "--secret-id", "guide/shop")["SecretString"]
    assert json.loads(value) == {"user": "diegor", "password": "EXAMPLE-PASSWORD"}
    secrets("put-secret-value", "--secret-id", made["ARN"], "--secret-string", "new")
    assert secrets("get-secret-value", "--secret-id", "guide/shop", "--version-stage", "AWSPREVIOUS")["SecretString"] == value
    listed = secrets("list-secrets", "--filters", "Key=name,Values=guide", "Key=tag-key,Values=team", "--query",
                     "SecretList[].Name", "--output", "text")
    assert listed == "guide/shop"
    password = secrets("get-random-password", "--password-length", "20", "--require-each-included-type", "--exclude-punctuation",
                       "--output", "text")
    assert len(password) == 20
    secrets("delete-secret", "--secret-id", "guide/shop", "--recovery-window-in-days", "7")
    refused = person.aws("secretsmanager", "get-secret-value", "--secret-id", "guide/shop", check=False)
    assert refused.returncode != 0 and "because it was marked for deletion" in refused.stderr
    secrets("restore-secret", "--secret-id", "guide/shop")
    secrets("delete-secret", "--secret-id", "guide/shop", "--force-delete-without-recovery")
