// How a program or a person connects to a cache: text to copy. Pure.
import type { Snippet } from '../resources/snippets';

export interface Target {
  engine: string;
  host: string;
  port: number;
  reader?: string;
  isTls: boolean;
  hasPassword: boolean;
}

export function snippetsOf({ engine, host, port, reader, isTls, hasPassword }: Target): Snippet[] {
  if (engine === 'memcached') {
    return [
      { id: 'telnet', label: 'Shell', text: `printf 'set greeting 0 0 5\\r\\nhello\\r\\nget greeting\\r\\nquit\\r\\n' | nc ${host} ${port}` },
      { id: 'python', label: 'Python', text: `from pymemcache.client.base import Client\n\ncache = Client(("${host}", ${port}))\ncache.set("greeting", "hello")` },
    ];
  }
  const tls = isTls ? ' --tls --cacert haar-ca.pem' : '';
  const auth = hasPassword ? ' --askpass' : '';
  const before = isTls ? 'haar ca > haar-ca.pem\n' : '';
  const out: Snippet[] = [
    { id: 'redis-cli', label: 'redis-cli', text: `${before}redis-cli -h ${host} -p ${port}${tls}${auth}` },
    { id: 'uri', label: 'URI', text: `${isTls ? 'rediss' : 'redis'}://${host}:${port}` },
    { id: 'python', label: 'Python', text: `import redis\n\ncache = redis.Redis(host="${host}", port=${port}`
      + `${isTls ? ', ssl=True, ssl_ca_certs="haar-ca.pem"' : ''})\ncache.set("greeting", "hello")` },
  ];
  if (reader) out.push({ id: 'reader', label: 'Read replicas', text: `${before}redis-cli -h ${reader} -p ${port}${tls}${auth}` });
  return out;
}
