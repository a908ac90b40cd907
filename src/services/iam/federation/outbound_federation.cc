#include "services/iam/federation/outbound_federation.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "auth/jwt.h"
#include "model/iam/DisableOutboundWebIdentityFederation.h"
#include "model/iam/EnableOutboundWebIdentityFederation.h"
#include "model/iam/GetOutboundWebIdentityFederationInfo.h"
#include "model/iam/service.h"
#include "services/iam/operations.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 2> algorithms{"RS256", "ES384"};
constexpr std::string_view discovery_path = "/.well-known/openid-configuration";
constexpr std::string_view keys_path = "/.well-known/jwks.json";

store::Key record_key(const AccountId& account) {
  return store::key_of(account, store::global, "outbound-federation");
}

std::string binding(const AccountId& account, std::string_view issuer_id, std::string_view key_id) {
  return "outbound-federation/" + account.value + "/" + std::string(issuer_id) + "/" + std::string(key_id);
}

struct NewKeys {
  std::vector<auth::JwtKeyPair> pairs;
};

// RSA keys take a tenth of a second: made before the transaction, even where the account has some already.
Result<NewKeys> make_keys(const api::Environment& env, const wire::Empty&) {
  NewKeys out;
  for (const std::string_view algorithm : algorithms)
    out.pairs.push_back(TRY(auth::make_jwt_key(algorithm, uuid4(env.random))));
  return out;
}

Result<EnableOutboundWebIdentityFederationResponse> enable(Call& call, const wire::Empty&, const NewKeys& made) {
  const OutboundFederationRecord* known = call.txn.get(outbound_federation, record_key(call.account()));
  if (known != nullptr && known->enabled)
    return errors::FeatureEnabled("Outbound web identity federation is already enabled for this account.");
  OutboundFederationRecord record = known != nullptr ? *known : OutboundFederationRecord{};
  if (known == nullptr) {
    record.issuer_id = uuid4(call.random());
    for (const auth::JwtKeyPair& pair : made.pairs) {
      const std::string place = binding(call.account(), record.issuer_id, pair.key_id);
      record.keys.push_back(
          {pair.key_id, pair.algorithm, call.env.keyring.seal(pair.private_der, place), pair.public_jwk});
    }
  }
  record.enabled = true;
  EnableOutboundWebIdentityFederationResponse out;
  out.IssuerIdentifier = outbound_issuer_url(call.env.part<api::OwnEndpoint>(), record);
  call.txn.put(outbound_federation, record_key(call.account()), std::move(record));
  return out;
}

Error disabled() {
  return errors::FeatureDisabled("Outbound web identity federation is not enabled for this account.");
}

Result<GetOutboundWebIdentityFederationInfoResponse> get_info(Call& call, const wire::Empty&) {
  const OutboundFederationRecord* record = enabled_outbound_federation(call.txn, call.account());
  if (record == nullptr) return disabled();
  GetOutboundWebIdentityFederationInfoResponse out;
  out.IssuerIdentifier = outbound_issuer_url(call.env.part<api::OwnEndpoint>(), *record);
  out.JwtVendingEnabled = true;
  return out;
}

Result<wire::Empty> disable(Call& call, const wire::Empty&) {
  const OutboundFederationRecord* known = enabled_outbound_federation(call.txn, call.account());
  if (known == nullptr) return disabled();
  OutboundFederationRecord record = *known;
  record.enabled = false;
  call.txn.put(outbound_federation, record_key(call.account()), std::move(record));
  return wire::Empty{};
}

std::string discovery_document(const std::string& issuer, const OutboundFederationRecord& record) {
  json::array names;
  for (const OutboundKeyRecord& key : record.keys) names.emplace_back(key.algorithm);
  return json::serialize(json::object{{"issuer", issuer},
                                      {"jwks_uri", issuer + std::string(keys_path)},
                                      {"response_types_supported", json::array{"id_token"}},
                                      {"subject_types_supported", json::array{"public"}},
                                      {"id_token_signing_alg_values_supported", std::move(names)}});
}

std::string key_set(const OutboundFederationRecord& record) {
  std::string list;
  for (const OutboundKeyRecord& key : record.keys) list += (list.empty() ? "" : ",") + key.public_jwk;
  return R"({"keys":[)" + list + "]}";
}

}  // namespace

const OutboundFederationRecord* enabled_outbound_federation(const store::Reader& reader, const AccountId& account) {
  const OutboundFederationRecord* record = reader.get(outbound_federation, record_key(account));
  return record != nullptr && record->enabled ? record : nullptr;
}

std::string outbound_issuer_url(const api::OwnEndpoint& endpoint, const OutboundFederationRecord& record) {
  return endpoint.url() + std::string(api::public_documents_path) + record.issuer_id;
}

Result<OutboundKey> open_outbound_key(const auth::Keyring& keyring, const AccountId& account,
                                      const OutboundFederationRecord& record, std::string_view algorithm) {
  const auto key = std::ranges::find(record.keys, algorithm, &OutboundKeyRecord::algorithm);
  if (key == record.keys.end())
    return Error{"InternalFailure", "The issuer has no key of this kind.", 500, Fault::receiver};
  return OutboundKey{key->id, TRY(keyring.open(key->sealed_key, binding(account, record.issuer_id, key->id)))};
}

std::optional<std::string> OutboundDocuments::find(const store::Reader& reader, std::string_view path) const {
  path.remove_prefix(std::min(path.size(), api::public_documents_path.size()));
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view what = path.substr(slash);
  for (const auto& [key, record] : reader.find(outbound_federation, outbound_by_issuer, path.substr(0, slash))) {
    if (what == discovery_path) return discovery_document(outbound_issuer_url(endpoint_, record), record);
    if (what == keys_path) return key_set(record);
  }
  return {};
}

const api::Operations outbound_federation_operations = {
    api::op<ops::EnableOutboundWebIdentityFederation>(enable, api::any_resource, api::prepare(make_keys)),
    api::op<ops::GetOutboundWebIdentityFederationInfo>(get_info, api::any_resource, api::read_only),
    api::op<ops::DisableOutboundWebIdentityFederation>(disable, api::any_resource),
};

}  // namespace haar::iam
