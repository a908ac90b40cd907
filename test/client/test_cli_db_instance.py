"""A DB instance without a cluster with the AWS CLI and its waiters."""
import json


def test_from_create_to_delete(person):
    def shown(*words):
        return json.loads(person.aws("rds", *words).stdout)["DBInstance"]

    def described():
        return json.loads(person.aws("rds", "describe-db-instances", "--db-instance-identifier", "cli").stdout)["DBInstances"][0]

    made = shown("create-db-instance", "--db-instance-identifier", "cli", "--engine", "postgres", "--db-instance-class",
                 "db.t4g.micro", "--allocated-storage", "20", "--master-username", "ana", "--master-user-password",
                 "correct-horse-9", "--db-name", "shop", "--backup-retention-period", "0")
    assert (made["DBInstanceStatus"], made["Engine"]) == ("creating", "postgres")
    person.aws("rds", "wait", "db-instance-available", "--db-instance-identifier", "cli")
    assert described()["DBInstanceStatus"] == "available"
    assert described()["Endpoint"]["Port"] == 5432
    changed = shown("modify-db-instance", "--db-instance-identifier", "cli", "--allocated-storage", "30", "--apply-immediately")
    assert changed["AllocatedStorage"] == 30
    assert shown("stop-db-instance", "--db-instance-identifier", "cli")["DBInstanceStatus"] == "stopping"
    person.aws("rds", "delete-db-instance", "--db-instance-identifier", "cli", "--skip-final-snapshot")
    person.aws("rds", "wait", "db-instance-deleted", "--db-instance-identifier", "cli")
    gone = person.aws("rds", "describe-db-instances", "--db-instance-identifier", "cli", check=False)
    assert gone.returncode in (254, 255) and "DBInstanceNotFound" in gone.stderr
