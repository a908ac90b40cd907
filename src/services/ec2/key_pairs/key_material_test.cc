#include "services/ec2/key_pairs/key_material.h"

#include <gtest/gtest.h>

namespace haar::ec2 {
namespace {

// Made by ssh-keygen for this test; their fingerprints are what OpenSSL and ssh-keygen say of them.
const std::string rsa_line = "ssh-rsa "
    "AAAAB3NzaC1yc2EAAAADAQABAAABAQC9azNZ6T3V+0gp8lUfBkxzcFgUanoq3+6en9JiIIlwOPWH4QBmw122OLgaV4FRMzayuwVG"
    "KZ9Ki++PP3esZHRyasQwtWyQX9kMS8wHXm4lLOlBmzbzuE2Hgl/Jxts2FdeiuHu3bJ0aicCrolJkDry5/YkaFvgxfIoRz35KOXTm"
    "I9M3yclEDr333CQBzJBz6VKYY7MindLzSOH04dUZxZ+ipdaPgrddFuzsx/BSC+40USlGp5BVtrTPz7gTQCo3+Hb3u+z+lYH5x7B6"
    "5yDvIIbPnYE7GZLkLCBlUc+6dwe3VydV0bt+QvJXm73lb6o5YrXfh5+PRrGpRJyWPxeSuab/";
const std::string ed25519_line =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEoCEtgjNTwTACvTmD9/0aPNzuqk/b6mMoXlXtNuT5o";

TEST(KeyMaterial, fingerprints_are_those_of_other_programs) {
  const std::optional<ReadKey> rsa = read_public_key(rsa_line + " somebody@laptop\n");
  ASSERT_TRUE(rsa);
  EXPECT_EQ(rsa->type, key_type::rsa);
  EXPECT_EQ(rsa->fingerprint, "05:c2:77:5f:96:e2:56:b6:55:20:25:11:7a:f2:ba:45");
  EXPECT_EQ(rsa->public_text, rsa_line);
  const std::optional<ReadKey> ed25519 = read_public_key("  " + ed25519_line);
  ASSERT_TRUE(ed25519);
  EXPECT_EQ(ed25519->type, key_type::ed25519);
  EXPECT_EQ(ed25519->fingerprint, "wzLC0YfTOBwwTbhod8fgdYHom9PPM854IujFmBxthoc=");
}

// Every shorter text is no key: nothing is read beyond an end.
TEST(KeyMaterial, what_is_cut_short_is_no_key) {
  for (const std::string& whole : {rsa_line, ed25519_line}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::optional<ReadKey> read = read_public_key(whole.substr(0, size));
      // Base64 may lack its last padding; the bytes may not.
      if (read) { EXPECT_EQ(read->public_text, whole) << size; }
    }
  }
  for (const std::string text : {"", " ", "ssh-rsa", "ssh-rsa !", "ssh-dss AAAA",
                                 "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----"})
    EXPECT_FALSE(read_public_key(text)) << text;
}

TEST(KeyMaterial, what_is_made_can_be_read) {
  for (const std::string_view type : {key_type::rsa, key_type::ed25519}) {
    const std::optional<MadeKey> made = make_key(type);
    ASSERT_TRUE(made);
    const std::optional<ReadKey> read = read_public_key(made->public_text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->type, type);
    // Of RSA keys that EC2 made the fingerprint is the private half's.
    EXPECT_EQ(read->fingerprint == made->fingerprint, type == key_type::ed25519);
    EXPECT_TRUE(made->private_text.ends_with("PRIVATE KEY-----\n"));
  }
}

}  // namespace
}  // namespace haar::ec2
