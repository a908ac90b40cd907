#include "model/iam/SimulateCustomPolicy.h"
#include "services/iam/usage/service_access.h"

#include <gtest/gtest.h>

#include <string>

namespace haar::iam {
namespace {

std::string statement(const std::string& body) { return R"({"Version":"2012-10-17","Statement":[{)" + body + "}]}"; }

ServiceAccess of(std::initializer_list<std::string> statements) {
  ServiceAccess access;
  for (const std::string& text : statements) access.add(statement(text));
  return access;
}

std::string list(const ServiceAccess& access) {
  std::string out;
  for (const data::ServiceName* service : access.services()) out.append(out.empty() ? "" : " ").append(service->prefix);
  return out;
}

TEST(ServiceAccess, IsTheServicesOfAllowedActions) {
  EXPECT_EQ(list(of({})), "");
  EXPECT_EQ(list(of({R"("Effect":"Allow","Action":["S3:Get*","iam:PassRole"],"Resource":"arn:aws:s3:::b")"})), "iam s3");
  EXPECT_EQ(list(of({R"("Effect":"Allow","Action":"nosuchservice:*","Resource":"*")"})), "");
  const ServiceAccess all = of({R"("Effect":"Allow","Action":"*","Resource":"*")"});
  EXPECT_EQ(all.services().size(), data::service_names().size());
  EXPECT_TRUE(all.allows("sts"));
  EXPECT_FALSE(all.allows("nosuchservice"));
}

TEST(ServiceAccess, NotActionLeavesOutWholeServicesOnly) {
  const ServiceAccess some = of({R"("Effect":"Allow","NotAction":["iam:*","sts:AssumeRole"],"Resource":"*")"});
  EXPECT_FALSE(some.allows("iam"));
  EXPECT_TRUE(some.allows("sts"));
  EXPECT_TRUE(some.allows("ec2"));
}

TEST(ServiceAccess, OnlyADenialOfEverythingOfAServiceTakesItAway) {
  const std::string all = R"("Effect":"Allow","Action":"*","Resource":"*")";
  EXPECT_FALSE(of({all, R"("Effect":"Deny","Action":"ec2:*","Resource":"*")"}).allows("ec2"));
  EXPECT_TRUE(of({all, R"("Effect":"Deny","Action":"ec2:Run*","Resource":"*")"}).allows("ec2"));
  EXPECT_TRUE(of({all, R"("Effect":"Deny","Action":"ec2:*","Resource":"arn:aws:ec2:*:*:vpc/*")"}).allows("ec2"));
  EXPECT_TRUE(of({all, R"("Effect":"Deny","Action":"ec2:*","Resource":"*","Condition":{"Bool":{"a:b":"true"}})"})
                  .allows("ec2"));
  const ServiceAccess left = of({all, R"("Effect":"Deny","NotAction":["s3:GetObject","iam:*"],"Resource":"*")"});
  EXPECT_EQ(list(left), "iam s3");
}

TEST(ServiceAccess, LevelsAllowWhatAllOfThemAllow) {
  ServiceAccess access = ServiceAccess::everything();
  access.restrict_to(of({R"("Effect":"Allow","Action":["s3:*","ec2:*"],"Resource":"*")"}));
  access.restrict_to(of({R"("Effect":"Allow","Action":["ec2:*","iam:*"],"Resource":"*")"}));
  EXPECT_EQ(list(access), "ec2");
}

TEST(ServiceAccess, WhatCannotBeReadAddsNothing) {
  ServiceAccess access;
  access.add("{");
  access.add("[]");
  access.add(R"({"Statement":{}})");
  EXPECT_EQ(list(access), "");
}

}  // namespace
}  // namespace haar::iam
