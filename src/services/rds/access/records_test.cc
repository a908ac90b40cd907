// This build still reads every version of these records that was ever written.
#include "services/rds/access/records.h"

#include <gtest/gtest.h>

#include "store/golden.h"

namespace haar::rds {
namespace {

TEST(AccessRecords, a_certificate_is_read_as_it_was_written) {
  const EngineCertificateRecord r{Timestamp{1'700'000'000'000'000}};
  const Result<void> read = store::check_goldens<EngineCertificateRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

}  // namespace
}  // namespace haar::rds
