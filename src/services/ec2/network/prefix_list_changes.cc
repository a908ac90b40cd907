// CreateManagedPrefixList, ModifyManagedPrefixList, RestoreManagedPrefixListVersion, DeleteManagedPrefixList.
// https://docs.aws.amazon.com/vpc/latest/userguide/working-with-managed-prefix-lists.html
#include <algorithm>
#include <set>

#include "model/ec2/CreateManagedPrefixList.h"
#include "model/ec2/DeleteManagedPrefixList.h"
#include "model/ec2/ModifyManagedPrefixList.h"
#include "model/ec2/RestoreManagedPrefixListVersion.h"
#include "model/ec2/service.h"
#include "services/ec2/attribute_key.h"
#include "services/ec2/network/cidr_rules.h"
#include "services/ec2/network/prefix_lists.h"
#include "services/ec2/network/limits.h"
#include "services/ec2/permissions.h"
#include "services/ec2/require.h"
#include "services/ec2/quotas.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

constexpr std::size_t name_max = 255, description_max = 255;
// Earlier versions that a record keeps; it has to fit into one transaction of any store. AWS keeps the last 1,000 versions,
// whatever their size; so does haar as long as they are no larger than this.
constexpr std::size_t earlier_bytes_max = 512 * 1024;
constexpr std::string_view reserved_name = "com.amazonaws";
constexpr std::size_t ids_in_message_max = 10;

using Entries = std::vector<PrefixListEntryRecord>;

// ---- what the operations have in common ----------------------------------------------------------------------

Result<void> check_name(const std::string& name) {
  if (name.empty()) return errors::MissingParameter("The request must contain the parameter prefixListName");
  if (name.starts_with(reserved_name)) {
    return errors::InvalidParameterValue("The prefix list name cannot start with com.amazonaws.");
  }
  if (name.size() > name_max) {
    return errors::InvalidParameterValue("The prefix list name cannot be longer than 255 characters.");
  }
  return {};
}

Result<void> check_max_entries(std::int32_t most) {
  if (most >= 1 && most <= entries_per_prefix_list_max) return {};
  return errors::InvalidParameterValue("Value (" + std::to_string(most) + ") for parameter maxEntries is invalid. " +
                                       "The maximum number of entries must be between 1 and 1000.");
}

Result<std::string> canonical_cidr(const std::optional<std::string>& text, const std::string& family) {
  if (!text || text->empty()) return errors::MissingParameter("The request must contain the parameter cidr");
  const Cidr block = family == "IPv6" ? TRY(parse_ipv6_block(*text, "cidr")) : TRY(parse_ipv4_block(*text, "cidr"));
  return block.str();
}

