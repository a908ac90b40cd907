// DescribeManagedPrefixLists, DescribePrefixLists, GetManagedPrefixListEntries, GetManagedPrefixListAssociations.
#include "services/ec2/network/prefix_lists.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/encoding.h"
#include "base/fnv.h"
#include "model/ec2/DescribeManagedPrefixLists.h"
#include "model/ec2/DescribePrefixLists.h"
#include "model/ec2/GetManagedPrefixListAssociations.h"
#include "model/ec2/GetManagedPrefixListEntries.h"
#include "model/ec2/service.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

constexpr std::string_view endpoint_services[] = {"dynamodb", "s3"};
// AWS's page: a reference to one of these counts as one rule.
constexpr std::int32_t aws_list_weight = 1;
using AwsLists = std::vector<PrefixListRecord>;

// The short form of ids, as these lists have on AWS.
std::string aws_list_id(std::string_view name) {
  const auto hash = static_cast<std::uint32_t>(fnv1a(name));
  const char bytes[] = {static_cast<char>(hash >> 24), static_cast<char>(hash >> 16), static_cast<char>(hash >> 8),
                        static_cast<char>(hash)};
  return "pl-" + to_hex(std::string_view(bytes, sizeof bytes));
}

AwsLists make_aws_lists(std::string_view region) {
  AwsLists lists;
  for (const std::string_view service : endpoint_services) {
    PrefixListRecord& list = lists.emplace_back();
    list.name = "com.amazonaws." + std::string(region) + "." + std::string(service);
    list.id = aws_list_id(list.name);
    list.max_entries = aws_list_weight;
  }
  std::ranges::sort(lists, {}, &PrefixListRecord::id);
  return lists;
}

// Own lists and AWS's together, in the order of their ids.
std::vector<const PrefixListRecord*> all_lists(const Call& call) {
  std::vector<const PrefixListRecord*> lists;
  for (const auto& [key, list] : call.txn.scan(prefix_lists, here(call))) lists.push_back(&list);
  for (const PrefixListRecord& list : aws_prefix_lists(call.region())) lists.push_back(&list);
  std::ranges::sort(lists, {}, [](const PrefixListRecord* list) -> const std::string& { return list->id; });
  return lists;
}

Result<void> check_all_exist(const Call& call, const Ids& ids) {
  TRY(check_ids(prefix_list_kind, ids));
  std::vector<std::string> missing;
  for (const std::string& id : ids.value_or(Values{})) {
    if (find_prefix_list(call.txn, Place(call), id) == nullptr) missing.push_back(id);
  }
  if (!missing.empty()) return not_found(prefix_list_kind, missing);
  return {};
}

// A page of the lists that are asked for, `view` of each.
template <class View, class Input, class Make>
Result<std::vector<View>> page_of_lists(const Call& call, std::string_view operation, const Input& in,
                                        const std::vector<const PrefixListRecord*>& lists,
                                        std::span<const FilterField<View>> fields, Make view,
                                        std::optional<std::string>& next_token) {
  TRY(check_all_exist(call, in.PrefixListIds));
  const api::FilterSet<View> filters = TRY(read_filters<View>(in.Filters, fields));
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxResults));
  const std::string name = listing_name(operation, in.Filters, in.PrefixListIds);
  api::Page page = TRY(api::Page::open(call, page_rules, name, in.NextToken, size));
  const Values wanted = in.PrefixListIds.value_or(Values{});
  std::vector<View> out;
  for (const PrefixListRecord* list : lists) {
    if (page.before(list->id) || (!wanted.empty() && std::ranges::find(wanted, list->id) == wanted.end())) continue;
    View item = view(call, *list);
    if (!filters.match(item)) continue;
    if (!page.take(list->id)) break;
    out.push_back(std::move(item));
  }
  next_token = page.next();
  return out;
}

// ---- DescribeManagedPrefixLists, DescribePrefixLists ---------------------------------------------

constexpr FilterField<ManagedPrefixList> managed_filters[] = {
    {"owner-id", [](const ManagedPrefixList& l, Values& out) { add_value(out, l.OwnerId); }},
    {"prefix-list-id", [](const ManagedPrefixList& l, Values& out) { add_value(out, l.PrefixListId); }},
    {"prefix-list-name", [](const ManagedPrefixList& l, Values& out) { add_value(out, l.PrefixListName); }},
};

