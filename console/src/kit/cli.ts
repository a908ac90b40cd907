// The AWS CLI's command for an operation and its input, as the CLI's own tables make them: names with hyphens, flags
// without values, shorthand for what is simple and JSON for what is not.

type Value = unknown;

// Their values belong to nobody's shell history.
const SECRET = /^(Password|NewPassword|OldPassword|MasterUserPassword|AuthToken|Passwords|SecretString|AuthenticationCode\d?)$/;

// DBClusterIdentifier -> db-cluster-identifier; EnableIAMDatabaseAuthentication -> enable-iam-database-authentication.
export function hyphenated(name: string): string {
  const plural = /[A-Z]{2,}s$/.exec(name);  // PolicyARNs: "arns" is one word
  const stem = plural ? `${name.slice(0, plural.index)}-${plural[0].toLowerCase()}` : name;
  return stem
    .replace(/(.)([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/-+/g, '-')
    .replace(/^-/, '')
    .toLowerCase();
}

export function shellQuoted(text: string): string {
  if (text !== '' && /^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

const isObject = (value: Value): value is Record<string, Value> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isScalar = (value: Value) => ['string', 'number', 'boolean'].includes(typeof value);
// What shorthand cannot say without quotes of its own.
const plain = (value: Value) => isScalar(value) && /^[A-Za-z0-9_@%+:./-]+$/.test(String(value));

function shorthand(value: Value): string | undefined {
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  if (entries.length === 0 || !entries.every(([, member]) => plain(member))) return undefined;
  return entries.map(([name, member]) => `${name}=${member}`).join(',');
}

function words(value: Value): string[] {
  if (Array.isArray(value)) {
    if (value.every(isScalar)) return value.map((item) => shellQuoted(String(item)));
    const short = value.map(shorthand);
    if (short.every((text) => text !== undefined)) return short as string[];
    return [shellQuoted(JSON.stringify(value))];
  }
  if (isObject(value)) return [shorthand(value) ?? shellQuoted(JSON.stringify(value))];
  return [shellQuoted(String(value))];
}

export interface CliCall {
  service: string;
  operation: string;
  input?: Record<string, Value>;
  region?: string;
}

// One argument a piece, so that it can be broken into lines.
export function cliPieces({ service, operation, input = {}, region }: CliCall): string[] {
  const pieces = [`aws ${service} ${hyphenated(operation)}`];
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue;
    const name = hyphenated(member);
    if (value === true) pieces.push(`--${name}`);
    else if (value === false) pieces.push(`--no-${name}`);
    else if (SECRET.test(member)) pieces.push(`--${name} '…'`);
    else pieces.push(`--${name} ${words(value).join(' ')}`);
  }
  if (region) pieces.push(`--region ${region}`);
  return pieces;
}

export function cliCommand(call: CliCall): string {
  const pieces = cliPieces(call);
  const oneLine = pieces.join(' ');
  return oneLine.length <= 80 ? oneLine : pieces.join(' \\\n  ');
}
