// What a service tells of its tagged resources to whoever asks across services: the Resource Groups Tagging API.
#pragma once

#include <string>
#include <vector>

#include "api/kit/requirements.h"

namespace haar::api {

struct TaggedResource {
  std::string arn;
  TagMap tags;  // never empty
};

// Each service has `void add_tagged(const Call&, TaggedResources&)`: what has tags of the caller's account in the
// call's region, in any order. A service without regions tells of its resources in us-east-1.
class TaggedResources {
 public:
  // What has no tags is left out.
  void add(std::string arn, TagMap tags) {
    if (!tags.empty()) list_.push_back({std::move(arn), std::move(tags)});
  }
  std::vector<TaggedResource> take() && { return std::move(list_); }

 private:
  std::vector<TaggedResource> list_;
};

}  // namespace haar::api