Result<DescribeManagedPrefixListsResult> describe_managed_prefix_lists(Call& call, const DescribeManagedPrefixListsRequest& in) {
  DescribeManagedPrefixListsResult out;
  out.PrefixLists = TRY(page_of_lists<ManagedPrefixList>(call, "DescribeManagedPrefixLists", in, all_lists(call),
                                                         managed_filters, prefix_list_view, out.NextToken));
  return out;
}

constexpr FilterField<PrefixList> service_filters[] = {
    {"prefix-list-id", [](const PrefixList& l, Values& out) { add_value(out, l.PrefixListId); }},
    {"prefix-list-name", [](const PrefixList& l, Values& out) { add_value(out, l.PrefixListName); }},
};

PrefixList service_list_view(const Call&, const PrefixListRecord& record) {
  PrefixList view;
  view.PrefixListId = record.id;
  view.PrefixListName = record.name;
  view.Cidrs = record.cidrs;
  return view;
}

// Of AWS's services alone.
Result<DescribePrefixListsResult> describe_prefix_lists(Call& call, const DescribePrefixListsRequest& in) {
  std::vector<const PrefixListRecord*> lists;
  for (const PrefixListRecord& list : aws_prefix_lists(call.region())) lists.push_back(&list);
  DescribePrefixListsResult out;
  out.PrefixLists = TRY(page_of_lists<PrefixList>(call, "DescribePrefixLists", in, lists, service_filters,
                                                  service_list_view, out.NextToken));
  return out;
}

// ---- GetManagedPrefixListEntries -----------------------------------------------------------------

Result<const PrefixListRecord*> require_list(const Call& call, const std::string& id) {
  TRY(check_id(prefix_list_kind, id));
  const PrefixListRecord* list = find_prefix_list(call.txn, Place(call), id);
  if (list == nullptr) return not_found(prefix_list_kind, id);
  return list;
}

Result<const std::vector<PrefixListEntryRecord>*> entries_of(const PrefixListRecord& list,
                                                             const std::optional<std::int64_t>& version) {
  if (!version || *version == list.version) return &list.entries;
  const auto at = std::ranges::find(list.earlier, *version, &PrefixListVersionRecord::version);
  if (at != list.earlier.end()) return &at->entries;
  // AWS's words for a version that is not there could not be found.
  return errors::InvalidParameterValue("The version " + std::to_string(*version) + " of the prefix list '" + list.id +
                                       "' does not exist.");
}

Result<GetManagedPrefixListEntriesResult> get_entries(Call& call, const GetManagedPrefixListEntriesRequest& in) {
  const PrefixListRecord* list = TRY(require_list(call, in.PrefixListId));
  const std::vector<PrefixListEntryRecord>& entries = *TRY(entries_of(*list, in.TargetVersion));
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxResults));
  const std::string name = "GetManagedPrefixListEntries/" + list->id + "/" + std::to_string(in.TargetVersion.value_or(0));
  api::Page page = TRY(api::Page::open(call, page_rules, name, in.NextToken, size));
  GetManagedPrefixListEntriesResult out;
  out.Entries.emplace();
  const auto place_of = [](const PrefixListEntryRecord& entry) { return entry.cidr; };
  api::list_page(page, entries, place_of, api::any_record, [&](const PrefixListEntryRecord& entry) {
    PrefixListEntry& item = out.Entries->emplace_back();
    item.Cidr = entry.cidr;
    if (!entry.description.empty()) item.Description = entry.description;
  });
  out.NextToken = page.next();
  return out;
}

// ---- GetManagedPrefixListAssociations ------------------------------------------------------------

Result<GetManagedPrefixListAssociationsResult> get_associations(Call& call, const GetManagedPrefixListAssociationsRequest& in) {
  const PrefixListRecord* list = TRY(require_list(call, in.PrefixListId));
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxResults));
  api::Page page = TRY(api::Page::open(call, page_rules, "GetManagedPrefixListAssociations/" + list->id, in.NextToken, size));
  GetManagedPrefixListAssociationsResult out;
  out.PrefixListAssociations.emplace();
  for (const std::string& id : resources_with_prefix_list(call.txn, Place(call), list->id)) {
    if (page.before(id)) continue;
    if (!page.take(id)) break;
    PrefixListAssociation& item = out.PrefixListAssociations->emplace_back();
    item.ResourceId = id;
    item.ResourceOwner = call.account().value;
  }
  out.NextToken = page.next();
  return out;
}

