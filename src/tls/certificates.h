// The certificates of haar's server: one for each name that clients ask for and haar serves, made when it is first
// asked for, kept in memory, and made anew before it ends.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "tls/authority.h"
#include "tls/names.h"
#include "tls/openssl.h"

namespace haar::tls {

struct ServerCertificate {
  CertificatePtr certificate;
  KeyPtr key;
  Timestamp valid_from{}, renew_at{};
};

// Thread-safe.
class Certificates {
 public:
  // `clock` outlives it. Its wall time counts: clients know no other.
  Certificates(Authority authority, ServedNames names, Clock& clock)
      : authority_(std::move(authority)), names_(std::move(names)), clock_(clock) {}

  // For the name that a client asks for (SNI), or, where it asks for none, for the address that it has reached: an own one
  // within 127.0.0.0/8; one of all names for another, whose sender may know it under a third one (a container's).
  // A name that haar does not serve gets the default certificate.
  Result<std::shared_ptr<const ServerCertificate>> find(std::string_view server_name, std::string_view address);

  [[nodiscard]] const Authority& authority() const { return authority_; }

  static constexpr std::size_t kept_max = 256;
  static constexpr int renewed_before_end_days = 30;

 private:
  struct Kept {
    std::shared_ptr<const ServerCertificate> certificate;
    std::uint64_t used = 0;  // the higher, the later
  };
  [[nodiscard]] std::vector<Name> names_for(std::string_view server_name, std::string_view address) const;
  Result<std::shared_ptr<const ServerCertificate>> make(const std::vector<Name>& names, Timestamp now) const;
  void make_room();

  const Authority authority_;
  const ServedNames names_;
  Clock& clock_;
  std::mutex mutex_;
  std::map<std::vector<Name>, Kept> kept_;
  std::uint64_t uses_ = 0;
};

}  // namespace haar::tls
