// What is kept: key spaces of records, their indexes, and logs. Declared once, at namespace scope, in
// the one header of a service that lists them all, and handed to Db::open by the composition root:
//
//   extern const Index<UserRecord> user_by_id;
//   extern const KeySpace<UserRecord> users;
//
// and defined in the .cc file beside it, which includes store/key_space.h:
//
//   const Index<UserRecord> user_by_id{
//       "by-id", [](const Key&, const UserRecord& user, Terms& out) { out.add(user.id); }};
//   const KeySpace<UserRecord> users{"iam/user", {&user_by_id}};
//   const LogSpace<EventRecord> events{"events/event"};
#pragma once

#include <atomic>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "store/key.h"
#include "store/record.h"
#include "store/tree.h"

namespace haar::store {

// Where an index's function puts the terms under which a record is found. Several parts make one term
// (join); a record may have none, one or many. Terms are across accounts: a term that is to be looked up
// within one account begins with it, as in out.add(key.account(), r.name).
class Terms {
 public:
  template <class... Parts>
  void add(const Parts&... parts) { terms_.push_back(join(parts...)); }
  [[nodiscard]] const std::vector<Key>& list() const { return terms_; }

 private:
  std::vector<Key> terms_;
};

template <class R>
struct Index {
  std::string_view name;
  void (*terms)(const Key& key, const R& record, Terms& out);
};

// The untyped side of a space, for the store itself.
class SpaceBase {
 public:
  SpaceBase(const SpaceBase&) = delete;
  SpaceBase& operator=(const SpaceBase&) = delete;
  virtual ~SpaceBase() = default;

  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] std::uint32_t id() const { return id_; }  // dense within this process; not stored
  [[nodiscard]] virtual bool is_log() const { return false; }
  [[nodiscard]] virtual std::size_t index_count() const { return 0; }
  virtual void index_terms(std::size_t index, const Row& row, Terms& out) const = 0;
  [[nodiscard]] virtual std::string_view index_name(std::size_t) const { return {}; }
  [[nodiscard]] virtual Result<Ref<const Row>> decode_row(Key key, std::string_view bytes) const = 0;

 protected:
  explicit SpaceBase(std::string_view name) : name_(name), id_(next_id_.fetch_add(1)) {}

 private:
  static inline std::atomic<std::uint32_t> next_id_{0};
  const std::string_view name_;
  const std::uint32_t id_;
};

// Records held decoded in memory, in order of their keys. The name is what is stored: never change it.
//
// Bodies are in store/key_space.h, which only the file that defines a space includes: reading and writing a kind of
// record is compiled once, there, and not in every file that uses the space.
template <class R>
class KeySpace final : public SpaceBase {
 public:
  explicit KeySpace(std::string_view name, std::initializer_list<const Index<R>*> indexes = {});

  // The position of an index that was declared with this space.
  [[nodiscard]] std::size_t position(const Index<R>& index) const {
    for (std::size_t i = 0; i < indexes_.size(); ++i) {
      if (indexes_[i] == &index) return i;
    }
    assert(false && "the index was not declared with this key space");
    return 0;
  }
  [[nodiscard]] std::size_t index_count() const override;
  [[nodiscard]] std::string_view index_name(std::size_t index) const override { return indexes_[index]->name; }
  void index_terms(std::size_t index, const Row& row, Terms& out) const override;
  [[nodiscard]] Result<Ref<const Row>> decode_row(Key key, std::string_view bytes) const override;
  // What put() stores. Virtual so that both are compiled where the space is defined; calls are direct all the same.
  [[nodiscard]] virtual std::string encode_record(const R& record) const;
  [[nodiscard]] virtual Ref<const Row> make_row(const Key& key, R&& record) const;

 private:
  const std::vector<const Index<R>*> indexes_;
};

// A space that stays on disk: rows are appended and erased in transactions (Txn), never changed, and read outside of
// them (Db::scan_log, Db::read_log). They are not reported to watchers.
template <class R>
class LogSpace final : public SpaceBase {
 public:
  explicit LogSpace(std::string_view name) : SpaceBase(name) {}
  [[nodiscard]] bool is_log() const override { return true; }
  void index_terms(std::size_t, const Row&, Terms&) const override {}
  [[nodiscard]] Result<Ref<const Row>> decode_row(Key key, std::string_view bytes) const override {
    return Ref<const Row>(make_ref<RecordRow<R>>(std::move(key), TRY(decode<R>(bytes))));
  }
};

}  // namespace haar::store
