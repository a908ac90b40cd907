#include "services/rds/certificates.h"

#include <gtest/gtest.h>

#include "store/golden.h"

namespace haar::rds {
namespace {

TEST(Certificates, AChoiceIsReadAsItWasWritten) {
  const Result<void> read = store::check_goldens<CertificateChoiceRecord>({{1, CertificateChoiceRecord{"rds-ca-rsa2048-g1"}}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

}  // namespace
}  // namespace haar::rds
