// A kind of resource that is brought from what is wanted to what is seen: the plug of the reconciler, one for each
// resource type (DB clusters, cache clusters, new accounts).
//
// Wanted and seen are different records. The API writes what is wanted, with a `generation` that rises with every
// change; the kind alone writes what is seen ("…-state": observed_generation, failures, problem, …). Nobody writes the
// other's record, so that a wish made while an action runs is never lost.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "fleet/queue.h"
#include "store/db.h"
#include "store/reader.h"

namespace haar::fleet {

struct Action {
  std::string_view name;  // for the log: "start_engine"
  // Does it and writes down what came of it. After a crash at any point it is done again: it is idempotent, and what it
  // must know of itself then is written down before its side effect. It waits for nothing without an end.
  // The error waiting() says "not yet"; code "Stopping", that haar ends; any other is a failure.
  std::function<Result<void>()> perform;
  std::string subject;    // what it acts on, where the plan names several ("db-ABC…"); may be empty
};

struct Plan {
  // In this order. One that fails, or has to wait, ends the look at its subject, and one without a subject the whole
  // look; the others' actions are done. Empty: all is as wanted.
  std::vector<Action> actions;
  // When to look again though nothing was committed and no engine has ended; none: never.
  std::optional<Delay> look_again;
};

// The engine is on its way: no failure, the resource is looked at again soon.
Error waiting(std::string why);
bool is_waiting(const Error& error);

class Kind {
 public:
  virtual ~Kind() = default;
  // "rds": begins the kind's keys in the queue, and stands in the log.
  [[nodiscard]] virtual std::string_view name() const = 0;
  // Whose turn a look at this key is: an account's; "" is haar's own work.
  [[nodiscard]] virtual std::string group_of(const store::Key& key) const { return key.account().value; }
  // What to look at when haar starts: every resource (what runs is adopted, what was begun is finished), and the kind's
  // own work.
  [[nodiscard]] virtual std::vector<store::Key> list(const store::Reader& reader) const = 0;
  // Which resource a commit concerns; none: no resource of this kind. On the writer's thread: it must be quick.
  // `reader` sees what was committed.
  [[nodiscard]] virtual std::optional<store::Key> concerned(const store::Reader& reader,
                                                            const store::Changed& change) const = 0;
  // Reads what is wanted and what is seen, observes, and asks the kind's pure plan what to do. Changes no record and no engine.
  virtual Plan plan(const store::Key& key) = 0;
  // An action has failed: writes it down, gives up if it is hopeless, and answers how many have failed since the
  // resource was last as wanted: the more, the longer until the next try. The count lies in the state record, so that it
  // survives a restart.
  virtual int note_failure(const store::Key& key, const Action& action, const Error& error) = 0;
};

}  // namespace haar::fleet
