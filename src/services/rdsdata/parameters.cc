#include "services/rdsdata/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "model/rdsdata/service.h"

namespace haar::rdsdata {
namespace {

using engines::TenantSession;

// OIDs of PostgreSQL's own types. A text is sent as one, and not as whatever the statement would make of it: what needs
// another type says so, by a typeHint or by a cast.
constexpr unsigned boolean = 16, bytes = 17, big_integer = 20, double_number = 701, text = 1043, json = 114, date = 1082,
                   time = 1083, timestamp = 1114, decimal = 1700, uuid = 2950;

struct Hint {
  std::string_view name;
  unsigned type;
};
constexpr std::array<Hint, 6> hints{
    {{"DATE", date}, {"DECIMAL", decimal}, {"JSON", json}, {"TIME", time}, {"TIMESTAMP", timestamp}, {"UUID", uuid}}};

Result<TenantSession::Parameter> of_text(const std::string& value, const std::optional<std::string>& hint) {
  if (!hint) return TenantSession::Parameter{text, value};
  const auto known = std::ranges::find(hints, *hint, &Hint::name);
  if (known == hints.end()) return errors::BadRequestException("The type hint " + *hint + " is not supported.");
  return TenantSession::Parameter{known->type, value};
}

// No NUL can stand in a text of PostgreSQL's.
Result<TenantSession::Parameter> of_field(const SqlParameter& parameter) {
  if (!parameter.value) return TenantSession::Parameter{};
  const Field& field = *parameter.value;
  if (field.isNull.value_or(false)) return TenantSession::Parameter{};
  if (field.booleanValue) return TenantSession::Parameter{boolean, *field.booleanValue ? "true" : "false"};
  if (field.longValue) return TenantSession::Parameter{big_integer, std::to_string(*field.longValue)};
  if (field.doubleValue) return TenantSession::Parameter{double_number, fmt::format("{}", *field.doubleValue)};
  if (field.blobValue) return TenantSession::Parameter{bytes, "\\x" + to_hex(field.blobValue->bytes)};
  if (field.arrayValue) return errors::BadRequestException("Array parameters are not supported.");
  if (!field.stringValue) return TenantSession::Parameter{};
  if (field.stringValue->find('\0') != std::string::npos)
    return errors::BadRequestException("A text parameter holds a null character.");
  return of_text(*field.stringValue, parameter.typeHint);
}

}  // namespace

Result<std::vector<TenantSession::Parameter>> bind_parameters(const std::vector<std::string>& names,
                                                   const std::optional<std::vector<SqlParameter>>& given) {
  static const std::vector<SqlParameter> none;
  const std::vector<SqlParameter>& all = given ? *given : none;
  std::vector<TenantSession::Parameter> out;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(all, std::optional(name), &SqlParameter::name);
    if (found == all.end()) return errors::BadRequestException("Cannot find parameter: " + name);
    out.push_back(TRY(of_field(*found)));
  }
  return out;
}

}  // namespace haar::rdsdata
