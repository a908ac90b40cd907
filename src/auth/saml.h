// A SAML 2.0 response, verified: who is vouched for, and what is said of them.
//
// A message is taken only in the one shape that leaves nothing to choose from. There is one Assertion (or one
// EncryptedAssertion) in the whole document, a child of the Response; signatures stand only in those two
// elements, each with one reference, to the very element it stands in; no ID occurs twice. So what was signed
// and what is read is the same element, and wrapping attacks have nowhere to put a second one. Keys come from
// the provider's metadata, never from the message. SHA-1 is not taken:
// docs/decisions/2026-11-20-saml-algorithms.md
//
// https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf, section 5
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/saml_metadata.h"
#include "base/clock.h"
#include "base/result.h"

namespace haar::auth {

inline constexpr std::size_t max_saml_response_bytes = 100'000;  // SAMLAssertion's own limit, in base64
inline constexpr std::size_t max_saml_attribute_values = 1'000;

struct SamlRules {
  const SamlMetadata& provider;
  std::vector<std::string> private_keys;  // PEM; to decrypt with
  bool must_be_encrypted = false;
};

struct SamlAssertion {
  std::string id, issuer;
  std::string subject, subject_format;  // of the NameID; no format: empty
  // Of the one bearer confirmation.
  std::string recipient;
  Timestamp confirmed_until{};
  Timestamp issued{};
  std::optional<Timestamp> not_before, not_on_or_after, session_until;
  // One list for each AudienceRestriction; the message is for whom all of them name.
  std::vector<std::vector<std::string>> audiences;
  std::string destination;  // of the Response; none: empty
  std::map<std::string, std::vector<std::string>> attributes;  // by Name
};

// `xml`: the decoded message. Signature, shape and issuer are checked here; times, recipient, audience and
// attributes are the caller's to judge. Error codes: "InvalidSaml" (the message says what is wrong),
// "InvalidSignature", "WrongIssuer", "Rejected" (the provider reports a failure). What cannot be decrypted is
// an InvalidSignature too.
Result<SamlAssertion> verify_saml_response(std::string_view xml, const SamlRules& rules);

// Whether a text is an RSA private key, in PEM without a password, that can decrypt assertions.
bool is_saml_private_key(std::string_view pem);

}  // namespace haar::auth