template <class In>
void needs_list(const Call& call, const In& in, Requirements& needs) {
  need_resource(call, needs, prefix_list_kind, in.PrefixListId);
}

}  // namespace

std::span<const PrefixListRecord> aws_prefix_lists(const ::haar::Region& region) {
  static const std::map<std::string, AwsLists, std::less<>> by_region = [] {
    std::map<std::string, AwsLists, std::less<>> lists;
    for (const RegionFacts& facts : all_regions()) lists.emplace(facts.name, make_aws_lists(facts.name));
    return lists;
  }();
  const auto at = by_region.find(region.value);
  if (at == by_region.end()) return {};
  return at->second;
}

bool is_aws_prefix_list(const ::haar::Region& region, std::string_view list_id) {
  return std::ranges::any_of(aws_prefix_lists(region), [&](const PrefixListRecord& list) { return list.id == list_id; });
}

const PrefixListRecord* find_prefix_list(const store::Reader& reader, const Place& place, std::string_view list_id) {
  for (const PrefixListRecord& list : aws_prefix_lists(place.region)) {
    if (list.id == list_id) return &list;
  }
  return reader.get(prefix_lists, store::key_of(place.account, place.region, list_id));
}

std::int32_t prefix_list_weight(const store::Reader& reader, const Place& place, std::string_view list_id) {
  const PrefixListRecord* list = find_prefix_list(reader, place, list_id);
  return list == nullptr ? 0 : list->max_entries;
}

std::vector<std::string> resources_with_prefix_list(const store::Reader& reader, const Place& place, std::string_view list_id) {
  std::set<std::string> ids;
  const store::Key term = store::join(place.account, place.region, list_id);
  for (const auto& [key, rule] : reader.find(security_group_rules, rules_by_prefix_list, term)) ids.insert(rule.group_id);
  for (const auto& [key, table] : reader.scan(route_tables, store::prefix_of(place.account, place.region))) {
    for (const RouteRecord& route : table.routes) {
      if (route.destination_prefix_list_id == list_id) ids.insert(table.id);
    }
  }
  return {ids.begin(), ids.end()};
}

ManagedPrefixList prefix_list_view(const Call& call, const PrefixListRecord& record) {
  const bool aws = is_aws_prefix_list(call.region(), record.id);
  ManagedPrefixList view;
  view.PrefixListId = record.id;
  view.PrefixListName = record.name;
  view.AddressFamily = record.address_family;
  view.OwnerId = aws ? std::string("AWS") : call.account().value;
  view.PrefixListArn = aws ? make_arn(call.partition(), "ec2", call.region().value, AccountId("aws"), "prefix-list/" + record.id)
                           : arn_of(call, prefix_list_kind, record.id);
  view.State = record.state;
  view.Tags = to_wire(record.tags);
  if (aws) return view;  // has neither a version nor a size that a person could change
  if (!record.state_message.empty()) view.StateMessage = record.state_message;
  view.MaxEntries = record.max_entries;
  view.Version = record.version;
  return view;
}

constinit const ResourceKind prefix_list_kind{
    "pl-", "prefix-list", "prefix list ID", "prefix list IDs",
    errors::InvalidPrefixListIdMalformed, errors::InvalidPrefixListIDNotFound,
    api::tagged_records<prefix_lists>, describe_record<prefix_lists, no_more_keys>, ""};

const api::Operations prefix_lists_operations = {
    op<ops::DescribeManagedPrefixLists>(describe_managed_prefix_lists, on(any_in_region), read_only,
        takes("Filters MaxResults NextToken PrefixListIds")),
    op<ops::DescribePrefixLists>(describe_prefix_lists, on(any_in_region), read_only,
        takes("Filters MaxResults NextToken PrefixListIds")),
    op<ops::GetManagedPrefixListEntries>(get_entries, on(needs_list<GetManagedPrefixListEntriesRequest>), read_only,
        takes("PrefixListId TargetVersion MaxResults NextToken")),
    op<ops::GetManagedPrefixListAssociations>(get_associations, on(needs_list<GetManagedPrefixListAssociationsRequest>),
        read_only, takes("PrefixListId MaxResults NextToken")),
};

}  // namespace haar::ec2
