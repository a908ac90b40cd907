#include "services/ec2/key_pairs/records.h"

#include "store/key_space.h"

namespace haar::ec2 {

const store::Index<KeyPairRecord> key_pairs_by_name{
    "by-name", [](const store::Key& key, const KeyPairRecord& it, store::Terms& out) {
      out.add(key.account(), key.region(), it.name);
    }};

const store::KeySpace<KeyPairRecord> key_pairs{"ec2/key-pair", {&key_pairs_by_name}};

}  // namespace haar::ec2
