// The rules of a security group as a form shows them, and as EC2's API takes them. Pure.

export interface IpPermission {
  IpProtocol?: string;
  FromPort?: number;
  ToPort?: number;
  UserIdGroupPairs?: { GroupId?: string; UserId?: string; Description?: string }[];
  IpRanges?: { CidrIp?: string; Description?: string }[];
  Ipv6Ranges?: { CidrIpv6?: string; Description?: string }[];
  PrefixListIds?: { PrefixListId?: string; Description?: string }[];
}

export interface SecurityGroupRule {
  SecurityGroupRuleId?: string;
  GroupId?: string;
  IsEgress?: boolean;
  IpProtocol?: string;
  FromPort?: number;
  ToPort?: number;
  CidrIpv4?: string;
  CidrIpv6?: string;
  PrefixListId?: string;
  ReferencedGroupInfo?: { GroupId?: string; UserId?: string; PeeringStatus?: string; VpcId?: string };
  Description?: string;
  Tags?: { Key?: string; Value?: string }[];
}

// A type of the menu: what it fixes is not asked for.
export interface RuleType {
  value: string;
  label: string;
  protocol?: string;
  ports?: string;
}

export const ruleTypes: RuleType[] = [
  { value: 'custom-tcp', label: 'Custom TCP', protocol: 'tcp' },
  { value: 'custom-udp', label: 'Custom UDP', protocol: 'udp' },
  { value: 'custom-icmp', label: 'Custom ICMP - IPv4', protocol: 'icmp' },
  { value: 'custom-protocol', label: 'Custom protocol' },
  { value: 'all-tcp', label: 'All TCP', protocol: 'tcp', ports: '0-65535' },
  { value: 'all-udp', label: 'All UDP', protocol: 'udp', ports: '0-65535' },
  { value: 'all-icmp', label: 'All ICMP - IPv4', protocol: 'icmp', ports: '-1' },
  { value: 'all-icmp6', label: 'All ICMP - IPv6', protocol: 'icmpv6', ports: '-1' },
  { value: 'all', label: 'All traffic', protocol: '-1', ports: '' },
  { value: 'ssh', label: 'SSH', protocol: 'tcp', ports: '22' },
  { value: 'http', label: 'HTTP', protocol: 'tcp', ports: '80' },
  { value: 'https', label: 'HTTPS', protocol: 'tcp', ports: '443' },
  { value: 'postgresql', label: 'PostgreSQL', protocol: 'tcp', ports: '5432' },
  { value: 'mysql', label: 'MYSQL/Aurora', protocol: 'tcp', ports: '3306' },
  { value: 'redis', label: 'Redis OSS / Valkey', protocol: 'tcp', ports: '6379' },
  { value: 'memcached', label: 'Memcached', protocol: 'tcp', ports: '11211' },
  { value: 'dns-udp', label: 'DNS (UDP)', protocol: 'udp', ports: '53' },
  { value: 'dns-tcp', label: 'DNS (TCP)', protocol: 'tcp', ports: '53' },
  { value: 'nfs', label: 'NFS', protocol: 'tcp', ports: '2049' },
  { value: 'rdp', label: 'RDP', protocol: 'tcp', ports: '3389' },
];

export type PeerKind = 'custom' | 'anywhere4' | 'anywhere6' | 'my-ip' | 'group';

export const peerKinds: { value: PeerKind; label: string }[] = [
  { value: 'custom', label: 'Custom' },
  { value: 'anywhere4', label: 'Anywhere-IPv4' },
  { value: 'anywhere6', label: 'Anywhere-IPv6' },
  { value: 'my-ip', label: 'My IP' },
  { value: 'group', label: 'Security group' },
];

// One row of the form. `peer` is an address block, a group or a prefix list.
export interface RuleRow {
  key: string;
  ruleId?: string;
  type: string;
  protocol: string;
  ports: string;
  peerKind: PeerKind;
  peer: string;
  description: string;
}

export const anywhere4 = '0.0.0.0/0';
export const anywhere6 = '::/0';
const port_max = 65535;
const description_characters_max = 255;

let lastKey = 0;
export const newKey = () => `row-${++lastKey}`;

export const emptyRow = (): RuleRow => ({
  key: newKey(),
  type: 'custom-tcp',
  protocol: 'tcp',
  ports: '',
  peerKind: 'custom',
  peer: '',
  description: '',
});

