#include "console/page/html.h"

#include <gtest/gtest.h>

namespace haar::console {
namespace {

TEST(Html, TextIsNeverMarkup) {
  const std::string hostile = "<script>alert('x')</script>&\"";
  EXPECT_EQ(el("p", {}, hostile).markup(),
            "<p>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;</p>");
  EXPECT_EQ(el("input", {{"value", hostile}}).markup(),
            "<input value=\"&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;\">");
}

TEST(Html, ElementsNestAndAreEscapedOnce) {
  EXPECT_EQ(el("p", {}, "a & ", el("strong", {}, "b < c")).markup(), "<p>a &amp; <strong>b &lt; c</strong></p>");
}

TEST(Html, AnAttributeCanBeLeftOut) {
  EXPECT_EQ(el("input", {{"type", "radio"}, {"checked", "", false}}).markup(), "<input type=\"radio\">");
  EXPECT_EQ(el("input", {{"type", "radio"}, {"checked", "", true}}).markup(), "<input type=\"radio\" checked=\"\">");
}

TEST(Html, AnAddressThatABrowserWouldRunLeadsNowhere) {
  for (const char* bad : {"javascript:alert(1)", " javascript:alert(1)", "JavaScript:x", "data:text/html,x", "vbscript:x"})
    EXPECT_EQ(el("a", {{"href", bad}}, "x").markup(), "<a href=\"#\">x</a>") << bad;
  EXPECT_EQ(el("a", {{"href", "/signin?a=1&b=2"}}, "x").markup(), "<a href=\"/signin?a=1&amp;b=2\">x</a>");
}

}  // namespace
}  // namespace haar::console
