// An authentication scheme: one kind of credential, and how it says who asks. A site of src/web lists those that it
// takes; every scheme yields the same Caller, so what follows in the pipeline is one way for all of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/kit/caller.h"
#include "auth/errors.h"
#include "auth/sigv4.h"
#include "base/names.h"
#include "store/reader.h"
#include "wire/schema.h"

namespace haar::api {

struct Row;

// What a scheme has found out. On an error it holds what was known by then, so that the refusal is worded as the
// service's clients read it.
struct Identified {
  auth::Family family = auth::Family::query;
  // Input, output and errors are JSON with the model's names, whatever the service's protocol (wire/model_json.h).
  bool model_json = false;
  const wire::Service* service = nullptr;  // null: haar does not serve it
  std::string unserved;                    // its name then
  Region region;
  std::shared_ptr<const Caller> caller;    // null: `row` names it, once the token in the input has been verified
  const Row* row = nullptr;                // null: the pipeline finds the operation
  // Where `model_json`: what is asked, in `service`.
  const wire::Operation* operation = nullptr;
};

class Scheme {
 public:
  virtual ~Scheme() = default;
  // Whether the request carries this kind of credential, good or bad. Cheap, and believes nothing.
  [[nodiscard]] virtual bool recognises(const auth::RequestView& request) const = 0;
  // Who asks, of which service, in which region. Of a request that it recognises; on the I/O thread.
  virtual Result<void> identify(const auth::RequestView& request, const store::Reader& state, Identified& found) const = 0;
  // A browser sends the credential by itself, for whichever page makes it ask (a cookie). A site that takes such a
  // credential answers to its own host names and origins alone: web/site.h.
  [[nodiscard]] virtual bool ambient() const { return false; }
};

// In the order in which they are asked: the first that recognises a request decides.
using Schemes = std::vector<std::shared_ptr<const Scheme>>;

}  // namespace haar::api
