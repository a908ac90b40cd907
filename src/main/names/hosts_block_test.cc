#include "main/names/hosts_block.h"

#include <gtest/gtest.h>

namespace haar::main {
namespace {

const std::string lines = "127.3.4.5\tshop.us-east-1.rds.amazonaws.com\n";
const std::string block = "# haar /data: begin\n" + lines + "# haar /data: end\n";

TEST(HostsLines, HaveAddressesAndNamesAlone) {
  EXPECT_EQ(hosts_lines({{"127.3.4.5", "shop.us-east-1.rds.amazonaws.com"},
                         {"127.3.4.6", "*.cluster-custom-c.us-east-1.rds.amazonaws.com"},
                         {"127.3.4.7", "two words"},
                         {"127.3.4.8", "x\n0.0.0.0 evil"},
                         {"nowhere", "a.example"},
                         {"127.3.4.9", "10.0.0.1"}}),
            lines);
}

TEST(HostsBlock, ComesAtTheEndAndIsReplacedInPlace) {
  EXPECT_EQ(with_hosts_block("", "/data", lines).value(), block);
  EXPECT_EQ(with_hosts_block("1.2.3.4 a", "/data", lines).value(), "1.2.3.4 a\n" + block);
  const std::string text = "1.2.3.4 a\n" + block + "# after\n";
  EXPECT_EQ(with_hosts_block(text, "/data", lines).value(), text);
  EXPECT_EQ(with_hosts_block(text, "/data", "127.9.9.9\tb\n").value(),
            "1.2.3.4 a\n# haar /data: begin\n127.9.9.9\tb\n# haar /data: end\n# after\n");
}

TEST(HostsBlock, WithoutLinesThereIsNone) {
  EXPECT_EQ(with_hosts_block("1.2.3.4 a\n" + block + "# after\n", "/data", "").value(), "1.2.3.4 a\n# after\n");
  EXPECT_EQ(with_hosts_block("1.2.3.4 a", "/data", "").value(), "1.2.3.4 a");
}

TEST(HostsBlock, OfAnotherHaarStays) {
  const std::string both = with_hosts_block(block, "/data2", "127.1.1.1\tc\n").value();
  EXPECT_EQ(both, block + "# haar /data2: begin\n127.1.1.1\tc\n# haar /data2: end\n");
  EXPECT_EQ(with_hosts_block(both, "/data2", "").value(), block);
  EXPECT_EQ(with_hosts_block(both, "/data", "").value(), both.substr(block.size()));
}

TEST(HostsBlock, WithoutAnEndNothingIsTouched) {
  EXPECT_EQ(with_hosts_block("# haar /data: begin\n1.2.3.4 a\n", "/data", lines).error().code, "HostsFileDamaged");
}

}  // namespace
}  // namespace haar::main
