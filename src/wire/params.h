// Parameters of a query string or form body, decoded and sorted so that what shares a prefix is adjacent:
// the tree that `A.B.1=x` spells is then a range of the list, and no index can make us allocate.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "wire/codec.h"

namespace haar::wire {

struct Param {
  std::string_view name, value;
};

class Params {
 public:
  Params() = default;
  Params(const Params&) = delete;  // the list views into the text
  Params& operator=(const Params&) = delete;

  // From the query string and the form body. Errors: MalformedQueryString (a broken escape, too many
  // parameters, a name too long or too deep), InvalidQueryParameter (a name twice).
  Result<void> read(const Service& service, const RequestParts& request);

  // Whether they have been read.
  [[nodiscard]] bool known() const { return known_; }
  [[nodiscard]] const std::vector<Param>& sorted() const { return list_; }
  // null if there is none of exactly this name.
  [[nodiscard]] const Param* find(std::string_view name) const;

 private:
  bool append(std::string_view encoded);
  bool decode(std::string_view encoded, std::string_view& out);

  std::unique_ptr<char[]> text_;
  std::size_t used_ = 0;
  std::vector<Param> list_;
  bool known_ = false;
};

// A node of the tree: the parameters [begin, end) share their first `depth` characters.
struct Node {
  const std::vector<Param>* list = nullptr;
  std::size_t begin = 0, end = 0;
  std::size_t depth = 0;

  // The value of the parameter that is named exactly so; null if there are only longer names.
  [[nodiscard]] const std::string_view* value() const;
  [[nodiscard]] bool has_children() const;
};

// Calls each(segment, child) for the children of a node: `B` and the node `A.B` below the node `A`.
template <class Each>
void for_each_child(const Node& node, Each&& each) {
  const auto& list = *node.list;
  std::size_t begin = node.begin;
  if (node.depth > 0 && begin < node.end && list[begin].name.size() == node.depth) ++begin;
  const std::size_t at = node.depth == 0 ? 0 : node.depth + 1;  // behind the dot
  while (begin < node.end) {
    const std::string_view name = list[begin].name;
    const std::size_t dot = name.find('.', at);
    const std::string_view segment = name.substr(at, dot == std::string_view::npos ? dot : dot - at);
    const std::size_t depth = at + segment.size();
    std::size_t end = begin + 1;
    while (end < node.end && list[end].name.size() >= depth &&
           list[end].name.substr(at, segment.size()) == segment &&
           (list[end].name.size() == depth || list[end].name[depth] == '.'))
      ++end;
    each(segment, Node{node.list, begin, end, depth});
    begin = end;
  }
}

inline Node root_of(const Params& params) { return {&params.sorted(), 0, params.sorted().size(), 0}; }

}  // namespace haar::wire
