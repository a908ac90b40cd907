#include "services/iam/credentials/mfa_records.h"

#include "store/key_space.h"

namespace haar::iam {

const store::Index<MfaDeviceRecord> mfa_device_by_owner{
    "by-owner", [](const store::Key&, const MfaDeviceRecord& r, store::Terms& out) {
      if (!r.owner_id.empty()) out.add(r.owner_id);
    }};
const store::KeySpace<MfaDeviceRecord> mfa_devices{"iam/mfa-device", {&mfa_device_by_owner}};

}  // namespace haar::iam
