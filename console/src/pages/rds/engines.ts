// The engines that Create database offers, and what follows from the choice of one. Pure.

export interface EngineKind {
  engine: string;
  label: string;
  description: string;
  isCluster: boolean;
  language: 'postgresql' | 'mysql';
  port: number;
  masterUsername: string;
}

export const engineKinds: EngineKind[] = [
  { engine: 'aurora-postgresql', label: 'Aurora (PostgreSQL Compatible)', description: 'A DB cluster: one writer, and readers that take over.',
    isCluster: true, language: 'postgresql', port: 5432, masterUsername: 'postgres' },
  { engine: 'aurora-mysql', label: 'Aurora (MySQL Compatible)', description: 'A DB cluster that speaks MySQL.',
    isCluster: true, language: 'mysql', port: 3306, masterUsername: 'admin' },
  { engine: 'postgres', label: 'PostgreSQL', description: 'A DB instance with storage of its own.',
    isCluster: false, language: 'postgresql', port: 5432, masterUsername: 'postgres' },
  { engine: 'mysql', label: 'MySQL', description: 'A DB instance that speaks MySQL.',
    isCluster: false, language: 'mysql', port: 3306, masterUsername: 'admin' },
  { engine: 'mariadb', label: 'MariaDB', description: 'A DB instance of MariaDB.',
    isCluster: false, language: 'mysql', port: 3306, masterUsername: 'admin' },
];

export const engineKind = (engine?: string): EngineKind => engineKinds.find((kind) => kind.engine === engine) ?? engineKinds[0]!;
export const engineLabel = (engine?: string) => engineKinds.find((kind) => kind.engine === engine)?.label ?? engine ?? '-';
