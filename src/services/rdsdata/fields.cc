#include "services/rdsdata/fields.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <charconv>
#include <cmath>
#include <set>
#include <cstdlib>

#include "base/encoding.h"
#include "model/rdsdata/service.h"
#include "services/rdsdata/array_text.h"

namespace haar::rdsdata {
namespace {

enum class Kind : std::uint8_t { text, boolean, integer, real, decimal, bytes, zoned };

// PostgreSQL's own types by their OIDs, and the number that JDBC has for each (java.sql.Types).
struct Type {
  unsigned oid;
  Kind kind;
  int jdbc;
  int precision;  // of those whose modifier says nothing
  int scale;
  unsigned element;  // of an array: the OID of its elements; else 0
};
constexpr int other = 1111, array = 2003, unbounded = 2147483647;
constexpr Type all_types[] = {
    {16, Kind::boolean, -7, 1, 0, 0},     {17, Kind::bytes, -2, unbounded, 0, 0},   {18, Kind::text, 1, 1, 0, 0},
    {19, Kind::text, 12, 63, 0, 0},       {20, Kind::integer, -5, 19, 0, 0},        {21, Kind::integer, 5, 5, 0, 0},
    {23, Kind::integer, 4, 10, 0, 0},     {25, Kind::text, 12, unbounded, 0, 0},    {26, Kind::integer, -5, 10, 0, 0},
    {700, Kind::real, 7, 8, 8, 0},        {701, Kind::real, 8, 17, 17, 0},          {790, Kind::text, 8, unbounded, 0, 0},
    {1042, Kind::text, 1, unbounded, 0, 0}, {1043, Kind::text, 12, unbounded, 0, 0}, {1082, Kind::text, 91, 13, 0, 0},
    {1083, Kind::text, 92, 15, 6, 0},     {1114, Kind::text, 93, 29, 6, 0},         {1184, Kind::zoned, 93, 35, 6, 0},
    {1266, Kind::zoned, 92, 21, 6, 0},    {1700, Kind::decimal, 2, 0, 0, 0},        {142, Kind::text, 2009, unbounded, 0, 0},
    {1000, Kind::text, array, 1, 0, 16},  {1001, Kind::text, array, unbounded, 0, 17}, {1005, Kind::text, array, 5, 0, 21},
    {1007, Kind::text, array, 10, 0, 23}, {1016, Kind::text, array, 19, 0, 20},     {1021, Kind::text, array, 8, 8, 700},
    {1022, Kind::text, array, 17, 17, 701}, {1009, Kind::text, array, unbounded, 0, 25},
    {1015, Kind::text, array, unbounded, 0, 1043}, {1014, Kind::text, array, unbounded, 0, 1042},
    {1231, Kind::text, array, 0, 0, 1700}, {1182, Kind::text, array, 13, 0, 1082},  {1183, Kind::text, array, 15, 6, 1083},
    {1115, Kind::text, array, 29, 6, 1114}, {1185, Kind::text, array, 35, 6, 1184}, {2951, Kind::text, array, unbounded, 0, 2950},
    {199, Kind::text, array, unbounded, 0, 114}, {3807, Kind::text, array, unbounded, 0, 3802},
    {1041, Kind::text, array, unbounded, 0, 869},
};
constexpr Type unknown_type{0, Kind::text, other, unbounded, 0, 0};

const Type& type_of(unsigned oid) {
  const auto at = std::ranges::find(all_types, oid, &Type::oid);
  return at == std::end(all_types) ? unknown_type : *at;
}

std::int64_t integer_in(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}
double real_in(const std::string& text) { return std::strtod(text.c_str(), nullptr); }
// "\x00ff"
std::string bytes_in(const std::string& text) {
  return text.size() < 2 ? "" : from_hex(std::string_view(text).substr(2)).value_or("");
}

// Sessions of the Data API have UTC, so the offset is always the same.
std::string without_zone(const std::string& text) { return text.ends_with("+00") ? text.substr(0, text.size() - 3) : text; }

Error unsupported(std::string_view what) {
  return errors::UnsupportedResultException("The result contains the unsupported data type " + std::string(what) + ".");
}

Result<ArrayValue> array_value(const ArrayText& text, Kind kind) {
  ArrayValue out;
  if (text.has_null) return unsupported("ARRAY with null elements");
  if (!text.nested.empty()) {
    out.arrayValues.emplace();
    for (const ArrayText& one : text.nested) out.arrayValues->push_back(TRY(array_value(one, kind)));
    return out;
  }
  if (kind == Kind::boolean) {
    out.booleanValues.emplace();
    for (const auto& value : text.values) out.booleanValues->emplace_back(*value == "t");
  } else if (kind == Kind::integer) {
    out.longValues.emplace();
    for (const auto& value : text.values) out.longValues->push_back(integer_in(*value));
  } else if (kind == Kind::real) {
    out.doubleValues.emplace();
    for (const auto& value : text.values) out.doubleValues->push_back(real_in(*value));
  } else {
    out.stringValues.emplace();
    for (const auto& value : text.values) out.stringValues->push_back(kind == Kind::zoned ? without_zone(*value) : *value);
  }
  return out;
}

struct Wishes {
  bool long_as_text = false, decimal_as_number = false;
};

void show_decimal(const std::string& text, const Wishes& wishes, Field& out) {
  if (!wishes.decimal_as_number) out.stringValue = text;
  else if (text.find_first_not_of("-0123456789") == std::string::npos && text.size() < 19) out.longValue = integer_in(text);
  else out.doubleValue = real_in(text);
}

Result<Field> field_of(const std::string& text, const Type& type, const Wishes& wishes) {
  Field out;
  if (type.element != 0) {
    const std::optional<ArrayText> read = read_array(text);
    if (!read) return unsupported("ARRAY");
    out.arrayValue = TRY(array_value(*read, type_of(type.element).kind));
    return out;
  }
  switch (type.kind) {
    case Kind::boolean: out.booleanValue = text == "t"; break;
    case Kind::integer:
      if (wishes.long_as_text) out.stringValue = text;
      else out.longValue = integer_in(text);
      break;
    case Kind::real: out.doubleValue = real_in(text); break;
    case Kind::decimal: show_decimal(text, wishes, out); break;
    case Kind::bytes: out.blobValue = wire::Blob{bytes_in(text)}; break;
    case Kind::zoned: out.stringValue = without_zone(text); break;
    case Kind::text: out.stringValue = text; break;
  }
  return out;
}

// ---- JSON -----------------------------------------------------------------------------------------

std::string quoted(std::string_view text) { return boost::json::serialize(boost::json::string(text)); }

bool is_json_number(const std::string& text) {
  if (text.empty() || text.find_first_of("INn") != std::string::npos) return false;
  return text[0] == '-' || (text[0] >= '0' && text[0] <= '9');
}

std::string json_value(const std::string& text, Kind kind) {
  switch (kind) {
    case Kind::boolean: return text == "t" ? "true" : "false";
    case Kind::integer:
    case Kind::real:
    case Kind::decimal: return is_json_number(text) ? text : quoted(text);
    case Kind::bytes: return quoted(to_base64(bytes_in(text)));
    case Kind::zoned: return quoted(without_zone(text));
    case Kind::text: return quoted(text);
  }
  return quoted(text);
}

std::string json_array(const ArrayText& text, Kind kind) {
  std::string out = "[";
  for (const ArrayText& one : text.nested) out.append(out.size() > 1 ? "," : "").append(json_array(one, kind));
  for (const auto& value : text.values) out.append(out.size() > 1 ? "," : "").append(value ? json_value(*value, kind) : "null");
  return out + "]";
}

std::string json_field(const std::optional<std::string>& value, const Type& type) {
  if (!value) return "null";
  if (type.element == 0) return json_value(*value, type.kind);
  const std::optional<ArrayText> read = read_array(*value);
  return read ? json_array(*read, type_of(type.element).kind) : quoted(*value);
}

// ---- metadata ---------------------------------------------------------------------------------------

// The modifier of a type: a length beside four bytes, or precision and scale.
void set_size(ColumnMetadata& out, unsigned oid, const Type& type, int modifier) {
  constexpr int header = 4;
  out.precision = type.precision;
  out.scale = type.scale;
  if (modifier < header) return;
  if (oid == 1700) {
    out.precision = ((modifier - header) >> 16) & 0xffff;
    out.scale = (modifier - header) & 0x7ff;
  } else if (oid == 1042 || oid == 1043) {
    out.precision = modifier - header;
  }
}

}  // namespace

Result<void> check_result_size(const Answer& answer) {
  std::size_t total = 0;
  for (const auto& row : answer.rows) {
    std::size_t size = 0;
    for (const auto& value : row) size += value ? value->size() : 0;
    if (size > row_bytes_max) return errors::BadRequestException("Database returned a row larger than the allowed size limit");
    total += size;
  }
  if (total > result_bytes_max) return errors::BadRequestException("Database returned more than the allowed response size limit");
  return {};
}

Result<Records> records_of(const Answer& answer, const std::optional<ResultSetOptions>& options) {
  Wishes wishes;
  if (options) {
    wishes.long_as_text = options->longReturnType == "STRING";
    wishes.decimal_as_number = options->decimalReturnType == "DOUBLE_OR_LONG";
  }
  Records out;
  for (const auto& row : answer.rows) {
    std::vector<Field>& fields = out.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i]) fields.push_back(TRY(field_of(*row[i], type_of(answer.columns[i].type), wishes)));
      else fields.emplace_back().isNull = true;
    }
  }
  return out;
}

