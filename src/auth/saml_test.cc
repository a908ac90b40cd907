// SAML responses signed here with keys of the test's own: what is taken, and that nothing else is.
#include "auth/saml.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <xmlsec/xmlsec.h>
//
#include <xmlsec/crypto.h>
#include <xmlsec/templates.h>
#include <xmlsec/xmldsig.h>

#include "auth/saml_signature.h"
#include "auth/xml_document.h"
#include "base/encoding.h"

namespace haar::auth {
namespace {

constexpr const char* entity = "https://idp.example.com/saml";

// A key pair and its certificate, DER.
struct Pair {
  std::string private_key, certificate;
};

Pair make_pair(EVP_PKEY* key) {
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  Pair out;
  unsigned char* der = nullptr;
  out.certificate.assign(reinterpret_cast<char*>(der), 0);
  int size = i2d_X509(certificate, &der);
  out.certificate.assign(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  der = nullptr;
  size = i2d_PrivateKey(key, &der);
  out.private_key.assign(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return out;
}
Pair rsa_pair(std::size_t bits = 2048) { return make_pair(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits)); }

const Pair& own() {
  static const Pair pair = rsa_pair();
  return pair;
}
const Pair& stranger() {
  static const Pair pair = rsa_pair();
  return pair;
}

std::string metadata_of(const std::vector<Pair>& pairs, const std::string& more = {}) {
  std::string keys;
  for (const Pair& pair : pairs)
    keys += "<md:KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data>"
            "<ds:X509Certificate>" + to_base64(pair.certificate) + "</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
            "</md:KeyDescriptor>";
  return "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"" + std::string(entity) + "\"" +
         more + "><md:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">" + keys +
         "</md:IDPSSODescriptor></md:EntityDescriptor>";
}

std::string assertion(const std::string& id = "_a", const std::string& subject = "ana") {
  return "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"" + id +
         "\" Version=\"2.0\" IssueInstant=\"2026-11-20T12:00:00Z\"><saml:Issuer>" + entity +
         "</saml:Issuer><saml:Subject><saml:NameID>" + subject +
         "</saml:NameID><saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">"
         "<saml:SubjectConfirmationData NotOnOrAfter=\"2026-11-20T12:05:00Z\" Recipient=\"https://sp\"/>"
         "</saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore=\"2026-11-20T11:59:00Z\">"
         "<saml:AudienceRestriction><saml:Audience>us</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
         "<saml:AttributeStatement><saml:Attribute Name=\"a\"><saml:AttributeValue>1</saml:AttributeValue>"
         "<saml:AttributeValue> 2 </saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>";
}

std::string response(const std::string& inside, const std::string& id = "_r") {
  return "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"" + id +
         "\" Version=\"2.0\"><samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/>"
         "</samlp:Status>" + inside + "</samlp:Response>";
}

struct Signing {
  xmlSecTransformId method = xmlSecTransformRsaSha256Id, digest = xmlSecTransformSha256Id;
  bool key_in_message = false;
};

// Signs the element with this ID in place, with xmlsec's own template.
std::string sign(const std::string& xml, const std::string& id, const Pair& pair, const Signing& how = {}) {
  EXPECT_FALSE(is_signed_element(xmlDocGetRootElement(parse_xml("<a/>").value().get()), nullptr, {}));  // starts xmlsec
  XmlDocument document = parse_xml(xml).value();
  for (xmlNode* element : all_xml_elements(document.get())) {
    if (xml_attribute(element, "ID").value_or("") != id) continue;
    register_xml_id(document.get(), element);
    xmlNode* signature = xmlSecTmplSignatureCreate(document.get(), xmlSecTransformExclC14NId, how.method, nullptr);
    xmlAddChild(element, signature);
    xmlNode* reference = xmlSecTmplSignatureAddReference(
        signature, how.digest, nullptr, reinterpret_cast<const xmlChar*>(("#" + id).c_str()), nullptr);
    xmlSecTmplReferenceAddTransform(reference, xmlSecTransformEnvelopedId);
    xmlSecTmplReferenceAddTransform(reference, xmlSecTransformExclC14NId);
    if (how.key_in_message) xmlSecTmplKeyInfoAddKeyValue(xmlSecTmplSignatureEnsureKeyInfo(signature, nullptr));
    xmlSecDSigCtx* context = xmlSecDSigCtxCreate(nullptr);
    context->signKey = xmlSecCryptoAppKeyLoadMemory(reinterpret_cast<const xmlSecByte*>(pair.private_key.data()),
                                                    pair.private_key.size(), xmlSecKeyDataFormatDer, nullptr, nullptr, nullptr);
    EXPECT_EQ(xmlSecDSigCtxSign(context, signature), 0);
    xmlSecDSigCtxDestroy(context);
  }
  xmlChar* text = nullptr;
  int size = 0;
  xmlDocDumpMemory(document.get(), &text, &size);
  std::string out(reinterpret_cast<char*>(text), static_cast<std::size_t>(size));
  xmlFree(text);
  return out;
}

// "" if it is taken, else the error's code.
std::string verdict(const std::string& xml, const std::vector<Pair>& trusted = {own()}) {
  const SamlMetadata provider = parse_saml_metadata(metadata_of(trusted)).value();
  const Result<SamlAssertion> done = verify_saml_response(xml, {provider, {}, false});
  return done.ok() ? "" : done.error().code;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Saml, ASignedAssertionIsRead) {
  const SamlMetadata provider = parse_saml_metadata(metadata_of({own()})).value();
  const SamlAssertion said =
      verify_saml_response(sign(response(assertion()), "_a", own()), {provider, {}, false}).value();
  EXPECT_EQ(said.id, "_a");
  EXPECT_EQ(said.subject, "ana");
  EXPECT_EQ(said.issuer, entity);
  EXPECT_EQ(said.recipient, "https://sp");
  EXPECT_EQ(format_iso8601(said.confirmed_until), "2026-11-20T12:05:00Z");
  EXPECT_EQ(said.audiences, std::vector<std::vector<std::string>>{{"us"}});
  EXPECT_EQ(said.attributes.at("a"), (std::vector<std::string>{"1", "2"}));
}

TEST(Saml, TheSignatureMayStandInEitherElement) {
  const std::string plain = response(assertion());
  EXPECT_EQ(verdict(sign(plain, "_a", own())), "");
  EXPECT_EQ(verdict(sign(plain, "_r", own())), "");
  EXPECT_EQ(verdict(sign(sign(plain, "_a", own()), "_r", own())), "");
  EXPECT_EQ(verdict(plain), "InvalidSignature");
  // One right signature does not make up for a wrong one.
  EXPECT_EQ(verdict(sign(sign(plain, "_a", stranger()), "_r", own())), "InvalidSignature");
  EXPECT_EQ(verdict(sign(sign(plain, "_a", own()), "_r", stranger())), "InvalidSignature");
}

TEST(Saml, OnlyKeysOfTheMetadataCount) {
  const std::string by_stranger = sign(response(assertion()), "_a", stranger(), {.key_in_message = true});
  EXPECT_EQ(verdict(by_stranger), "InvalidSignature");
  EXPECT_EQ(verdict(by_stranger, {own(), stranger()}), "");
  EXPECT_EQ(verdict(sign(response(assertion()), "_a", own(), {.key_in_message = true})), "");
}

TEST(Saml, Sha1IsNotTaken) {
  EXPECT_EQ(verdict(sign(response(assertion()), "_a", own(), {.method = xmlSecTransformRsaSha1Id})), "InvalidSignature");
  EXPECT_EQ(verdict(sign(response(assertion()), "_a", own(), {.digest = xmlSecTransformSha1Id})), "InvalidSignature");
  EXPECT_EQ(verdict(sign(response(assertion()), "_a", own(),
                         {.method = xmlSecTransformRsaSha384Id, .digest = xmlSecTransformSha384Id})), "");
}

TEST(Saml, NothingSignedCanBeChanged) {
  const std::string good = sign(response(assertion()), "_a", own());
  EXPECT_EQ(verdict(replaced(good, ">ana<", ">eve<")), "InvalidSignature");
  EXPECT_EQ(verdict(replaced(good, "https://sp", "https://xx")), "InvalidSignature");
  EXPECT_EQ(verdict(replaced(good, "2026-11-20T12:05:00Z", "2036-11-20T12:05:00Z")), "InvalidSignature");
  EXPECT_EQ(verdict(replaced(good, "URI=\"#_a\"", "URI=\"\"")), "InvalidSignature");
  EXPECT_EQ(verdict(replaced(good, "URI=\"#_a\"", "URI=\"#_r\"")), "InvalidSignature");
  EXPECT_EQ(verdict(replaced(good, "rsa-sha256", "hmac-sha256")), "InvalidSignature");
  // Outside of what is signed, a word may differ: it is not read.
  EXPECT_EQ(verdict(replaced(good, "ID=\"_r\"", "ID=\"_q\"")), "");
}

TEST(Saml, ThereIsOneAssertionAndOneOfEachId) {
  const std::string good = sign(response(assertion()), "_a", own());
  const std::size_t start = good.find("<saml:Assertion");
  const std::string signed_one = good.substr(start, good.find("</samlp:Response>") - start);
  const std::string hidden = "<samlp:Extensions>" + signed_one + "</samlp:Extensions>", evil = assertion("_e", "eve");
  for (const std::string& bad :
       {response(evil + signed_one), response(signed_one + evil), response(assertion("_a", "eve") + signed_one),
        response(hidden + evil), response(hidden),
        response(replaced(evil, "</saml:Assertion>", signed_one + "</saml:Assertion>")),
        replaced(good, "ID=\"_r\"", "ID=\"_a\""), replaced(good, "<samlp:Status>", "<samlp:Status Id=\"_a\">"),
        response(good)})
    EXPECT_EQ(verdict(bad), "InvalidSaml");
  EXPECT_EQ(verdict(response("")), "InvalidSaml");
}

TEST(Saml, SignaturesStandWhereTheyBelong) {
  const std::string good = sign(response(assertion()), "_a", own());
  const std::size_t at = good.find("<Signature");
  const std::string signature = good.substr(at, good.find("</Signature>") + 12 - at);
  const std::string bare = replaced(good, signature, "");
  EXPECT_EQ(verdict(replaced(bare, "</samlp:Response>", signature + "</samlp:Response>")), "InvalidSignature");
  EXPECT_EQ(verdict(replaced(bare, "<saml:Subject>", "<saml:Subject>" + signature)), "InvalidSignature");
  EXPECT_EQ(verdict(replaced(good, signature, signature + signature)), "InvalidSignature");
  EXPECT_EQ(verdict(replaced(good, "</Signature>", "<Object>x</Object></Signature>")), "InvalidSignature");
}

TEST(Saml, CommentsAndEntitiesAreNotRead) {
  const std::string good = sign(response(assertion("_a", "ana.eve")), "_a", own());
  EXPECT_EQ(verdict(good), "");
  EXPECT_EQ(verdict(replaced(good, "ana.eve", "ana<!-- -->.eve")), "InvalidSaml");
  EXPECT_EQ(verdict(replaced(good, "ana.eve", "ana<?x?>.eve")), "InvalidSignature");
  EXPECT_FALSE(parse_xml("<!DOCTYPE a><a/>").ok());
  EXPECT_FALSE(parse_xml("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>").ok());
  EXPECT_FALSE(parse_xml("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>").ok());
  EXPECT_FALSE(parse_xml("<a>&x;</a>").ok());
  EXPECT_FALSE(parse_xml("<a>\xff</a>").ok());
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "<a>";
  EXPECT_FALSE(parse_xml(deep).ok());
}

TEST(Saml, WhoSaysItAndHow) {
  const SamlMetadata provider = parse_saml_metadata(metadata_of({own()})).value();
  const auto code = [&](const std::string& xml) {
    const Result<SamlAssertion> done = verify_saml_response(sign(xml, "_r", own()), {provider, {}, false});
    return done.ok() ? "" : done.error().code;
  };
  const std::string good = response(assertion());
  EXPECT_EQ(code(good), "");
  EXPECT_EQ(code(replaced(good, entity, "https://else")), "WrongIssuer");
  EXPECT_EQ(code(replaced(good, "status:Success", "status:Requester")), "Rejected");
  EXPECT_EQ(code(replaced(good, "cm:bearer", "cm:holder-of-key")), "InvalidSaml");
  EXPECT_EQ(code(replaced(good, " NotOnOrAfter=\"2026-11-20T12:05:00Z\"", "")), "InvalidSaml");
  EXPECT_EQ(code(replaced(good, "<saml:AudienceRestriction>", "<saml:Condition/><saml:AudienceRestriction>")), "InvalidSaml");
  EXPECT_EQ(code(replaced(good, "<saml:NameID>ana</saml:NameID>", "")), "InvalidSaml");
  EXPECT_EQ(code(replaced(good, "IssueInstant=\"2026", "IssueInstant=\"x2026")), "InvalidSaml");
}

TEST(SamlMetadata, IsReadStrictly) {
  const SamlMetadata read = parse_saml_metadata(metadata_of({own(), stranger()}, " validUntil=\"2030-01-01T00:00:00Z\"")).value();
  EXPECT_EQ(read.entity_id, entity);
  EXPECT_EQ(read.signing_certificates, (std::vector<std::string>{own().certificate, stranger().certificate}));
  EXPECT_EQ(format_iso8601(*read.valid_until), "2030-01-01T00:00:00Z");
  const std::string good = metadata_of({own()});
  for (const std::string& bad :
       {std::string(), replaced(good, "entityID", "entityId"), replaced(good, "md:IDPSSODescriptor", "md:SPSSODescriptor"),
        metadata_of({}), metadata_of({{"", "no certificate"}}), metadata_of({rsa_pair(512)}), "\xef\xbb\xbf" + good,
        metadata_of({own()}, " validUntil=\"soon\""), "<!DOCTYPE a>" + good})
    EXPECT_FALSE(parse_saml_metadata(bad).ok()) << bad.substr(0, 80);
}

}  // namespace
}  // namespace haar::auth
