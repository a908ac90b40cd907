"""SAML metadata and responses for the tests; test/idp signs them."""
import base64
import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
RECIPIENT = "https://signin.aws.amazon.com/saml"
ISSUER = "https://idp.example.com/saml"


class Signer:
    """A key with a certificate, as PEM, and the metadata that announces it."""

    def __init__(self, kind="rsa", issuer=ISSUER):
        key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp.example.com")])
        now = datetime.datetime.now(datetime.timezone.utc)
        made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
                .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
                .not_valid_after(now + datetime.timedelta(days=365)).sign(key, hashes.SHA256()))
        self.kind, self.issuer, self.key = kind, issuer, key
        self.private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                         serialization.NoEncryption()).decode()
        self.certificate = made.public_bytes(serialization.Encoding.PEM).decode()

    def metadata(self, *others, more=""):
        keys = "".join(
            '<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
            + "".join(one.certificate.splitlines()[1:-1]) + "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            for one in (self, *others))
        return (f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
                f'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{self.issuer}"{more}>'
                f'<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}'
                f'<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
                f'Location="{self.issuer}/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>').ljust(1000)


def moment(seconds=0):
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return then.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def attribute(name, *values):
    inner = "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
    return f'<saml:Attribute Name="{name}">{inner}</saml:Attribute>'


class Message:
    """A response, with everything right unless a test says otherwise."""

    def __init__(self, unique, role, provider, **changes):
        self.id, self.response_id = f"_a-{unique}", f"_r-{unique}"
        self.values = {
            "issuer": ISSUER, "response_issuer": ISSUER, "recipient": RECIPIENT, "destination": RECIPIENT,
            "audience": "urn:amazon:webservices", "subject": "ana@example.com", "issued": moment(-2),
            "format": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", "not_before": moment(-5),
            "not_on_or_after": moment(300), "confirmed_until": moment(300), "session_until": "", "method": "bearer",
            "status": "urn:oasis:names:tc:SAML:2.0:status:Success", "roles": [f"{role},{provider}"],
            "session_name": "ana", "more": "", "confirmations": 1, **changes}

    def assertion(self):
        v = self.values
        session = f' SessionNotOnOrAfter="{v["session_until"]}"' if v["session_until"] else ""
        audience = (f'<saml:AudienceRestriction><saml:Audience>{v["audience"]}</saml:Audience></saml:AudienceRestriction>'
                    if v["audience"] else "")
        confirmation = (f'<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:{v["method"]}">'
                        f'<saml:SubjectConfirmationData NotOnOrAfter="{v["confirmed_until"]}" Recipient="{v["recipient"]}"/>'
                        f'</saml:SubjectConfirmation>') * v["confirmations"]
        name = attribute(ATTRIBUTES + "RoleSessionName", v["session_name"]) if v["session_name"] is not None else ""
        return (f'<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{self.id}" Version="2.0" '
                f'IssueInstant="{v["issued"]}"><saml:Issuer>{v["issuer"]}</saml:Issuer>'
                f'<saml:Subject><saml:NameID Format="{v["format"]}">{v["subject"]}</saml:NameID>{confirmation}</saml:Subject>'
                f'<saml:Conditions NotBefore="{v["not_before"]}" NotOnOrAfter="{v["not_on_or_after"]}">{audience}'
                f'</saml:Conditions><saml:AuthnStatement AuthnInstant="{v["issued"]}"{session}/>'
                f'<saml:AttributeStatement>{attribute(ATTRIBUTES + "Role", *v["roles"])}{name}{v["more"]}'
                f'</saml:AttributeStatement></saml:Assertion>')

    def response(self, inside=None):
        v = self.values
        destination = f' Destination="{v["destination"]}"' if v["destination"] else ""
        return (f'<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
                f'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{self.response_id}" Version="2.0" '
                f'IssueInstant="{v["issued"]}"{destination}><saml:Issuer>{v["response_issuer"]}</saml:Issuer>'
                f'<samlp:Status><samlp:StatusCode Value="{v["status"]}"/></samlp:Status>'
                f'{self.assertion() if inside is None else inside}</samlp:Response>')

    def signed(self, provider, signer, what="assertion", **options):
        """The response as XML, signed by xml-crypto: `what` is assertion, response, both or neither."""
        xml = self.response()
        keys = {"key": signer.private, "certificate": signer.certificate, **options}
        if signer.kind == "ec":
            keys.setdefault("algorithm", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256")
        if what in ("assertion", "both"):
            xml = provider.signed_xml(xml, self.id, **keys)
        if what in ("response", "both"):
            xml = provider.signed_xml(xml, self.response_id, **keys)
        return xml


def encoded(xml):
    return base64.b64encode(xml.encode()).decode()


def encrypted(xml, signer, cipher="aes256-gcm", transport="rsa-oaep-mgf1p"):
    """The message with its assertion encrypted for this key (XML encryption, by the cryptography package)."""
    import os
    import re

    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    assertion = re.search(r"<saml:Assertion .*</saml:Assertion>", xml, flags=re.S).group()
    key = os.urandom(32)
    if cipher == "aes256-gcm":
        nonce = os.urandom(12)
        data, method = nonce + AESGCM(key).encrypt(nonce, assertion.encode(), None), "http://www.w3.org/2009/xmlenc11#aes256-gcm"
    else:
        start, plain = os.urandom(16), assertion.encode()
        count = 16 - len(plain) % 16
        encryptor = Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
        data = start + encryptor.update(plain + bytes(count - 1) + bytes([count])) + encryptor.finalize()
        method = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
    pad = (padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None) if transport == "rsa-oaep-mgf1p"
           else padding.PKCS1v15())
    wrapped = signer.key.public_key().encrypt(key, pad)
    digest = '<ds:DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/>' if "oaep" in transport else ""

    def value(raw):
        return f"<xenc:CipherData><xenc:CipherValue>{base64.b64encode(raw).decode()}</xenc:CipherValue></xenc:CipherData>"

    return xml.replace(assertion, (
        '<saml:EncryptedAssertion><xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" '
        'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Type="http://www.w3.org/2001/04/xmlenc#Element">'
        f'<xenc:EncryptionMethod Algorithm="{method}"/><ds:KeyInfo><xenc:EncryptedKey>'
        f'<xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#{transport}">{digest}</xenc:EncryptionMethod>'
        f'{value(wrapped)}</xenc:EncryptedKey></ds:KeyInfo>{value(data)}</xenc:EncryptedData></saml:EncryptedAssertion>'))
