// SAML 2.0 identity providers.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html
// Texts of errors: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html
#include <algorithm>

#include "auth/saml.h"
#include "auth/saml_metadata.h"
#include "model/iam/CreateSAMLProvider.h"
#include "model/iam/DeleteSAMLProvider.h"
#include "model/iam/GetSAMLProvider.h"
#include "model/iam/ListSAMLProviderTags.h"
#include "model/iam/ListSAMLProviders.h"
#include "model/iam/TagSAMLProvider.h"
#include "model/iam/UntagSAMLProvider.h"
#include "model/iam/UpdateSAMLProvider.h"
#include "model/iam/service.h"
#include "services/iam/federation/providers.h"
#include "services/iam/operations.h"
#include "services/iam/principals/tag_pages.h"

namespace haar::iam {

std::string saml_provider_arn(const Partition& partition, const AccountId& account, std::string_view name) {
  return make_arn(partition, "iam", "", account, "saml-provider/" + std::string(name));
}

std::string saml_key_binding(const AccountId& account, const SamlProviderRecord& provider, std::string_view key_id) {
  return "saml-provider/" + account.value + "/" + provider.unique_id + "/" + std::string(key_id);
}

namespace {

constexpr std::string_view kind = "saml-provider/";
constexpr std::size_t id_characters = 22;
// AWS shows a date a hundred years away for metadata that names none (unconfirmed by its pages).
constexpr std::int64_t endless_seconds = std::int64_t{100} * 365 * 24 * 3600;

std::string name_in(const Call& call, const std::string& text) {
  const std::optional<Arn> arn = Arn::parse(text);
  const bool ours = arn && arn->partition == call.partition().value && arn->service == "iam" && arn->region.empty() &&
                    arn->account == call.account().value && arn->resource.starts_with(kind);
  return ours ? arn->resource.substr(kind.size()) : text;
}

const SamlProviderRecord* find(const Call& call, const std::string& arn) {
  const std::string name = name_in(call, arn);
  const SamlProviderRecord* record = call.txn.get(saml_providers, saml_provider_key(call.account(), name));
  return record != nullptr && record->name == name ? record : nullptr;
}

Result<const SamlProviderRecord*> need(const Call& call, const std::string& arn) {
  const SamlProviderRecord* record = find(call, arn);
  if (record == nullptr) return errors::NoSuchEntity("Manifest not found for arn " + arn);
  return record;
}

void save(Call& call, SamlProviderRecord record) {
  const store::Key key = saml_provider_key(call.account(), record.name);
  call.txn.put(saml_providers, key, std::move(record));
}

// What slow work has found out about the input: documents are parsed off the writer's thread.
struct Checked {
  std::optional<Timestamp> valid_until;
};

Result<Checked> check_document(const std::optional<std::string>& metadata, const std::optional<std::string>& mode,
                               const std::optional<std::string>& private_key) {
  Checked out;
  if (mode && *mode != "Required" && *mode != "Allowed")
    return errors::ValidationError("1 validation error detected: Value '" + *mode + "' at 'assertionEncryptionMode' failed "
                                   "to satisfy constraint: Member must satisfy enum value set: [Required, Allowed]");
  if (metadata) {
    const Result<auth::SamlMetadata> parsed = auth::parse_saml_metadata(*metadata);
    if (!parsed.ok()) return errors::InvalidInput("Could not parse metadata");
    out.valid_until = parsed->valid_until;
  }
  if (private_key && !auth::is_saml_private_key(*private_key)) return errors::InvalidInput("Invalid private key.");
  return out;
}

Result<Checked> check_create(const api::Environment&, const CreateSAMLProviderRequest& in) {
  // Trusted identity propagation needs an IAM Identity Center, which haar has not.
  return check_document(in.SAMLMetadataDocument, in.AssertionEncryptionMode, in.AddPrivateKey);
}

Result<Checked> check_update(const api::Environment&, const UpdateSAMLProviderRequest& in) {
  if (in.AddPrivateKey && in.RemovePrivateKey)
    return errors::InvalidInput("Unable to add and remove private keys in the same request. Set a value for only one of "
                                "the two parameters.");
  if (!in.SAMLMetadataDocument && !in.AssertionEncryptionMode && !in.AddPrivateKey && !in.RemovePrivateKey)
    return errors::InvalidInput("Unable to update identity provider. No updates are defined for metadata or encryption "
                                "assertion.");
  return check_document(in.SAMLMetadataDocument, in.AssertionEncryptionMode, in.AddPrivateKey);
}

void take_metadata(const Call& call, SamlProviderRecord& record, const std::string& metadata, const Checked& checked) {
  record.metadata = metadata;
  record.valid_until = checked.valid_until.value_or(call.now().plus_seconds(endless_seconds));
}

Result<void> take_encryption(const Call& call, SamlProviderRecord& record, const std::optional<std::string>& mode,
                             const std::optional<std::string>& private_key) {
  if (private_key) {
    if (record.keys.size() == saml_keys_max) return errors::LimitExceeded("Private key limit of 2 is reached.");
    SamlKeyRecord& key = record.keys.emplace_back();
    key.id = random_text(call.random(), alphabet_upper_alnum, id_characters);
    key.sealed_pem = call.env.keyring.seal(*private_key, saml_key_binding(call.account(), record, key.id));
    key.added = call.now();
  }
  if (mode) record.encryption_mode = *mode;
  if (record.encryption_mode == "Required" && record.keys.empty())
    return errors::InvalidInput("Unable to set assertion encryption mode to Required because no private key is provided.");
  return {};
}

Result<CreateSAMLProviderResponse> create_provider(Call& call, const CreateSAMLProviderRequest& in, const Checked& checked) {
  if (call.txn.get(saml_providers, saml_provider_key(call.account(), in.Name)) != nullptr)
    return errors::EntityAlreadyExists("Provider with name " + in.Name + " already exists.");
  if (call.txn.count(saml_providers, store::prefix_of(call.account(), store::global)) >= saml_providers_max)
    return over_quota("SAMLProvidersPerAccount", saml_providers_max);
  SamlProviderRecord record;
  record.name = in.Name;
  record.unique_id = random_text(call.random(), alphabet_upper_alnum, id_characters);
  record.created = call.now();
  take_metadata(call, record, in.SAMLMetadataDocument, checked);
  TRY(take_encryption(call, record, in.AssertionEncryptionMode, in.AddPrivateKey));
  if (in.Tags) TRY(add_tags(record.tags, *in.Tags, TagCase::sensitive));
  CreateSAMLProviderResponse out;
  out.SAMLProviderArn = saml_provider_arn(call.partition(), call.account(), record.name);
  out.Tags = tag_view_if_any(record.tags);
  save(call, std::move(record));
  return out;
}

Result<GetSAMLProviderResponse> get_provider(Call& call, const GetSAMLProviderRequest& in) {
  const SamlProviderRecord& record = *TRY(need(call, in.SAMLProviderArn));
  GetSAMLProviderResponse out;
  out.SAMLProviderUUID = record.unique_id;
  out.SAMLMetadataDocument = record.metadata;
  out.CreateDate = record.created;
  out.ValidUntil = record.valid_until;
  out.Tags = tag_view_if_any(record.tags);
  if (!record.encryption_mode.empty()) out.AssertionEncryptionMode = record.encryption_mode;
  if (record.keys.empty()) return out;
  for (std::vector<SAMLPrivateKey>& list = out.PrivateKeyList.emplace(); const SamlKeyRecord& key : record.keys) {
    SAMLPrivateKey& view = list.emplace_back();
    view.KeyId = key.id;
    view.Timestamp = key.added;
  }
  return out;
}

Result<ListSAMLProvidersResponse> list_providers(Call& call, const ListSAMLProvidersRequest&) {
  ListSAMLProvidersResponse out;
  std::vector<SAMLProviderListEntry>& list = out.SAMLProviderList.emplace();
  for (const auto& [key, record] : call.txn.scan(saml_providers, store::prefix_of(call.account(), store::global))) {
    SAMLProviderListEntry& entry = list.emplace_back();
    entry.Arn = saml_provider_arn(call.partition(), call.account(), record.name);
    entry.ValidUntil = record.valid_until;
    entry.CreateDate = record.created;
    entry.IsTrustedIdentityPropagationEnabled = false;
  }
  return out;
}

Result<UpdateSAMLProviderResponse> update_provider(Call& call, const UpdateSAMLProviderRequest& in, const Checked& checked) {
  SamlProviderRecord record = *TRY(need(call, in.SAMLProviderArn));
  if (in.SAMLMetadataDocument) take_metadata(call, record, *in.SAMLMetadataDocument, checked);
  if (in.RemovePrivateKey) {
    const auto key = std::ranges::find(record.keys, *in.RemovePrivateKey, &SamlKeyRecord::id);
    if (key == record.keys.end())
      return errors::InvalidInput("Failed to remove private key because the Key ID does not match a private key.");
    const std::string mode = in.AssertionEncryptionMode.value_or(record.encryption_mode);
    if (mode == "Required" && record.keys.size() == 1) return errors::InvalidInput("Failed to remove private key.");
    record.keys.erase(key);
  }
  TRY(take_encryption(call, record, in.AssertionEncryptionMode, in.AddPrivateKey));
  UpdateSAMLProviderResponse out;
  out.SAMLProviderArn = saml_provider_arn(call.partition(), call.account(), record.name);
  save(call, std::move(record));
  return out;
}

Result<wire::Empty> delete_provider(Call& call, const DeleteSAMLProviderRequest& in) {
  const SamlProviderRecord& record = *TRY(need(call, in.SAMLProviderArn));
  call.txn.erase(saml_providers, saml_provider_key(call.account(), record.name));
  return wire::Empty{};
}

Result<wire::Empty> tag_provider(Call& call, const TagSAMLProviderRequest& in) {
  SamlProviderRecord record = *TRY(need(call, in.SAMLProviderArn));
  TRY(add_tags(record.tags, in.Tags, TagCase::sensitive));
  save(call, std::move(record));
  return wire::Empty{};
}

Result<wire::Empty> untag_provider(Call& call, const UntagSAMLProviderRequest& in) {
  SamlProviderRecord record = *TRY(need(call, in.SAMLProviderArn));
  remove_tags(record.tags, in.TagKeys, TagCase::sensitive);
  save(call, std::move(record));
  return wire::Empty{};
}

Result<ListSAMLProviderTagsResponse> list_tags(Call& call, const ListSAMLProviderTagsRequest& in) {
  const SamlProviderRecord& record = *TRY(need(call, in.SAMLProviderArn));
  Page page = TRY(Page::open(call, "ListSAMLProviderTags " + in.SAMLProviderArn, in));
  ListSAMLProviderTagsResponse out;
  show_tags(page, record.tags, out);
  return out;
}

void needs_create_saml_provider(const Call& call, const CreateSAMLProviderRequest& in, Requirements& needs) {
  const std::string arn = saml_provider_arn(call.partition(), call.account(), in.Name);
  needs.need(arn).request_tags = tag_map(in.Tags);
  need_tags_at_creation("iam:TagSAMLProvider", arn, tag_map(in.Tags), needs);
}

// on(named_provider): the provider that the input names, its tags, and those it is to get or lose.
struct NamedProvider {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    const std::string& arn = in.SAMLProviderArn;
    Requirement& need = needs.need(saml_provider_arn(call.partition(), call.account(), name_in(call, arn)));
    if (const SamlProviderRecord* record = find(call, arn)) need.resource_tags = tag_map(record->tags);
    if constexpr (requires { in.Tags; }) need.request_tags = tag_map(in.Tags);
    if constexpr (requires { in.TagKeys; }) need.tag_keys = in.TagKeys;
  }
};
constexpr NamedProvider named_provider;

}  // namespace

