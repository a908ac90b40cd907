// What iam keeps of virtual multi-factor devices.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "services/iam/records.h"

namespace haar::iam {

struct MfaDeviceRecord {
  static constexpr std::string_view record_name = "iam.mfa-device";
  static constexpr std::uint32_t record_version = 1;

  std::string path, name;
  std::string sealed_seed;     // the Base32 text, by the keyring, with the record's key as associated data
  std::string owner_id;        // the user's unique id, or the account id for root; empty: not assigned
  Timestamp created{}, enabled{};
  std::int64_t last_step = 0;  // of the newest code that was used: it and older ones are spent
  std::int64_t drift = 0;      // how many steps the device's clock was ahead of haar's when last seen
  TagList tags;

  template <class V>
  void fields(V& v) {
    v(1, path), v(2, name), v(3, sealed_seed), v(4, owner_id), v(5, created), v(6, enabled), v(7, last_step);
    v(8, drift), v(9, tags);
  }
};

// (account, global, path and name): the part of the serial number after ":mfa". Its case counts, as in
// every ARN.
extern const store::Index<MfaDeviceRecord> mfa_device_by_owner;
extern const store::KeySpace<MfaDeviceRecord> mfa_devices;

}  // namespace haar::iam
