#include "main/seed.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <toml++/toml.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/ids.h"

namespace haar::main {
namespace {

// https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html
constexpr std::size_t max_name = 50;
constexpr std::size_t min_email = 6;
constexpr std::size_t max_email = 64;
// https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-password.html
constexpr std::size_t min_password = 8;
constexpr std::size_t max_password = 128;
constexpr std::size_t max_accounts = 1000;

bool only(std::string_view text, std::string_view alphabet) {
  return text.find_first_not_of(alphabet) == text.npos;
}

bool is_account_id(std::string_view text) { return text.size() == 12 && only(text, "0123456789"); }

bool is_access_key_id(std::string_view text) {
  return text.size() == 20 && text.starts_with("AKIA") && only(text.substr(4), alphabet_upper_base32);
}

bool is_secret(std::string_view text) { return text.size() == 40 && only(text, alphabet_secret); }

bool is_email(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == text.npos || at == 0 || text.find('@', at + 1) != text.npos) return false;
  const std::string_view domain = text.substr(at + 1);
  const bool plain =
      std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 0x7f; });
  return plain && text.size() >= min_email && text.size() <= max_email && domain.find('.') != domain.npos &&
         !domain.starts_with('.') && !domain.ends_with('.') && domain.find("..") == domain.npos;
}

bool is_strong(std::string_view text) {
  bool upper = false, lower = false, digit = false, other = false;
  for (const unsigned char c : text) {
    if (std::isupper(c))
      upper = true;
    else if (std::islower(c))
      lower = true;
    else if (std::isdigit(c))
      digit = true;
    else
      other = true;
  }
  return text.size() >= min_password && text.size() <= max_password && upper + lower + digit + other >= 3;
}

class Reader {
 public:
  explicit Reader(const std::string& name) : name_(name) {}

  Result<std::vector<SeedAccount>> read(const toml::table& root) {
    std::vector<SeedAccount> accounts;
    for (const auto& [key, node] : root) {
      if (key.str() != "account")
        return at(key.source(),
                  fmt::format("\"{}\" is not known here; begin each account with [[account]]", key.str()));
      const toml::array* list = node.as_array();
      if (list == nullptr) return at(key.source(), "write [[account]] with two brackets on each side");
      if (list->size() > max_accounts)
        return at(key.source(), fmt::format("at most {} accounts", max_accounts));
      for (const toml::node& item : *list) {
        const toml::table* table = item.as_table();
        if (table == nullptr) return at(item.source(), "write [[account]] with two brackets on each side");
        accounts.push_back(TRY(read_account(*table)));
      }
    }
    return accounts;
  }

 private:
  Error at(const toml::source_region& where, std::string_view what) const {
    return Error{"InvalidSeed", fmt::format("{} line {}: {}", name_, where.begin.line, what), 400,
                 Fault::sender};
  }

  // Empty when the key is missing; `line_` is where it was.
  Result<std::string> text(const toml::table& table, std::string_view key) {
    const toml::node* node = table.get(key);
    where_ = node == nullptr ? table.source() : node->source();
    if (node == nullptr) return std::string();
    if (!node->is_string()) return at(where_, fmt::format("{} must be text in quotes", key));
    auto value = *node->value<std::string>();
    if (value.empty()) return at(where_, fmt::format("{} is empty", key));
    return value;
  }

  Result<std::string> required(const toml::table& table, std::string_view key) {
    auto value = TRY(text(table, key));
    if (value.empty()) return at(where_, fmt::format("this account has no {}", key));
    return value;
  }

  Result<SeedAccount> read_account(const toml::table& table) {
    static constexpr std::string_view known[] = {
        "id", "name", "email", "root_password", "root_access_key_id", "root_secret_access_key"};
    for (const auto& [key, node] : table) {
      if (std::find(std::begin(known), std::end(known), key.str()) == std::end(known)) {
        return at(key.source(),
                  fmt::format("\"{}\" is not known; an account has {}", key.str(), fmt::join(known, ", ")));
      }
    }
    SeedAccount account;
    account.id = AccountId(TRY(required(table, "id")));
    if (!is_account_id(account.id.str()))
      return at(where_, "id must be twelve digits in quotes: \"111122223333\"");
    if (!ids_.insert(account.id).second)
      return at(where_, fmt::format("account {} is here twice", account.id.str()));
    account.name = TRY(required(table, "name"));
    if (!is_utf8(account.name) || account.name.size() > max_name ||
        std::any_of(account.name.begin(), account.name.end(),
                    [](unsigned char c) { return c < ' ' || c == 0x7f; })) {
      return at(where_, fmt::format("name must be 1 to {} characters on one line", max_name));
    }
    account.email = TRY(required(table, "email"));
    if (!is_email(account.email))
      return at(where_, "email must be an address of 6 to 64 characters: \"root@example.com\"");
    if (!emails_.insert(to_lower(account.email)).second) {
      return at(where_,
                fmt::format("{} belongs to an account above; each root user needs its own", account.email));
    }
    TRY(read_password(table, account));
    TRY(read_access_key(table, account));
    return account;
  }

  Result<void> read_password(const toml::table& table, SeedAccount& account) {
    auto password = TRY(text(table, "root_password"));
    if (password.empty()) return {};
    if (!is_strong(password)) {
      return at(
          where_,
          "root_password needs 8 to 128 characters of three kinds: upper case, lower case, digits, others");
    }
    if (password == account.name || password == account.email) {
      return at(where_, "root_password must not be the account's name or e-mail address");
    }
    account.root_password = std::move(password);
    return {};
  }

  Result<void> read_access_key(const toml::table& table, SeedAccount& account) {
    auto id = TRY(text(table, "root_access_key_id"));
    const auto id_where = where_;
    auto secret = TRY(text(table, "root_secret_access_key"));
    if (id.empty() && secret.empty()) return {};
    if (id.empty()) return at(where_, "root_secret_access_key needs a root_access_key_id beside it");
    if (secret.empty()) return at(id_where, "root_access_key_id needs a root_secret_access_key beside it");
    if (!is_access_key_id(id)) return at(id_where, "root_access_key_id must be AKIA and 16 of A-Z and 2-7");
    if (!is_secret(secret)) {
      return at(where_,
                fmt::format("root_secret_access_key must be 40 of A-Z, a-z, 0-9, + and /; this has {}",
                            secret.size()));
    }
    if (!keys_.insert(id).second) return at(id_where, fmt::format("access key {} is here twice", id));
    account.root_access_key = SeedAccessKey{std::move(id), std::move(secret)};
    return {};
  }

  const std::string& name_;
  toml::source_region where_;
  std::set<AccountId> ids_;
  std::set<std::string> emails_;
  std::set<std::string> keys_;
};

}  // namespace

Result<std::vector<SeedAccount>> parse_seed(std::string_view text, const std::string& name) {
  try {
    return Reader(name).read(toml::parse(text));
  } catch (const toml::parse_error& e) {
    // The parser's own words may quote the text, which may hold a secret: only the place is told.
    return Error{"InvalidSeed",
                 fmt::format("{} line {}: this is not TOML (column {})", name, e.source().begin.line,
                             e.source().begin.column),
                 400, Fault::sender};
  }
}

Result<std::vector<SeedAccount>> read_seed(const std::string& path) {
  if (path.empty()) return std::vector<SeedAccount>{};
  const auto text = read_file(path);
  if (!text.ok()) return Error{"InvalidSeed", text.error().message, 400, Fault::sender};
  return parse_seed(*text, path);
}

}  // namespace haar::main
