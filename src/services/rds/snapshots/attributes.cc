// ModifyDBClusterSnapshotAttribute, DescribeDBClusterSnapshotAttributes: with whom a manual snapshot is shared.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-share-snapshot.html
#include <fmt/format.h>

#include <algorithm>

#include "api/kit/row.h"
#include "model/rds/DescribeDBClusterSnapshotAttributes.h"
#include "model/rds/ModifyDBClusterSnapshotAttribute.h"
#include "model/rds/service.h"
#include "services/rds/plan/snapshot.h"
#include "services/rds/snapshots/lookup.h"
#include "services/rds/snapshots/operations.h"

namespace haar::rds {
namespace {

using api::Call;

constexpr std::string_view restore = "restore", everybody = "all";
constexpr std::size_t account_digits = 12;
// "You can share a manual snapshot with up to 20 other AWS accounts."
constexpr std::size_t readers_max = 20;

bool is_reader(const std::string& text) {
  return text == everybody ||
         (text.size() == account_digits && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }));
}

DBClusterSnapshotAttributesResult attributes_of(const SnapshotRecord& record) {
  DBClusterSnapshotAttributesResult out;
  out.DBClusterSnapshotIdentifier = record.id;
  DBClusterSnapshotAttribute one;
  one.AttributeName = std::string(restore);
  one.AttributeValues = record.shared_with;
  out.DBClusterSnapshotAttributes = std::vector{std::move(one)};
  return out;
}

Result<void> change_readers(std::vector<std::string>& readers, const ModifyDBClusterSnapshotAttributeMessage& in) {
  for (const auto* list : {&in.ValuesToAdd, &in.ValuesToRemove}) {
    for (const std::string& value : list->value_or(std::vector<std::string>())) {
      if (!is_reader(value)) return errors::InvalidParameterValue(fmt::format("Invalid account id: {}", value.substr(0, 64)));
      std::erase(readers, value);
      if (list == &in.ValuesToAdd) readers.push_back(value);
    }
  }
  std::ranges::sort(readers);
  if (readers.size() > readers_max)
    return errors::SharedSnapshotQuotaExceeded(fmt::format("A snapshot can be shared with at most {} accounts.", readers_max));
  return {};
}

Result<ModifyDBClusterSnapshotAttributeResult> modify_attribute(Call& call, const ModifyDBClusterSnapshotAttributeMessage& in) {
  const SnapshotRecord* record = TRY(find_own_snapshot(call, in.DBClusterSnapshotIdentifier));
  if (in.AttributeName != restore)
    return errors::InvalidParameterValue(fmt::format("Invalid attribute name: {}", in.AttributeName.substr(0, 64)));
  const std::string_view state = snapshot_status(*record, snapshot_state_of(call.txn, call.key(record->id)));
  if (record->automated || state != status::available) {
    return errors::InvalidDBClusterSnapshotStateFault(
        fmt::format("The snapshot {} cannot be shared: it must be a manual snapshot in the available state.", record->id));
  }
  SnapshotRecord changed = *record;
  TRY(change_readers(changed.shared_with, in));
  call.txn.put(snapshots, call.key(changed.id), changed);
  ModifyDBClusterSnapshotAttributeResult out;
  out.DBClusterSnapshotAttributesResult = attributes_of(changed);
  return out;
}

Result<DescribeDBClusterSnapshotAttributesResult> describe_attributes(Call& call,
                                                                      const DescribeDBClusterSnapshotAttributesMessage& in) {
  DescribeDBClusterSnapshotAttributesResult out;
  out.DBClusterSnapshotAttributesResult = attributes_of(*TRY(find_own_snapshot(call, in.DBClusterSnapshotIdentifier)));
  return out;
}

template <class Message>
void needs_named_snapshot(const Call& call, const Message& in, api::Requirements& needs) {
  need_snapshot(call, in.DBClusterSnapshotIdentifier, needs);
}

}  // namespace

const api::Operations& snapshot_attributes_operations() {
  static const api::Operations rows = {
      api::op<ops::ModifyDBClusterSnapshotAttribute>(modify_attribute,
          api::on(needs_named_snapshot<ModifyDBClusterSnapshotAttributeMessage>),
          api::takes("DBClusterSnapshotIdentifier AttributeName ValuesToAdd ValuesToRemove")),
      api::op<ops::DescribeDBClusterSnapshotAttributes>(describe_attributes,
          api::on(needs_named_snapshot<DescribeDBClusterSnapshotAttributesMessage>), api::read_only,
          api::takes("DBClusterSnapshotIdentifier")),
  };
  return rows;
}

}  // namespace haar::rds
