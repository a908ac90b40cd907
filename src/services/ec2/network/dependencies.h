// What must be gone before a subnet or a VPC can be deleted: one row a kind. A kind that lies in a subnet or a VPC adds its
// row to the table in dependencies.cc; whoever deletes asks the table.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "services/ec2/network/network.h"
#include "store/reader.h"

namespace haar::ec2 {

struct Blocker {
  std::string_view what;  // "network interface": for tests and for whoever reads the table
  // Whether one of this kind lies in the subnet, or the VPC, of this id.
  bool (*exists)(const store::Reader& reader, const Place& place, std::string_view id);
};

std::span<const Blocker> subnet_blockers();
// What goes with a VPC (its default group, its default ACL, its main route table) does not block it.
std::span<const Blocker> vpc_blockers();

// The first kind of which one is there; nullopt: nothing is in the way.
std::optional<std::string_view> first_blocker(const store::Reader& reader, const Place& place,
                                              std::span<const Blocker> blockers, std::string_view id);

}  // namespace haar::ec2
