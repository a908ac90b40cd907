#include "tls/certificates.h"

#include <gtest/gtest.h>

#include "tls/test_authority.h"

namespace haar::tls {
namespace {

using testing::verify;

constexpr std::int64_t day = 86'400;

class CertificatesTest : public ::testing::Test {
 protected:
  CertificatesTest()
      : certificates_(Authority::open(folder_.path(), parse_names("haar.test,10.0.0.5").value(), clock_.wall()).value(),
                      testing::served_names("haar.test,10.0.0.5"), clock_) {}
  std::shared_ptr<const ServerCertificate> find(const std::string& name, const std::string& address = "") {
    return certificates_.find(name, address).value();
  }
  // Whether who asks for this name gets a certificate that he believes.
  bool believes(const std::string& host, const std::string& name, const std::string& address = "") {
    return verify(certificates_.authority().certificate(), find(name, address)->certificate.get(), host, clock_.wall()) ==
           X509_V_OK;
  }

  testing::TempFolder folder_;
  ManualClock clock_{Timestamp::from_seconds(1'795'000'000)};
  Certificates certificates_;
};

TEST_F(CertificatesTest, EachServedNameIsBelieved) {
  for (const char* host : {"localhost", "a.localhost", "haar.test", "iam.amazonaws.com", "sts.us-west-2.amazonaws.com"})
    EXPECT_TRUE(believes(host, host)) << host;
  EXPECT_TRUE(believes("iam.amazonaws.com", "IAM.Amazonaws.COM"));
  for (const char* address : {"127.0.0.1", "127.3.2.1"}) EXPECT_TRUE(believes(address, "", address)) << address;
  EXPECT_TRUE(believes("::1", "", "::1"));
}

TEST_F(CertificatesTest, AnUnknownNameGetsTheDefaultCertificate) {
  for (const char* name : {"example.com", "s3.amazonaws.com", "*.localhost", "a b", "\xff", ""}) {
    EXPECT_EQ(find(name), find("localhost")) << name;
    EXPECT_FALSE(believes("example.com", name));
  }
  EXPECT_EQ(find("", "nonsense"), find("localhost"));
}

TEST_F(CertificatesTest, WhoReachesAnotherAddressGetsAllNames) {
  for (const char* host : {"10.0.0.5", "haar.test", "localhost", "127.0.0.1"})
    EXPECT_TRUE(believes(host, "", "172.17.0.2")) << host;
  EXPECT_FALSE(believes("172.17.0.2", "", "172.17.0.2"));
  EXPECT_TRUE(believes("10.0.0.5", "", "10.0.0.5"));
  EXPECT_FALSE(believes("10.0.0.5", "", "127.0.0.1")) << "an earlier certificate of the CA would not permit it";
}

TEST_F(CertificatesTest, ItIsMadeOnceAndAnewBeforeItEnds) {
  const auto first = find("a.localhost");
  EXPECT_EQ(find("a.localhost"), first);
  clock_.advance_seconds((Authority::server_lifetime_days - 40) * day);
  EXPECT_EQ(find("a.localhost"), first);
  clock_.advance_seconds(20 * day);
  EXPECT_NE(find("a.localhost"), first);
  EXPECT_TRUE(believes("a.localhost", "a.localhost"));
  clock_.advance_seconds(-20 * day);  // a clock that is put right
  EXPECT_TRUE(believes("a.localhost", "a.localhost"));
}

TEST_F(CertificatesTest, ThoseLeastAskedForMakeRoom) {
  const auto usual = find("localhost"), first = find("a0.localhost"), second = find("a1.localhost");
  for (std::size_t i = 2; i < Certificates::kept_max; ++i) {
    find("a" + std::to_string(i) + ".localhost");
    EXPECT_EQ(find("localhost"), usual);
    EXPECT_EQ(find("a0.localhost"), first);
  }
  EXPECT_EQ(find("localhost"), usual);
  EXPECT_EQ(find("a0.localhost"), first);
  EXPECT_NE(find("a1.localhost"), second);
}

}  // namespace
}  // namespace haar::tls
