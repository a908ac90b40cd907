// TagResource, UntagResource, and the tags of what is made.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html
#include "services/secretsmanager/tags.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "model/secretsmanager/UntagResource.h"
#include "model/secretsmanager/service.h"
#include "services/secretsmanager/lookup.h"
#include "services/secretsmanager/operations.h"
#include "services/secretsmanager/quotas.h"

namespace haar::secretsmanager {
namespace {

using api::Call;

constexpr std::array<std::string_view, 1> reserved{"aws:"};

// The texts were not found.
Error refuse_tag(api::TagFault fault, const std::string& key, const api::TagRules& rules) {
  switch (fault) {
    case api::TagFault::too_many:
      return errors::InvalidParameterException(fmt::format("A secret can have at most {} tags.", rules.per_resource_max));
    case api::TagFault::reserved_key:
      return errors::InvalidParameterException("Tag keys that begin with aws: are reserved for AWS use.");
    case api::TagFault::repeated_key:
      return errors::InvalidParameterException("The tag key '" + key + "' is given more than once.");
    default: return errors::InvalidParameterException("The tag '" + key + "' is not valid.");
  }
}

Result<wire::Empty> tag_resource(Call& call, const TagResourceRequest& in) {
  const Place place = TRY(require_live(call, in.SecretId));
  TRY(api::check_tags(tag_rules, api::tag_pairs(in.Tags)));
  SecretRecord record = *place.record;
  TRY(api::merge_tags(tag_rules, record.tags, api::tag_map(in.Tags)));
  record.changed_at = call.now();
  call.txn.put(secrets, secret_key(call, place), std::move(record));
  return wire::Empty{};
}

Result<wire::Empty> untag_resource(Call& call, const UntagResourceRequest& in) {
  const Place place = TRY(require_live(call, in.SecretId));
  SecretRecord record = *place.record;
  for (const std::string& key : in.TagKeys) {
    if (key.starts_with(reserved.front())) return refuse_tag(api::TagFault::reserved_key, key, tag_rules);
    record.tags.erase(key);
  }
  record.changed_at = call.now();
  call.txn.put(secrets, secret_key(call, place), std::move(record));
  return wire::Empty{};
}

void needs_tag_resource(const Call& call, const TagResourceRequest& in, api::Requirements& needs) {
  need_secret(call, in.SecretId, needs).request_tags = api::tag_map(in.Tags);
}
void needs_untag_resource(const Call& call, const UntagResourceRequest& in, api::Requirements& needs) {
  need_secret(call, in.SecretId, needs).tag_keys = in.TagKeys;
}

}  // namespace

constinit const api::TagRules tag_rules{
    .per_resource_max = tags_per_secret_max, .reserved_prefixes = reserved, .reserved_in_any_case = true, .refuse = refuse_tag};

Result<api::TagMap> new_tags(const Call& call, const std::optional<std::vector<Tag>>& tags) {
  if (!invoking_service(call).empty()) return api::tag_map(tags);
  return api::read_tags(tag_rules, tags);
}

void add_tagged(const Call& call, api::TaggedResources& out) {
  for (const auto& [key, record] : call.txn.scan(secrets, store::prefix_of(call.account(), call.region()))) {
    if (!is_over(record, call.now())) out.add(secret_arn(call, call.account(), record), record.tags);
  }
}

const api::Operations& tags_operations() {
  static const api::Operations rows = {
      api::op<ops::TagResource>(tag_resource, api::on(needs_tag_resource), api::takes("SecretId Tags")),
      api::op<ops::UntagResource>(untag_resource, api::on(needs_untag_resource), api::takes("SecretId TagKeys")),
  };
  return rows;
}

}  // namespace haar::secretsmanager
