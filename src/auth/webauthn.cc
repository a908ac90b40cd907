#include "auth/webauthn.h"

#include <boost/json.hpp>

#include <memory>

#include "auth/libfido2.h"
#include "auth/sha256.h"
#include "base/encoding.h"

namespace haar::auth {
namespace {

namespace json = boost::json;

constexpr std::size_t rp_hash_bytes = 32, flags_at = 32, head_bytes = 37;
constexpr unsigned char user_present = 0x01, has_credential = 0x40;

Error invalid(std::string_view why) { return {"InvalidPasskey", std::string(why), 400}; }

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string_view text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

// What the browser says that it was asked, and by which page.
Result<void> check_client_data(const WebAuthnRequest& asked, std::string_view client_data, std::string_view type) {
  json::error_code error;
  const json::value parsed = client_data.size() <= webauthn_part_bytes_max ? json::parse(client_data, error) : json::value();
  if (error || !parsed.is_object()) return invalid("The browser's answer cannot be read.");
  const json::object& said = parsed.get_object();
  if (text_of(said, "type") != type) return invalid("The browser's answer is to another question.");
  if (asked.challenge.empty() || !equal_constant_time(text_of(said, "challenge"), asked.challenge))
    return invalid("The answer is not to what was asked now.");
  if (text_of(said, "origin") != asked.origin) return invalid("The answer is for another page.");
  const json::value* cross = said.if_contains("crossOrigin");
  if (cross != nullptr && (!cross->is_bool() || cross->get_bool())) return invalid("The page was inside another one.");
  return {};
}

Result<void> check_authenticator_data(const WebAuthnRequest& asked, std::string_view data) {
  if (data.size() < head_bytes || data.size() > webauthn_part_bytes_max)
    return invalid("The authenticator's answer cannot be read.");
  const Digest rp = sha256(asked.rp_id);
  if (!equal_constant_time(data.substr(0, rp_hash_bytes), bytes_of(rp))) return invalid("The key is for another site.");
  if ((static_cast<unsigned char>(data[flags_at]) & user_present) == 0) return invalid("Nobody was there to touch the key.");
  return {};
}

void begin() {
  static const bool done = (fido_init(0), true);
  static_cast<void>(done);
}

struct FreeCred {
  void operator()(fido_cred_t* cred) const { fido_cred_free(&cred); }
};
struct FreeAssert {
  void operator()(fido_assert_t* one) const { fido_assert_free(&one); }
};
using Cred = std::unique_ptr<fido_cred_t, FreeCred>;
using Assertion = std::unique_ptr<fido_assert_t, FreeAssert>;

std::string taken(const unsigned char* data, std::size_t size) {
  return data == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(data), size);
}

// The signature under a key of one kind.
template <class New, class From, class Free>
bool verifies(fido_assert_t* one, int algorithm, const std::string& key, New& make, From& from, Free& release) {
  auto* public_key = make();
  const bool right = public_key != nullptr && from(public_key, key.data(), key.size()) == FIDO_OK &&
                     fido_assert_verify(one, 0, algorithm, public_key) == FIDO_OK;
  release(&public_key);
  return right;
}

bool verifies(fido_assert_t* one, const PublicKeyCredential& known) {
  switch (known.algorithm) {
    case cose_es256: return verifies(one, COSE_ES256, known.public_key, es256_pk_new, es256_pk_from_ptr, es256_pk_free);
    case cose_eddsa: return verifies(one, COSE_EDDSA, known.public_key, eddsa_pk_new, eddsa_pk_from_ptr, eddsa_pk_free);
    case cose_rs256: return verifies(one, COSE_RS256, known.public_key, rs256_pk_new, rs256_pk_from_ptr, rs256_pk_free);
    default: return false;
  }
}

}  // namespace

Result<PublicKeyCredential> read_registration(const WebAuthnRequest& asked, std::string_view client_data,
                                              std::string_view authenticator_data) {
  TRY(check_client_data(asked, client_data, "webauthn.create"));
  TRY(check_authenticator_data(asked, authenticator_data));
  if ((static_cast<unsigned char>(authenticator_data[flags_at]) & has_credential) == 0)
    return invalid("The authenticator has registered nothing.");
  begin();
  for (const int algorithm : {cose_es256, cose_eddsa, cose_rs256}) {
    const Cred cred(fido_cred_new());
    if (!cred || fido_cred_set_type(cred.get(), algorithm) != FIDO_OK ||
        fido_cred_set_authdata_raw(cred.get(), bytes(authenticator_data), authenticator_data.size()) != FIDO_OK)
      continue;
    PublicKeyCredential out;
    out.id = taken(fido_cred_id_ptr(cred.get()), fido_cred_id_len(cred.get()));
    out.public_key = taken(fido_cred_pubkey_ptr(cred.get()), fido_cred_pubkey_len(cred.get()));
    out.algorithm = algorithm;
    out.aaguid = to_hex(taken(fido_cred_aaguid_ptr(cred.get()), fido_cred_aaguid_len(cred.get())));
    out.sign_count = fido_cred_sigcount(cred.get());
    if (out.id.empty() || out.id.size() > credential_id_bytes_max || out.public_key.empty()) break;
    return out;
  }
  return invalid("The authenticator's key is of no kind that is taken.");
}

Result<std::uint32_t> verify_assertion(const WebAuthnRequest& asked, const PublicKeyCredential& known,
                                       std::string_view client_data, std::string_view authenticator_data,
                                       std::string_view signature) {
  TRY(check_client_data(asked, client_data, "webauthn.get"));
  TRY(check_authenticator_data(asked, authenticator_data));
  begin();
  const Digest hash = sha256(client_data);
  const Assertion one(fido_assert_new());
  const bool set = one && fido_assert_set_clientdata_hash(one.get(), hash.data(), hash.size()) == FIDO_OK &&
                   fido_assert_set_rp(one.get(), asked.rp_id.c_str()) == FIDO_OK &&
                   fido_assert_set_count(one.get(), 1) == FIDO_OK &&
                   fido_assert_set_up(one.get(), FIDO_OPT_TRUE) == FIDO_OK &&
                   fido_assert_set_authdata_raw(one.get(), 0, bytes(authenticator_data), authenticator_data.size()) == FIDO_OK &&
                   fido_assert_set_sig(one.get(), 0, bytes(signature), signature.size()) == FIDO_OK;
  if (!set || !verifies(one.get(), known)) return invalid("The signature is not of this key.");
  const std::uint32_t count = fido_assert_sigcount(one.get(), 0);
  if ((count != 0 || known.sign_count != 0) && count <= known.sign_count)
    return invalid("The key's count of signatures did not rise: there may be a copy of it.");
  return count;
}

}  // namespace haar::auth
