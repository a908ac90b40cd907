"""Ways into a database: its endpoint against the same server without haar, both on TLS, and log-ins by IAM beside passwords."""
import os
import statistics
import subprocess
import tempfile


def of_ratios(ratios):
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def prepare(server, create_cluster):
    """The cluster "c" with IAM authentication, open to this machine: (address, a key whose owner may connect as app)."""
    ec2, rds = server.client("ec2"), server.client("rds")
    [group] = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"]
    ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{"CidrIp": "127.0.0.0/8"}]}])
    create_cluster(rds, "c")
    rds.modify_db_cluster(DBClusterIdentifier="c", EnableIAMDatabaseAuthentication=True)
    return rds.describe_db_clusters(DBClusterIdentifier="c")["DBClusters"][0]["Endpoint"]


def sql(address, password, statement):
    subprocess.run(["psql", "-XqAt", "-h", address, "-U", "ana", "-d", "postgres", "-c", statement], check=True,
                   stdout=subprocess.DEVNULL, env={**os.environ, "PGPASSWORD": password})


def log_ins(bench, row, server, address, pgbench, password):
    sql(address, password, "create user app; grant rds_iam to app")
    token = server.client("rds").generate_db_auth_token(address, 5432, "app")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write("select 1;\n")
        script.flush()
        for clients in ("1", "4"):
            words, rates, ratios = ("-C", "-f", script.name, "-c", clients, "-j", "1"), [], []
            for _ in range(bench.rounds):
                base = pgbench(address, 5432, max(1, int(bench.seconds)), *words, sslmode="require")
                rates.append(pgbench(address, 5432, max(1, int(bench.seconds)), *words, user="app", password=token,
                                     sslmode="require"))
                ratios.append(rates[-1] / base)
            row(f"log-ins by IAM against log-ins by password, on TLS, {clients} at once",
                f"{of_ratios(ratios)}; {statistics.median(rates):,.0f} a second")


def measure(bench, row, create_cluster, pgbench, direct_postgres, wait_for_port):
    with bench.serving() as server:
        address = prepare(server, create_cluster)
        password = pgbench.__kwdefaults__["password"]
        log_ins(bench, row, server, address, pgbench, password)
        subprocess.run(["pgbench", "-i", "-q", "-s", "1" if bench.quick else "5", "-h", address, "-U", "ana", "postgres"],
                       env={**os.environ, "PGPASSWORD": password}, check=True, capture_output=True)
        server.stop()  # so that the copy is of data at rest
        original = next((server.data / "rds").glob("*/*/*"))
        with direct_postgres(original, server.folder) as direct:
            server.start()
            wait_for_port(5432, address)
            for name, words in {"select, 4 clients": ("-S", "-c", "4", "-j", "1"), "read and write, 4 clients": ("-c", "4", "-j", "1"),
                                "a connection for each select": ("-S", "-C", "-c", "4", "-j", "1")}.items():
                ratios = []
                for _ in range(bench.rounds):
                    base = pgbench("127.0.0.1", direct, max(1, int(bench.seconds)), *words, sslmode="require")
                    ratios.append(pgbench(address, 5432, max(1, int(bench.seconds)), *words, sslmode="require") / base)
                row(f"PostgreSQL endpoint against direct, on TLS: {name}", of_ratios(ratios), "0.85",
                    statistics.median(ratios) >= 0.85)
