// Every format that was ever written is read by this build (test/store/formats).
#include <gtest/gtest.h>

#include "services/iam/federation/federation_records.h"
#include "services/iam/credentials/fido_records.h"
#include "services/iam/credentials/key_records.h"
#include "services/iam/credentials/login_records.h"
#include "services/iam/credentials/mfa_records.h"
#include "services/iam/records.h"
#include "services/iam/usage/report_records.h"
#include "store/golden.h"

namespace haar::iam {
namespace {

template <class Record>
void expect_golden(const Record& record) {
  const Result<void> read = store::check_goldens<Record>({{1, record}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

const Timestamp then = Timestamp::from_seconds(1'700'000'000);

TEST(Records, AccountIsRead) {
  AccountRecord r;
  r.name = "Example", r.email = "root@example.com", r.root_password_hash = "$argon2id$", r.created = then;
  r.state = "SUSPENDED", r.alias = "example";
  expect_golden(r);
}

TEST(Records, UserIsRead) {
  UserRecord r;
  r.name = "Ana", r.path = "/dev/", r.unique_id = "AIDA1", r.created = then, r.boundary_arn = "arn:b";
  r.tags = {{"Team", "blue"}}, r.group_ids = {"AGPA1"}, r.inline_policies = {{"p", "{}"}}, r.attached_arns = {"arn:p"};
  r.stamp = 0xfedcba9876543210;
  expect_golden(r);
}

TEST(Records, GroupIsRead) {
  GroupRecord r;
  r.name = "Devs", r.path = "/", r.unique_id = "AGPA1", r.created = then, r.inline_policies = {{"p", "{}"}};
  r.attached_arns = {"arn:p"}, r.stamp = 7;
  expect_golden(r);
}

TEST(Records, RoleIsRead) {
  RoleRecord r;
  r.name = "Deploy", r.path = "/", r.unique_id = "AROA1", r.created = then, r.trust = "{}", r.description = "d";
  r.has_description = true, r.max_session_seconds = 7200, r.boundary_arn = "arn:b", r.tags = {{"k", "v"}};
  r.inline_policies = {{"p", "{}"}}, r.attached_arns = {"arn:p"}, r.linked_service = "rds.amazonaws.com", r.stamp = 7;
  expect_golden(r);
}

TEST(Records, PolicyIsRead) {
  PolicyRecord r;
  r.name = "P", r.path = "/", r.unique_id = "ANPA1", r.created = then, r.updated = then, r.description = "d";
  r.tags = {{"k", "v"}}, r.default_version_id = "v2", r.next_version = 4, r.versions = {{"v2", "{}", then}}, r.stamp = 7;
  expect_golden(r);
}

TEST(Records, FidoDeviceIsRead) {
  FidoDeviceRecord r;
  r.resource = "u2f/user/ana/laptop-A", r.name = "laptop", r.owner_id = "AIDA1", r.credential_id = "id", r.public_key = "key";
  r.algorithm = -257, r.sign_count = 9, r.aaguid = "00", r.rp_id = "haar.localhost", r.enabled = then;
  expect_golden(r);
}

TEST(Records, AccessKeyIsRead) {
  AccessKeyRecord r;
  r.id = "AKIA1", r.owner_id = "AIDA1", r.sealed_secret = "sealed", r.active = false, r.created = then;
  expect_golden(r);
}

TEST(Records, LastUsedIsRead) {
  LastUsedRecord r;
  r.time = then, r.service = "iam", r.region = "us-east-1";
  expect_golden(r);
}

TEST(Records, RoleDeletionIsRead) {
  RoleDeletionRecord r;
  r.status = "FAILED", r.reason = "in use", r.region = "eu-west-1", r.resources = {"arn:c"}, r.created = then;
  expect_golden(r);
}

TEST(Records, MfaDeviceIsRead) {
  MfaDeviceRecord r;
  r.path = "/dev/", r.name = "phone", r.sealed_seed = "sealed", r.owner_id = "AIDA1", r.created = then;
  r.enabled = then.plus_seconds(60), r.last_step = 56'666'666, r.drift = -2, r.tags = {{"k", "v"}};
  expect_golden(r);
}

TEST(Records, LoginProfileIsRead) {
  LoginProfileRecord r;
  r.owner_id = "AIDA1", r.password_hash = "$argon2id$2", r.earlier_hashes = {"$argon2id$1"}, r.created = then;
  r.changed = then.plus_seconds(60), r.reset_required = true;
  expect_golden(r);
}

TEST(Records, PasswordPolicyIsRead) {
  PasswordPolicyRecord r;
  r.minimum_length = 12, r.require_symbols = r.require_numbers = r.require_upper = r.require_lower = true;
  r.users_may_change = true, r.max_age_days = 90, r.reuse_count = 5, r.hard_expiry = true;
  expect_golden(r);
}

TEST(Records, SamlProviderIsRead) {
  SamlProviderRecord r;
  r.name = "Corp", r.unique_id = "U1", r.metadata = "<x/>", r.created = then, r.valid_until = then.plus_seconds(9);
  r.tags = {{"k", "v"}}, r.encryption_mode = "Required", r.keys = {{"K1", "sealed", then}};
  expect_golden(r);
}

TEST(Records, OidcProviderIsRead) {
  OidcProviderRecord r;
  r.url = "https://idp.example.com/x", r.client_ids = {"app"}, r.thumbprints = {"ab"}, r.created = then;
  r.tags = {{"k", "v"}};
  expect_golden(r);
}

TEST(Records, OutboundFederationIsRead) {
  OutboundFederationRecord r;
  r.issuer_id = "uuid", r.enabled = true, r.keys = {{"k1", "RS256", "sealed", "{}"}};
  expect_golden(r);
}

TEST(Records, RedeemedAssertionIsRead) {
  RedeemedAssertionRecord r;
  r.ends = then;
  expect_golden(r);
}

TEST(Records, SshKeyIsRead) {
  SshKeyRecord r;
  r.id = "APKA1", r.owner_id = "AIDA1", r.public_key = "ssh-rsa", r.active = false, r.uploaded = then;
  expect_golden(r);
}

TEST(Records, SigningCertificateIsRead) {
  SigningCertificateRecord r;
  r.id = "ABC", r.owner_id = "AIDA1", r.body = "pem", r.fingerprint = "00ff", r.active = false, r.uploaded = then;
  expect_golden(r);
}

TEST(Records, ServerCertificateIsRead) {
  ServerCertificateRecord r;
  r.name = "web", r.path = "/a/", r.unique_id = "ASCA1", r.body = "pem", r.chain = "pems", r.sealed_key = "sealed";
  r.uploaded = then, r.expires = then.plus_seconds(60), r.tags = {{"k", "v"}};
  expect_golden(r);
}

TEST(Records, ServiceCredentialIsRead) {
  ServiceCredentialRecord r;
  r.id = "ACCA1", r.owner_id = "AIDA1", r.service = "bedrock.amazonaws.com", r.service_name = "ana-at-111122223333";
  r.secret_hash = "00ff", r.active = false, r.created = then, r.expires = then.plus_seconds(60);
  expect_golden(r);
}

TEST(Records, CredentialReportIsRead) {
  CredentialReportRecord r;
  r.generated = then;
  ReportedUser& user = r.users.emplace_back();
  user.name = "ana", user.path = "/dev/", user.created = then, user.password = user.mfa = true;
  user.password_used = then.plus_seconds(1), user.password_changed = then.plus_seconds(2);
  user.password_expires = then.plus_seconds(3), user.keys = {{true, then, then.plus_seconds(4), "us-east-1", "iam"}};
  user.certificates = {{true, then.plus_seconds(5)}};
  expect_golden(r);
}

}  // namespace
}  // namespace haar::iam
