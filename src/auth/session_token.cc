#include "auth/session_token.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "base/encoding.h"

namespace haar::auth {
namespace {

constexpr char token_format = 1;
constexpr std::size_t base64_group_bytes = 3, base64_group_characters = 4;
constexpr std::size_t secret_bytes = 30;  // forty characters of base64
constexpr std::size_t access_key_id_length = 20;
constexpr std::uint64_t largest_account = 999'999'999'999;

// Packed claims: every field in turn, strings and lists led by a length of seven bits a byte.
class Packer {
 public:
  Packer& number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<char>(value | 0x80));
    out_.push_back(static_cast<char>(value));
    return *this;
  }
  Packer& text(std::string_view value) {
    number(value.size());
    out_.append(value);
    return *this;
  }
  Packer& time(Timestamp value) { return number(static_cast<std::uint64_t>(value.micros)); }
  Packer& list(const std::vector<std::string>& values) {
    number(values.size());
    for (const std::string& value : values) text(value);
    return *this;
  }
  Packer& map(const std::map<std::string, std::string>& values) {
    number(values.size());
    for (const auto& [name, value] : values) text(name).text(value);
    return *this;
  }
  Packer& lists(const std::map<std::string, std::vector<std::string>>& values) {
    number(values.size());
    for (const auto& [name, value] : values) text(name).list(value);
    return *this;
  }
  [[nodiscard]] const std::string& bytes() const { return out_; }

 private:
  std::string out_;
};

// Reads what Packer wrote; `ok()` is false after anything that it cannot have written.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto b = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(b & 0x7f) << shift;
      if (b < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }
  std::string text() {
    const std::uint64_t size = number();
    if (size > rest_.size()) {
      ok_ = false;
      return {};
    }
    std::string out(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return out;
  }
  Timestamp time() { return {static_cast<std::int64_t>(number())}; }
  std::vector<std::string> list() {
    std::vector<std::string> out;
    for (std::uint64_t left = number(); ok_ && left > 0; --left) out.push_back(text());
    return out;
  }
  std::map<std::string, std::string> map() {
    std::map<std::string, std::string> out;
    for (std::uint64_t left = number(); ok_ && left > 0; --left) {
      std::string name = text();
      out[std::move(name)] = text();
    }
    return out;
  }
  std::map<std::string, std::vector<std::string>> lists() {
    std::map<std::string, std::vector<std::string>> out;
    for (std::uint64_t left = number(); ok_ && left > 0; --left) {
      std::string name = text();
      out[std::move(name)] = list();
    }
    return out;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool ok() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::string pack(const SessionClaims& c) {
  Packer out;
  out.number(static_cast<std::uint64_t>(c.type)).text(c.partition.str()).text(c.account.str());
  out.text(c.principal_arn).text(c.principal_id).text(c.session_name).time(c.issued_at).time(c.expires_at);
  out.text(c.source_identity).map(c.tags).list(c.transitive_tag_keys).list(c.policies).list(c.policy_arns);
  out.number(c.mfa_at ? 1 : 0).time(c.mfa_at.value_or(Timestamp{}));
  out.text(c.issuer_access_key_id).text(c.issuer_id).text(c.provider).number(c.chained ? 1 : 0);
  if (!c.provider_keys.empty()) out.lists(c.provider_keys);
  return out.bytes();
}

// Zeros at the end, so that the token has `token_bytes` characters or a few more.
void pad(std::string& packed, const SessionClaims& claims, std::size_t token_bytes) {
  const std::size_t sealed_bytes = base64_group_bytes * ((token_bytes + base64_group_characters - 1) / base64_group_characters);
  const std::size_t present = 1 + packed.size() + Sealer::nonce_bytes + Sealer::tag_bytes;
  if (present >= sealed_bytes) return;
  Packer padding;
  if (claims.provider_keys.empty()) padding.lists({});
  packed += padding.text(std::string(sealed_bytes - present, '\0')).bytes();
}

std::optional<SessionClaims> unpack(std::string_view bytes) {
  Unpacker in(bytes);
  SessionClaims c;
  const std::uint64_t type = in.number();
  if (type < 1 || type > static_cast<std::uint64_t>(SessionType::delegated)) return {};
  c.type = static_cast<SessionType>(type);
  c.partition = Partition(in.text());
  c.account = AccountId(in.text());
  c.principal_arn = in.text();
  c.principal_id = in.text();
  c.session_name = in.text();
  c.issued_at = in.time();
  c.expires_at = in.time();
  c.source_identity = in.text();
  c.tags = in.map();
  c.transitive_tag_keys = in.list();
  c.policies = in.list();
  c.policy_arns = in.list();
  const bool mfa = in.number() == 1;
  const Timestamp mfa_at = in.time();
  if (mfa) c.mfa_at = mfa_at;
  c.issuer_access_key_id = in.text();
  c.issuer_id = in.text();
  c.provider = in.text();
  c.chained = in.number() == 1;
  if (!in.at_end()) c.provider_keys = in.lists();  // tokens of before there were any end here
  if (!in.at_end()) in.text();                     // padding
  if (!in.ok()) return {};
  return c;
}

std::string bound_to(std::string_view access_key_id) {
  std::string out("haar session 1 ");
  return out.append(access_key_id);
}

std::string secret_of(const Keyring& keyring, std::string_view access_key_id, std::string_view nonce) {
  std::string name(access_key_id);
  name.append("/").append(nonce);
  const Digest digest = keyring.session_secret_key().sign(name);
  return to_base64(bytes_of(digest).substr(0, secret_bytes));
}

int percent_packed(const SessionClaims& claims) {
  if (claims.policies.empty() && claims.policy_arns.empty() && claims.tags.empty()) return 0;
  Packer parts;
  parts.map(claims.tags).list(claims.transitive_tag_keys).list(claims.policies).list(claims.policy_arns);
  return static_cast<int>((parts.bytes().size() * 100 + max_packed_policy_bytes - 1) / max_packed_policy_bytes);
}

std::uint64_t number_of(const AccountId& account) {
  std::uint64_t number = 0;
  const std::string& text = account.str();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.size() != 12 || error != std::errc{} || end != text.data() + text.size())
    throw std::invalid_argument("an account id has twelve digits");
  return number;
}

}  // namespace

