// Every vector, changed in every way that changes the canonical request, is refused; the ways that do not
// change it are listed below (kept_the_same) and accepted.
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "auth/sigv4_vectors.h"
#include "base/encoding.h"

namespace haar::auth {
namespace {

using vectors::Request;
using vectors::Vector;

std::string& authorization(Request& r) { return r.header("authorization"); }

void replace_once(std::string& text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from << " in " << text;
  text.replace(at, from.size(), to);
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> out;
  std::size_t at = 0;
  while (!text.empty() && at <= text.size()) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string join(const std::vector<std::string>& parts, const std::string& separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) out += (i > 0 ? separator : "") + parts[i];
  return out;
}

// The text that holds the signature's parameters: the header, or the query.
std::string& parameters(const Vector& v, Request& r) { return v.presigned ? r.query : authorization(r); }
std::string slash(const Vector& v) { return v.presigned ? "%2F" : "/"; }
std::string semicolon(const Vector& v) { return v.presigned ? "%3B" : ";"; }
std::string signed_headers_name(const Vector& v) { return v.presigned ? "X-Amz-SignedHeaders=" : "SignedHeaders="; }

std::vector<std::string> signed_headers(const Vector& v) {
  return read_claims(v.request.view(), Family::query)->signed_headers;
}

bool accepted(const Vector& v, const Request& r) { return vectors::accept(r, v.rules()).ok(); }

void refused(const Vector& v, const std::string& what, const std::function<void(Request&)>& change) {
  Request changed = v.request;
  change(changed);
  EXPECT_FALSE(accepted(v, changed)) << v.name << ": " << what;
}

void still_accepted(const Vector& v, const std::string& what, const std::function<void(Request&)>& change) {
  Request changed = v.request;
  change(changed);
  const auto result = vectors::accept(changed, v.rules());
  EXPECT_TRUE(result.ok()) << v.name << ": " << what << ": " << result.error().message;
}

TEST(SigV4Mutations, method) {
  for (const auto& v : vectors::all()) {
    for (const std::string method : {"PUT", "DELETE", "HEAD", "get", "post", "GETX", "GET\n", "", "G T"})
      refused(v, "method " + method, [&](Request& r) { r.method = method; });
    refused(v, "the other method", [&](Request& r) { r.method = r.method == "GET" ? "POST" : "GET"; });
  }
}

// A byte of a path may vanish in the normal form ("/x/.." is "/"), so here the published canonical
// request tells which changes count.
TEST(SigV4Mutations, every_byte_of_the_path) {
  std::size_t changed_ones = 0, same_ones = 0;
  for (const auto& v : vectors::all()) {
    const auto claims = read_claims(v.request.view(), Family::query);
    for (std::size_t i = 0; i < v.request.path.size(); ++i) {
      for (const char to : {'x', '/', '.', '%', '\n'}) {
        Request r = v.request;
        if (r.path[i] == to) continue;
        r.path[i] = to;
        const bool same = canonical_request(r.view(), *claims, v.rules(), sha256_hex(r.body)) == v.canonical;
        EXPECT_EQ(accepted(v, r), same) << v.name << " path byte " << i << " to " << to;
        EXPECT_TRUE(v.normalize || !same) << v.name << " path byte " << i << " to " << to;
        ++(same ? same_ones : changed_ones);
      }
    }
    for (const std::string suffix : {"x", "/x", "%2F", ";x", " "})
      refused(v, "path + " + suffix, [&](Request& r) { r.path += suffix; });
    refused(v, "escaped path", [](Request& r) { r.path = "/%2e" + r.path; });
  }
  EXPECT_GT(changed_ones, 1500U);
  EXPECT_GT(same_ones, 0U);
}

TEST(SigV4Mutations, query_parameters) {
  for (const auto& v : vectors::all()) {
    refused(v, "added", [](Request& r) { r.query += (r.query.empty() ? "" : "&") + std::string("Action=Evil"); });
    refused(v, "added empty", [](Request& r) { r.query += (r.query.empty() ? "" : "&") + std::string("x"); });
    refused(v, "broken escape", [](Request& r) { r.query += (r.query.empty() ? "" : "&") + std::string("a=%4"); });
    refused(v, "broken escape", [](Request& r) { r.query += (r.query.empty() ? "" : "&") + std::string("%zz=a"); });
    const auto pieces = split(v.request.query, '&');
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      if (pieces[i].starts_with("X-Amz-Security-Token=") && v.token_after_signing) continue;
      const auto with = [&](const std::vector<std::string>& in_place) {
        return [&, in_place](Request& r) {
          auto changed = pieces;
          changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
          changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(i), in_place.begin(), in_place.end());
          r.query = join(changed, "&");
        };
      };
      refused(v, "dropped " + pieces[i], with({}));
      refused(v, "value of " + pieces[i], with({pieces[i] + "x"}));
      refused(v, "name of " + pieces[i], with({"x" + pieces[i]}));
      refused(v, "twice " + pieces[i], with({pieces[i], pieces[i]}));
      refused(v, "space in " + pieces[i], with({pieces[i] + "+"}));
    }
  }
}

