// The instance metadata service of all instances: one listener, which knows by the address that a request comes from
// whose it is, as 169.254.169.254 knows it on AWS. `haar run` leads there what is sent to that address.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/kit/call.h"
#include "control/imds/metadata_token.h"
#include "control/imds/role_credentials.h"
#include "control/instance_routes.h"
#include "events/log.h"
#include "http/server.h"
#include "store/db.h"

namespace haar::control {

// AWS answers 1,024 packets a second; here the bound is on what is open at once.
inline constexpr std::size_t metadata_connections_max = 1024;
inline constexpr std::size_t metadata_body_bytes_max = 1024;  // nobody has to send any

class MetadataService {
 public:
  MetadataService(const api::Environment& env, store::Db& db, events::Log& log);
  ~MetadataService() { stop(); }

  // On port 80 of `address`, or where that cannot be had on another one.
  Result<void> start(const IpAddress& address);
  void stop();
  [[nodiscard]] HostPort listens_on() const { return at_; }

  http::Response answer(const http::Request& request);

 private:
  [[nodiscard]] bool is_of_own_user(const http::Request& request) const;
  http::Response issue_token(const http::Request& request, const KnownInstance& instance) const;
  http::Response read(const http::Request& request, const store::Reader& reader, const KnownInstance& instance);
  std::optional<std::string> value(const store::Reader& reader, const KnownInstance& instance, const std::string& path,
                                   Delivery delivery);
  std::string credentials_document(const store::Reader& reader, const KnownInstance& instance, const std::string& role,
                                   Delivery delivery);

  const api::Environment& env_;
  store::Db& db_;
  MetadataTokens tokens_;
  RoleCredentialsMaker credentials_;
  HostPort at_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace haar::control
