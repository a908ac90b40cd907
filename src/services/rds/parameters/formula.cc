#include "services/rds/parameters/formula.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace haar::rds {
namespace {

constexpr std::size_t formula_max = 1024;  // characters
constexpr int depth_max = 8;               // of nesting
constexpr double most = 9e15;              // what a double holds exactly

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

// By recursive descent:
//   value  = function "(" value {"," value} ")" | "{" terms "}" | number
//   terms  = factor {("*" | "/" | "+" | "-") factor}, from left to right
//   factor = number | variable | "log" "(" terms ")" | "(" terms ")"
class Reader {
 public:
  Reader(std::string_view text, const FormulaFacts& facts) : text_(text), facts_(facts) {}

  std::optional<double> whole() {
    const std::optional<double> result = value(0);
    skip_blanks();
    return at_ == text_.size() ? result : std::nullopt;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(char c) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string_view word() {
    skip_blanks();
    const std::size_t from = at_;
    while (at_ < text_.size() && is_letter(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  }
  std::optional<double> number() {
    skip_blanks();
    const std::size_t from = at_;
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) ++at_;
    double out = 0, scale = 0;
    std::size_t i = from;
    const bool negative = i < at_ && text_[i] == '-';
    for (i += negative ? 1 : 0; i < at_; ++i) {
      if (text_[i] == '.') {
        if (scale != 0) return std::nullopt;
        scale = 1;
        continue;
      }
      out = out * 10 + (text_[i] - '0');
      if (scale != 0) scale *= 10;
    }
    if (at_ == from + (negative ? 1 : 0) || out > most) return std::nullopt;
    if (scale > 1) out /= scale;
    return negative ? -out : out;
  }
  std::optional<double> value(int depth) {
    if (depth > depth_max) return std::nullopt;
    skip_blanks();
    if (take('{')) {
      const std::optional<double> inside = terms(depth + 1);
      if (!inside || !take('}')) return std::nullopt;
      return std::trunc(*inside);
    }
    if (at_ < text_.size() && is_letter(text_[at_])) return function(depth);
    return number();
  }
  std::optional<double> function(int depth) {
    const std::string name = upper(word());
    std::vector<double> values;
    if (!take('(')) return std::nullopt;
    do {
      const std::optional<double> one = value(depth + 1);
      if (!one) return std::nullopt;
      values.push_back(*one);
    } while (take(','));
    if (!take(')')) return std::nullopt;
    if (name == "LEAST") return *std::ranges::min_element(values);
    if (name == "GREATEST") return *std::ranges::max_element(values);
    if (name != "SUM") return std::nullopt;
    double sum = 0;
    for (const double one : values) sum += one;
    return sum;
  }
  std::optional<double> terms(int depth) {
    std::optional<double> left = factor(depth);
    for (;;) {
      const bool times = left && take('*'), over = left && !times && take('/');
      const bool plus = left && !times && !over && take('+'), minus = left && !times && !over && !plus && take('-');
      if (!times && !over && !plus && !minus) return left;
      const std::optional<double> right = factor(depth);
      if (!right || (over && *right == 0)) return std::nullopt;
      left = times ? *left * *right : over ? *left / *right : plus ? *left + *right : *left - *right;
      if (!std::isfinite(*left)) return std::nullopt;
    }
  }
  std::optional<double> factor(int depth) {
    if (depth > depth_max) return std::nullopt;
    skip_blanks();
    if (take('(')) {
      const std::optional<double> inside = terms(depth + 1);
      return inside && take(')') ? inside : std::nullopt;
    }
    if (at_ == text_.size() || !is_letter(text_[at_])) return number();
    const std::string_view name = word();
    if (name == "DBInstanceClassMemory") return static_cast<double>(facts_.memory_bytes);
    if (name == "DBInstanceVCPU") return facts_.vcpus;
    if (name == "EndPointPort") return facts_.port;
    if (upper(name) != "LOG" || !take('(')) return std::nullopt;
    const std::optional<double> of = terms(depth + 1);  // to the base 2
    return of && *of > 0 && take(')') ? std::optional(std::log2(*of)) : std::nullopt;
  }

  std::string_view text_;
  const FormulaFacts& facts_;
  std::size_t at_ = 0;
};

}  // namespace

bool is_formula(std::string_view text) { return text.find_first_of("{(") != std::string_view::npos; }

std::optional<std::int64_t> evaluate(std::string_view formula, const FormulaFacts& facts) {
  if (formula.size() > formula_max) return std::nullopt;
  const std::optional<double> result = Reader(formula, facts).whole();
  if (!result || std::fabs(*result) > most) return std::nullopt;
  return static_cast<std::int64_t>(*result);
}

}  // namespace haar::rds
