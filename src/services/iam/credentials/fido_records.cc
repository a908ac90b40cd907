#include "services/iam/credentials/fido_records.h"

#include "store/key_space.h"

namespace haar::iam {

const store::Index<FidoDeviceRecord> fido_device_by_owner{
    "by-owner", [](const store::Key&, const FidoDeviceRecord& r, store::Terms& out) { out.add(r.owner_id); }};
const store::Index<FidoDeviceRecord> fido_device_by_credential{
    "by-credential", [](const store::Key&, const FidoDeviceRecord& r, store::Terms& out) { out.add(r.credential_id); }};
const store::KeySpace<FidoDeviceRecord> fido_devices{"iam/fido-device", {&fido_device_by_owner, &fido_device_by_credential}};

}  // namespace haar::iam
