#include "services/ec2/paging.h"

#include "api/kit/paging.h"
#include "model/ec2/service.h"

namespace haar::ec2 {

std::string seal_token(const api::Call& call, const Listing& listing, std::string_view last_key) {
  return api::Pager(call, listing.operation, listing.fingerprint).marker(last_key);
}

Result<std::string> open_token(const api::Call& call, const Listing& listing, std::string_view token) {
  Result<std::string> last = api::Pager(call, listing.operation, listing.fingerprint).after(std::string(token));
  if (!last.ok()) return errors::InvalidNextToken("The specified pagination token is not valid or has expired.");
  return last;
}

}  // namespace haar::ec2
