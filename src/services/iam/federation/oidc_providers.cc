// OpenID Connect identity providers.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
#include <algorithm>

#include "http/fetch.h"
#include "model/iam/AddClientIDToOpenIDConnectProvider.h"
#include "model/iam/CreateOpenIDConnectProvider.h"
#include "model/iam/DeleteOpenIDConnectProvider.h"
#include "model/iam/GetOpenIDConnectProvider.h"
#include "model/iam/ListOpenIDConnectProviderTags.h"
#include "model/iam/ListOpenIDConnectProviders.h"
#include "model/iam/RemoveClientIDFromOpenIDConnectProvider.h"
#include "model/iam/TagOpenIDConnectProvider.h"
#include "model/iam/UntagOpenIDConnectProvider.h"
#include "model/iam/UpdateOpenIDConnectProviderThumbprint.h"
#include "model/iam/service.h"
#include "services/iam/federation/providers.h"
#include "services/iam/operations.h"
#include "services/iam/principals/tag_pages.h"

namespace haar::iam {

std::string_view oidc_provider_name(std::string_view url) {
  const std::size_t start = url.find("://");
  return start == std::string_view::npos ? url : url.substr(start + 3);
}

std::string oidc_provider_arn(const Partition& partition, const AccountId& account, std::string_view name) {
  return make_arn(partition, "iam", "", account, "oidc-provider/" + std::string(name));
}

// http for an issuer on this machine: docs/decisions/2026-11-20-loopback-issuers.md
bool is_issuer_url(std::string_view url) {
  const std::string_view name = oidc_provider_name(url);
  const bool scheme = url.starts_with("https://") || (url.starts_with("http://") && http::is_loopback_url(url));
  constexpr std::string_view refused = "?#@\\ \"<>^`{|}*$";
  return scheme && !name.empty() && name.front() != '/' && name.find_first_of(refused) == std::string_view::npos &&
         std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7f; });
}

