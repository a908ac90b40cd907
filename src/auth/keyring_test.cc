#include "auth/keyring.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/encoding.h"
#include "base/file.h"

namespace haar::auth {
namespace {

class KeyringFile : public ::testing::Test {
 protected:
  KeyringFile() {
    std::string name = std::filesystem::temp_directory_path().string() + "/haar-keyring-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    path_ = folder_ + "/key";
  }
  ~KeyringFile() override { std::filesystem::remove_all(folder_); }

  std::string folder_, path_;
};

TEST_F(KeyringFile, is_made_private_and_read_again) {
  std::string sealed;
  {
    const auto made = Keyring::open(path_, false);
    ASSERT_TRUE(made.ok()) << made.error().message;
    sealed = made->seal("a secret", "key/1");
    struct stat info {};
    ASSERT_EQ(::stat(path_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, 0600U);
  }
  const auto again = Keyring::open(path_, true);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->open(sealed, "key/1").value(), "a secret");
  EXPECT_EQ(sealed.find("a secret"), std::string::npos);
  // And nothing else lies in the folder.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(KeyringFile, is_never_made_anew_beside_old_state) {
  const auto refused = Keyring::open(path_, true);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find(path_), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path_));
  // Nor does a half-written one count.
  ASSERT_TRUE(write_file_durably(path_ + ".tmp", "haar-key 1\n", 0600).ok());
  EXPECT_FALSE(Keyring::open(path_, true).ok());
}

TEST_F(KeyringFile, that_others_may_use_is_refused) {
  ASSERT_TRUE(Keyring::open(path_, false).ok());
  for (const mode_t mode : {0640, 0604, 0620, 0601}) {
    ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
    EXPECT_FALSE(Keyring::open(path_, true).ok()) << std::oct << mode;
  }
  ASSERT_EQ(::chmod(path_.c_str(), 0600), 0);
  EXPECT_TRUE(Keyring::open(path_, true).ok());
}

TEST_F(KeyringFile, that_is_not_one_is_refused_and_left_alone) {
  ASSERT_TRUE(Keyring::open(path_, false).ok());
  const std::string good = read_file(path_).value();
  std::vector<std::string> bad{"", "\n", good + "\n", "haar-key 2" + good.substr(10), std::string(200, 'x')};
  for (std::size_t size = 0; size < good.size(); ++size) bad.push_back(good.substr(0, size));
  for (const std::string& text : bad) {
    ASSERT_TRUE(write_file_durably(path_, text, 0600).ok());
    for (const bool state_exists : {false, true}) {
      const auto refused = Keyring::open(path_, state_exists);
      ASSERT_FALSE(refused.ok()) << text;
      EXPECT_EQ(refused.error().message.find(good.substr(32, 20)), std::string::npos);
    }
    EXPECT_EQ(read_file(path_).value(), text);
  }
  std::filesystem::remove(path_);
  std::filesystem::create_symlink("elsewhere", path_);
  EXPECT_FALSE(Keyring::open(path_, false).ok());
}

TEST(Keyring, refuses_what_was_changed_cut_or_moved) {
  const Keyring keyring = Keyring::ephemeral();
  const std::string sealed = keyring.seal("plaintext", "accesskey/AKIA1");
  EXPECT_EQ(keyring.open(sealed, "accesskey/AKIA1").value(), "plaintext");
  EXPECT_FALSE(keyring.open(sealed, "accesskey/AKIA2").ok());
  EXPECT_FALSE(keyring.open(sealed, "").ok());
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string changed = sealed;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(keyring.open(changed, "accesskey/AKIA1").ok()) << bit;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size)
    EXPECT_FALSE(keyring.open(sealed.substr(0, size), "accesskey/AKIA1").ok()) << size;
  EXPECT_FALSE(keyring.open(sealed + "x", "accesskey/AKIA1").ok());
}

TEST(Keyring, a_wrong_key_is_named) {
  const Keyring one = Keyring::ephemeral(), two = Keyring::ephemeral();
  const auto refused = two.open(one.seal("x", "a"), "a");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message,
            "a sealed value needs the key " + one.id() + ", but the key file holds " + two.id());
  EXPECT_EQ(refused.error().http_status, 500);
}

TEST(Keyring, seals_nothing_twice_the_same_way) {
  const Keyring keyring = Keyring::ephemeral();
  EXPECT_NE(keyring.seal("x", "a"), keyring.seal("x", "a"));
  EXPECT_EQ(keyring.open(keyring.seal("", ""), "").value(), "");
}

TEST(Keyring, subkeys_depend_on_label_and_key) {
  const Keyring one = Keyring::ephemeral(), two = Keyring::ephemeral();
  EXPECT_EQ(one.derive("marker"), one.derive("marker"));
  EXPECT_NE(one.derive("marker"), one.derive("record"));
  EXPECT_NE(one.derive("marker"), two.derive("marker"));
}

TEST(Sealer, a_known_case_of_aes_256_gcm) {
  // McGrew and Viega, test case 15 and 16's key, without and with associated data.
  Digest key;
  const std::string key_bytes = *from_hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  std::copy(key_bytes.begin(), key_bytes.end(), key.begin());
  const Sealer sealer(key);
  const std::string nonce = *from_hex("cafebabefacedbaddecaf888");
  const std::string text = *from_hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
      "ba637b39");
  EXPECT_EQ(to_hex(sealer.seal(nonce, text, *from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))),
            "cafebabefacedbaddecaf888"
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
            "bcc9f662"
            "76fc6ece0f4e1768cddf8853bb2d551b");
}

}  // namespace
}  // namespace haar::auth
