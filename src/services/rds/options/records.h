// Option groups: what is stored of one that somebody made, by (account, region, name). AWS's own, one of each engine and
// major version, are not stored.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/quota.h"
#include "store/space.h"

namespace haar::rds {

struct OptionGroupRecord {
  static constexpr std::string_view record_name = "rds.option-group";
  static constexpr std::uint32_t record_version = 1;

  std::string name, description;
  std::string engine, major_version;  // "postgres", "15"
  std::map<std::string, std::string> tags;
  Timestamp created_at{};
  std::string source_arn;  // of a copy
  Timestamp copied_at{};

  template <class V>
  void fields(V& v) {
    v(1, name); v(2, description); v(3, engine); v(4, major_version); v(5, tags); v(6, created_at); v(7, source_arn);
    v(8, copied_at);
  }
};

// Of an account in a region. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html
extern Quota option_groups_per_region;

extern const store::KeySpace<OptionGroupRecord> option_groups;

}  // namespace haar::rds
