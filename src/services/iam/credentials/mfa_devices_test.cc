// What boto3 cannot reach or see: the codes that other services check, and QR codes as bytes.
#include "services/iam/credentials/mfa_devices.h"

#include <gtest/gtest.h>

#include "auth/totp.h"
#include "model/iam/CreateVirtualMFADevice.h"
#include "model/iam/EnableMFADevice.h"
#include "model/iam/ListMFADevices.h"
#include "model/iam/ResyncMFADevice.h"
#include "model/iam/UpdateUser.h"
#include "services/iam/credentials/qr_code.h"
#include "services/iam/test_world.h"

namespace haar::iam {
namespace {

class MfaDevices : public ::testing::Test {
 protected:
  // A device in use by the user ana; its codes by code().
  void SetUp() override {
    ana = world.user("ana");
    CreateVirtualMFADeviceRequest create;
    create.VirtualMFADeviceName = "phone";
    const VirtualMFADevice device = world.run<ops::CreateVirtualMFADevice>(create).value().VirtualMFADevice;
    serial = device.SerialNumber;
    secret = auth::totp_secret(device.Base32StringSeed->bytes).value();
    EXPECT_EQ(enable(-1), "");
  }
  [[nodiscard]] std::int64_t now_step() { return auth::totp_step(world.clock().now()); }
  [[nodiscard]] std::string code(std::int64_t from_now) { return auth::totp_code(secret, now_step() + from_now); }
  std::string enable(std::int64_t first) {
    EnableMFADeviceRequest in;
    in.UserName = "ana";
    in.SerialNumber = serial;
    in.AuthenticationCode1 = code(first);
    in.AuthenticationCode2 = code(first + 1);
    return world.error<ops::EnableMFADevice>(in);
  }
  std::string resync(std::int64_t first) {
    ResyncMFADeviceRequest in;
    in.UserName = "ana";
    in.SerialNumber = serial;
    in.AuthenticationCode1 = code(first);
    in.AuthenticationCode2 = code(first + 1);
    return world.error<ops::ResyncMFADevice>(in);
  }
  std::string check(const std::string& given) { return check(ana->unique_id, serial, given); }
  std::string check(const std::string& owner, const std::string& number, const std::string& given) {
    std::string said;
    world.write([&](store::Txn& txn) {
      const Result<void> done =
          check_mfa_code(txn, world.account, owner, number, given, world.clock().now(), world.keyring());
      if (!done.ok()) said = done.error().code + ": " + done.error().message;
    });
    return said;
  }
  void next_step(std::int64_t steps = 1) { world.clock().advance_seconds(steps * auth::totp_step_seconds); }

  TestWorld world;
  std::shared_ptr<const api::Caller> ana;
  std::string serial, secret;
  const std::string wrong_code = "AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code. ";
  const std::string wrong_device =
      "AccessDenied: MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial "
      "number is valid and associated with this user.";
};

// A code is good once, and so is none that is older than one that was used.
TEST_F(MfaDevices, ACodeIsGoodOnce) {
  EXPECT_EQ(check(code(0)), wrong_code) << "it was used to enable the device";
  next_step();
  const std::string first = code(0);
  EXPECT_EQ(check(first), "");
  EXPECT_EQ(check(first), wrong_code);
  next_step();
  EXPECT_EQ(check(first), wrong_code);
  EXPECT_EQ(check(code(0)), "");
}

TEST_F(MfaDevices, ACodeIsGoodForAStepEachWay) {
  next_step(10);
  EXPECT_EQ(check(code(-2)), wrong_code);
  EXPECT_EQ(check(code(2)), wrong_code);
  EXPECT_EQ(check(code(-1)), "");
  next_step(10);
  EXPECT_EQ(check(code(1)), wrong_code) << "the device was seen to be a step behind";
  EXPECT_EQ(check(code(0)), "");
}

TEST_F(MfaDevices, OnlyTheOwnersOwnDeviceCounts) {
  next_step();
  const std::string other = world.user("bob")->unique_id;
  EXPECT_EQ(check(other, serial, code(0)), wrong_device);
  EXPECT_EQ(check(ana->unique_id, serial + "x", code(0)), wrong_device);
  EXPECT_EQ(check(ana->unique_id, "GAHT12345678", code(0)), wrong_device);
  EXPECT_EQ(check(ana->unique_id, "arn:aws:iam::444455556666:mfa/phone", code(0)), wrong_device);
  EXPECT_EQ(check(world.account.value, serial, code(0)), wrong_device);
  EXPECT_EQ(check(code(0)), "");
}

// A device whose clock is half an hour off is refused until two codes in a row say so.
TEST_F(MfaDevices, ResyncFindsTheDevicesClock) {
  next_step(100);
  EXPECT_EQ(check(code(60)), wrong_code);
  EXPECT_EQ(resync(58), "");
  next_step();
  EXPECT_EQ(check(code(60)), "");
  EXPECT_EQ(check(code(0)), wrong_code);
  EXPECT_EQ(resync(59), "InvalidAuthenticationCode: Authentication code for device is not valid.") << "used before";
  EXPECT_EQ(resync(130), "InvalidAuthenticationCode: Authentication code for device is not valid.") << "too far off";
}

// A user of the same name as one that is gone does not inherit its devices: they go by unique id.
TEST_F(MfaDevices, ARenamedUserKeepsItsDevice) {
  UpdateUserRequest rename;
  rename.UserName = "ana";
  rename.NewUserName = "anna";
  EXPECT_EQ(world.error<ops::UpdateUser>(rename), "");
  ListMFADevicesRequest list;
  list.UserName = "anna";
  EXPECT_EQ(world.run<ops::ListMFADevices>(list).value().MFADevices.at(0).UserName, "anna");
  next_step();
  EXPECT_EQ(check(code(0)), "");
}

TEST(MfaDeviceKey, IsMadeOfSerialNumbersOfTheAccountAlone) {
  const AccountId account("111122223333");
  const auto key = mfa_device_key(account, "arn:aws:iam::111122223333:mfa/a/b");
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(key->part(2), "/a/b");
  EXPECT_EQ(mfa_device_key(account, "arn:aws:iam::444455556666:mfa/b"), std::nullopt);
  EXPECT_EQ(mfa_device_key(account, "arn:aws:s3:x:iam::111122223333:mfa/b"), std::nullopt);
  EXPECT_EQ(mfa_device_key(account, "arn:aws:iam::111122223333:user/b"), std::nullopt);
  EXPECT_EQ(mfa_device_key(account, ""), std::nullopt);
}

TEST(QrCode, IsAPngOrNothing) {
  EXPECT_EQ(qr_code_png("otpauth://totp/a@b?secret=A").substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(qr_code_png(std::string(3000, 'x')), "");
}

}  // namespace
}  // namespace haar::iam
