#include "auth/errors.h"

#include <array>

namespace haar::auth {
namespace {

struct Answer {
  std::string_view code;
  int http_status;
  std::string_view message;
  bool fixed = false;  // the family says the same whatever the reason
};

constexpr std::string_view mismatch_text =
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
    "Key and signing method. Consult the service documentation for details.";
constexpr std::string_view incomplete_text = "The request signature does not conform to AWS standards.";
constexpr std::string_view unknown_text = "The security token included in the request is invalid.";
constexpr std::string_view ec2_text = "AWS was not able to validate the provided access credentials";

// Rows in the order of Refusal; columns query, ec2, json, rest.
constexpr std::array<std::array<Answer, 4>, 6> answers{{
    {{{"MissingAuthenticationToken", 403, "Request is missing Authentication Token"},
      {"MissingParameter", 400, "The request must contain the parameter AWSAccessKeyId", true},
      {"MissingAuthenticationTokenException", 400, "Request is missing Authentication Token"},
      {"MissingAuthenticationTokenException", 403, "Request is missing Authentication Token"}}},
    {{{"IncompleteSignature", 400, incomplete_text},
      {"IncompleteSignature", 400, incomplete_text},
      {"IncompleteSignatureException", 400, incomplete_text},
      {"IncompleteSignatureException", 400, incomplete_text}}},
    {{{"SignatureDoesNotMatch", 403, mismatch_text},
      {"AuthFailure", 401, ec2_text, true},
      {"InvalidSignatureException", 400, mismatch_text},
      {"InvalidSignatureException", 403, mismatch_text}}},
    {{{"SignatureDoesNotMatch", 403, mismatch_text},
      {"RequestExpired", 400, "Request has expired.", true},
      {"InvalidSignatureException", 400, mismatch_text},
      {"InvalidSignatureException", 403, mismatch_text}}},
    {{{"InvalidClientTokenId", 403, unknown_text},
      {"AuthFailure", 401, ec2_text, true},
      {"UnrecognizedClientException", 400, unknown_text},
      {"UnrecognizedClientException", 403, unknown_text}}},
    {{{"ExpiredToken", 403, "The security token included in the request is expired"},
      {"RequestExpired", 400, "Request has expired.", true},
      {"ExpiredTokenException", 400, "The security token included in the request is expired"},
      {"ExpiredTokenException", 403, "The security token included in the request is expired"}}},
}};

}  // namespace

Error refuse(Family family, Refusal refusal, std::string_view message) {
  const Answer& answer = answers.at(static_cast<std::size_t>(refusal)).at(static_cast<std::size_t>(family));
  const bool own = !message.empty() && !answer.fixed;
  return Error{std::string(answer.code), std::string(own ? message : answer.message), answer.http_status};
}

}  // namespace haar::auth