namespace {

constexpr std::string_view kind = "oidc-provider/";

// The name in an ARN of this account; the text itself when it is no such ARN, which no provider has.
std::string name_in(const Call& call, const std::string& text) {
  const std::optional<Arn> arn = Arn::parse(text);
  const bool ours = arn && arn->partition == call.partition().value && arn->service == "iam" && arn->region.empty() &&
                    arn->account == call.account().value && arn->resource.starts_with(kind);
  return ours ? arn->resource.substr(kind.size()) : text;
}

const OidcProviderRecord* find(const Call& call, const std::string& arn) {
  return call.txn.get(oidc_providers, oidc_provider_key(call.account(), name_in(call, arn)));
}

Result<const OidcProviderRecord*> need(const Call& call, const std::string& arn) {
  const OidcProviderRecord* record = find(call, arn);
  if (record == nullptr) return errors::NoSuchEntity("OpenIDConnect Provider not found for arn " + arn);
  return record;
}

void save(Call& call, OidcProviderRecord record) {
  const store::Key key = oidc_provider_key(call.account(), oidc_provider_name(record.url));
  call.txn.put(oidc_providers, key, std::move(record));
}

// The texts of these refusals are haar's own: AWS's pages give the rules, not the words.
Result<void> check_thumbprints(const std::vector<std::string>& thumbprints) {
  if (thumbprints.size() > thumbprints_max)
    return errors::InvalidInput("Thumbprint list must contain at most " + std::to_string(thumbprints_max) + " entries.");
  for (const std::string& thumbprint : thumbprints) {
    if (!from_hex(thumbprint)) return errors::InvalidInput("Thumbprint " + thumbprint + " is not 40 hexadecimal digits.");
  }
  return {};
}

Result<void> add_client_id(OidcProviderRecord& record, const std::string& id) {
  if (std::ranges::find(record.client_ids, id) != record.client_ids.end()) return {};
  if (record.client_ids.size() == client_ids_max) return over_quota("ClientIdsPerOpenIdConnectProvider", client_ids_max);
  record.client_ids.push_back(id);
  return {};
}

// AWS fetches a thumbprint where none is given; haar stores none:
// docs/decisions/2026-11-20-oidc-thumbprints.md
Result<CreateOpenIDConnectProviderResponse> create_provider(Call& call, const CreateOpenIDConnectProviderRequest& in) {
  // Trusted identity propagation needs an IAM Identity Center, which haar has not.
  if (!is_issuer_url(in.Url)) return errors::ValidationError("Invalid Open ID Connect Provider URL");
  const std::string name(oidc_provider_name(in.Url));
  if (call.txn.get(oidc_providers, oidc_provider_key(call.account(), name)) != nullptr)
    return errors::EntityAlreadyExists("Provider with url " + in.Url + " already exists.");
  if (call.txn.count(oidc_providers, store::prefix_of(call.account(), store::global)) >= oidc_providers_max)
    return over_quota("OpenIdConnectProvidersPerAccount", oidc_providers_max);
  OidcProviderRecord record;
  record.url = in.Url;
  record.created = call.now();
  if (in.ThumbprintList) {
    TRY(check_thumbprints(*in.ThumbprintList));
    for (const std::string& thumbprint : *in.ThumbprintList) record.thumbprints.push_back(to_lower(thumbprint));
  }
  if (in.ClientIDList) {
    for (const std::string& id : *in.ClientIDList) TRY(add_client_id(record, id));
  }
  if (in.Tags) TRY(add_tags(record.tags, *in.Tags, TagCase::sensitive));
  CreateOpenIDConnectProviderResponse out;
  out.OpenIDConnectProviderArn = oidc_provider_arn(call.partition(), call.account(), name);
  out.Tags = tag_view_if_any(record.tags);
  save(call, std::move(record));
  return out;
}

Result<GetOpenIDConnectProviderResponse> get_provider(Call& call, const GetOpenIDConnectProviderRequest& in) {
  const OidcProviderRecord& record = *TRY(need(call, in.OpenIDConnectProviderArn));
  GetOpenIDConnectProviderResponse out;
  out.Url = std::string(oidc_provider_name(record.url));
  out.ClientIDList = record.client_ids;
  out.ThumbprintList = record.thumbprints;
  out.CreateDate = record.created;
  out.Tags = tag_view_if_any(record.tags);
  return out;
}

Result<ListOpenIDConnectProvidersResponse> list_providers(Call& call, const ListOpenIDConnectProvidersRequest&) {
  ListOpenIDConnectProvidersResponse out;
  std::vector<OpenIDConnectProviderListEntry>& list = out.OpenIDConnectProviderList.emplace();
  for (const auto& [key, record] : call.txn.scan(oidc_providers, store::prefix_of(call.account(), store::global))) {
    OpenIDConnectProviderListEntry& entry = list.emplace_back();
    entry.Arn = oidc_provider_arn(call.partition(), call.account(), oidc_provider_name(record.url));
    entry.IsTrustedIdentityPropagationEnabled = false;
  }
  return out;
}

// "does not fail" for a provider that is not there:
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html
Result<wire::Empty> delete_provider(Call& call, const DeleteOpenIDConnectProviderRequest& in) {
  if (const OidcProviderRecord* record = find(call, in.OpenIDConnectProviderArn))
    call.txn.erase(oidc_providers, oidc_provider_key(call.account(), oidc_provider_name(record->url)));
  return wire::Empty{};
}

// "does not fail or return an error if you add an existing client ID"
Result<wire::Empty> add_client(Call& call, const AddClientIDToOpenIDConnectProviderRequest& in) {
  OidcProviderRecord record = *TRY(need(call, in.OpenIDConnectProviderArn));
  TRY(add_client_id(record, in.ClientID));
  save(call, std::move(record));
  return wire::Empty{};
}

// "does not fail or return an error if you try to remove a client ID that does not exist"
Result<wire::Empty> remove_client(Call& call, const RemoveClientIDFromOpenIDConnectProviderRequest& in) {
  OidcProviderRecord record = *TRY(need(call, in.OpenIDConnectProviderArn));
  std::erase(record.client_ids, in.ClientID);
  save(call, std::move(record));
  return wire::Empty{};
}

Result<wire::Empty> update_thumbprints(Call& call, const UpdateOpenIDConnectProviderThumbprintRequest& in) {
  OidcProviderRecord record = *TRY(need(call, in.OpenIDConnectProviderArn));
  TRY(check_thumbprints(in.ThumbprintList));
  record.thumbprints.clear();
  for (const std::string& thumbprint : in.ThumbprintList) record.thumbprints.push_back(to_lower(thumbprint));
  save(call, std::move(record));
  return wire::Empty{};
}

Result<wire::Empty> tag_provider(Call& call, const TagOpenIDConnectProviderRequest& in) {
  OidcProviderRecord record = *TRY(need(call, in.OpenIDConnectProviderArn));
  TRY(add_tags(record.tags, in.Tags, TagCase::sensitive));
  save(call, std::move(record));
  return wire::Empty{};
}

Result<wire::Empty> untag_provider(Call& call, const UntagOpenIDConnectProviderRequest& in) {
  OidcProviderRecord record = *TRY(need(call, in.OpenIDConnectProviderArn));
  remove_tags(record.tags, in.TagKeys, TagCase::sensitive);
  save(call, std::move(record));
  return wire::Empty{};
}

Result<ListOpenIDConnectProviderTagsResponse> list_tags(Call& call, const ListOpenIDConnectProviderTagsRequest& in) {
  const OidcProviderRecord& record = *TRY(need(call, in.OpenIDConnectProviderArn));
  Page page = TRY(Page::open(call, "ListOpenIDConnectProviderTags " + in.OpenIDConnectProviderArn, in));
  ListOpenIDConnectProviderTagsResponse out;
  show_tags(page, record.tags, out);
  return out;
}

void needs_create_open_id_connect_provider(const Call& call, const CreateOpenIDConnectProviderRequest& in, Requirements& needs) {
  const std::string arn = oidc_provider_arn(call.partition(), call.account(), oidc_provider_name(in.Url));
  needs.need(arn).request_tags = tag_map(in.Tags);
  need_tags_at_creation("iam:TagOpenIDConnectProvider", arn, tag_map(in.Tags), needs);
}

// on(named_provider): the provider that the input names, its tags, and those it is to get or lose.
struct NamedProvider {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    const std::string& arn = in.OpenIDConnectProviderArn;
    Requirement& need = needs.need(oidc_provider_arn(call.partition(), call.account(), name_in(call, arn)));
    if (const OidcProviderRecord* record = find(call, arn)) need.resource_tags = tag_map(record->tags);
    if constexpr (requires { in.Tags; }) need.request_tags = tag_map(in.Tags);
    if constexpr (requires { in.TagKeys; }) need.tag_keys = in.TagKeys;
  }
};
constexpr NamedProvider named_provider;

}  // namespace

