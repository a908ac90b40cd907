#include "store/load.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>

#include "base/thread.h"

namespace haar::store {
namespace {

using Items = std::vector<Ref<const Item>>;

// Rows that one thread decodes at a time. A state with fewer is decoded by the thread that reads it.
constexpr std::size_t portion_rows = 512;
// Portions that wait to be decoded: what is read must not be in memory twice.
constexpr std::size_t waiting_portions_max = 8;
constexpr std::size_t helpers_max = 3;

// Some rows of one space, in order: as they were stored, and then what they come to.
struct Portion {
  struct Place {
    std::size_t key, value;  // lengths, one after the other in `bytes`
    Revision revision;
  };
  const SpaceBase* space = nullptr;
  std::string bytes;
  std::vector<Place> places;
  std::vector<Items> items;  // of the space, then of each of its indexes
  std::optional<Error> failed;
};

Error undecodable(const Backend& backend, const SpaceBase& space, const Key& key, const Error& why) {
  return Error{why.code, backend.describe() + ", record " + std::string(space.name()) + " " + key.text() + ": " +
               why.message, why.http_status, why.fault};
}

void add_entries(const SpaceBase& space, const Ref<const Row>& row, std::vector<Items>& out) {
  for (std::size_t i = 0; i < space.index_count(); ++i) {
    Terms terms;
    space.index_terms(i, *row, terms);
    for (const Key& term : terms.list()) {
      Key entry = Key::from_bytes(prefix_of(term.bytes()).bytes() + row->key.bytes());
      out[1 + i].emplace_back(make_ref<const IndexEntry>(std::move(entry), row));
    }
  }
}

Result<void> decode_all(const Backend& backend, Portion& portion) {
  const SpaceBase& space = *portion.space;
  portion.items.resize(1 + space.index_count());
  portion.items[0].reserve(portion.places.size());
  std::string_view rest = portion.bytes;
  for (const Portion::Place& place : portion.places) {
    const std::string_view key = rest.substr(0, place.key);
    Result<Ref<const Row>> read =
        space.decode_row(Key::from_bytes(std::string(key)), rest.substr(place.key, place.value));
    if (!read.ok()) return undecodable(backend, space, Key::from_bytes(std::string(key)), read.error());
    rest.remove_prefix(place.key + place.value);
    const Ref<const Row> row = std::move(read).value();
    row->revision = place.revision;
    add_entries(space, row, portion.items);
    portion.items[0].emplace_back(row);
  }
  return {};
}

// Whatever happens is said in the portion: an exception would end the process on a helper's thread.
void decode(const Backend& backend, Portion& portion) {
  try {
    if (Result<void> done = decode_all(backend, portion); !done.ok()) portion.failed = std::move(done).error();
  } catch (const std::exception& e) {
    portion.failed = Error{"InternalFailure", backend.describe() + " cannot be read: " + e.what(), 500, Fault::receiver};
  }
  portion.bytes = {};
  portion.places = {};
}

bool ascending(const Items& items) {
  const auto falls = [](const auto& a, const auto& b) { return !(a->key < b->key); };
  return std::adjacent_find(items.begin(), items.end(), falls) == items.end();
}

Tree build_tree(Items items) {
  if (!ascending(items)) {
    std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a->key < b->key; });
    const auto same = [](const auto& a, const auto& b) { return a->key == b->key; };
    items.erase(std::unique(items.begin(), items.end(), same), items.end());  // a term added twice
  }
  return tree::build(items);
}

// Decodes portions as they are read, on threads of its own once there are enough of them.
class Decoders {
 public:
  explicit Decoders(const Backend& backend) : backend_(backend) {}
  ~Decoders() { finish(); }
  Decoders(const Decoders&) = delete;
  Decoders& operator=(const Decoders&) = delete;

