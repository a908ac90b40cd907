// The answer of List…Tags: sorted by key, page by page.
#pragma once

#include "api/kit/tags.h"
#include "services/iam/page.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {

template <class Output>
void show_tags(Page& page, const TagList& tags, Output& out) {
  out.Tags = api::page_of_tags<Tag>(page, tags);
  page.close(out);
}

}  // namespace haar::iam