const api::Operations oidc_providers_operations = {
    api::op<ops::CreateOpenIDConnectProvider>(create_provider, api::on(needs_create_open_id_connect_provider),
        api::takes("Url ClientIDList ThumbprintList Tags")),
    api::op<ops::GetOpenIDConnectProvider>(get_provider, api::on(named_provider), api::read_only,
        api::takes("OpenIDConnectProviderArn")),
    api::op<ops::ListOpenIDConnectProviders>(list_providers, api::any_resource, api::read_only),
    api::op<ops::DeleteOpenIDConnectProvider>(delete_provider, api::on(named_provider),
        api::takes("OpenIDConnectProviderArn")),
    api::op<ops::AddClientIDToOpenIDConnectProvider>(add_client, api::on(named_provider),
        api::takes("OpenIDConnectProviderArn ClientID")),
    api::op<ops::RemoveClientIDFromOpenIDConnectProvider>(remove_client, api::on(named_provider),
        api::takes("OpenIDConnectProviderArn ClientID")),
    api::op<ops::UpdateOpenIDConnectProviderThumbprint>(update_thumbprints, api::on(named_provider),
        api::takes("OpenIDConnectProviderArn ThumbprintList")),
    api::op<ops::TagOpenIDConnectProvider>(tag_provider, api::on(named_provider),
        api::takes("OpenIDConnectProviderArn Tags")),
    api::op<ops::UntagOpenIDConnectProvider>(untag_provider, api::on(named_provider),
        api::takes("OpenIDConnectProviderArn TagKeys")),
    api::op<ops::ListOpenIDConnectProviderTags>(list_tags, api::on(named_provider), api::read_only,
        api::takes("OpenIDConnectProviderArn Marker MaxItems")),
};

}  // namespace haar::iam