Result<SessionCredentials> mint_session(const Keyring& keyring, const SessionClaims& claims, Random& random,
                                        std::size_t token_bytes_min) {
  SessionCredentials out;
  std::string packed = pack(claims);
  out.packed_policy_percent = percent_packed(claims);
  if (out.packed_policy_percent > 100 || packed.size() > max_packed_claims_bytes) {
    const int percent = std::max(out.packed_policy_percent,
                                 static_cast<int>(packed.size() * 100 / max_packed_claims_bytes));
    return Error{"PackedPolicyTooLarge", "Packed policy consumes " + std::to_string(percent) +
                                             "% of allotted space, please use smaller policy.", 400};
  }
  pad(packed, claims, std::min(token_bytes_min, padded_session_token_bytes_max));
  std::array<std::uint8_t, Sealer::nonce_bytes> bytes{};
  random.fill(bytes);
  const std::string_view nonce(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  out.access_key_id = new_access_key_id("ASIA", claims.account, random);
  out.secret_access_key = secret_of(keyring, out.access_key_id, nonce);
  const std::string sealed = keyring.session_sealer().seal(nonce, packed, bound_to(out.access_key_id));
  out.session_token = to_base64(std::string(1, token_format) + sealed);
  out.expiration = claims.expires_at;
  return out;
}

Result<OpenedSession> open_session(const Keyring& keyring, std::string_view access_key_id, std::string_view token,
                                   Timestamp now, Family family) {
  const auto account = account_of_access_key(access_key_id);
  if (!account || !access_key_id.starts_with("ASIA") || token.size() > max_session_token_bytes)
    return refuse(family, Refusal::unknown_key);
  const auto bytes = from_base64(token);
  if (!bytes || bytes->size() <= Sealer::nonce_bytes || bytes->front() != token_format)
    return refuse(family, Refusal::unknown_key);
  const std::string_view sealed = std::string_view(*bytes).substr(1);
  std::string packed;
  if (!keyring.session_sealer().open(sealed, bound_to(access_key_id), packed))
    return refuse(family, Refusal::unknown_key);
  auto claims = unpack(packed);
  if (!claims || claims->account != *account) return refuse(family, Refusal::unknown_key);
  if (now >= claims->expires_at) return refuse(family, Refusal::expired_session);
  return OpenedSession{std::move(*claims),
                       secret_of(keyring, access_key_id, sealed.substr(0, Sealer::nonce_bytes))};
}

// Eighty bits in base32: a set bit, forty bits of account, the rest random. The account is read back with
// the top 48 bits: (bits & 0x7fffffffff80) >> 7.
std::string new_access_key_id(std::string_view prefix, const AccountId& account, Random& random) {
  std::array<std::uint8_t, 10> bytes{};
  random.fill(bytes);
  const std::uint64_t top = std::uint64_t{1} << 47 | number_of(account) << 7 | (bytes[5] & 0x7f);
  for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(top >> (40 - 8 * i));
  std::string out(prefix);
  std::uint32_t bits = 0;
  int count = 0;
  for (const std::uint8_t b : bytes) {
    bits = bits << 8 | b;
    for (count += 8; count >= 5; count -= 5) out.push_back(alphabet_upper_base32[bits >> (count - 5) & 31]);
  }
  return out;
}

std::optional<AccountId> account_of_access_key(std::string_view access_key_id) {
  if (access_key_id.size() != access_key_id_length) return {};
  std::uint64_t bits = 0;  // the first fifty bits: ten characters
  for (std::size_t i = 4; i < access_key_id.size(); ++i) {
    const std::size_t value = alphabet_upper_base32.find(access_key_id[i]);
    if (value == std::string_view::npos) return {};
    if (i < 14) bits = bits << 5 | value;
  }
  bits >>= 2;
  // AWS's ids from before the account was put in have the top bit clear.
  if ((bits >> 47 & 1) == 0) return {};
  const std::uint64_t number = (bits & 0x7fffffffff80) >> 7;
  if (number > largest_account) return {};
  std::string text = std::to_string(number);
  return AccountId(std::string(12 - text.size(), '0') + text);
}

}  // namespace haar::auth
