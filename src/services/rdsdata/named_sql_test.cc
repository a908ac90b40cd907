#include "services/rdsdata/named_sql.h"

#include <gtest/gtest.h>

namespace haar::rdsdata {
namespace {

using Names = std::vector<std::string>;

TEST(NamedSql, NumbersEachNameOnce) {
  const NamedSql sql = number_parameters("insert into t values (:id, :name, :id, :_x1)");
  EXPECT_EQ(sql.text, "insert into t values ($1, $2, $1, $3)");
  EXPECT_EQ(sql.names, (Names{"id", "name", "_x1"}));
}

TEST(NamedSql, LeavesAloneWhatIsNoParameter) {
  for (const char* text : {
           "select 1",
           "select ':a'",
           "select 'it''s :a'",
           "select E'\\':a'",
           "select e'\\\\', 'x' as \":a\"",
           "select \"a\"\":b\"",
           "select $$:a$$",
           "select $tag$ $$ :a $$ $tag$",
           "select $_t1$:a$_t1$",
           "select 1 -- :a",
           "select /* :a /* :b */ :c */ 1",
           "select '1'::int",
           "select a[1:2]",
           "select x := 1",
           "select ':a",
           "select /* :a",
           "select $q$ :a",
           "select :",
           "select :1",
           "",
       }) {
    const NamedSql sql = number_parameters(text);
    EXPECT_EQ(sql.text, text);
    EXPECT_EQ(sql.names, Names{}) << text;
  }
}

TEST(NamedSql, FindsWhatStandsBesideThem) {
  const struct {
    const char* sql;
    const char* text;
    Names names;
  } cases[] = {
      {"select :a::int", "select $1::int", {"a"}},
      {"select ':x' || :a -- :y\n, :b", "select ':x' || $1 -- :y\n, $2", {"a", "b"}},
      {"select $$x$$||:a", "select $$x$$||$1", {"a"}},
      {"select the'x' || :a", "select the'x' || $1", {"a"}},  // the letter before the quote belongs to a name
      {"select :a,:b", "select $1,$2", {"a", "b"}},
      {"select a$b$c, :a", "select a$b$c, $1", {"a"}},
      {"select E'\\'' || :a", "select E'\\'' || $1", {"a"}},
      {"select '\\' || :a", "select '\\' || $1", {"a"}},
  };
  for (const auto& one : cases) {
    const NamedSql sql = number_parameters(one.sql);
    EXPECT_EQ(sql.text, one.text);
    EXPECT_EQ(sql.names, one.names) << one.sql;
  }
}

}  // namespace
}  // namespace haar::rdsdata
