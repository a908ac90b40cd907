#include "services/rdsdata/fields.h"

#include <gtest/gtest.h>

#include "services/rdsdata/parameters.h"

namespace haar::rdsdata {
namespace {

using Column = engines::TenantSession::Column;

Answer answer_of(std::vector<Column> columns, std::vector<std::optional<std::string>> row) {
  Answer out;
  out.has_rows = true;
  out.columns = std::move(columns);
  out.rows.push_back(std::move(row));
  return out;
}

Field only_field(unsigned type, const std::string& text, const std::optional<ResultSetOptions>& options = {}) {
  const Result<Records> records = records_of(answer_of({{"c", type, -1, 0, 0}}, {text}), options);
  EXPECT_TRUE(records.ok());
  return records.ok() ? records.value()[0][0] : Field();
}

TEST(Fields, EachTypeHasItsMember) {
  EXPECT_EQ(only_field(16, "t").booleanValue, true);
  EXPECT_EQ(only_field(23, "-7").longValue, -7);
  EXPECT_EQ(only_field(20, "9223372036854775807").longValue, 9223372036854775807LL);
  EXPECT_EQ(only_field(701, "1.5").doubleValue, 1.5);
  EXPECT_EQ(only_field(1700, "12.50").stringValue, "12.50");
  EXPECT_EQ(only_field(17, "\\x00ff").blobValue->bytes, std::string("\0\xff", 2));
  EXPECT_EQ(only_field(25, "a").stringValue, "a");
  EXPECT_EQ(only_field(1184, "2026-11-30 10:00:00.5+00").stringValue, "2026-11-30 10:00:00.5");
  EXPECT_EQ(only_field(2950, "u").stringValue, "u");
  EXPECT_EQ(only_field(1007, "{1,2}").arrayValue->longValues, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(only_field(1009, "{a,b}").arrayValue->stringValues, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(only_field(1007, "{{1},{2}}").arrayValue->arrayValues->at(1).longValues, (std::vector<std::int64_t>{2}));
  EXPECT_EQ(records_of(answer_of({{"c", 25, -1, 0, 0}}, {std::nullopt}), {}).value()[0][0].isNull, true);
}

TEST(Fields, NumbersAreAsTheRequestWants) {
  ResultSetOptions options;
  options.longReturnType = "STRING";
  options.decimalReturnType = "DOUBLE_OR_LONG";
  EXPECT_EQ(only_field(20, "5", options).stringValue, "5");
  EXPECT_EQ(only_field(1700, "12.5", options).doubleValue, 12.5);
  EXPECT_EQ(only_field(1700, "12", options).longValue, 12);
}

TEST(Fields, ANullInAnArrayHasNoPlaceInAField) {
  const auto records = records_of(answer_of({{"c", 1007, -1, 0, 0}}, {"{1,NULL}"}), {});
  ASSERT_FALSE(records.ok());
  EXPECT_EQ(records.error().code, "UnsupportedResultException");
}

TEST(Fields, AsJson) {
  const Answer answer = answer_of({{"id", 23, -1, 0, 0},
                                   {"say \"hi\"", 25, -1, 0, 0},
                                   {"ok", 16, -1, 0, 0},
                                   {"none", 25, -1, 0, 0},
                                   {"list", 1009, -1, 0, 0},
                                   {"big", 1700, -1, 0, 0},
                                   {"nan", 701, -1, 0, 0},
                                   {"raw", 17, -1, 0, 0}},
                                  {"1", "a\n", "f", std::nullopt, "{x,NULL}", "1.50", "NaN", "\\x61"});
  EXPECT_EQ(json_of(answer).value(),
            R"([{"id":1,"say \"hi\"":"a\n","ok":false,"none":null,"list":["x",null],"big":1.50,"nan":"NaN","raw":"YQ=="}])");
  EXPECT_EQ(json_of(answer_of({{"a", 23, -1, 0, 0}, {"a", 23, -1, 0, 0}}, {"1", "2"})).error().code, "BadRequestException");
}

TEST(Fields, SizesAreBounded) {
  const Column text{"c", 25, -1, 0, 0};
  EXPECT_TRUE(check_result_size(answer_of({text}, {std::string(row_bytes_max, 'x')})).ok());
  EXPECT_FALSE(check_result_size(answer_of({text}, {std::string(row_bytes_max + 1, 'x')})).ok());
  Answer many = answer_of({text}, {std::string(row_bytes_max, 'x')});
  many.rows.assign(result_bytes_max / row_bytes_max, many.rows[0]);
  EXPECT_TRUE(check_result_size(many).ok());
  many.rows.push_back({"x"});
  EXPECT_FALSE(check_result_size(many).ok());
}

TEST(Fields, Metadata) {
  const Answer answer = answer_of({{"n", 1700, ((10 << 16) | 2) + 4, 77, 1}, {"v", 1043, 24, 0, 0}, {"l", 1007, -1, 0, 0}},
                                  {"1", "a", "{}"});
  const auto columns = metadata_of(answer, {{{77, 1}, {"price", "items", true, true}}}, {{1700, "numeric"}, {1043, "varchar"}});
  EXPECT_EQ(columns[0].name, "price");
  EXPECT_EQ(columns[0].label, "n");
  EXPECT_EQ(columns[0].tableName, "items");
  EXPECT_EQ(columns[0].typeName, "numeric");
  EXPECT_EQ(columns[0].precision, 10);
  EXPECT_EQ(columns[0].scale, 2);
  EXPECT_EQ(columns[0].nullable, 0);
  EXPECT_EQ(columns[0].isAutoIncrement, true);
  EXPECT_EQ(columns[1].precision, 20);
  EXPECT_EQ(columns[1].type, 12);
  EXPECT_EQ(columns[1].isCaseSensitive, true);
  EXPECT_EQ(columns[2].type, 2003);
  EXPECT_EQ(columns[2].arrayBaseColumnType, 4);
}

SqlParameter parameter(const std::string& name, const std::function<void(Field&)>& set, const std::string& hint = "") {
  SqlParameter out;
  out.name = name;
  out.value.emplace();
  set(*out.value);
  if (!hint.empty()) out.typeHint = hint;
  return out;
}

TEST(Parameters, AreSentAsTheirTypes) {
  const std::vector<SqlParameter> given{
      parameter("l", [](Field& f) { f.longValue = 5; }), parameter("b", [](Field& f) { f.booleanValue = false; }),
      parameter("d", [](Field& f) { f.doubleValue = 0.5; }), parameter("s", [](Field& f) { f.stringValue = "x"; }),
      parameter("u", [](Field& f) { f.stringValue = "y"; }, "UUID"), parameter("n", [](Field& f) { f.isNull = true; }),
      parameter("x", [](Field& f) { f.blobValue = wire::Blob{"a"}; }), parameter("unused", [](Field& f) { f.longValue = 1; })};
  const auto bound = bind_parameters({"s", "l", "b", "d", "u", "n", "x"}, given);
  ASSERT_TRUE(bound.ok());
  const auto& all = bound.value();
  EXPECT_EQ(all[0].type, 1043U);
  EXPECT_EQ(all[1].type, 20U);
  EXPECT_EQ(all[1].value, "5");
  EXPECT_EQ(all[2].value, "false");
  EXPECT_EQ(all[3].value, "0.5");
  EXPECT_EQ(all[4].type, 2950U);
  EXPECT_EQ(all[5].value, std::nullopt);
  EXPECT_EQ(all[6].value, "\\x61");
}

TEST(Parameters, AreRefusedWhereTheyCannotBeSent) {
  EXPECT_EQ(bind_parameters({"a"}, std::nullopt).error().message, "Cannot find parameter: a");
  const auto list = bind_parameters({"a"}, std::vector{parameter("a", [](Field& f) { f.arrayValue.emplace(); })});
  EXPECT_EQ(list.error().message, "Array parameters are not supported.");
  const auto zero = bind_parameters({"a"}, std::vector{parameter("a", [](Field& f) { f.stringValue = std::string("\0", 1); })});
  EXPECT_EQ(zero.error().code, "BadRequestException");
}

}  // namespace
}  // namespace haar::rdsdata
