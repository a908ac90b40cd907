#include "services/cloudtrail/records.h"

#include "store/key_space.h"

namespace haar::cloudtrail {

const store::KeySpace<TrailRecord> trails{"cloudtrail/trail"};
const store::KeySpace<TrailStateRecord> trail_states{"cloudtrail/trail-state"};
const store::KeySpace<DeliveredRecord> delivered_files{"cloudtrail/delivered"};
const store::KeySpace<ChainRecord> digest_chains{"cloudtrail/chain"};
const store::KeySpace<SigningKeyRecord> signing_keys{"cloudtrail/signing-key"};

}  // namespace haar::cloudtrail
