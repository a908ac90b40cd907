#include "services/secretsmanager/random_password.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace haar::secretsmanager {
namespace {

constexpr std::string_view numbers = "0123456789", uppercase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                           lowercase = "abcdefghijklmnopqrstuvwxyz", punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

std::string without(std::string_view characters, const std::string& excluded) {
  std::string out;
  for (const char c : characters) {
    if (excluded.find(c) == std::string::npos) out.push_back(c);
  }
  return out;
}

// Below `end`, each as likely as the others.
std::size_t random_below(Random& random, std::size_t end) {
  const std::uint64_t whole = ~std::uint64_t{0} - ~std::uint64_t{0} % end;
  for (;;) {
    std::uint64_t number = 0;
    random.fill({reinterpret_cast<std::uint8_t*>(&number), sizeof number});
    if (number < whole) return number % end;
  }
}

}  // namespace

Password random_password(Random& random, const PasswordRules& rules) {
  const std::pair<bool, std::string_view> types[] = {{rules.numbers, numbers}, {rules.punctuation, punctuation},
                                                     {rules.uppercase, uppercase}, {rules.lowercase, lowercase},
                                                     {rules.space, " "}};
  std::vector<std::string> included;
  std::string all;
  for (const auto& [is_in, characters] : types) {
    if (!is_in) continue;
    included.push_back(without(characters, rules.excluded));
    all += included.back();
  }
  if (all.empty()) return {{}, PasswordFault::no_characters};
  std::string text;
  if (rules.require_each) {
    if (included.size() > rules.length) return {{}, PasswordFault::too_short};
    for (const std::string& type : included) {
      if (type.empty()) return {{}, PasswordFault::empty_type};
      text += random_text(random, type, 1);
    }
  }
  text += random_text(random, all, rules.length - text.size());
  for (std::size_t i = text.size(); i > 1; --i) std::swap(text[i - 1], text[random_below(random, i)]);
  return {std::move(text), std::nullopt};
}

}  // namespace haar::secretsmanager
