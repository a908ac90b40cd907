// What anybody may read without a credential, beside the health check: an account's issuer documents of
// outbound federation. services/iam implements it; the documents site (src/web) stands below iam and knows only this.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/reader.h"

namespace haar::api {

// Every path of a public document begins so.
inline constexpr std::string_view public_documents_path = "/_haar/tokens/";

class PublicDocuments {
 public:
  virtual ~PublicDocuments() = default;
  // The JSON at a path that begins with public_documents_path; nullopt: nothing is there.
  [[nodiscard]] virtual std::optional<std::string> find(const store::Reader& reader, std::string_view path) const = 0;
};

}  // namespace haar::api
