#include "main/certificates.h"

#include <gtest/gtest.h>

#include "main/temp_folder.h"
#include "tls/test_authority.h"

namespace haar::main {
namespace {

// Whether clients that trust the CA believe this server under this name.
bool believed(tls::Server& server, const std::string& host, Timestamp now) {
  const auto name = tls::parse_name(host);
  const auto found = name->is_address ? server.certificates().find("", host) : server.certificates().find(host, "");
  return found.ok() && tls::testing::verify(server.certificates().authority().certificate(), (*found)->certificate.get(),
                                            host, now) == X509_V_OK;
}

TEST(OpenTls, TheAddressAndTheConfiguredNamesAreBelieved) {
  const testing::TempFolder folder;
  SystemClock clock;
  const api::Registry registry;
  Config config;
  config.data = folder.path();
  config.address = "10.0.0.5";
  config.tls_names = "haar.test";
  const auto server = open_tls(config, registry, {"us-east-1"}, clock);
  ASSERT_TRUE(server.ok()) << server.error().message;
  for (const char* host : {"localhost", "127.0.0.1", "haar.test", "10.0.0.5"})
    EXPECT_TRUE(believed(**server, host, clock.wall())) << host;
  EXPECT_FALSE(believed(**server, "other.test", clock.wall()));
}

TEST(OpenTls, WhereNothingCanBeStoredThereIsPlainHttpAlone) {
  SystemClock clock;
  const api::Registry registry;
  Config config;
  config.data = "/proc/none";
  const auto server = open_tls(config, registry, {}, clock);
  ASSERT_TRUE(server.ok()) << server.error().message;
  EXPECT_EQ(*server, nullptr);
}

}  // namespace
}  // namespace haar::main