TEST(SigV4Mutations, every_signed_header) {
  for (const auto& v : vectors::all()) {
    for (const std::string& name : signed_headers(v)) {
      refused(v, "value of " + name, [&](Request& r) { r.header(name) += "x"; });
      refused(v, "front of " + name, [&](Request& r) { r.header(name) = "x" + r.header(name); });
      refused(v, "empty " + name, [&](Request& r) { r.header(name).clear(); });
      refused(v, "second " + name, [&](Request& r) { r.headers.emplace_back(name, "x"); });
      refused(v, "empty second " + name, [&](Request& r) { r.headers.emplace_back(name, ""); });
      refused(v, "dropped " + name, [&](Request& r) {
        std::erase_if(r.headers, [&](const auto& header) { return to_lower(header.first) == name; });
      });
      for (std::size_t bit = 0; bit < 8; ++bit)
        refused(v, "a bit of " + name, [&](Request& r) {
          // The third character stands in no vector where only white space or case would change.
          char& c = r.header(name).at(std::min<std::size_t>(2, r.header(name).size() - 1));
          c = static_cast<char>(c ^ (1 << bit));
        });
    }
    refused(v, "unsigned x-amz- header", [](Request& r) { r.headers.emplace_back("X-Amz-Target", "Evil.Do"); });
  }
}

TEST(SigV4Mutations, values_of_one_header_in_another_order) {
  std::size_t tried = 0;
  for (const auto& v : vectors::all()) {
    if (!v.name.starts_with("get-header-value-order") && !v.name.starts_with("get-header-key-duplicate")) continue;
    refused(v, "values reversed", [](Request& r) { std::reverse(r.headers.begin(), r.headers.end()); });
    ++tried;
  }
  EXPECT_EQ(tried, 4U);
}

TEST(SigV4Mutations, body) {
  for (const auto& v : vectors::all()) {
    refused(v, "longer body", [](Request& r) { r.body += "\n"; });
    if (v.request.body.empty()) continue;
    refused(v, "no body", [](Request& r) { r.body.clear(); });
    for (std::size_t i = 0; i < v.request.body.size() * 8; ++i)
      refused(v, "body bit", [&](Request& r) { r.body[i / 8] = static_cast<char>(r.body[i / 8] ^ (1 << i % 8)); });
  }
}

TEST(SigV4Mutations, scope_date_and_algorithm) {
  for (const auto& v : vectors::all()) {
    const std::string s = slash(v);
    const auto scope = [&](const std::string& from, const std::string& to) {
      refused(v, from + " -> " + to, [&](Request& r) { replace_once(parameters(v, r), from, to); });
      // The same with rules that take any region and service: then the signature alone must tell.
      Request changed = v.request;
      replace_once(parameters(v, changed), from, to);
      Rules rules = v.rules();
      rules.region = rules.service = {};
      EXPECT_FALSE(vectors::accept(changed, rules).ok()) << v.name << " " << to;
    };
    scope(s + "20150830" + s, s + "20150831" + s);
    scope(s + "us-east-1" + s, s + "us-east-2" + s);
    scope(s + "us-east-1" + s, s + s);
    scope(s + "service" + s, s + "iam" + s);
    scope(s + "aws4_request", s + "aws5_request");
    scope(s + "aws4_request", "");
    scope("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512");
    scope("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256");
    const auto at = [&](const std::string& from, const std::string& to) {
      refused(v, "date", [&](Request& r) {
        replace_once(v.presigned ? r.query : r.header("x-amz-date"), from, to);
      });
    };
    at("T123600Z", "T123601Z");
    at("20150830T", "20150831T");
    at("T123600Z", "T123600");
    if (!v.presigned) continue;
    refused(v, "longer life", [](Request& r) { replace_once(r.query, "X-Amz-Expires=3600", "X-Amz-Expires=36000"); });
    refused(v, "key id", [](Request& r) { replace_once(r.query, "AKIDEXAMPLE", "AKIDEXAMPLF"); });
  }
}

