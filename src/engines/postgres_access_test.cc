#include "engines/postgres_access.h"

#include <gtest/gtest.h>

namespace haar::engines::postgres {
namespace {

// The first line that matches decides: their order is what this is about.
std::size_t at(const std::string& text, const std::string& line) {
  const std::size_t found = text.find(line);
  EXPECT_NE(found, std::string::npos) << line << "\n" << text;
  return found;
}

TEST(HostConfig, MembersOfRdsIamComeOverTlsAndNeverWithAPassword) {
  const std::string text = open_host_config(false, true);
  EXPECT_LT(at(text, "host    all         rdsadmin all      reject\n"), at(text, "hostssl all         +rds_iam all      pam\n"));
  EXPECT_LT(at(text, "hostssl all         +rds_iam all      pam\n"), at(text, "host    all         +rds_iam all      reject\n"));
  EXPECT_LT(at(text, "host    all         +rds_iam all      reject\n"),
            at(text, "host    all         all      all      scram-sha-256\n"));
  // Without TLS, or in a server that cannot ask, they do not come at all.
  EXPECT_EQ(open_host_config(false, false).find("pam"), std::string::npos);
  at(open_host_config(false, false), "host    all         +rds_iam all      reject\n");
}

TEST(HostConfig, WhereTlsIsForcedNoLineLetsAnybodyInWithoutIt) {
  const std::string text = open_host_config(true, true);
  at(text, "hostssl all         all      all      scram-sha-256\n");
  EXPECT_EQ(text.find("host    all         all      all      scram-sha-256"), std::string::npos);
}

}  // namespace
}  // namespace haar::engines::postgres
