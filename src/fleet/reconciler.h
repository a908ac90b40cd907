// Brings everything that runs from what is wanted to what is seen: one for all kinds. It looks at a resource when haar
// starts, when a commit concerns it, when an engine of it has ended, when a timer is due, and after a failure, later
// each time. Looks at one resource never overlap; accounts take turns.
//
// No thread and no clock of its own: both come with the Runtime.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fleet/kind.h"
#include "fleet/queue.h"
#include "store/db.h"

namespace haar::fleet {

class Reconciler {
 public:
  Reconciler(const Runtime& runtime, store::Db& db);
  ~Reconciler() { stop(); }
  Reconciler(const Reconciler&) = delete;
  Reconciler& operator=(const Reconciler&) = delete;

  // Before start(). The kind outlives this.
  void add(Kind& kind);
  // Looks at everything that the kinds list.
  void start();
  // Ends what is in hand; soon, if the waits of the engines are cancelled.
  void stop();
  // What a commit changed: on the writer's thread (Db::watch).
  void changed(const std::vector<store::Changed>& changes);
  // Look at this resource. From any thread.
  void look(std::string_view kind, const store::Key& key, Delay after = Delay(0));

  // 200 ms after the first failure, doubled with each, half a minute at most.
  static Delay back_off(int failures);

 private:
  void work(const std::string& queue_key);
  // Whether to go on with the look.
  bool perform(Kind& kind, const store::Key& key, const std::string& queue_key, const Plan& plan);
  // The kind and the key of a key of the queue; null: no kind has that name.
  std::pair<Kind*, store::Key> parse(const std::string& queue_key) const;

  store::Db& db_;
  const std::function<Ticks()> ticks_;
  std::map<std::string, Kind*, std::less<>> kinds_;
  std::unique_ptr<Queue> queue_;  // last: its threads use everything above
};

}  // namespace haar::fleet
