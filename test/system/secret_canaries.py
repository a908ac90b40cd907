"""The part of Secrets Manager and of the Data API in test_canary.py: values that are made, put and updated, in calls that succeed and that fail, and
what is read back."""
import json

from botocore.exceptions import ClientError


def client(server, key):
    return server.client("secretsmanager", key, parameter_validation=False)


def sent(value, member):
    return {member: value if member == "SecretString" else value.encode()}


def refused(told, call, **arguments):
    try:
        told.texts.append(str(call(**arguments)))
    except ClientError as error:
        told.texts.append(str(error.response))


def made(member):
    def do(server, told, key, name):
        api = client(server, key)
        secret = f"canary/made/{member}"
        api.create_secret(Name=secret, Description="d", **sent(told.new(name), member))
        refused(told, api.create_secret, Name=secret, **sent(told.new(f"{name}, of a name that is taken"), member))
        refused(told, api.create_secret, Name="not a name", **sent(told.new(f"{name}, of a name that is none"), member))
        told.texts.append(str(api.describe_secret(SecretId=secret)))
        assert told.canaries[name] in str(api.get_secret_value(SecretId=secret))

    return do


def changed(operation, member):
    def do(server, told, key, name):
        api = client(server, key)
        secret = f"canary/{operation}/{member}"
        api.create_secret(Name=secret)
        call = getattr(api, operation)
        call(SecretId=secret, **sent(told.new(name), member))
        refused(told, call, SecretId=secret + "-none", **sent(told.new(f"{name}, of no secret"), member))
        refused(told, call, SecretId=secret, ClientRequestToken="short", **sent(told.new(f"{name}, malformed"), member))
        told.texts.append(str(api.list_secrets()) + str(api.list_secret_version_ids(SecretId=secret)))

    return do


def rotation_token(server, told, key, name):
    api = client(server, key)
    api.create_secret(Name="canary/token")
    refused(told, api.put_secret_value, SecretId="canary/token", SecretString="x", RotationToken=told.new(name))


def managed(server, key):
    """Where the Data API finds a database whose password RDS has made."""
    rds = server.client("rds", key)
    found = [one for one in rds.describe_db_clusters()["DBClusters"] if one["DBClusterIdentifier"] == "canary-managed"]
    if not found:
        found = [rds.create_db_cluster(DBClusterIdentifier="canary-managed", Engine="aurora-postgresql", MasterUsername="ana",
                                       ManageMasterUserPassword=True, EnableHttpEndpoint=True)["DBCluster"]]
        rds.create_db_instance(DBInstanceIdentifier="canary-managed-1", DBClusterIdentifier="canary-managed",
                               Engine="aurora-postgresql", DBInstanceClass="db.t4g.medium")
        rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier="canary-managed-1",
                                                     WaiterConfig={"Delay": 1, "MaxAttempts": 90})
    return {"resourceArn": found[0]["DBClusterArn"], "secretArn": found[0]["MasterUserSecret"]["SecretArn"]}


def statement(operation, member):
    """What succeeds, since a server writes what fails into its own log, which is its owner's."""
    def do(server, told, key, name):
        value = told.new(name)
        api = server.client("rds-data", key)
        where = managed(server, key)
        if member == "sql":
            asked = {"sql": f"select 1 where '{value}' = ''"}
        else:
            parameters = [{"name": "a", "value": {"stringValue": value}}]
            asked = {"sql": "select 1 where :a = ''", member: parameters if member == "parameters" else [parameters]}
        getattr(api, operation)(**asked, **where)
        for wrong in ({"resourceArn": where["resourceArn"] + "x"}, {"secretArn": where["secretArn"] + "x"}, {"transactionId": "none"}):
            refused(told, getattr(api, operation), **asked, **{**where, **wrong})

    return do


def given(server, told, key):
    """What answers give."""
    api = client(server, key)
    for member in ("SecretString", "SecretBinary"):
        value = told.new(f"secretsmanager GetSecretValue {member}")
        told.given(f"secretsmanager BatchGetSecretValue SecretValues.{member}", value)
        secret = f"canary/given/{member}"
        api.create_secret(Name=secret, **sent(value, member))
        assert value in str(api.get_secret_value(SecretId=secret))
        assert value in str(api.batch_get_secret_value(SecretIdList=[secret, "none"]))
    text = api.get_secret_value(SecretId=managed(server, key)["secretArn"])["SecretString"]
    told.given("a master password that RDS made", json.loads(text)["password"])
    data = server.client("rds-data", key)
    for member, more in (("records", {}), ("formattedRecords", {"formatRecordsAs": "JSON"})):
        value = told.new(f"rdsdata ExecuteStatement {member}")
        halves = [{"name": "a", "value": {"stringValue": value[:20]}}, {"name": "b", "value": {"stringValue": value[20:]}}]
        answer = data.execute_statement(sql="select :a || :b as whole", parameters=halves, **more, **managed(server, key))
        assert value in str(answer[member])
    told.given("secretsmanager GetRandomPassword RandomPassword",
               api.get_random_password(ExcludePunctuation=True)["RandomPassword"])


SENT = {
    **{("secretsmanager", "CreateSecret", member): made(member) for member in ("SecretString", "SecretBinary")},
    **{("secretsmanager", operation, member): changed(call, member)
       for operation, call in (("PutSecretValue", "put_secret_value"), ("UpdateSecret", "update_secret"))
       for member in ("SecretString", "SecretBinary")},
    ("secretsmanager", "PutSecretValue", "RotationToken"): rotation_token,
    **{("rdsdata", "ExecuteStatement", member): statement("execute_statement", member) for member in ("sql", "parameters")},
    **{("rdsdata", "BatchExecuteStatement", member): statement("batch_execute_statement", member)
       for member in ("sql", "parameterSets")},
}