Result<Entries> read_entries(const std::optional<std::vector<AddPrefixListEntry>>& wanted, const std::string& family) {
  Entries entries;
  for (const AddPrefixListEntry& item : wanted.value_or(std::vector<AddPrefixListEntry>())) {
    PrefixListEntryRecord entry{TRY(canonical_cidr(item.Cidr, family)), item.Description.value_or("")};
    if (entry.description.size() > description_max) {
      return errors::InvalidParameterValue("The description of an entry cannot be longer than 255 characters.");
    }
    if (std::ranges::find(entries, entry.cidr, &PrefixListEntryRecord::cidr) != entries.end()) {
      return errors::InvalidParameterValue("The CIDR (" + entry.cidr + ") must not appear multiple times.");
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

void set_entries(PrefixListRecord& list, Entries entries) {
  list.entries = std::move(entries);
  list.cidrs.clear();
  for (const PrefixListEntryRecord& entry : list.entries) list.cidrs.push_back(entry.cidr);
}

Error too_many_entries(const PrefixListRecord& list) {
  return errors::PrefixListMaxEntriesExceeded("The prefix list can have no more than " + std::to_string(list.max_entries) +
                                              " entries.");
}

std::size_t bytes_of(const PrefixListVersionRecord& version) {
  std::size_t bytes = 0;
  for (const PrefixListEntryRecord& entry : version.entries) bytes += entry.cidr.size() + entry.description.size() + 4;
  return bytes;
}

// The entries become those of a new version; the old ones can be restored.
void set_new_version(PrefixListRecord& list, Entries entries) {
  list.earlier.push_back({list.version, std::move(list.entries)});
  ++list.version;
  set_entries(list, std::move(entries));
  std::size_t kept = 0, bytes = 0;
  for (auto at = list.earlier.rbegin(); at != list.earlier.rend() && kept + 1 < versions_per_prefix_list_max; ++at, ++kept) {
    if ((bytes += bytes_of(*at)) > earlier_bytes_max) break;
  }
  list.earlier.erase(list.earlier.begin(), list.earlier.end() - static_cast<std::ptrdiff_t>(kept));
}

// A list of one's own: AWS's are not there to be changed.
Result<PrefixListRecord> require_own_list(const Call& call, const std::string& id) {
  TRY(check_id(prefix_list_kind, id));
  if (is_aws_prefix_list(call.region(), id)) {
    return errors::OperationNotPermitted("The prefix list '" + id + "' is managed by AWS and cannot be modified.");
  }
  return *TRY(require(call, prefix_list_kind, prefix_lists, id));
}

Result<void> check_version(const PrefixListRecord& list, const std::optional<std::int64_t>& expected) {
  if (!expected || *expected == list.version) return {};
  return errors::PrefixListVersionMismatch("The prefix list has the incorrect version number.");
}

// ---- CreateManagedPrefixList ---------------------------------------------------------------------

Result<CreateManagedPrefixListResult> create_list(Call& call, const CreateManagedPrefixListRequest& in) {
  TRY(check_name(in.PrefixListName));
  TRY(check_max_entries(in.MaxEntries));
  if (in.AddressFamily != "IPv4" && in.AddressFamily != "IPv6") {
    return errors::InvalidParameterValue("Value (" + in.AddressFamily + ") for parameter addressFamily is invalid. " +
                                         "Valid values are: IPv4, IPv6.");
  }
  PrefixListRecord list;
  list.name = in.PrefixListName;
  list.address_family = in.AddressFamily;
  list.max_entries = in.MaxEntries;
  list.tags = TRY(tags_to_create(in.TagSpecifications, prefix_list_kind));
  Entries entries = TRY(read_entries(in.Entries, list.address_family));
  if (std::cmp_greater(entries.size(), list.max_entries)) return too_many_entries(list);
  set_entries(list, std::move(entries));
  if (call.txn.count(prefix_lists, here(call)) >= prefix_lists_per_region.value()) {
    return errors::ResourceLimitExceeded("The maximum number of prefix lists has been reached.");
  }
  list.id = new_id(call, prefix_list_kind);
  list.created_at = call.now();
  call.txn.put(prefix_lists, call.key(list.id), list);
  CreateManagedPrefixListResult out;
  out.PrefixList = prefix_list_view(call, list);
  return out;
}

void needs_create_list(const Call& call, const CreateManagedPrefixListRequest& in, Requirements& needs) {
  need_new(call, needs, prefix_list_kind).request_tags = requested_tags(in.TagSpecifications);
  need_create_tags(call, needs, prefix_list_kind, "CreateManagedPrefixList", in.TagSpecifications);
}

// ---- ModifyManagedPrefixList ---------------------------------------------------------------------

Error no_change(const PrefixListEntryRecord& entry) {
  return errors::InvalidPrefixListModification("An entry with the CIDR (" + entry.cidr + ") and description (" +
                                               entry.description + ") already exists.");
}

Result<void> check_no_overlap(const Entries& added, const std::vector<std::string>& removed) {
  for (const std::string& cidr : removed) {
    if (std::ranges::find(added, cidr, &PrefixListEntryRecord::cidr) == added.end()) continue;
    return errors::InvalidParameterValue("Request cannot contain Cidr " + cidr +
                                         " in both AddPrefixListEntries and RemovePrefixListEntries");
  }
  return {};
}

// An entry that is added again with another description gets that.
Result<Entries> changed_entries(const PrefixListRecord& list, const ModifyManagedPrefixListRequest& in) {
  Entries entries = list.entries;
  Entries added = TRY(read_entries(in.AddEntries, list.address_family));
  std::vector<std::string> removed;
  for (const RemovePrefixListEntry& item : in.RemoveEntries.value_or(std::vector<RemovePrefixListEntry>())) {
    removed.push_back(TRY(canonical_cidr(item.Cidr, list.address_family)));
  }
  TRY(check_no_overlap(added, removed));
  for (const std::string& cidr : removed) {
    if (std::erase_if(entries, [&](const PrefixListEntryRecord& entry) { return entry.cidr == cidr; }) == 0) {
      return errors::InvalidPrefixListModification("An entry with the CIDR (" + cidr + ") does not exist.");
    }
  }
  for (PrefixListEntryRecord& entry : added) {
    const auto at = std::ranges::find(entries, entry.cidr, &PrefixListEntryRecord::cidr);
    if (at == entries.end()) entries.push_back(std::move(entry));
    else if (at->description == entry.description) return no_change(entry);
    else *at = std::move(entry);
  }
  if (std::cmp_greater(entries.size(), list.max_entries)) return too_many_entries(list);
  return entries;
}

// The security groups that cannot take the list with its new size. AWS's page: the modification fails then, and the state
// message names the first ten.
std::vector<std::string> groups_without_room(const Call& call, const PrefixListRecord& list) {
  std::set<std::string> without_room;
  const store::Key term = store::join(call.account(), call.region(), list.id);
  for (const auto& [key, rule] : call.txn.find(security_group_rules, rules_by_prefix_list, term)) {
    if (without_room.size() < ids_in_message_max &&
        !check_rule_count(call.txn, Place(call), rule.group_id, rule.egress).ok()) {
      without_room.insert(rule.group_id);
    }
  }
  return {without_room.begin(), without_room.end()};
}

Result<void> set_max_entries(Call& call, PrefixListRecord& list, std::int32_t most) {
  TRY(check_max_entries(most));
  if (std::cmp_less(most, list.entries.size())) {
    return errors::InvalidParameterValue("The maximum number of entries cannot be less than the number of entries.");
  }
  const std::int32_t before = std::exchange(list.max_entries, most);
  call.txn.put(prefix_lists, call.key(list.id), list);  // what the groups are counted with
  std::string names;
  for (const std::string& id : groups_without_room(call, list)) names += (names.empty() ? "" : ", ") + id;
  if (names.empty()) return {};
  list.max_entries = before;
  list.state = "modify-failed";
  list.state_message = "The following resources do not support the new maximum size: " + names;
  return {};
}

Result<ModifyManagedPrefixListResult> modify_list(Call& call, const ModifyManagedPrefixListRequest& in) {
  PrefixListRecord list = TRY(require_own_list(call, in.PrefixListId));
  const bool entries = (in.AddEntries && !in.AddEntries->empty()) || (in.RemoveEntries && !in.RemoveEntries->empty());
  if (in.MaxEntries && entries) {
    return errors::InvalidParameterCombination(
        "You cannot modify the entries and the maximum entries for the prefix list in the same request.");
  }
  TRY(check_version(list, in.CurrentVersion));
  list.state = "modify-complete";
  list.state_message.clear();
  if (in.PrefixListName) {
    TRY(check_name(*in.PrefixListName));
    list.name = *in.PrefixListName;
  }
  if (entries) set_new_version(list, TRY(changed_entries(list, in)));
  if (in.MaxEntries) TRY(set_max_entries(call, list, *in.MaxEntries));
  ModifyManagedPrefixListResult out;
  out.PrefixList = prefix_list_view(call, list);
  call.txn.put(prefix_lists, call.key(in.PrefixListId), std::move(list));
  return out;
}

void needs_modify_list(const Call& call, const ModifyManagedPrefixListRequest& in, Requirements& needs) {
  api::Requirement& need = need_resource(call, needs, prefix_list_kind, in.PrefixListId);
  if (in.PrefixListName) key_attribute(need, "PrefixListName", {*in.PrefixListName});
  if (in.MaxEntries) key_attribute(need, "MaxEntries", {std::to_string(*in.MaxEntries)});
}

// ---- RestoreManagedPrefixListVersion -------------------------------------------------------------

// The entries of an earlier version, as a new one.
Result<RestoreManagedPrefixListVersionResult> restore_version(Call& call, const RestoreManagedPrefixListVersionRequest& in) {
  PrefixListRecord list = TRY(require_own_list(call, in.PrefixListId));
  TRY(check_version(list, in.CurrentVersion));
  const auto at = std::ranges::find(list.earlier, in.PreviousVersion, &PrefixListVersionRecord::version);
  // AWS's words for a version that is not there could not be found.
  if (at == list.earlier.end()) {
    return errors::InvalidParameterValue("The version " + std::to_string(in.PreviousVersion) + " of the prefix list '" +
                                         list.id + "' does not exist.");
  }
  if (std::cmp_greater(at->entries.size(), list.max_entries)) return too_many_entries(list);
  Entries entries = at->entries;
  set_new_version(list, std::move(entries));
  list.state = "restore-complete";
  list.state_message.clear();
  RestoreManagedPrefixListVersionResult out;
  out.PrefixList = prefix_list_view(call, list);
  call.txn.put(prefix_lists, call.key(in.PrefixListId), std::move(list));
  return out;
}

// ---- DeleteManagedPrefixList ---------------------------------------------------------------------

// Answered as begun; a list that something refers to stays, and its state says why.
Result<DeleteManagedPrefixListResult> delete_list(Call& call, const DeleteManagedPrefixListRequest& in) {
  PrefixListRecord list = TRY(require_own_list(call, in.PrefixListId));
  const std::vector<std::string> users = resources_with_prefix_list(call.txn, Place(call), list.id);
  DeleteManagedPrefixListResult out;
  list.state = "delete-in-progress";
  list.state_message.clear();
  out.PrefixList = prefix_list_view(call, list);
  if (users.empty()) {
    call.txn.erase(prefix_lists, call.key(in.PrefixListId));
    return out;
  }
  // AWS's words for it could not be found.
  list.state = "delete-failed";
  list.state_message = "The prefix list is referenced by";
  for (std::size_t i = 0; i < std::min(users.size(), ids_in_message_max); ++i) {
    list.state_message += (i == 0 ? " " : ", ") + users[i];
  }
  call.txn.put(prefix_lists, call.key(in.PrefixListId), std::move(list));
  return out;
}

template <class In>
void needs_list(const Call& call, const In& in, Requirements& needs) {
  need_resource(call, needs, prefix_list_kind, in.PrefixListId);
}

}  // namespace

const api::Operations prefix_list_changes_operations = {
    op<ops::CreateManagedPrefixList>(create_list, on(needs_create_list),
        takes("PrefixListName Entries MaxEntries TagSpecifications AddressFamily ClientToken")),
    op<ops::ModifyManagedPrefixList>(modify_list, on(needs_modify_list),
        takes("PrefixListId CurrentVersion PrefixListName AddEntries RemoveEntries MaxEntries")),
    op<ops::RestoreManagedPrefixListVersion>(restore_version, on(needs_list<RestoreManagedPrefixListVersionRequest>),
        takes("PrefixListId PreviousVersion CurrentVersion")),
    op<ops::DeleteManagedPrefixList>(delete_list, on(needs_list<DeleteManagedPrefixListRequest>), takes("PrefixListId")),
};

}  // namespace haar::ec2
