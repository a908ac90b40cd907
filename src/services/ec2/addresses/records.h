// Elastic addresses as they are kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "services/ec2/tags_type.h"
#include "store/space.h"

namespace haar::ec2 {

struct AddressRecord {
  static constexpr std::string_view record_name = "ec2.address";
  static constexpr std::uint32_t record_version = 1;

  std::string id;         // eipalloc-…
  std::string public_ip;  // no two of any account share one
  // While it is associated; else empty. Of a NAT gateway's, the interface is that of the gateway.
  std::string association_id;  // eipassoc-…
  std::string interface_id;
  std::string private_ip;
  Tags tags;
  Timestamp created_at;

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, public_ip); v(3, association_id); v(4, interface_id); v(5, private_ip); v(6, tags); v(7, created_at);
  }
};

extern const store::Index<AddressRecord> addresses_by_interface;
extern const store::Index<AddressRecord> addresses_by_association;
// By the address alone: the term has no account.
extern const store::Index<AddressRecord> addresses_by_public_ip;

extern const store::KeySpace<AddressRecord> addresses;

}  // namespace haar::ec2
