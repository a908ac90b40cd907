// The listings that several kinds of IAM resource have, page by page.
#pragma once

#include <string>
#include <string_view>

#include "api/kit/listing.h"
#include "services/iam/page.h"

namespace haar::iam {

// ListUsers, ListRoles and the like: what has a path, below the PathPrefix that is asked for. `show(out, record)` adds one
// to the answer.
template <class Output, class Record, class Input, class Show>
Result<Output> list_by_path(const api::Call& call, std::string_view operation, const store::KeySpace<Record>& space,
                            const Input& in, Show show) {
  const std::string path_prefix = in.PathPrefix.value_or("/");
  Page page = TRY(Page::open(call, std::string(operation) + " " + path_prefix, in));
  Output out;
  api::list_page(page,
                 call.txn.scan(space, store::prefix_of(call.account(), store::global), store::Key::from_bytes(page.after())),
                 [&](const Record& record) { return record.path.starts_with(path_prefix); },
                 [&](const Record& record) { show(out, record); });
  page.close(out);
  return out;
}

// ListAccessKeys, ListMFADevices and the like: the credentials of one owner, by the index that has them.
template <class Output, class Record, class Input, class Show>
Result<Output> list_of_owner(const api::Call& call, std::string_view operation, const store::KeySpace<Record>& space,
                             const store::Index<Record>& by_owner, std::string_view owner_id, const Input& in, Show show) {
  Page page = TRY(Page::open(call, std::string(operation) + " " + std::string(owner_id), in));
  Output out;
  api::list_page(page, call.txn.find(space, by_owner, store::join(owner_id), store::Key::from_bytes(page.after())),
                 api::any_record, [&](const Record& record) { show(out, record); });
  page.close(out);
  return out;
}

}  // namespace haar::iam
