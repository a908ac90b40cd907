// Who is let in to the nodes of a cache: everybody, who has an AUTH token, or the users of user groups.
//
// Which of them a node goes by is told by generations (NodeConfig::access): who it is, and which version of his rules. The rules
// themselves, with the digests of passwords, are made at the moment when they are given to an engine and lie nowhere.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "auth/keyring.h"
#include "base/result.h"
#include "fleet/engine.h"
#include "services/elasticache/records.h"
#include "store/reader.h"

namespace haar::elasticache {

using AccessVersions = std::map<std::string, std::int64_t>;  // by users' ids

// What stands in the place of a user's id for an AUTH token, and for user groups, which may be empty.
inline constexpr std::string_view token_entry = "*token", guarded_entry = "*groups";

// Of the nodes of this group; `beside`: any key of its account and region. Empty: everybody is let in.
AccessVersions access_versions(const store::Reader& reader, const store::Key& beside, const GroupRecord& group);
// The same as the engine takes it.
Result<fleet::Access> access_rules(const store::Reader& reader, const auth::Keyring& keyring, const store::Key& beside,
                                   const GroupRecord& group);
// Of a node that is no group's.
fleet::Access everybody();

}  // namespace haar::elasticache
