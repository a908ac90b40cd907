// Key pairs as they are kept: the public half.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "services/ec2/tags_type.h"
#include "store/space.h"

namespace haar::ec2 {

struct KeyPairRecord {
  static constexpr std::string_view record_name = "ec2.key-pair";
  static constexpr std::uint32_t record_version = 1;

  std::string id;    // key-…
  std::string name;  // unique in the account's region
  std::string type;  // "rsa", "ed25519"
  std::string fingerprint;
  std::string public_key;  // as OpenSSH writes it: "ssh-rsa AAAA… name"
  Tags tags;
  Timestamp created_at;

  template <class V>
  void fields(V& v) { v(1, id); v(2, name); v(3, type); v(4, fingerprint); v(5, public_key); v(6, tags); v(7, created_at); }
};

extern const store::Index<KeyPairRecord> key_pairs_by_name;
extern const store::KeySpace<KeyPairRecord> key_pairs;  // by id

}  // namespace haar::ec2