  void add(std::unique_ptr<Portion> portion) {
    all_.push_back(std::move(portion));
    if (all_.back()->places.size() < portion_rows || all_.size() == 1) return decode(backend_, *all_.back());
    start_helpers();
    std::unique_lock lock(mutex_);
    waiting_.push_back(all_.back().get());
    if (waiting_.size() > waiting_portions_max) return decode_next(lock);
    come_.notify_one();
  }
  // All in the order in which they were added; decoded.
  std::vector<std::unique_ptr<Portion>>& finish() {
    std::unique_lock lock(mutex_);
    over_ = true;
    come_.notify_all();
    while (!waiting_.empty()) {
      decode_next(lock);
      lock.lock();
    }
    lock.unlock();
    helpers_.clear();
    return all_;
  }

 private:
  void start_helpers() {
    if (!helpers_.empty()) return;
    const auto cores = static_cast<std::size_t>(std::max(::sysconf(_SC_NPROCESSORS_ONLN), 2L));
    for (std::size_t i = 0; i < std::min(cores - 1, helpers_max); ++i) helpers_.emplace_back("store-load", [this] { help(); });
  }
  void help() {
    std::unique_lock lock(mutex_);
    for (;;) {
      come_.wait(lock, [this] { return over_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      decode_next(lock);
      lock.lock();
    }
  }
  // With portions waiting; unlocks.
  void decode_next(std::unique_lock<std::mutex>& lock) {
    Portion* const next = waiting_.front();
    waiting_.pop_front();
    lock.unlock();
    decode(backend_, *next);
  }

  const Backend& backend_;
  std::vector<std::unique_ptr<Portion>> all_;  // of the reading thread
  std::mutex mutex_;
  std::condition_variable come_;
  std::deque<Portion*> waiting_;
  bool over_ = false;
  std::vector<Thread> helpers_;
};

Result<void> read_space(Backend& backend, const SpaceBase& space, Decoders& decoders) {
  std::unique_ptr<Portion> portion;
  const Result<Revision> read =
      backend.scan(space.name(), {}, [&](std::string_view key, std::string_view value, Revision revision) -> Result<void> {
        if (!portion) {
          portion = std::make_unique<Portion>();
          portion->space = &space;
        }
        portion->bytes.append(key).append(value);
        portion->places.push_back({key.size(), value.size(), revision});
        if (portion->places.size() == portion_rows) decoders.add(std::move(portion));
        return {};
      });
  if (portion) decoders.add(std::move(portion));
  return read.ok() ? Result<void>{} : Result<void>(read.error());
}

// The trees of what was decoded, each built by whichever thread is free.
void build_trees(std::vector<std::unique_ptr<Portion>>& portions, Root& root) {
  std::vector<Items> items(root.trees.size());
  for (const std::unique_ptr<Portion>& portion : portions) {
    const std::size_t first = root.layout->tree_of(*portion->space);
    for (std::size_t i = 0; i < portion->items.size(); ++i) {
      Items& all = items[first + i];
      if (all.empty()) all = std::move(portion->items[i]);
      else std::move(portion->items[i].begin(), portion->items[i].end(), std::back_inserter(all));
    }
  }
  std::atomic<std::size_t> next{0};
  const auto build = [&] {
    for (std::size_t i = next++; i < items.size(); i = next++) root.trees[i] = build_tree(std::move(items[i]));
  };
  const bool much = std::any_of(items.begin(), items.end(), [](const Items& some) { return some.size() > portion_rows; });
  const Thread beside = much ? Thread("store-load", build) : Thread();
  build();
}

}  // namespace

Result<Snapshot> load(Backend& backend, std::shared_ptr<const Layout> layout) {
  auto root = std::make_shared<Root>();
  root->trees.resize(layout->trees);
  root->layout = std::move(layout);
  root->revision = TRY(backend.revision());
  Decoders decoders(backend);
  Result<void> read;
  for (const SpaceBase* space : root->layout->spaces) {
    // Where others write too, a space may be newer than the root's revision; catching up from that
    // revision applies those changes again, which changes nothing.
    if (!space->is_log() && read.ok()) read = read_space(backend, *space, decoders);
  }
  std::vector<std::unique_ptr<Portion>>& portions = decoders.finish();
  for (const std::unique_ptr<Portion>& portion : portions) {
    if (portion->failed) return *portion->failed;
  }
  TRY(read);
  build_trees(portions, *root);
  return Snapshot(std::move(root));
}

}  // namespace haar::store