Result<std::string> json_of(const Answer& answer) {
  std::set<std::string> names;
  for (const auto& column : answer.columns) {
    // AWS's text was not found.
    if (!names.insert(column.name).second)
      return errors::BadRequestException("The result has two columns of the name " + column.name + ", which JSON cannot show.");
  }
  std::string out = "[";
  for (const auto& row : answer.rows) {
    out += out.size() > 1 ? ",{" : "{";
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out += ",";
      out.append(quoted(answer.columns[i].name)).append(":").append(json_field(row[i], type_of(answer.columns[i].type)));
    }
    out += "}";
  }
  return out + "]";
}

std::vector<ColumnMetadata> metadata_of(const Answer& answer, const TableColumns& tables, const TypeNames& types) {
  constexpr int may_be_null = 1, not_null = 0, unknown = 2;
  std::vector<ColumnMetadata> out;
  for (const auto& column : answer.columns) {
    const Type& type = type_of(column.type);
    const auto known = tables.find({column.table, column.table_column});
    const ColumnFacts* facts = known == tables.end() ? nullptr : &known->second;
    ColumnMetadata& one = out.emplace_back();
    one.label = column.name;
    one.name = facts != nullptr ? facts->name : column.name;
    one.tableName = facts != nullptr ? facts->table : "";
    one.schemaName = "";
    one.type = type.jdbc;
    if (const auto name = types.find(column.type); name != types.end()) one.typeName = name->second;
    one.isAutoIncrement = facts != nullptr && facts->auto_increment;
    one.isSigned = type.kind == Kind::integer || type.kind == Kind::real || type.kind == Kind::decimal;
    one.isCurrency = column.type == 790;
    one.isCaseSensitive = type.element == 0 && type.kind == Kind::text && type.jdbc < 91;
    one.nullable = facts == nullptr ? unknown : facts->not_null ? not_null : may_be_null;
    one.arrayBaseColumnType = type.element == 0 ? 0 : type_of(type.element).jdbc;
    set_size(one, column.type, type, column.modifier);
  }
  return out;
}

}  // namespace haar::rdsdata
