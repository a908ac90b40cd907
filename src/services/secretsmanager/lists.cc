// ListSecrets.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
#include <algorithm>

#include <fmt/format.h>

#include "api/kit/listing.h"
#include "model/secretsmanager/ListSecrets.h"
#include "services/secretsmanager/filters.h"
#include "services/secretsmanager/operations.h"
#include "services/secretsmanager/page.h"
#include "services/secretsmanager/view.h"

namespace haar::secretsmanager {
namespace {

using api::Call;

bool comes_before(const SecretRecord& a, const SecretRecord& b, std::string_view by) {
  if (by == "name") return a.name < b.name;
  if (by == "last-changed-date") return std::pair(a.changed_at, a.name) < std::pair(b.changed_at, b.name);
  return std::pair(a.created_at, a.name) < std::pair(b.created_at, b.name);
}

SecretListEntry entry_of(const Call& call, const SecretRecord& record) {
  SecretListEntry entry;
  show_secret(entry, {call.account(), record.name, secret_arn(call, call.account(), record), &record});
  std::map<std::string, std::vector<std::string>> stages;
  for (const auto& [label, version] : record.labels) stages[version].push_back(label);
  if (!stages.empty()) entry.SecretVersionsToStages = std::move(stages);
  return entry;
}

// Newest first, unless asked otherwise.
Result<ListSecretsResponse> list_secrets(Call& call, const ListSecretsRequest& in) {
  TRY(check_filters(in.Filters));
  const Filters filters = in.Filters.value_or(Filters());
  const std::string by = in.SortBy.value_or("created-date"), order = in.SortOrder.value_or("desc");
  const bool deleted = in.IncludePlannedDeletion.value_or(false);
  Page page = TRY(Page::open(call, fmt::format("ListSecrets {} {} {} {}", by, order, deleted, filters_text(filters)), in));
  std::vector<const SecretRecord*> found;
  for (const auto& [key, record] : call.txn.scan(secrets, store::prefix_of(call.account(), call.region()))) {
    const bool is_deleted = record.deleted_at != Timestamp{};
    if (is_over(record, call.now()) || (is_deleted && !deleted)) continue;
    if (matches(filters, record, call.region().value)) found.push_back(&record);
  }
  std::ranges::sort(found, [&](const SecretRecord* a, const SecretRecord* b) {
    return order == "asc" ? comes_before(*a, *b, by) : comes_before(*b, *a, by);
  });
  ListSecretsResponse out;
  out.SecretList.emplace();
  api::list_page(page, found, [](const SecretRecord* record) { return record->name; }, api::any_record,
                 [&](const SecretRecord* record) { out.SecretList->push_back(entry_of(call, *record)); });
  page.close(out);
  return out;
}

}  // namespace

const api::Operations& lists_operations() {
  static const api::Operations rows = {
      api::op<ops::ListSecrets>(list_secrets, api::any_resource, api::read_only,
          api::takes("IncludePlannedDeletion MaxResults NextToken Filters SortOrder SortBy")),
  };
  return rows;
}

}  // namespace haar::secretsmanager