export const allTraffic = (): RuleRow => ({
  key: newKey(),
  type: 'all',
  protocol: '-1',
  ports: '',
  peerKind: 'custom',
  peer: anywhere4,
  description: '',
});

export function withType(row: RuleRow, value: string): RuleRow {
  const type = ruleTypes.find((t) => t.value === value);
  return { ...row, type: value, protocol: type?.protocol ?? '', ports: type?.ports ?? '' };
}

// An address as the block of itself alone.
export function blockOf(address: string): string {
  return address.includes(':') ? `${address}/128` : `${address}/32`;
}

export function withPeerKind(row: RuleRow, kind: PeerKind, clientAddress?: string): RuleRow {
  const fixed: Partial<Record<PeerKind, string>> = {
    anywhere4,
    anywhere6,
    'my-ip': clientAddress ? blockOf(clientAddress) : '',
  };
  return { ...row, peerKind: kind, peer: fixed[kind] ?? '' };
}

export function parsePorts(text: string): { from: number; to: number } | undefined {
  const found = /^\s*(-?\d{1,5})(?:\s*-\s*(\d{1,5}))?\s*$/.exec(text);
  if (!found) return undefined;
  const from = Number(found[1]);
  const to = found[2] === undefined ? from : Number(found[2]);
  return from > to || to > port_max || from < -1 ? undefined : { from, to };
}

export const isIpv4Block = (text: string) => {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  return !!found && found.slice(1, 5).every((n) => Number(n) <= 255) && Number(found[5]) <= 32;
};
export const isIpv6Block = (text: string) => {
  const found = /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\/(\d{1,3})$/.exec(text);
  return !!found && Number(found[1]) <= 128;
};

