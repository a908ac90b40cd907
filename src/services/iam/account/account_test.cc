#include <gtest/gtest.h>

#include "auth/password.h"
#include "services/iam/test_world.h"

namespace haar::iam {
namespace {

NewAccount example() {
  NewAccount wanted;
  wanted.id = AccountId("999988887777");
  wanted.name = "Nine";
  wanted.email = "nine@example.com";
  wanted.root_password = "correct horse battery staple";
  wanted.root_access_key = NewAccessKey{"AKIAZZZZZZZZZZZZZZ2A", "secretSecretSecretSecret"};
  return wanted;
}

Result<CreatedAccount> create(TestWorld& world, const NewAccount& wanted) {
  const AccountPlan plan = TRY(plan_account(store::Reader(world.snapshot()), wanted, system_random()));
  Result<CreatedAccount> made = CreatedAccount{};
  world.write([&](store::Txn& txn) {
    made = create_account(txn, plan, world.clock().now(), system_random(), world.keyring());
  });
  return made;
}

std::string conflict(TestWorld& world, const NewAccount& wanted) {
  const Result<CreatedAccount> made = create(world, wanted);
  return made.ok() ? "" : made.error().message;
}

TEST(Accounts, ASeedIsIdempotent) {
  TestWorld world;
  EXPECT_TRUE(create(world, example()).value().created);
  const Revision before = world.snapshot().revision();
  EXPECT_FALSE(create(world, example()).value().created);
  EXPECT_EQ(world.snapshot().revision(), before) << "nothing was written";
  const auto key = world.identities().find_access_key(store::Reader(world.snapshot()), "AKIAZZZZZZZZZZZZZZ2A");
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(key->secret, "secretSecretSecretSecret");
  EXPECT_EQ(key->caller->arn, "arn:aws:iam::999988887777:root");
}

TEST(Accounts, ASeedThatDiffersSaysInWhat) {
  TestWorld world;
  ASSERT_TRUE(create(world, example()).ok());
  NewAccount other = example();
  other.name = "Ten";
  EXPECT_EQ(conflict(world, other), "Account 999988887777 exists already with another name (\"Nine\").");
  other = example();
  other.root_password = "another password";
  EXPECT_EQ(conflict(world, other), "Account 999988887777 exists already with another root password.");
  other = example();
  other.root_access_key->secret = "anotherSecretAnotherSecret";
  EXPECT_EQ(conflict(world, other),
            "Account 999988887777 exists already with another secret for the access key AKIAZZZZZZZZZZZZZZ2A.");
  other = example();
  other.id = AccountId("999988880000");
  other.root_access_key.reset();
  EXPECT_EQ(conflict(world, other), "The e-mail address nine@example.com belongs to account 999988887777.");
}

// What a start with a seed does: the account's plan, and the number of Argon2id runs that it took.
struct Start {
  std::string refusal;
  std::uint64_t hashed = 0;
};
Start start(TestWorld& world, const NewAccount& wanted, const auth::Keyring& keyring) {
  const std::uint64_t before = auth::argon2_runs();
  const Result<AccountPlan> plan = plan_account(store::Reader(world.snapshot()), wanted, system_random(), &keyring);
  if (!plan.ok()) return {plan.error().message, auth::argon2_runs() - before};
  world.write([&](store::Txn& txn) {
    EXPECT_TRUE(create_account(txn, *plan, world.clock().now(), system_random(), world.keyring()).ok());
  });
  return {"", auth::argon2_runs() - before};
}

TEST(Accounts, TheSeedsPasswordIsHashedOnceAndAgainWhenItChanged) {
  TestWorld world;
  EXPECT_EQ(start(world, example(), world.keyring()).hashed, 1u) << "to make the account";
  const Revision made = world.snapshot().revision();
  EXPECT_EQ(start(world, example(), world.keyring()).hashed, 0u);
  EXPECT_EQ(world.snapshot().revision(), made) << "nothing was written";
  NewAccount other = example();
  other.root_password = "another password";
  const Start changed = start(world, other, world.keyring());
  EXPECT_EQ(changed.refusal, "Account 999988887777 exists already with another root password.");
  EXPECT_EQ(changed.hashed, 1u);
  EXPECT_EQ(start(world, example(), world.keyring()).hashed, 0u) << "the refused one was not remembered";
}

TEST(Accounts, AMarkIsOfOneKeyFileAndOneHash) {
  TestWorld world;
  ASSERT_TRUE(create(world, example()).ok());
  EXPECT_EQ(start(world, example(), world.keyring()).hashed, 1u) << "made by hand, so not remembered yet";
  EXPECT_EQ(start(world, example(), world.keyring()).hashed, 0u);
  const auth::Keyring other = auth::Keyring::ephemeral();
  EXPECT_EQ(start(world, example(), other).hashed, 1u) << "under another key file";
  EXPECT_EQ(start(world, example(), other).hashed, 0u);
  // Root changes its password: what was remembered is of the old one.
  world.write([&](store::Txn& txn) {
    AccountRecord record = *find_account(txn, AccountId("999988887777"));
    record.root_password_hash = auth::hash_password("chosen by root", system_random()).value();
    txn.put(accounts, account_key(AccountId("999988887777")), std::move(record));
  });
  const Start refused = start(world, example(), other);
  EXPECT_EQ(refused.refusal, "Account 999988887777 exists already with another root password.");
  EXPECT_EQ(refused.hashed, 1u);
}

TEST(Accounts, AMarkIsNotThePassword) {
  TestWorld world;
  NewAccount twin = example();
  twin.id = AccountId("999988880000");
  twin.email = "ten@example.com";
  twin.root_access_key.reset();
  start(world, example(), world.keyring());
  start(world, twin, world.keyring());
  const store::Reader reader(world.snapshot());
  const AccountRecord& one = *find_account(reader, AccountId("999988887777"));
  EXPECT_EQ(store::encode(one).find("correct horse"), std::string::npos);
  EXPECT_EQ(one.seed_mark.size(), 64u);
  EXPECT_NE(one.seed_mark, find_account(reader, *twin.id)->seed_mark);
}

TEST(Accounts, ValuesAreChecked) {
  TestWorld world;
  NewAccount bad = example();
  bad.id = AccountId("12");
  EXPECT_EQ(conflict(world, bad), "An account id has twelve digits: \"12\" has not.");
  bad = example();
  bad.email = "nine";
  EXPECT_EQ(conflict(world, bad), "\"nine\" is not an e-mail address.");
  bad = example();
  bad.root_access_key->id = "akia";
  EXPECT_EQ(conflict(world, bad), "An access key id is AKIA and at least twelve capital letters and digits.");
}

TEST(Accounts, AnIdIsMadeWhereNoneIsGiven) {
  TestWorld world;
  NewAccount wanted = example();
  wanted.id.reset();
  const AccountId id = create(world, wanted).value().id;
  EXPECT_EQ(id.value.size(), 12u);
  EXPECT_NE(id.value[0], '0');
  EXPECT_EQ(create(world, wanted).value().id, id) << "found again by its address";
  EXPECT_EQ(list_accounts(store::Reader(world.snapshot())).size(), 2u);
}

TEST(Accounts, ThePasswordIsNotKept) {
  TestWorld world;
  ASSERT_TRUE(create(world, example()).ok());
  const store::Reader reader(world.snapshot());
  const std::string bytes = store::encode(*find_account(reader, AccountId("999988887777")));
  EXPECT_EQ(bytes.find("correct horse"), std::string::npos);
  EXPECT_NE(bytes.find("$argon2id$"), std::string::npos);
}

}  // namespace
}  // namespace haar::iam