const api::Operations saml_providers_operations = {
    api::op<ops::CreateSAMLProvider>(create_provider, api::on(needs_create_saml_provider),
        api::prepare(check_create),
        api::takes("SAMLMetadataDocument Name Tags AssertionEncryptionMode AddPrivateKey")),
    api::op<ops::GetSAMLProvider>(get_provider, api::on(named_provider), api::read_only,
        api::takes("SAMLProviderArn")),
    api::op<ops::ListSAMLProviders>(list_providers, api::any_resource, api::read_only),
    api::op<ops::UpdateSAMLProvider>(update_provider, api::on(named_provider), api::prepare(check_update),
        api::takes("SAMLProviderArn SAMLMetadataDocument AssertionEncryptionMode AddPrivateKey RemovePrivateKey")),
    api::op<ops::DeleteSAMLProvider>(delete_provider, api::on(named_provider), api::takes("SAMLProviderArn")),
    api::op<ops::TagSAMLProvider>(tag_provider, api::on(named_provider), api::takes("SAMLProviderArn Tags")),
    api::op<ops::UntagSAMLProvider>(untag_provider, api::on(named_provider), api::takes("SAMLProviderArn TagKeys")),
    api::op<ops::ListSAMLProviderTags>(list_tags, api::on(named_provider), api::read_only,
        api::takes("SAMLProviderArn Marker MaxItems")),
};

}  // namespace haar::iam
