#include "tls/engine_certificates.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "tls/test_authority.h"

namespace haar::tls {
namespace {

constexpr std::int64_t day = 86'400;

class EngineCertificatesTest : public ::testing::Test {
 protected:
  EngineCertificatesTest() { certificates_.set(server(folder_.path())); }
  std::shared_ptr<Server> server(const std::string& folder) {
    auto authority = Authority::open(folder, {}, clock_.wall()).value();
    return std::make_shared<Server>(
        std::make_unique<Certificates>(std::move(authority), testing::served_names(), clock_), clock_);
  }
  static CertificatePtr certificate_in(const std::string& pem) {
    const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return CertificatePtr(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  }

  testing::TempFolder folder_, other_folder_;
  ManualClock clock_{Timestamp::from_seconds(1'795'000'000)};
  EngineCertificates certificates_{clock_};
  const std::vector<Name> names_ = parse_names("shop.cluster-cabc.us-east-1.rds.amazonaws.com,"
                                               "*.cluster-custom-cabc.us-east-1.rds.amazonaws.com,127.4.5.6").value();
};

TEST_F(EngineCertificatesTest, ClientsBelieveItForItsNamesAlone) {
  const EngineCertificate made = certificates_.make(names_).value();
  const CertificatePtr certificate = certificate_in(made.pem);
  ASSERT_TRUE(certificate);
  const auto authority = server(folder_.path());
  const auto verify = [&](const std::string& host) {
    return testing::verify(authority->certificates().authority().certificate(), certificate.get(), host, clock_.wall());
  };
  for (const char* host : {"shop.cluster-cabc.us-east-1.rds.amazonaws.com",
                           "reports.cluster-custom-cabc.us-east-1.rds.amazonaws.com", "127.4.5.6"})
    EXPECT_EQ(verify(host), X509_V_OK) << host;
  for (const char* host : {"other.cluster-cabc.us-east-1.rds.amazonaws.com", "127.4.5.7", "localhost"})
    EXPECT_NE(verify(host), X509_V_OK) << host;
}

TEST_F(EngineCertificatesTest, TheKeyGoesWithIt) {
  const EngineCertificate made = certificates_.make(names_).value();
  const BioPtr in(BIO_new_mem_buf(made.pem.data(), static_cast<int>(made.pem.size())));
  const KeyPtr key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  ASSERT_TRUE(key);
  EXPECT_EQ(EVP_PKEY_eq(X509_get0_pubkey(certificate_in(made.pem).get()), key.get()), 1);
  EXPECT_NE(made.pem, certificates_.make(names_)->pem);
}

TEST_F(EngineCertificatesTest, ItEndsWhenItSays) {
  const EngineCertificate made = certificates_.make(names_).value();
  std::time_t at = static_cast<std::time_t>(made.ends.seconds());
  EXPECT_EQ(X509_cmp_time(X509_get0_notAfter(certificate_in(made.pem).get()), &at), -1);  // "not later" counts as earlier
  at -= 1;
  EXPECT_EQ(X509_cmp_time(X509_get0_notAfter(certificate_in(made.pem).get()), &at), 1);
}

TEST_F(EngineCertificatesTest, ItIsGoodUntilAMonthBeforeItsEnd) {
  const EngineCertificate made = certificates_.make(names_).value();
  EXPECT_TRUE(certificates_.is_good(made.pem, names_));
  clock_.advance_seconds(58 * day);
  EXPECT_TRUE(certificates_.is_good(made.pem, names_));
  clock_.advance_seconds(2 * day);
  EXPECT_FALSE(certificates_.is_good(made.pem, names_));
}

TEST_F(EngineCertificatesTest, OneForOtherNamesOrOfAnotherAuthorityIsNotGood) {
  const std::string pem = certificates_.make(names_)->pem;
  std::vector<Name> fewer = names_, more = names_;
  fewer.pop_back();
  more.push_back(dns_name("x.us-east-1.rds.amazonaws.com"));
  EXPECT_FALSE(certificates_.is_good(pem, fewer));
  EXPECT_FALSE(certificates_.is_good(pem, more));
  for (const char* text : {"", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    EXPECT_FALSE(certificates_.is_good(text, names_)) << text;
  EngineCertificates others(clock_);
  others.set(server(other_folder_.path()));
  EXPECT_FALSE(others.is_good(pem, names_));
}

TEST_F(EngineCertificatesTest, WithoutAnAuthorityAndForTooManyNamesThereIsNone) {
  EXPECT_EQ(EngineCertificates(clock_).make(names_).error().code, "NoAuthority");
  EXPECT_EQ(certificates_.make({}).error().code, "TooManyNames");
  EXPECT_EQ(certificates_.make(std::vector<Name>(EngineCertificates::names_max + 1, names_[0])).error().code, "TooManyNames");
}

}  // namespace
}  // namespace haar::tls
