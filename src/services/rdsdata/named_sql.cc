#include "services/rdsdata/named_sql.h"

#include <algorithm>
#include <cstddef>

namespace haar::rdsdata {
namespace {

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool in_name(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

// Where the quoted text that begins at `at` ends; `escapes`: a backslash hides what follows it.
std::size_t end_of_quoted(std::string_view sql, std::size_t at, char quote, bool escapes) {
  for (std::size_t i = at + 1; i < sql.size(); ++i) {
    if (escapes && sql[i] == '\\') {
      ++i;
    } else if (sql[i] == quote) {
      if (i + 1 == sql.size() || sql[i + 1] != quote) return i + 1;
      ++i;  // twice means itself
    }
  }
  return sql.size();
}

// Comments of this kind hold others.
std::size_t end_of_block_comment(std::string_view sql, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i + 1 < sql.size(); ++i) {
    if (sql[i] == '/' && sql[i + 1] == '*') {
      ++depth;
      ++i;
    } else if (sql[i] == '*' && sql[i + 1] == '/') {
      if (--depth == 0) return i + 2;
      ++i;
    }
  }
  return sql.size();
}

// $$…$$ and $tag$…$tag$; `at` itself where that begins none.
std::size_t end_of_dollar_quoted(std::string_view sql, std::size_t at) {
  std::size_t tag_end = at + 1;
  if (tag_end < sql.size() && begins_name(sql[tag_end])) {
    while (tag_end < sql.size() && in_name(sql[tag_end])) ++tag_end;
  }
  if (tag_end >= sql.size() || sql[tag_end] != '$') return at;
  const std::string_view tag = sql.substr(at, tag_end - at + 1);
  const std::size_t close = sql.find(tag, tag_end + 1);
  return close == std::string_view::npos ? sql.size() : close + tag.size();
}

// Where what begins at `at` and holds no parameter ends; `at` where it is nothing of the kind.
std::size_t end_of_opaque(std::string_view sql, std::size_t at) {
  const char c = sql[at], next = at + 1 < sql.size() ? sql[at + 1] : '\0', before = at > 0 ? sql[at - 1] : '\0';
  if (c == '\'') {
    const bool escapes = (before == 'e' || before == 'E') && (at < 2 || !in_name(sql[at - 2]));
    return end_of_quoted(sql, at, c, escapes);
  }
  if (c == '"') return end_of_quoted(sql, at, c, false);
  if (c == '-' && next == '-') return std::min(sql.find('\n', at), sql.size());
  if (c == '/' && next == '*') return end_of_block_comment(sql, at);
  if (c == '$' && !in_name(before)) return end_of_dollar_quoted(sql, at);
  return at;
}

}  // namespace

NamedSql number_parameters(std::string_view sql) {
  NamedSql out;
  for (std::size_t at = 0; at < sql.size();) {
    if (const std::size_t end = end_of_opaque(sql, at); end > at) {
      out.text.append(sql.substr(at, end - at));
      at = end;
    } else if (sql[at] == ':' && at + 1 < sql.size() && sql[at + 1] == ':') {
      out.text.append("::");
      at += 2;
    } else if (sql[at] == ':' && at + 1 < sql.size() && begins_name(sql[at + 1])) {
      std::size_t name_end = at + 1;
      while (name_end < sql.size() && in_name(sql[name_end])) ++name_end;
      const std::string_view name = sql.substr(at + 1, name_end - at - 1);
      auto known = std::ranges::find(out.names, name);
      if (known == out.names.end()) known = out.names.insert(known, std::string(name));
      out.text.append("$").append(std::to_string(known - out.names.begin() + 1));
      at = name_end;
    } else {
      out.text.push_back(sql[at++]);
    }
  }
  return out;
}

}  // namespace haar::rdsdata
