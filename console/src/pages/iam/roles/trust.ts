// Trust policies: who may assume a role, as the forms of "Create role" ask.

export type TrustKind = 'service' | 'account' | 'web' | 'saml' | 'custom';

export interface Trust {
  kind: TrustKind;
  service: string;
  otherAccount: boolean;
  account: string;
  externalId: string;
  needsExternalId: boolean;
  needsMfa: boolean;
  provider: string;      // ARN, of an OIDC or SAML provider
  audience: string;
  subject: string;
  samlConsole: boolean;
  text: string;          // of a custom policy
}

const CUSTOM = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Statement1', Effect: 'Allow', Principal: {}, Action: 'sts:AssumeRole' }],
}, null, 4);

export const FIRST_TRUST: Trust = {
  kind: 'service', service: 'ec2.amazonaws.com', otherAccount: false, account: '', externalId: '', needsExternalId: false,
  needsMfa: false, provider: '', audience: '', subject: '', samlConsole: true, text: CUSTOM,
};

// Of AWS's console; SAML responses name it as their audience.
export const SAML_AUDIENCE = 'https://signin.aws.amazon.com/saml';

const issuerOf = (arn: string) => arn.slice(arn.indexOf('/') + 1);

function accountStatement(trust: Trust, own: string) {
  const account = trust.otherAccount ? trust.account : own;
  const condition = {
    ...(trust.needsExternalId ? { StringEquals: { 'sts:ExternalId': trust.externalId } } : {}),
    ...(trust.needsMfa ? { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } : {}),
  };
  return { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: account }, Condition: condition };
}

function webStatement({ provider, audience, subject }: Trust) {
  const issuer = issuerOf(provider);
  return {
    Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity', Principal: { Federated: provider },
    Condition: {
      StringEquals: { [`${issuer}:aud`]: [audience] },
      ...(subject ? { StringLike: { [`${issuer}:sub`]: [subject] } } : {}),
    },
  };
}

function samlStatement({ provider, samlConsole }: Trust) {
  return {
    Effect: 'Allow', Action: 'sts:AssumeRoleWithSAML', Principal: { Federated: provider },
    ...(samlConsole ? { Condition: { StringEquals: { 'SAML:aud': SAML_AUDIENCE } } } : {}),
  };
}

export function trustDocument(trust: Trust, ownAccount: string): string {
  if (trust.kind === 'custom') return trust.text;
  const statement = {
    service: () => ({ Effect: 'Allow', Action: ['sts:AssumeRole'], Principal: { Service: [trust.service] } }),
    account: () => accountStatement(trust, ownAccount),
    web: () => webStatement(trust),
    saml: () => samlStatement(trust),
  }[trust.kind]();
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 4);
}

// What is missing, in words.
export function trustProblem(trust: Trust): string | undefined {
  if (trust.kind === 'service' && !/^[a-z0-9.-]+\.[a-z]+$/.test(trust.service)) return 'Choose a service.';
  if (trust.kind === 'account') {
    if (trust.otherAccount && !/^\d{12}$/.test(trust.account)) return 'An account ID has twelve digits.';
    if (trust.needsExternalId && !/^[\w+=,.@:/-]{2,1224}$/.test(trust.externalId)) return 'An external ID has 2 to 1,224 letters, digits and +=,.@:/- .';
  }
  if ((trust.kind === 'web' || trust.kind === 'saml') && !trust.provider) return 'Choose an identity provider.';
  if (trust.kind === 'web' && !trust.audience) return 'Choose an audience.';
  return undefined;
}

// "ec2.amazonaws.com", "account 444455556666": whom a trust policy trusts, for the list of roles.
export function trusted(text: string): string[] {
  try {
    const document = JSON.parse(text);
    const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
    return [...new Set<string>(statements.flatMap(({ Principal }: { Principal?: Record<string, string | string[]> | string }) => {
      if (typeof Principal === 'string') return ['Everybody (*)'];
      return Object.entries(Principal ?? {}).flatMap(([type, values]) => [values].flat().map((value) => describe(type, value)));
    }))];
  } catch {
    return [];
  }
}

function describe(type: string, value: string): string {
  if (type === 'Service') return `Service: ${value.replace('.amazonaws.com', '')}`;
  if (type === 'Federated') return `Identity provider: ${value}`;
  return /^\d{12}$/.test(value) || /:root$/.test(value) ? `Account: ${value.split(':')[4] ?? value}` : value;
}
