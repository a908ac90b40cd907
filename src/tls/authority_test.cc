#include "tls/authority.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include "base/file.h"
#include "tls/test_authority.h"

namespace haar::tls {
namespace {

using testing::verify;

const Timestamp now = Timestamp::from_seconds(1'795'000'000);
constexpr std::int64_t day = 86'400;

class AuthorityTest : public ::testing::Test {
 protected:
  [[nodiscard]] Result<Authority> open(const std::string& configured = "", Timestamp at = now) const {
    return Authority::open(folder_.path(), parse_names(configured).value(), at);
  }
  [[nodiscard]] std::string file() const { return authority_file(folder_.path()); }
  [[nodiscard]] std::string key_file() const { return authority_key_file(folder_.path()); }
  static CertificatePtr issue(const Authority& authority, const std::string& names, Timestamp at = now) {
    const KeyPtr key = make_key().value();
    return authority.issue(parse_names(names).value(), key.get(), at).value();
  }
  static unsigned mode_of(const std::string& path) {
    struct stat info {};
    EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
    return info.st_mode & 0777U;
  }
  // The message of a start that is refused.
  [[nodiscard]] std::string refusal() const {
    const auto opened = open();
    return opened.ok() ? "opened" : opened.error().message;
  }

  testing::TempFolder folder_;
};

TEST_F(AuthorityTest, IsMadeOnceAndReadFromThenOn) {
  const auto made = open();
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(mode_of(authority_folder(folder_.path())), 0700U);
  EXPECT_EQ(mode_of(file()), 0644U);
  EXPECT_EQ(mode_of(key_file()), 0600U);
  const auto read = open("", now.plus_seconds(day));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(X509_cmp(made->certificate(), read->certificate()), 0);
}

TEST_F(AuthorityTest, TwoFoldersHaveTwoAuthoritiesWithTwoNames) {
  const testing::TempFolder other;
  const auto a = open(), b = Authority::open(other.path(), {}, now);
  EXPECT_NE(X509_NAME_cmp(X509_get_subject_name(a->certificate()), X509_get_subject_name(b->certificate())), 0);
  const CertificatePtr certificate = issue(*a, "localhost");
  EXPECT_NE(verify(b->certificate(), certificate.get(), "localhost", now), X509_V_OK);
}

TEST_F(AuthorityTest, AStrictClientTakesItsCertificates) {
  const auto authority = open("haar.test,10.0.0.5");
  const CertificatePtr certificate = issue(*authority, "localhost,*.localhost,127.0.0.1,::1,haar.test,10.0.0.5,127.9.9.9");
  for (const char* host : {"localhost", "127.0.0.1", "::1", "haar.test", "10.0.0.5", "127.9.9.9"})
    EXPECT_EQ(verify(authority->certificate(), certificate.get(), host, now), X509_V_OK) << host;
  EXPECT_EQ(verify(authority->certificate(), certificate.get(), "other.test", now), X509_V_ERR_HOSTNAME_MISMATCH);
  EXPECT_EQ(verify(authority->certificate(), certificate.get(), "127.0.0.2", now), X509_V_ERR_IP_ADDRESS_MISMATCH);
  EXPECT_EQ(X509_check_purpose(certificate.get(), X509_PURPOSE_SSL_CLIENT, 0), 0);
  EXPECT_EQ(X509_check_ca(certificate.get()), 0);
  EXPECT_EQ(X509_get_extension_flags(certificate.get()) & EXFLAG_CRITICAL, 0U);
}

TEST_F(AuthorityTest, CertificatesHaveADayBeforeAndLessThan398Days) {
  const auto authority = open();
  const CertificatePtr certificate = issue(*authority, "localhost");
  EXPECT_EQ(verify(authority->certificate(), certificate.get(), "localhost", now.plus_seconds(-day + 1)), X509_V_OK);
  int days = 0, seconds = 0;
  ASSERT_EQ(ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(certificate.get()), X509_get0_notAfter(certificate.get())), 1);
  EXPECT_LT(days, 398);
  EXPECT_GT(days, 30);
}

TEST_F(AuthorityTest, SerialsAreOfManyRandomBits) {
  const auto authority = open();
  const CertificatePtr a = issue(*authority, "localhost"), b = issue(*authority, "localhost");
  EXPECT_NE(ASN1_INTEGER_cmp(X509_get0_serialNumber(a.get()), X509_get0_serialNumber(b.get())), 0);
  EXPECT_GE(ASN1_STRING_length(X509_get0_serialNumber(a.get())), 8);
  EXPECT_LE(ASN1_STRING_length(X509_get0_serialNumber(a.get())), 20);
}

TEST_F(AuthorityTest, ItIsTrustedForNoOtherNames) {
  const auto authority = open();
  for (const char* host : {"example.com", "10.0.0.5", "www.amazon.com", "::2"}) {
    const CertificatePtr certificate = issue(*authority, host);
    EXPECT_EQ(verify(authority->certificate(), certificate.get(), host, now), X509_V_ERR_PERMITTED_VIOLATION) << host;
  }
  for (const char* host : {"a.localhost", "iam.amazonaws.com", "sts.us-east-1.api.aws"}) {
    const CertificatePtr certificate = issue(*authority, host);
    EXPECT_EQ(verify(authority->certificate(), certificate.get(), host, now), X509_V_OK) << host;
  }
}

TEST_F(AuthorityTest, MoreConfiguredNamesWidenItsCertificateAndTheEarlierOneStaysGood) {
  const auto before = open("first.test");
  const auto after = open("*.second.test,10.0.0.5");
  ASSERT_TRUE(after.ok());
  EXPECT_NE(X509_cmp(before->certificate(), after->certificate()), 0);
  const CertificatePtr certificate = issue(*after, "localhost");
  EXPECT_EQ(verify(before->certificate(), certificate.get(), "localhost", now), X509_V_OK);
  for (const char* host : {"first.test", "a.second.test", "10.0.0.5"}) {
    const CertificatePtr named = issue(*after, host);
    EXPECT_EQ(verify(after->certificate(), named.get(), host, now), X509_V_OK) << host;
  }
  // Fewer names change nothing.
  EXPECT_EQ(X509_cmp(open()->certificate(), after->certificate()), 0);
}

TEST_F(AuthorityTest, ItsCertificateIsSignedAgainAYearBeforeItEnds) {
  const auto before = open();
  const Timestamp early = now.plus_seconds((Authority::lifetime_days - 370) * day);
  EXPECT_EQ(X509_cmp(open("", early)->certificate(), before->certificate()), 0);
  const Timestamp late = now.plus_seconds((Authority::lifetime_days - 360) * day);
  const auto after = open("", late);
  EXPECT_NE(X509_cmp(after->certificate(), before->certificate()), 0);
  const CertificatePtr certificate = issue(*after, "localhost", late);
  EXPECT_EQ(verify(before->certificate(), certificate.get(), "localhost", late), X509_V_OK);
  EXPECT_EQ(verify(after->certificate(), certificate.get(), "localhost", late), X509_V_OK);
}

TEST_F(AuthorityTest, ALostKeyRefusesAndSaysWhatToDo) {
  ASSERT_TRUE(open().ok());
  const std::string certificate = read_file(file()).value();
  ASSERT_EQ(::unlink(key_file().c_str()), 0);
  const std::string message = refusal();
  EXPECT_NE(message.find(key_file()), message.npos) << message;
  EXPECT_NE(message.find("haar ca"), message.npos) << message;
  EXPECT_EQ(read_file(file()).value(), certificate);
  EXPECT_NE(::access(key_file().c_str(), F_OK), 0);
}

TEST_F(AuthorityTest, WhatCannotBeStoredIsToldApart) {
  const auto opened = Authority::open("/proc/none", {}, now);  // where no folder can be made
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, not_stored);
  ASSERT_EQ(::mkdir((folder_.path() + "/tls").c_str(), 0755), 0);
  ASSERT_EQ(::mkdir((key_file() + ".tmp").c_str(), 0755), 0);  // in the way of what is written
  EXPECT_EQ(open().error().code, not_stored);
  ASSERT_EQ(::rmdir((key_file() + ".tmp").c_str()), 0);
  const auto before = open();
  ASSERT_EQ(::mkdir((file() + ".tmp").c_str(), 0755), 0);
  const auto after = open("haar.test");  // wider, but not stored
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(X509_cmp(before->certificate(), after->certificate()), 0);
}

TEST_F(AuthorityTest, ALostCertificateIsSignedAgainUnderTheSameKey) {
  const auto before = open();
  ASSERT_EQ(::unlink(file().c_str()), 0);
  const auto after = open();
  ASSERT_TRUE(after.ok()) << after.error().message;
  const CertificatePtr certificate = issue(*after, "localhost");
  EXPECT_EQ(verify(before->certificate(), certificate.get(), "localhost", now), X509_V_OK);
}

TEST_F(AuthorityTest, AnotherKeyAGarbledOneAndAnOpenOneRefuse) {
  ASSERT_TRUE(open().ok());
  const std::string key = read_file(key_file()).value();
  const testing::TempFolder other;
  ASSERT_TRUE(Authority::open(other.path(), {}, now).ok());
  ASSERT_TRUE(write_file_durably(key_file(), read_file(authority_key_file(other.path())).value(), 0600).ok());
  EXPECT_NE(refusal().find("does not go with"), std::string::npos) << refusal();
  ASSERT_TRUE(write_file_durably(key_file(), "garbage", 0600).ok());
  EXPECT_NE(refusal().find("no private key"), std::string::npos) << refusal();
  ASSERT_TRUE(write_file_durably(key_file(), key, 0640).ok());
  EXPECT_NE(refusal().find("chmod 600"), std::string::npos) << refusal();
  ASSERT_TRUE(write_file_durably(key_file(), key, 0600).ok());
  EXPECT_EQ(refusal(), "opened");
  ASSERT_TRUE(write_file_durably(file(), "garbage", 0644).ok());
  EXPECT_NE(refusal().find("no certificate"), std::string::npos) << refusal();
}

}  // namespace
}  // namespace haar::tls
