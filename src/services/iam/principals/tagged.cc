// The tagged resources of iam, for the Resource Groups Tagging API. "The GetResources operation does not currently
// support IAM users and roles": https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html
#include "services/iam/principals/entities.h"
#include "services/iam/federation/federation_records.h"
#include "services/iam/principals/instance_profile_records.h"
#include "services/iam/credentials/key_records.h"
#include "services/iam/credentials/mfa_records.h"
#include "services/iam/operations.h"
#include "services/iam/federation/providers.h"

namespace haar::iam {

void add_tagged(const Call& call, api::TaggedResources& out) {
  const store::Key own = store::prefix_of(call.account(), store::global);
  const auto add = [&](std::string_view kind, const auto& record) {
    out.add(entity_arn(call.partition(), call.account(), kind, record.path, record.name), tag_map(record.tags));
  };
  for (const auto& [key, profile] : call.txn.scan(instance_profiles, own)) add("instance-profile", profile);
  for (const auto& [key, device] : call.txn.scan(mfa_devices, own)) add("mfa", device);
  for (const auto& [key, policy] : call.txn.scan(policies, own)) add("policy", policy);
  for (const auto& [key, certificate] : call.txn.scan(server_certificates, own)) add("server-certificate", certificate);
  for (const auto& [key, provider] : call.txn.scan(oidc_providers, own)) {
    const std::string_view name = oidc_provider_name(provider.url);
    out.add(oidc_provider_arn(call.partition(), call.account(), name), tag_map(provider.tags));
  }
  for (const auto& [key, provider] : call.txn.scan(saml_providers, own))
    out.add(saml_provider_arn(call.partition(), call.account(), provider.name), tag_map(provider.tags));
}

}  // namespace haar::iam
