#include "auth/marker.h"

#include <gtest/gtest.h>

#include "auth/keyring.h"

namespace haar::auth {
namespace {

TEST(Marker, gives_its_position_back_to_the_same_listing_only) {
  const Keyring keyring = Keyring::ephemeral();
  const Digest key = keyring.derive("marker");
  for (const std::string& last : {std::string(), std::string("users/ana"), std::string("a\0b\xff", 4)}) {
    const std::string marker = seal_marker(key, last, "filters");
    EXPECT_EQ(open_marker(key, marker, "filters").value(), last);
    EXPECT_EQ(marker, seal_marker(key, last, "filters"));
    EXPECT_EQ(marker.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
    for (const std::string other : {"", "filter", "filters2"}) {
      const auto refused = open_marker(key, marker, other);
      ASSERT_FALSE(refused.ok());
      EXPECT_EQ(refused.error().code, "ValidationError");
      EXPECT_EQ(refused.error().http_status, 400);
    }
    EXPECT_FALSE(open_marker(keyring.derive("other"), marker, "filters").ok());
    EXPECT_FALSE(open_marker(Keyring::ephemeral().derive("marker"), marker, "filters").ok());
  }
}

TEST(Marker, a_change_of_any_character_is_refused) {
  const Digest key = Keyring::ephemeral().derive("marker");
  const std::string marker = seal_marker(key, "users/ana/and/more", "filters");
  for (std::size_t i = 0; i < marker.size(); ++i) {
    for (const char c : {'A', 'b', '-', '=', '+', '\0', ' '}) {
      std::string changed = marker;
      if (changed[i] == c) continue;
      changed[i] = c;
      EXPECT_FALSE(open_marker(key, changed, "filters").ok()) << i << c;
    }
    EXPECT_FALSE(open_marker(key, marker.substr(0, i), "filters").ok()) << i;
  }
  EXPECT_FALSE(open_marker(key, marker + "A", "filters").ok());
  EXPECT_FALSE(open_marker(key, std::string(max_marker_bytes + 1, 'A'), "filters").ok());
}

TEST(Marker, shows_nothing_of_the_position) {
  const Digest key = Keyring::ephemeral().derive("marker");
  EXPECT_NE(seal_marker(key, "users/ana", "f").substr(0, 16), seal_marker(key, "users/anb", "f").substr(0, 16));
}

}  // namespace
}  // namespace haar::auth
