// What iam keeps of passkeys and security keys. They are registered in the console alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "store/space.h"

namespace haar::iam {

struct FidoDeviceRecord {
  static constexpr std::string_view record_name = "iam.fido-device";
  static constexpr std::uint32_t record_version = 1;

  std::string resource;       // "u2f/user/ana/laptop-ABCDEFGH…": of its serial number, as it was when it was registered
  std::string name;           // "laptop"
  std::string owner_id;       // the user's unique id, or the account id for root
  std::string credential_id, public_key;
  std::int32_t algorithm = 0; // COSE's number
  std::uint32_t sign_count = 0;
  std::string aaguid;
  std::string rp_id;          // the host that it is good at
  Timestamp enabled{};

  template <class V>
  void fields(V& v) {
    v(1, resource), v(2, name), v(3, owner_id), v(4, credential_id), v(5, public_key), v(6, algorithm), v(7, sign_count);
    v(8, aaguid), v(9, rp_id), v(10, enabled);
  }
};

// (account, global, resource)
extern const store::Index<FidoDeviceRecord> fido_device_by_owner;
// Of all accounts: one key is registered once.
extern const store::Index<FidoDeviceRecord> fido_device_by_credential;
extern const store::KeySpace<FidoDeviceRecord> fido_devices;

}  // namespace haar::iam
