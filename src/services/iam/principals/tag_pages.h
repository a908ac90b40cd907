// The answer of List…Tags: sorted by key, page by page.
#pragma once

#include <algorithm>

#include "services/iam/principals/entities.h"
#include "services/iam/page.h"

namespace haar::iam {

template <class Output>
void show_tags(Page& page, const TagList& tags, Output& out) {
  TagList sorted = tags;
  std::ranges::sort(sorted, {}, &TagRecord::key);
  for (const TagRecord& tag : sorted) {
    if (page.before(tag.key)) continue;
    if (!page.take(tag.key)) break;
    out.Tags.push_back({tag.key, tag.value});
  }
  page.close(out);
}

}  // namespace haar::iam
