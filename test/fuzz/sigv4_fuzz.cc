// Any bytes as a request: reading and verifying a signature must not crash, must refuse what is not
// signed with the key, and must not accept a changed copy of what is. The first byte chooses what the
// rest stands for, so that mutation reaches deep without finding a whole request by luck.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "auth/keyring.h"
#include "auth/marker.h"
#include "auth/password.h"
#include "auth/session_token.h"
#include "auth/sigv4.h"

namespace {

using namespace haar;
using namespace haar::auth;

constexpr std::string_view key_id = "AKIAIOSFODNN7EXAMPLE", secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

void require(bool holds) {
  if (!holds) std::abort();
}

const Keyring& keyring() {
  static const Keyring made = Keyring::ephemeral();
  return made;
}

Timestamp moment() { return *parse_timestamp("20150830T123600Z"); }

// method \n path \n query \n (name:value \n)* \n body
struct Parsed {
  std::string_view method, path, query, body;
  std::vector<Header> headers;
};

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

Parsed parse(std::string_view text) {
  Parsed out;
  out.method = take_line(text);
  out.path = take_line(text);
  out.query = take_line(text);
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty()) break;
    const std::size_t colon = std::min(line.find(':'), line.size());
    out.headers.emplace_back(line.substr(0, colon), line.substr(std::min(colon + 1, line.size())));
  }
  out.body = text;
  return out;
}

void check(const RequestView& request) {
  (void)is_unsigned(request);
  const Family family = guess_family(request);
  const auto claims = read_claims(request, family);
  if (!claims.ok()) {
    require(!claims.error().code.empty() && !claims.error().message.empty());
    return;
  }
  Rules rules;
  rules.family = family;
  // Only a signature made with the secret is accepted, and no fuzzer makes one.
  const auto verdict = verify(request, *claims, "a secret that signed nothing", rules, claims->signed_at);
  require(!verdict.ok());
  (void)check_time(*claims, rules, moment());
}

// Signs what came in, which must then be accepted, and refused with one byte of the body changed.
void round_trip(const Parsed& parsed) {
  Parsed request = parsed;
  request.method = "POST";
  std::erase_if(request.headers, [](const Header& header) {
    for (const std::string_view name : {"authorization", "date", "x-amz-", "host"}) {
      std::string start(header.first.substr(0, name.size()));
      std::transform(start.begin(), start.end(), start.begin(), [](unsigned char c) { return std::tolower(c); });
      if (start == name) return true;
    }
    return header.first.empty() || !std::all_of(header.first.begin(), header.first.end(),
                                                [](unsigned char c) { return std::isalnum(c) || c == '-'; });
  });
  if (request.headers.size() > 32) request.headers.resize(32);
  request.headers.emplace_back("host", "localhost");
  RequestView view{request.method, request.path, request.query, request.headers, request.body};
  if (!is_unsigned(view)) return;
  const auto added = sign(view, {key_id, secret, {}}, "us-east-1", "sts", moment());
  std::vector<Header> headers = request.headers;
  for (const auto& [name, value] : added) headers.emplace_back(name, value);
  view.headers = headers;
  const auto claims = read_claims(view, Family::query);
  require(claims.ok());
  const auto verdict = verify(view, *claims, secret, {}, moment());
  // What cannot be put in canonical form is refused, by name.
  if (!verdict.ok()) {
    require(verdict.error().message.find("The Canonical String") == std::string::npos);
    return;
  }
  const std::string longer = std::string(request.body) + "x";
  view.body = longer;
  require(!verify(view, *claims, secret, {}, moment()).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 8) {
    case 0:
      round_trip(parse(text));
      break;
    case 1: {  // the Authorization header alone
      const std::vector<Header> headers{{"Host", "localhost"}, {"X-Amz-Date", "20150830T123600Z"},
                                        {"Authorization", text}};
      check({"POST", "/", "", headers, "body"});
      break;
    }
    case 2: {  // the query alone
      const std::vector<Header> headers{{"Host", "localhost"}};
      check({"GET", "/", text, headers, ""});
      break;
    }
    case 3: {
      static const std::string id = new_access_key_id("ASIA", AccountId("111122223333"), system_random());
      require(!open_session(keyring(), id, text, moment(), Family::query).ok());
      (void)account_of_access_key(text);
      break;
    }
    case 4:
      require(!open_marker(keyring().derive("marker"), text, "filters").ok());
      break;
    case 5:
      require(!keyring().open(text, "key").ok());
      break;
    default: {
      const Parsed request = parse(text);
      check({request.method, request.path, request.query, request.headers, request.body});
    }
  }
  return 0;
}
