// Which operation a method and a path mean: https://smithy.io/2.0/spec/http-bindings.html#specificity-routing
#include "wire/rest_routes.h"

#include <gtest/gtest.h>

namespace haar::wire {
namespace {

// In the order of their names, which is not that of their precedence.
constexpr Operation operations[] = {
    {.name = "AbcBcdLabel", .http_method = "GET", .http_uri = "/abc/bcd/{xyz}"},
    {.name = "AbcGreedy", .http_method = "GET", .http_uri = "/abc/{xyz+}"},
    {.name = "AbcLabel", .http_method = "GET", .http_uri = "/abc/{xyz}"},
    {.name = "AbcLabelCde", .http_method = "GET", .http_uri = "/abc/{xyz}/cde"},
    {.name = "AbcLiteral", .http_method = "GET", .http_uri = "/abc/def"},
    {.name = "Delete", .http_method = "DELETE", .http_uri = "/abc/{xyz}"},
    {.name = "GreedyTail", .http_method = "GET", .http_uri = "/files/{path+}/tags"},
    {.name = "LabelBcdCde", .http_method = "GET", .http_uri = "/{xyz}/bcd/cde"},
    {.name = "LabelBcdCdeQuery", .http_method = "GET", .http_uri = "/{xyz}/bcd/cde?def=efg&flag"},
    {.name = "Root", .http_method = "GET", .http_uri = "/"},
    {.name = "Slash", .http_method = "POST", .http_uri = "/functions/"},
};
constinit const Service service = {.name = "toy", .protocol = Protocol::rest_json, .operations = operations};

std::string route(std::string_view method, std::string_view path, std::string_view query = "") {
  const Operation* found = find_route(service, method, path, query);
  return found == nullptr ? "none" : std::string(found->name);
}

TEST(RestRoutes, the_most_specific_template_wins) {
  EXPECT_EQ(route("GET", "/abc/bcd/cde"), "AbcBcdLabel");
  EXPECT_EQ(route("GET", "/abc/bcd/cde", "def=efg&flag"), "AbcBcdLabel");
  EXPECT_EQ(route("GET", "/abc/foo/cde"), "AbcLabelCde");
  EXPECT_EQ(route("GET", "/foo/bcd/cde"), "LabelBcdCde");
  EXPECT_EQ(route("GET", "/foo/bcd/cde", "flag&x=1&def=efg"), "LabelBcdCdeQuery");
  EXPECT_EQ(route("GET", "/foo/bcd/cde", "def=efg"), "LabelBcdCde");
  EXPECT_EQ(route("GET", "/abc/def"), "AbcLiteral");
  EXPECT_EQ(route("GET", "/abc/foo"), "AbcLabel");
  EXPECT_EQ(route("GET", "/abc/foo/bar"), "AbcGreedy");
  EXPECT_EQ(route("DELETE", "/abc/def"), "Delete");
}

TEST(RestRoutes, what_fits_no_template_is_none) {
  EXPECT_EQ(route("GET", "/"), "Root");
  EXPECT_EQ(route("PUT", "/"), "none");
  EXPECT_EQ(route("GET", "/abc"), "none");
  EXPECT_EQ(route("GET", "/abc//"), "none");
  EXPECT_EQ(route("GET", "/abc/%"), "none");
  EXPECT_EQ(route("DELETE", "/abc/a/b"), "none");
  EXPECT_EQ(route("get", "/abc/def"), "none");
}

TEST(RestRoutes, a_slash_at_the_end_does_not_matter) {
  EXPECT_EQ(route("POST", "/functions"), "Slash");
  EXPECT_EQ(route("POST", "/functions/"), "Slash");
  EXPECT_EQ(route("GET", "/abc/def/"), "AbcLiteral");
}

std::string labels_of(std::string_view uri, std::string_view path) {
  std::vector<Label> labels;
  if (!match_path(parse_template(uri), path, labels)) return "no match";
  std::string out;
  for (const auto& [name, value] : labels) out += std::string(name) + "=" + value + ";";
  return out;
}

TEST(RestRoutes, labels_are_decoded_and_a_greedy_one_takes_slashes) {
  EXPECT_EQ(labels_of("/a/{b}/c/{d}", "/a/x%2Fy/c/%C3%A9+"), "b=x/y;d=é+;");
  EXPECT_EQ(labels_of("/files/{path+}/tags", "/files/a/b/c/tags"), "path=a/b/c;");
  EXPECT_EQ(labels_of("/files/{path+}/tags", "/files/tags"), "no match");
  EXPECT_EQ(labels_of("/files/{path+}", "/files/a%2Fb/c"), "path=a/b/c;");
  EXPECT_EQ(labels_of("/a b/{c}", "/a%20b/1"), "c=1;");
}

TEST(RestRoutes, a_template_is_filled_with_what_it_was_matched_with) {
  for (const std::string_view uri : {"/a/{b}/c/{d+}?x=1&y", "/{b}/{d+}", "/plain", "/"}) {
    const UriTemplate made = parse_template(uri);
    const std::vector<Label> labels{{"b", "x/ y"}, {"d", "p/q"}};
    const std::string filled = fill_template(made, labels);
    std::vector<Label> found;
    ASSERT_TRUE(match_path(made, filled.substr(0, filled.find('?')), found)) << filled;
    for (const Label& label : found) EXPECT_EQ(label.second, label.first == "b" ? "x/ y" : "p/q");
  }
  EXPECT_EQ(fill_template(parse_template("/a/{b}?x=1&y"), {{"b", "?"}}), "/a/%3F?x=1&y");
}

}  // namespace
}  // namespace haar::wire