// The n-th of sixteen equal parts of a block.
export function partOf(block: string, n: number): string {
  const [address = '', size = '16'] = block.split('/');
  const base = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const part = base + n * 2 ** (32 - Number(size) - 4);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(part / 2 ** shift) % 256).join('.')}/${Number(size) + 4}`;
}

const isPeer = (text: string) => isIpv4Block(text) || isIpv6Block(text) || /^(sg|pl)-[0-9a-z-]+$/.test(text);

const hasPorts = (protocol: string) => ['tcp', 'udp', '6', '17'].includes(protocol);
export const asksPorts = (row: RuleRow) => {
  const type = ruleTypes.find((t) => t.value === row.type);
  return type?.ports === undefined && (hasPorts(row.protocol) || row.type === 'custom-icmp');
};
export const asksProtocol = (row: RuleRow) => row.type === 'custom-protocol';

export interface RowProblems {
  protocol?: string;
  ports?: string;
  peer?: string;
  description?: string;
}

// What is wrong with a row in a way that the form can say. Everything else is the server's to refuse.
export function problemsOf(row: RuleRow, side: 'Source' | 'Destination'): RowProblems {
  const out: RowProblems = {};
  if (asksProtocol(row) && !/^(-1|\d{1,3}|tcp|udp|icmp|icmpv6)$/.test(row.protocol)) {
    out.protocol = 'Enter a protocol number, for example 50.';
  }
  if (asksPorts(row) && row.type !== 'custom-icmp' && !parsePorts(row.ports)) {
    out.ports = 'Enter a port or a range, for example 5432 or 8000-8080.';
  }
  if (row.type === 'custom-icmp' && row.ports && !parsePorts(row.ports))
    out.ports = 'Enter a type, or a type and a code: 8 or 8-0.';
  if (!isPeer(row.peer.trim())) {
    out.peer =
      row.peerKind === 'group'
        ? 'Choose a security group.'
        : row.peerKind === 'my-ip'
          ? 'The server did not say which address you have. Choose Custom and enter it.'
          : `${side}: enter a CIDR block such as 203.0.113.0/24, a security group or a prefix list.`;
  }
  if (row.description.length > description_characters_max) out.description = 'At most 255 characters.';
  return out;
}

export const isFaulty = (p: RowProblems) => Object.keys(p).length > 0;

function portsOf(row: RuleRow): { FromPort?: number; ToPort?: number } {
  if (row.protocol === '-1' || (!hasPorts(row.protocol) && !row.protocol.startsWith('icmp'))) return {};
  const ports = parsePorts(row.ports);
  if (row.protocol.startsWith('icmp')) {
    const [type, code] = row.ports.split(/(?<=\d)-/).map((n) => (n.trim() === '' ? -1 : Number(n)));
    return { FromPort: type ?? -1, ToPort: code ?? -1 };
  }
  return ports ? { FromPort: ports.from, ToPort: ports.to } : {};
}

export function permissionOf(row: RuleRow): IpPermission {
  const peer = row.peer.trim();
  const said = row.description ? { Description: row.description } : {};
  const base: IpPermission = { IpProtocol: row.protocol, ...portsOf(row) };
  if (peer.startsWith('sg-')) return { ...base, UserIdGroupPairs: [{ GroupId: peer, ...said }] };
  if (peer.startsWith('pl-')) return { ...base, PrefixListIds: [{ PrefixListId: peer, ...said }] };
  if (peer.includes(':')) return { ...base, Ipv6Ranges: [{ CidrIpv6: peer, ...said }] };
  return { ...base, IpRanges: [{ CidrIp: peer, ...said }] };
}

// As ModifySecurityGroupRules takes it.
export function requestOf(row: RuleRow) {
  const peer = row.peer.trim();
  const where = peer.startsWith('sg-')
    ? { ReferencedGroupId: peer }
    : peer.startsWith('pl-')
      ? { PrefixListId: peer }
      : peer.includes(':')
        ? { CidrIpv6: peer }
        : { CidrIpv4: peer };
  return { IpProtocol: row.protocol, ...portsOf(row), ...where, Description: row.description };
}

export function portsText(rule: SecurityGroupRule): string {
  const { IpProtocol: protocol, FromPort: from, ToPort: to } = rule;
  if (protocol === '-1') return 'All';
  if (from === undefined || to === undefined || (from === -1 && to === -1)) return 'All';
  if (protocol?.startsWith('icmp')) return to === -1 ? String(from) : `${from}-${to}`;
  return from === to ? String(from) : `${from} - ${to}`;
}

const protocolNames: Record<string, string> = { '-1': 'All', tcp: 'TCP', udp: 'UDP', icmp: 'ICMP', icmpv6: 'ICMPv6' };
export const protocolText = (protocol?: string) => protocolNames[protocol ?? ''] ?? protocol ?? '-';

export const peerOf = (rule: SecurityGroupRule) =>
  rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.ReferencedGroupInfo?.GroupId ?? rule.PrefixListId ?? '';

function typeOf(protocol: string, ports: string): string {
  if (protocol === '-1') return 'all';
  const exact = ruleTypes.find((t) => t.protocol === protocol && t.ports === ports);
  if (exact) return exact.value;
  return ruleTypes.find((t) => t.protocol === protocol && t.ports === undefined)?.value ?? 'custom-protocol';
}

export function typeLabel(rule: SecurityGroupRule): string {
  const row = rowOf(rule);
  return ruleTypes.find((t) => t.value === row.type)?.label ?? 'Custom protocol';
}

export function rowOf(rule: SecurityGroupRule): RuleRow {
  const protocol = rule.IpProtocol ?? '-1';
  const isIcmp = protocol.startsWith('icmp');
  const ports =
    protocol === '-1' || rule.FromPort === undefined
      ? ''
      : isIcmp
        ? rule.ToPort === -1
          ? String(rule.FromPort)
          : `${rule.FromPort}-${rule.ToPort}`
        : rule.FromPort === rule.ToPort
          ? String(rule.FromPort)
          : `${rule.FromPort}-${rule.ToPort}`;
  const peer = peerOf(rule);
  return {
    key: rule.SecurityGroupRuleId ?? newKey(),
    ruleId: rule.SecurityGroupRuleId,
    type: typeOf(protocol, ports),
    protocol,
    ports,
    peerKind: peer.startsWith('sg-') ? 'group' : 'custom',
    peer,
    description: rule.Description ?? '',
  };
}

const sameRow = (a: RuleRow, b: RuleRow) => JSON.stringify(requestOf(a)) === JSON.stringify(requestOf(b));

// What has to be done so that the group has these rows and no others.
export function differences(before: RuleRow[], after: RuleRow[]) {
  const byId = new Map(before.map((row) => [row.ruleId, row]));
  return {
    added: after.filter((row) => !row.ruleId),
    changed: after.filter((row) => row.ruleId && byId.has(row.ruleId) && !sameRow(byId.get(row.ruleId)!, row)),
    removed: before.filter((row) => row.ruleId && !after.some((kept) => kept.ruleId === row.ruleId)),
  };
}
