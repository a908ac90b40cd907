#include "services/ec2/listing.h"

#include "model/ec2/service.h"

namespace haar::ec2 {
namespace {

void add_ids(std::string& name, const Ids& ids) {
  if (ids) {
    for (const std::string& id : *ids) name.append(id).push_back('\0');
  }
  name.push_back('\1');
}

}  // namespace

constinit const api::PageRules page_rules{
    .service = "ec2",
    .bad_token = [] { return errors::InvalidNextToken("The specified pagination token is not valid or has expired."); }};

std::string listing_name(std::string_view operation, const Filters& filters, const Ids& ids, const Ids& names) {
  std::string name(operation);
  name.push_back('\0');
  add_ids(name, ids);
  add_ids(name, names);
  return name + api::filter_text(api::filters_in(filters));
}

}  // namespace haar::ec2
