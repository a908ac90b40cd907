// How a program or a person connects: text to copy. Pure.
import type { Snippet } from '../resources/snippets';
import type { EngineKind } from './engines';

export interface Target {
  host: string;
  port: number;
  user: string;
  database: string;
  region: string;
  language: EngineKind['language'];
  iam: boolean;
}



function postgresql(t: Target): Snippet[] {
  const out: Snippet[] = [
    { id: "psql", label: "psql", text: `psql "host=${t.host} port=${t.port} user=${t.user} dbname=${t.database}"` },
    { id: "uri", label: "URI", text: `postgresql://${t.user}@${t.host}:${t.port}/${t.database}` },
    { id: "jdbc", label: "JDBC", text: `jdbc:postgresql://${t.host}:${t.port}/${t.database}?user=${t.user}` },
    { id: 'python', label: 'Python',
      text: `import psycopg\n\nconnection = psycopg.connect(host="${t.host}", port=${t.port}, user="${t.user}", dbname="${t.database}",\n`
        + `                             password=input("Password: "))` },
    { id: "tls", label: "TLS", text: `haar ca > haar-ca.pem\npsql "host=${t.host} port=${t.port} user=${t.user} dbname=${t.database} `
        + `sslmode=verify-full sslrootcert=haar-ca.pem"` },
  ];
  if (t.iam) {
    out.push({ id: "iam", label: "IAM token", text: `TOKEN=$(aws rds generate-db-auth-token --hostname ${t.host} --port ${t.port} `
      + `--region ${t.region} --username DB_USER)\nPGPASSWORD="$TOKEN" psql "host=${t.host} port=${t.port} user=DB_USER `
      + `dbname=${t.database} sslmode=require"` });
  }
  return out;
}

function mysql(t: Target): Snippet[] {
  return [
    { id: "mysql", label: "mysql", text: `mysql --host=${t.host} --port=${t.port} --user=${t.user} --password ${t.database}`.trim() },
    { id: "uri", label: "URI", text: `mysql://${t.user}@${t.host}:${t.port}/${t.database}` },
    { id: "jdbc", label: "JDBC", text: `jdbc:mysql://${t.host}:${t.port}/${t.database}?user=${t.user}` },
    { id: 'python', label: 'Python',
      text: `import pymysql\n\nconnection = pymysql.connect(host="${t.host}", port=${t.port}, user="${t.user}",\n`
        + `                             password=input("Password: "), database="${t.database}")` },
  ];
}

export const snippetsOf = (target: Target): Snippet[] => (target.language === 'postgresql' ? postgresql(target) : mysql(target));

