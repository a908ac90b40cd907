// GetRandomPassword.
#include "model/secretsmanager/GetRandomPassword.h"
#include "model/secretsmanager/service.h"
#include "services/secretsmanager/operations.h"
#include "services/secretsmanager/random_password.h"

namespace haar::secretsmanager {
namespace {

// The texts were not found.
Error cannot_be(PasswordFault fault) {
  switch (fault) {
    case PasswordFault::no_characters:
      return errors::InvalidParameterException("There are no characters left of which a password could be made.");
    case PasswordFault::empty_type:
      return errors::InvalidParameterException("Every character of a required type is excluded.");
    case PasswordFault::too_short:
      return errors::InvalidParameterException("The password length is too short for one character of each required type.");
  }
  return errors::InvalidParameterException("The password cannot be made.");
}

Result<GetRandomPasswordResponse> get_random_password(api::Call& call, const GetRandomPasswordRequest& in) {
  PasswordRules rules;
  if (in.PasswordLength) rules.length = static_cast<std::size_t>(*in.PasswordLength);
  rules.excluded = in.ExcludeCharacters.value_or("");
  rules.numbers = !in.ExcludeNumbers.value_or(false);
  rules.punctuation = !in.ExcludePunctuation.value_or(false);
  rules.uppercase = !in.ExcludeUppercase.value_or(false);
  rules.lowercase = !in.ExcludeLowercase.value_or(false);
  rules.space = in.IncludeSpace.value_or(false);
  rules.require_each = in.RequireEachIncludedType.value_or(true);
  Password password = random_password(call.random(), rules);
  if (password.fault) return cannot_be(*password.fault);
  GetRandomPasswordResponse out;
  out.RandomPassword = std::move(password.text);
  return out;
}

}  // namespace

const api::Operations& passwords_operations() {
  static const api::Operations rows = {
      api::op<ops::GetRandomPassword>(get_random_password, api::any_resource, api::read_only,
          api::takes("PasswordLength ExcludeCharacters ExcludeNumbers ExcludePunctuation ExcludeUppercase ExcludeLowercase "
                     "IncludeSpace RequireEachIncludedType")),
  };
  return rows;
}

}  // namespace haar::secretsmanager
