#include "main/seed.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "main/temp_folder.h"

namespace haar::main {
namespace {

const std::string secret(40, 'S');
const std::string account =
    "[[account]]\nid = \"111122223333\"\nname = \"Example\"\nemail = \"root@example.com\"\n";

std::string refusal(const std::string& text) {
  const auto seed = parse_seed(text, "seed.toml");
  if (seed.ok()) return "accepted";
  EXPECT_EQ(seed.error().code, "InvalidSeed");
  return seed.error().message;
}

TEST(Seed, ReadsAnAccountWithEverything) {
  const auto seed =
      parse_seed(account +
                     "root_password = \"Correct-horse1\"\nroot_access_key_id = \"AKIAABCDEFGHIJKL2345\"\n"
                     "root_secret_access_key = \"" +
                     secret + "\"\n",
                 "seed.toml");
  ASSERT_TRUE(seed.ok()) << seed.error().message;
  ASSERT_EQ(seed->size(), 1U);
  const SeedAccount& first = seed->front();
  EXPECT_EQ(first.id.str(), "111122223333");
  EXPECT_EQ(first.name, "Example");
  EXPECT_EQ(first.email, "root@example.com");
  EXPECT_EQ(first.root_password, "Correct-horse1");
  EXPECT_EQ(first.root_access_key->id, "AKIAABCDEFGHIJKL2345");
  EXPECT_EQ(first.root_access_key->secret, secret);
}

TEST(Seed, PasswordAndKeyAreOptional) {
  const auto seed = parse_seed(account, "seed.toml");
  ASSERT_TRUE(seed.ok());
  EXPECT_FALSE(seed->front().root_password);
  EXPECT_FALSE(seed->front().root_access_key);
}

TEST(Seed, KeepsTheOrderOfSeveralAccounts) {
  const auto seed = parse_seed(
      account + "[[account]]\nid = \"000000000001\"\nname = \"B\"\nemail = \"b@example.com\"\n", "s");
  ASSERT_TRUE(seed.ok()) << seed.error().message;
  ASSERT_EQ(seed->size(), 2U);
  EXPECT_EQ((*seed)[1].id.str(), "000000000001");
}

TEST(Seed, NoFileAndAnEmptyOneAreEmptySeeds) {
  EXPECT_TRUE(read_seed("")->empty());
  EXPECT_TRUE(parse_seed("# nothing\n", "s")->empty());
}

TEST(Seed, AMissingFileIsNamed) {
  const auto seed = read_seed("/nonexistent/seed.toml");
  ASSERT_FALSE(seed.ok());
  EXPECT_NE(seed.error().message.find("/nonexistent/seed.toml"), std::string::npos);
}

TEST(Seed, IsReadFromAFile) {
  const testing::TempFolder folder;
  ASSERT_TRUE(write_file_durably(folder / "seed.toml", account, 0600).ok());
  EXPECT_EQ(read_seed(folder / "seed.toml")->size(), 1U);
}

TEST(Seed, ErrorsTellTheLine) {
  EXPECT_EQ(refusal("[[account]]\nid = \"1111\"\n"),
            "seed.toml line 2: id must be twelve digits in quotes: \"111122223333\"");
  EXPECT_EQ(refusal("\n[[account]]\nname = \"x\"\n"), "seed.toml line 2: this account has no id");
  EXPECT_EQ(refusal(account + "colour = 1\n").substr(0, 40), "seed.toml line 5: \"colour\" is not known;");
}

TEST(Seed, RefusesWhatIsNotAnAccount) {
  const std::string id = "[[account]]\nid = \"111122223333\"\n";
  const std::string named = id + "name = \"x\"\n";
  for (const std::string& text : {
           std::string("[account]\nid = \"111122223333\"\n"),
           std::string("[[accounts]]\n"),
           std::string("account = [1]\n"),
           std::string("version = 1\n"),
           std::string("[[account]]\nid = 111122223333\n"),
           std::string("[[account]]\nid = \"11112222333x\"\n"),
           std::string("[[account]]\nid = \"1111222233334\"\n"),
           id,
           id + "name = \"\"\n",
           id + "name = \"" + std::string(51, 'n') + "\"\nemail = \"root@example.com\"\n",
           id + "name = \"a\\nb\"\nemail = \"root@example.com\"\n",
           named,
       }) {
    EXPECT_NE(refusal(text), "accepted") << text;
  }
  for (const std::string email : {"root", "@example.com", "r@e", "a b@example.com", "a@b@c.de",
                                  "a@.example.com", "a@example.", "a@exa..mple"}) {
    EXPECT_NE(refusal(named + "email = \"" + email + "\"\n"), "accepted") << email;
  }
}

TEST(Seed, IdsEmailsAndKeysAreUnique) {
  EXPECT_NE(refusal(account + account).find("twice"), std::string::npos);
  EXPECT_NE(
      refusal(account + "[[account]]\nid = \"000000000001\"\nname = \"B\"\nemail = \"ROOT@example.com\"\n")
          .find("its own"),
      std::string::npos);
  const std::string key =
      "root_access_key_id = \"AKIAABCDEFGHIJKL2345\"\nroot_secret_access_key = \"" + secret + "\"\n";
  EXPECT_NE(refusal(account + key +
                    "[[account]]\nid = \"000000000001\"\nname = \"B\"\nemail = \"b@example.com\"\n" + key)
                .find("twice"),
            std::string::npos);
}

TEST(Seed, AnAccessKeyIsBothOrNeither) {
  EXPECT_NE(refusal(account + "root_access_key_id = \"AKIAABCDEFGHIJKL2345\"\n").find("beside it"),
            std::string::npos);
  EXPECT_NE(refusal(account + "root_secret_access_key = \"" + secret + "\"\n").find("beside it"),
            std::string::npos);
}

TEST(Seed, AccessKeysHaveAwsShape) {
  for (const std::string id : {"ASIAABCDEFGHIJKL2345", "AKIAABCDEFGHIJKL234", "AKIAABCDEFGHIJKL23456",
                               "AKIAABCDEFGHIJKL2340", "AKIAabcdefghijkl2345"}) {
    EXPECT_NE(refusal(account + "root_access_key_id = \"" + id + "\"\nroot_secret_access_key = \"" + secret +
                      "\"\n"),
              "accepted")
        << id;
  }
  for (const std::string& value : {std::string(39, 'a'), std::string(41, 'a'), std::string(39, 'a') + "-"}) {
    EXPECT_NE(refusal(account + "root_access_key_id = \"AKIAABCDEFGHIJKL2345\"\nroot_secret_access_key = \"" +
                      value + "\"\n"),
              "accepted");
  }
}

TEST(Seed, PasswordsFollowTheRuleForRootUsers) {
  for (const std::string& password : {std::string("Ab1!"), std::string("alllowercase1"),
                                      std::string("12345678"), std::string("Aa1") + std::string(126, 'x')}) {
    EXPECT_NE(refusal(account + "root_password = \"" + password + "\"\n"), "accepted") << password;
  }
  const std::string own_name =
      "[[account]]\nid = \"111122223333\"\nname = \"Example-11\"\nemail = \"root@example.com\"\n";
  EXPECT_NE(refusal(own_name + "root_password = \"Example-11\"\n"), "accepted");
}

TEST(Seed, MessagesNeverHoldASecret) {
  const std::string canary = "Canary5ecret";
  for (const std::string& text :
       {account + "root_password = \"" + canary + "\" trailing\n",
        account + "root_password = \"" + canary + "\n",
        account + "root_access_key_id = \"AKIAABCDEFGHIJKL2345\"\nroot_secret_access_key = \"" + canary +
            "\"\n",
        account + "root_password = \"" + canary + "\"\n" + account}) {
    const std::string message = refusal(text);
    EXPECT_NE(message, "accepted");
    EXPECT_EQ(message.find(canary), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace haar::main