TEST(SigV4Mutations, every_digit_and_bit_of_the_signature) {
  for (const auto& v : vectors::all()) {
    for (std::size_t i = 0; i < v.signature.size(); ++i) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string forged = v.signature;
        forged[i] = static_cast<char>(forged[i] ^ (1 << bit));
        refused(v, "signature", [&](Request& r) { replace_once(parameters(v, r), v.signature, forged); });
      }
    }
    const auto upper = [](std::string text) {
      for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      return text;
    };
    for (const std::string& forged :
         {std::string(), v.signature.substr(1), v.signature + "0", upper(v.signature), std::string(64, '0')})
      refused(v, "signature", [&](Request& r) { replace_once(parameters(v, r), v.signature, forged); });
  }
}

TEST(SigV4Mutations, the_list_of_signed_headers) {
  for (const auto& v : vectors::all()) {
    const auto names = signed_headers(v);
    const std::string key = signed_headers_name(v), s = semicolon(v), list = join(names, s);
    const auto become = [&](const std::string& other) {
      refused(v, "SignedHeaders=" + other,
              [&](Request& r) { replace_once(parameters(v, r), key + list, key + other); });
    };
    become("");
    become(list + s);
    become(s + list);
    become(list + s + "absent");
    become(names[0] + s + list);
    for (std::size_t i = 0; i < names.size(); ++i) {
      auto fewer = names;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      become(join(fewer, s));
    }
    if (names.size() > 1) become(join({names.rbegin(), names.rend()}, s));
  }
}

// What the canonical request does not hold, or holds in a normal form.
TEST(SigV4Mutations, kept_the_same) {
  for (const auto& v : vectors::all()) {
    still_accepted(v, "an unsigned header that is not x-amz-*",
                   [](Request& r) { r.headers.emplace_back("User-Agent", "curl/8.0"); });
    still_accepted(v, "names of headers in capitals", [](Request& r) {
      for (auto& [name, value] : r.headers)
        for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    });
    still_accepted(v, "headers in another order (values of one name in theirs)", [](Request& r) {
      std::stable_sort(r.headers.begin(), r.headers.end(), [](const auto& a, const auto& b) {
        return to_lower(a.first) > to_lower(b.first);
      });
    });
    const auto names = signed_headers(v);
    still_accepted(v, "white space around and between words of signed headers", [&](Request& r) {
      for (auto& [name, value] : r.headers) {
        // x-amz-content-sha256 is compared with the body's hash as it stands.
        if (std::find(names.begin(), names.end(), to_lower(name)) == names.end() || name == "x-amz-content-sha256")
          continue;
        std::string wider = " \t";
        for (const char c : value) wider += c == ' ' ? std::string(" \t ") : std::string(1, c);
        value = wider + "  ";
      }
    });
    still_accepted(v, "names in SignedHeaders in capitals (header form; the query form signs its text)",
                   [&](Request& r) {
                     if (!v.presigned) replace_once(authorization(r), "host", "Host");
                   });
    still_accepted(v, "spacing and order of the Authorization header's parameters", [&](Request& r) {
      if (v.presigned) return;
      auto parts = split(authorization(r).substr(sigv4_algorithm.size() + 1), ',');
      authorization(r) = std::string(sigv4_algorithm) + "  " + parts[2] + "," + parts[0] + " ,\t" + parts[1];
    });
    still_accepted(v, "order of query parameters", [](Request& r) {
      auto pieces = split(r.query, '&');
      r.query = join({pieces.rbegin(), pieces.rend()}, "&");
    });
    still_accepted(v, "empty pieces of the query",
                   [](Request& r) { r.query = "&" + join(split(r.query, '&'), "&&"); });
    still_accepted(v, "needless or lower-case escapes in the query", [](Request& r) {
      std::string escaped;
      for (std::size_t i = 0; i < r.query.size(); ++i) {
        if (r.query[i] == '%') {
          escaped += to_lower(r.query.substr(i, 3));
          i += 2;
        } else {
          escaped += r.query[i] == 'a' ? std::string("%61") : std::string(1, r.query[i]);
        }
      }
      r.query = escaped;
    });
    still_accepted(v, "dot segments and double slashes where paths are normalized", [&](Request& r) {
      if (v.normalize) r.path = "//x/.././" + r.path;
    });
    if (!v.presigned) {
      // Not part of what is signed: it chooses the secret, and another key has another one.
      still_accepted(v, "the key id, were its secret the same",
                     [](Request& r) { replace_once(authorization(r), "AKIDEXAMPLE", "AKIDEXAMPLF"); });
    }
    if (v.token_after_signing) {
      still_accepted(v, "the token, where the service has it added after signing", [&](Request& r) {
        if (v.presigned) replace_once(r.query, "X-Amz-Security-Token=A", "X-Amz-Security-Token=B");
        else r.header("x-amz-security-token") = "B";
      });
    }
  }
}

}  // namespace
}  // namespace haar::auth
