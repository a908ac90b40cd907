#include "services/iam/simulation/statement_span.h"

#include <string_view>

#include "policy/json.h"

namespace haar::iam {
namespace {

// The byte at which a position's character begins; positions grow with offsets, so this is a search.
std::size_t offset_of(std::string_view text, policy::Position wanted) {
  policy::json::Positions positions(text);
  for (std::size_t offset = 0; offset < text.size(); ++offset) {
    if (positions.at(offset) == wanted) return offset;
  }
  return text.size();
}

bool is_between_statements(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ','; }

}  // namespace

StatementSpan aws_span(const policy::Document& document, const policy::Match& match) {
  const std::string_view text = policy::text_of(document);
  const std::size_t opening = offset_of(text, match.start);
  std::size_t before = opening;
  while (before > 0 && is_between_statements(text[before - 1])) --before;
  const bool single = before > 0 && text[before - 1] == ':';
  policy::json::Positions positions(text);
  StatementSpan span;
  span.start = positions.at(single ? opening + 1 : before);
  span.end = match.end;
  ++span.end.column;
  return span;
}

}  // namespace haar::iam
