#include "services/rds/standalone/storage.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "model/rds/service.h"

namespace haar::rds {
namespace {

constexpr std::string_view gp3 = "gp3", io1 = "io1";
// From this size on gp3 is striped, has more of both and can be given more.
constexpr std::int32_t striped_gib = 400;
constexpr std::int32_t gp3_iops = 3'000, gp3_throughput = 125, striped_iops = 12'000, striped_throughput = 500;
constexpr std::size_t echoed_max = 64;

constexpr StorageKind kinds[] = {
    {"gp2", 20, 65'536},
    {"gp3", 20, 65'536, striped_iops, 64'000, striped_throughput, 4'000, 0, 500},
    {"io1", 100, 65'536, 1'000, 256'000, 0, 0, 0.5, 50},
    {"io2", 100, 65'536, 1'000, 256'000, 0, 0, 0.5, 1'000},
    {"standard", 5, 3'072},
};

const StorageKind* find_kind(std::string_view name) {
  const auto* found = std::ranges::find(kinds, name, &StorageKind::name);
  return found == std::end(kinds) ? nullptr : found;
}

// AWS's texts for the first three are in public reports of them; those of the others could not be found.
Error bad_size(std::string_view engine, const StorageKind& kind, std::int32_t gib) {
  return errors::InvalidParameterValue(
      fmt::format("Invalid storage size for engine name {} and storage type {}: {}", engine, kind.name, gib));
}
Error too_small_for_more(std::string_view engine) {
  return errors::InvalidParameterCombination(
      fmt::format("You can't specify IOPS or storage throughput for engine {} and a storage size less than {}.", engine,
                  striped_gib));
}
Error bad_type(std::string_view type) {
  return errors::InvalidParameterValue(fmt::format("Invalid storage type: {}", type.substr(0, echoed_max)));
}
Error not_of_type(std::string_view what, std::string_view type) {
  return errors::InvalidParameterCombination(fmt::format("{} can't be specified with the storage type {}.", what, type));
}

Result<void> check_iops(const StorageKind& kind, const InstanceStorage& storage) {
  const double per_gib = static_cast<double>(storage.iops) / storage.gib;
  if (storage.iops < kind.least_iops || storage.iops > kind.most_iops) {
    return errors::InvalidParameterValue(
        fmt::format("Invalid value {} for Iops. Must be between {} and {} for the storage type {}.", storage.iops,
                    kind.least_iops, kind.most_iops, kind.name));
  }
  if (per_gib >= kind.least_iops_per_gib && per_gib <= kind.most_iops_per_gib) return {};
  return errors::InvalidParameterCombination(
      fmt::format("The IOPS to GiB ratio {:g} is not between {:g} and {:g}, as the storage type {} demands.", per_gib,
                  kind.least_iops_per_gib, kind.most_iops_per_gib, kind.name));
}

// `wanted.iops` and `.throughput` are set where they were asked for, and 0 otherwise.
Result<InstanceStorage> complete(std::string_view engine, const StorageKind& kind, InstanceStorage wanted) {
  if (wanted.gib < kind.least_gib || wanted.gib > kind.most_gib) return bad_size(engine, kind, wanted.gib);
  if (kind.most_iops == 0 && wanted.iops != 0) return not_of_type("Iops", kind.name);
  if (kind.most_throughput == 0 && wanted.throughput != 0) return not_of_type("StorageThroughput", kind.name);
  if (kind.name == gp3) {
    const bool striped = wanted.gib >= striped_gib;
    const std::int32_t iops = striped ? striped_iops : gp3_iops, throughput = striped ? striped_throughput : gp3_throughput;
    if (!striped && ((wanted.iops != 0 && wanted.iops != iops) || (wanted.throughput != 0 && wanted.throughput != throughput)))
      return too_small_for_more(engine);
    wanted.iops = wanted.iops == 0 ? iops : wanted.iops;
    wanted.throughput = wanted.throughput == 0 ? throughput : wanted.throughput;
    if (striped) TRY(check_iops(kind, wanted));
    if (striped && (wanted.throughput < kind.least_throughput || wanted.throughput > kind.most_throughput)) {
      return errors::InvalidParameterValue(fmt::format("Invalid value {} for StorageThroughput. Must be between {} and {}.",
                                                       wanted.throughput, kind.least_throughput, kind.most_throughput));
    }
    return wanted;
  }
  if (kind.most_iops != 0) {
    if (wanted.iops == 0) {
      return errors::InvalidParameterCombination(
          fmt::format("You must specify Iops when you specify the storage type {}.", kind.name));
    }
    TRY(check_iops(kind, wanted));
  }
  return wanted;
}

}  // namespace

std::span<const StorageKind> storage_kinds() { return kinds; }

Result<InstanceStorage> new_storage(std::string_view engine, const AskedStorage& asked) {
  if (!asked.gib) {
    return errors::InvalidParameterValue("The parameter AllocatedStorage must be provided and must not be blank.");
  }
  // "Default: io1, if the Iops parameter is specified. Otherwise, gp3."
  const std::string type = asked.type.value_or(std::string(asked.iops ? io1 : gp3));
  const StorageKind* kind = find_kind(type);
  if (kind == nullptr) return bad_type(type);
  return complete(engine, *kind, {type, *asked.gib, asked.iops.value_or(0), asked.throughput.value_or(0)});
}

Result<InstanceStorage> changed_storage(std::string_view engine, const InstanceStorage& now, const AskedStorage& asked) {
  const std::string type = asked.type.value_or(now.type);
  const StorageKind* kind = find_kind(type);
  if (kind == nullptr) return bad_type(type);
  InstanceStorage wanted{type, asked.gib.value_or(now.gib), asked.iops.value_or(0), asked.throughput.value_or(0)};
  if (wanted.gib < now.gib) {
    return errors::InvalidParameterCombination(
        fmt::format("Requested storage size {} GiB is less than the current storage size {} GiB.", wanted.gib, now.gib));
  }
  // "Values that are not at least 10% greater than the existing value are rounded up so that they are".
  if (wanted.gib > now.gib) wanted.gib = std::max(wanted.gib, (now.gib * 11 + 9) / 10);
  // What is not asked for stays, as far as the type and the size have it.
  const bool grown_to_stripes = type == gp3 && now.gib < striped_gib && wanted.gib >= striped_gib;
  if (type == now.type && !grown_to_stripes) {
    if (!asked.iops) wanted.iops = now.iops;
    if (!asked.throughput) wanted.throughput = now.throughput;
  }
  return complete(engine, *kind, std::move(wanted));
}

}  // namespace haar::rds
