// The engines that Create cache offers. Pure.

export interface EngineKind {
  engine: string;
  label: string;
  description: string;
  port: number;
}
export const engineKinds: EngineKind[] = [
  { engine: 'redis', label: 'Redis OSS', description: 'Data structures, replicas and failover, snapshots.', port: 6379 },
  { engine: 'valkey', label: 'Valkey', description: 'Speaks the protocol of Redis OSS.', port: 6379 },
  { engine: 'memcached', label: 'Memcached', description: 'Keys and values, several nodes, no replicas.', port: 11211 },
];
export const engineLabel = (engine?: string) => engineKinds.find((kind) => kind.engine === engine)?.label ?? engine ?? '-';
