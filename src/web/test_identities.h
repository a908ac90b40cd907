// For tests: nobody is known.
#pragma once

#include "api/kit/identity.h"

namespace haar::web {

class NoIdentities final : public api::Identities {
 public:
  std::shared_ptr<const api::Credential> find_access_key(const store::Reader&, std::string_view) override { return nullptr; }
  Result<std::shared_ptr<const api::Caller>> find_session(const store::Reader&, const auth::SessionClaims&,
                                                          std::string_view) override {
    return Error{"InvalidClientTokenId", "", 403};
  }
  std::shared_ptr<const api::EffectivePolicies> effective_policies(const store::Reader&, const api::Caller&) override {
    return nullptr;
  }
  std::shared_ptr<const api::Caller> service_linked_caller(const store::Reader&, const AccountId&, std::string_view) override {
    return nullptr;
  }
  void note_use(const api::Caller&, const api::Use&, Timestamp) override {}
};

}  // namespace haar::web
