// PostgreSQL's text form of an array: {1,2}, {"a b",NULL}, {{1},{2}}, [0:1]={1,2}. Pure.
// https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace haar::rdsdata {

struct ArrayText {
  std::vector<std::optional<std::string>> values;  // of one dimension; nullopt: null
  std::vector<ArrayText> nested;                   // of more
  bool has_null = false;                           // among `values`
};

// nullopt: it is no array.
std::optional<ArrayText> read_array(std::string_view text);

}  // namespace haar::rdsdata
