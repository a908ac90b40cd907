// CreateSecret, UpdateSecret, DescribeSecret.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"
#include "model/secretsmanager/CreateSecret.h"
#include "model/secretsmanager/DescribeSecret.h"
#include "model/secretsmanager/UpdateSecret.h"
#include "services/secretsmanager/labels.h"
#include "services/secretsmanager/operations.h"
#include "services/secretsmanager/quotas.h"
#include "services/secretsmanager/tags.h"
#include "services/secretsmanager/versions.h"
#include "services/secretsmanager/view.h"

namespace haar::secretsmanager {
namespace {

using api::Call;

constexpr std::size_t suffix_length = 6;
constexpr std::string_view suffix_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view default_key_alias = "alias/aws/secretsmanager";

Result<void> check_name(std::string_view name) {
  const bool valid = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-/_+=.@!").find(c) != std::string_view::npos;
  });
  if (valid) return {};
  return errors::InvalidParameterException(
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!");
}

// A name such as "rds!cluster-…" is of the service that stands before the mark. AWS's text was not found.
Result<void> check_owner(const Call& call, const std::string& name) {
  const std::size_t mark = name.find('!');
  if (mark == std::string::npos || name.substr(0, mark) == invoking_service(call)) return {};
  return errors::InvalidParameterException("Names that contain ! are reserved for secrets that AWS services manage.");
}

// haar has no KMS: every secret lies under the key file, as under AWS's own key for Secrets Manager.
Result<void> check_key(const std::optional<std::string>& key, std::string_view operation) {
  if (!key || key->empty() || key->ends_with(default_key_alias)) return {};
  return Error{"NotImplemented",
               fmt::format("KmsKeyId of secretsmanager:{} is not implemented by haar for another key than {}.", operation,
                           default_key_alias),
               501, Fault::receiver};
}

CreateSecretResponse created(const Place& place, const std::optional<std::string>& version) {
  CreateSecretResponse out;
  out.ARN = place.arn;
  out.Name = place.name;
  out.VersionId = version;
  return out;
}

// Of a name that is taken: the same request again gets the answer that it had.
Result<CreateSecretResponse> create_again(const Call& call, const CreateSecretRequest& in, const Place& place,
                                          const std::optional<Value>& value) {
  if (place.record->deleted_at != Timestamp{}) {
    return errors::InvalidRequestException(
        "You can't create this secret because a secret with this name is already scheduled for deletion.");
  }
  if (in.ClientRequestToken && value && find_version(call, place, *in.ClientRequestToken) != nullptr &&
      !TRY(is_new_version(call, place, *in.ClientRequestToken, *value)))
    return created(place, *in.ClientRequestToken);
  return errors::ResourceExistsException(fmt::format("The operation failed because the secret {} already exists.", in.Name));
}

Result<CreateSecretResponse> create_secret(Call& call, const CreateSecretRequest& in) {
  TRY(check_name(in.Name));
  TRY(check_owner(call, in.Name));
  TRY(check_key(in.KmsKeyId, "CreateSecret"));
  const std::optional<Value> value = TRY(value_in(in));
  Place place = find_secret(call, in.Name);
  if (place.record != nullptr) return create_again(call, in, place, value);
  const store::Key key = secret_key(call, place);
  if (call.txn.get(secrets, key) != nullptr) erase_versions(call, place);  // of one whose time was over
  if (call.txn.count(secrets, store::prefix_of(call.account(), call.region())) >= secrets_per_region.value())
    return errors::LimitExceededException("The account has as many secrets in this region as its quota allows.");
  SecretRecord record;
  record.name = in.Name;
  record.suffix = random_text(call.random(), suffix_alphabet, suffix_length);
  record.description = in.Description.value_or("");
  record.kms_key_id = in.KmsKeyId.value_or("");
  if (in.Name.find('!') != std::string::npos) record.owning_service = invoking_service(call);
  record.tags = TRY(new_tags(call, in.Tags));
  record.created_at = record.changed_at = call.now();
  place.record = &record;
  place.arn = secret_arn(call, place.account, record);
  std::optional<std::string> version;
  if (value) {
    version = new_version_id(call, in.ClientRequestToken);
    attach(record.labels, current, *version);
    TRY(add_version(call, place, record, *version, *value));
  }
  CreateSecretResponse out = created(place, version);
  call.txn.put(secrets, key, std::move(record));
  return out;
}

Result<UpdateSecretResponse> update_secret(Call& call, const UpdateSecretRequest& in) {
  const Place place = TRY(require_own(call, in.SecretId));
  TRY(check_key(in.KmsKeyId, "UpdateSecret"));
  const std::optional<Value> value = TRY(value_in(in));
  SecretRecord record = *place.record;
  if (in.Description) record.description = *in.Description;
  if (in.KmsKeyId) record.kms_key_id = *in.KmsKeyId;
  record.changed_at = call.now();
  UpdateSecretResponse out;
  out.ARN = place.arn;
  out.Name = place.name;
  if (value) {
    const std::string version = new_version_id(call, in.ClientRequestToken);
    out.VersionId = version;
    if (TRY(is_new_version(call, place, version, *value))) {
      attach(record.labels, current, version);
      TRY(add_version(call, place, record, version, *value));
    }
  }
  call.txn.put(secrets, secret_key(call, place), std::move(record));
  return out;
}

Result<DescribeSecretResponse> describe_secret(Call& call, const DescribeSecretRequest& in) {
  const Place place = TRY(require_secret(call, in.SecretId));
  const SecretRecord& record = *place.record;
  DescribeSecretResponse out;
  show_secret(out, place);
  std::map<std::string, std::vector<std::string>> stages;
  for (const auto& [label, version] : record.labels) stages[version].push_back(label);
  if (!stages.empty()) out.VersionIdsToStages = std::move(stages);
  return out;
}

// The keys that say what a request makes or changes.
template <class Input>
void add_request_keys(const Input& in, api::Requirement& need) {
  if (in.Description) need.key("secretsmanager:Description", *in.Description);
  if (in.KmsKeyId) need.key("secretsmanager:KmsKeyId", *in.KmsKeyId);
  if (in.Type) need.key("secretsmanager:Type", *in.Type);
}

// Tagged at its making it needs the permission to tag as well.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
void needs_create_secret(const Call& call, const CreateSecretRequest& in, api::Requirements& needs) {
  const std::string arn = call.arn("secretsmanager", "secret:" + in.Name + "-??????");
  api::Requirement& need = needs.need(arn);
  need.shown = in.Name;
  need.request_tags = api::tag_map(in.Tags);
  need.key("secretsmanager:Name", in.Name);
  add_request_keys(in, need);
  if (in.ForceOverwriteReplicaSecret)
    need.key("secretsmanager:ForceOverwriteReplicaSecret", *in.ForceOverwriteReplicaSecret ? "true" : "false");
  if (in.AddReplicaRegions) {
    std::vector<std::string> regions;
    for (const ReplicaRegionType& replica : *in.AddReplicaRegions) regions.push_back(replica.Region.value_or(""));
    need.keys.emplace_back("secretsmanager:AddReplicaRegions", std::move(regions));
  }
  if (need.request_tags.empty()) return;
  api::Requirement& tagging = needs.need("secretsmanager:TagResource", arn);
  tagging.shown = in.Name;
  tagging.request_tags = api::tag_map(in.Tags);
  tagging.key("secretsmanager:SecretId", arn).key("secretsmanager:SecretPrimaryRegion", call.region().value);
}

void needs_update_secret(const Call& call, const UpdateSecretRequest& in, api::Requirements& needs) {
  add_request_keys(in, need_secret(call, in.SecretId, needs));
}
void needs_describe_secret(const Call& call, const DescribeSecretRequest& in, api::Requirements& needs) {
  need_secret(call, in.SecretId, needs);
}

}  // namespace

const api::Operations& secrets_operations() {
  static const api::Operations rows = {
      api::op<ops::CreateSecret>(create_secret, api::on(needs_create_secret),
          api::takes("Name ClientRequestToken Description KmsKeyId SecretBinary SecretString Tags")),
      api::op<ops::UpdateSecret>(update_secret, api::on(needs_update_secret),
          api::takes("SecretId ClientRequestToken Description KmsKeyId SecretBinary SecretString")),
      api::op<ops::DescribeSecret>(describe_secret, api::on(needs_describe_secret), api::read_only, api::takes("SecretId")),
  };
  return rows;
}

}  // namespace haar::secretsmanager
