// What is seen of the certificates with which engines serve TLS.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "store/space.h"

namespace haar::rds {

// Of one engine's certificate, under (account, region, resource id of the DB instance). The fleet alone writes it.
struct EngineCertificateRecord {
  static constexpr std::string_view record_name = "rds.engine-certificate";
  static constexpr std::uint32_t record_version = 1;

  Timestamp ends{};

  template <class V>
  void fields(V& v) { v(1, ends); }
};

extern const store::KeySpace<EngineCertificateRecord> engine_certificates;

}  // namespace haar::rds
