// Certificates of haar's CA for programs that serve TLS by themselves: databases and caches.
//
//   const EngineCertificate made = TRY(certificates.make(names));
//   ... made.pem goes into a file that only this engine can read ...
//   ... later: if (!certificates.is_good(pem, names)) make it anew, and have the engine read it again ...
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "tls/names.h"
#include "tls/server.h"

namespace haar::tls {

struct EngineCertificate {
  // The key and the certificate, in this order: one file for both, so that no program sees one without the other.
  std::string pem;
  Timestamp ends{};
};

// Thread-safe, but for set(), which comes before the threads that ask.
class EngineCertificates {
 public:
  // `clock` outlives it. Its wall time counts: clients know no other.
  explicit EngineCertificates(Clock& clock) : clock_(clock) {}

  // Null: there is no CA yet.
  void set(std::shared_ptr<Server> server) { server_ = std::move(server); }
  [[nodiscard]] bool can_make() const { return server_ != nullptr; }

  // Errors "NoAuthority", "TooManyNames".
  [[nodiscard]] Result<EngineCertificate> make(const std::vector<Name>& names) const;
  // Whether one that was made goes on: it is this CA's, is for these names and no others, and does not end soon.
  [[nodiscard]] bool is_good(std::string_view pem, const std::vector<Name>& names) const;

  static constexpr std::size_t names_max = 200;
  static constexpr int renewed_before_end_days = 30;

 private:
  Clock& clock_;
  std::shared_ptr<Server> server_;
};

}  // namespace haar::tls
