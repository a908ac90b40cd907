// The certificate authority that an account has chosen for its new instances in a region.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/space.h"

namespace haar::rds {

struct CertificateChoiceRecord {
  static constexpr std::string_view record_name = "rds.certificate-choice";
  static constexpr std::uint32_t record_version = 1;

  std::string identifier;  // "rds-ca-rsa2048-g1"

  template <class V>
  void fields(V& v) { v(1, identifier); }
};

extern const store::KeySpace<CertificateChoiceRecord> certificate_choices;

}  // namespace haar::rds
