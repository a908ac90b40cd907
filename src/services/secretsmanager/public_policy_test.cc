#include "services/secretsmanager/public_policy.h"

#include <gtest/gtest.h>

namespace haar::secretsmanager {
namespace {

std::string policy(const std::string& statements) { return R"({"Version":"2012-10-17","Statement":)" + statements + "}"; }

TEST(PublicPolicy, IsOneThatAllowsEverybodySomething) {
  const struct {
    const char* statements;
    PolicyAudience audience;
  } cases[] = {
      {R"({"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"*","Resource":"*"})",
       PolicyAudience::named},
      {R"({"Effect":"Allow","Principal":{"Service":"rds.amazonaws.com"},"Action":"*","Resource":"*"})", PolicyAudience::named},
      {R"([{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}])", PolicyAudience::named},
      {R"({"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"})", PolicyAudience::everyone},
      {R"({"Effect":"Allow","Principal":{"AWS":["111122223333","*"]},"Action":"*","Resource":"*"})", PolicyAudience::everyone},
      {R"({"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}})",
       PolicyAudience::unknown},
      {R"({"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"*","Resource":"*"})", PolicyAudience::unknown},
      {R"({"Effect":"Allow","Principal":{"Federated":"idp.example.com"},"Action":"*","Resource":"*"})", PolicyAudience::unknown},
      {R"([{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"*","Resource":"*"},
           {"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}])", PolicyAudience::everyone},
  };
  for (const auto& one : cases) EXPECT_EQ(audience_of(policy(one.statements)), one.audience) << one.statements;
}

}  // namespace
}  // namespace haar::secretsmanager
