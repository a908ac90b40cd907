// A real identity provider for the tests: oidc-provider, and a bench beside it that signs what a test asks for
// (tokens that the provider itself would never issue, and SAML messages).
//
//   node idp.mjs                 prints {"issuer": "http://127.0.0.1:PORT"}
//   POST /token                  oidc-provider's own, grant client_credentials
//   POST /bench/claims           the claims to add to the provider's next tokens
//   POST /bench/jwt              {header, claims, key}: signed with the provider's key "rsa" or "ec", or with
//                                a "stranger" of the same key id
//   POST /bench/xml              {xml, id, key, certificate, algorithm, digest, extraReference}: the element with this ID
//                                signed in place, by xml-crypto
import crypto from 'node:crypto';
import http from 'node:http';
import Provider from 'oidc-provider';
import * as jose from 'jose';
import { SignedXml } from 'xml-crypto';

async function makeKey(alg, kid) {
  const pair = await jose.generateKeyPair(alg, { extractable: true });
  return { ...(await jose.exportJWK(pair.privateKey)), kid, alg, use: 'sig' };
}

const keys = {
  rsa: await makeKey('RS256', 'rsa-1'),
  ec: await makeKey('ES256', 'ec-1'),
  stranger: await makeKey('RS256', 'rsa-1'),
};
let addedClaims = {};

// xml-crypto brings RSA alone; the signature's form is that of XML signatures, two numbers side by side.
const ecdsa = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';
class EcdsaSha256 {
  getSignature = (info, key) => crypto.sign('sha256', Buffer.from(info), { key, dsaEncoding: 'ieee-p1363' }).toString('base64');
  getAlgorithmName = () => ecdsa;
}

function signXml({ xml, id, key, certificate, algorithm, digest, extraReference }) {
  const signer = new SignedXml({
    privateKey: key,
    publicCert: certificate,
    signatureAlgorithm: algorithm ?? 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
    idAttribute: 'ID',
  });
  signer.SignatureAlgorithms[ecdsa] = EcdsaSha256;
  const at = (name) => `//*[@ID='${name}']`;
  for (const one of [id, ...(extraReference ? [extraReference] : [])]) {
    signer.addReference({
      xpath: at(one),
      digestAlgorithm: digest ?? 'http://www.w3.org/2001/04/xmlenc#sha256',
      transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'],
    });
  }
  signer.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: `${at(id)}/*[local-name(.)='Issuer']`, action: 'after' },
  });
  return signer.getSignedXml();
}

const bench = {
  '/bench/claims': async (body) => { addedClaims = body; return {}; },
  '/bench/jwt': async ({ header, claims, key }) => {
    const jwk = keys[key ?? 'rsa'];
    const signer = new jose.SignJWT(claims).setProtectedHeader({ alg: jwk.alg, kid: jwk.kid, ...header });
    return { token: await signer.sign(await jose.importJWK(jwk, header?.alg ?? jwk.alg)) };
  },
  '/bench/xml': async (body) => ({ xml: signXml(body) }),
};

let provider;
const server = http.createServer(async (request, response) => {
  const work = bench[request.url];
  if (!work) return provider(request, response);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const answer = await work(JSON.parse(Buffer.concat(chunks).toString()));
    response.end(JSON.stringify(answer));
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error.stack));
  }
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;
provider = new Provider(issuer, {
  clients: [{ client_id: 'app', client_secret: 'app-secret', grant_types: ['client_credentials'], redirect_uris: [],
              response_types: [] }],
  jwks: { keys: [keys.rsa, keys.ec] },
  ttl: { ClientCredentials: 600 },
  extraTokenClaims: () => addedClaims,
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'urn:haar:sts',
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: '', audience: 'sts.amazonaws.com', accessTokenFormat: 'jwt',
                                      jwt: { sign: { alg: 'RS256' } } }),
    },
  },
}).callback();
console.log(JSON.stringify({ issuer }));
