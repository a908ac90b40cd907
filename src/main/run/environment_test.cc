#include "main/run/environment.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace haar::main {
namespace {

using Entries = std::vector<std::string>;

Entries sorted(Entries entries) {
  std::ranges::sort(entries);
  return entries;
}

TEST(InstanceEnvironment, WhatIsThePersonsOwnStaysOutside) {
  const Entries own{"PATH=/bin",          "AWS_ACCESS_KEY_ID=AKIA", "AWS_SECRET_ACCESS_KEY=secret", "AWS_SESSION_TOKEN=t",
                    "AWS_PROFILE=haar",   "AWS_CONFIG_FILE=/home/a/.aws/config", "AWS_SHARED_CREDENTIALS_FILE=/x",
                    "AWS_ROLE_ARN=arn",   "AWS_WEB_IDENTITY_TOKEN_FILE=/t",      "HAAR_OPERATOR_SOCKET=/run/haar",
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1/"};
  EXPECT_EQ(sorted(instance_environment(own, {"http://127.0.0.1:4566", "us-west-2"})),
            (Entries{"AWS_CONFIG_FILE=/dev/null", "AWS_DEFAULT_REGION=us-west-2",
                     "AWS_EC2_METADATA_SERVICE_ENDPOINT=http://169.254.169.254", "AWS_ENDPOINT_URL=http://127.0.0.1:4566",
                     "AWS_REGION=us-west-2", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "PATH=/bin"}));
}

TEST(InstanceEnvironment, WhatIsSetStays) {
  const Entries own{"AWS_ENDPOINT_URL=http://127.0.0.1:1", "AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=",
                    "AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:2"};
  const Entries out = instance_environment(own, {"http://127.0.0.1:4566", "us-west-2"});
  for (const std::string& entry : own) EXPECT_EQ(std::ranges::count(out, entry), 1) << entry;
  EXPECT_EQ(out.size(), own.size() + 2);
}

}  // namespace
}  // namespace haar::main
