// Key pairs, for operations that name one.
#pragma once

#include <string_view>

#include "services/ec2/key_pairs/records.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

// nullptr: none of this name in the call's account and region.
const KeyPairRecord* find_key_pair(const api::Call& call, std::string_view name);
// InvalidKeyPair.NotFound, in AWS's words.
Error no_such_key_pair(std::string_view name);
// A key pair is named by its name in ARNs, whether it exists or not.
api::Requirement& need_key_pair(const api::Call& call, api::Requirements& needs, std::string_view name);

}  // namespace haar::ec2
