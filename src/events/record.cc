#include "events/record.h"

#include "events/activity.h"

namespace haar::events {
namespace {

constexpr std::size_t first_hyphen = 8, second_hyphen = 13;
constexpr std::size_t version_at = 14;  // of its digit in the text
constexpr std::size_t uuid_characters = 36;

template <class T>
Result<T> read_fields(std::string_view bytes) {
  T out{};
  store::Decoder decoder(bytes);
  decoder.begin();
  out.fields(decoder);
  decoder.end();
  if (decoder.failure() == nullptr) return out;
  return Error{"InternalFailure", std::string("a stored event is damaged: ") + decoder.failure(), 500, Fault::receiver};
}

// Until this thread encodes something else.
template <class Event>
std::string_view encode_event(const Event& event) {
  store::Bytes& out = store::scratch();
  store::Encoder encoder(out, store::Empty::left_out);
  const_cast<Event&>(event).fields(encoder);  // fields() serves reading and writing; the Encoder only reads
  return out.view();
}

}  // namespace

const store::LogSpace<EventBlock> event_outbox{"events/log"};
const store::LogSpace<EventBlock> event_blocks{"events/block"};
const store::LogSpace<LookupRecord> event_lookups{"events/lookup"};

std::vector<const store::SpaceBase*> log_spaces() { return {&event_outbox, &event_blocks, &event_lookups}; }

std::string event_id(Timestamp time, Random& random) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string id = uuid4(random);
  const auto milliseconds = static_cast<std::uint64_t>(time.micros / 1000);
  for (std::size_t digit = 0, at = 0; digit < 12; ++digit, ++at) {
    if (at == first_hyphen) ++at;
    id[at] = digits[milliseconds >> (44 - 4 * digit) & 15];
  }
  id[version_at] = '7';
  return id;
}

std::optional<std::int64_t> milliseconds_of_event_id(std::string_view id) {
  if (id.size() != uuid_characters || id[version_at] != '7') return std::nullopt;
  std::int64_t out = 0;
  for (std::size_t at = 0; at < second_hyphen; ++at) {
    const char c = id[at];
    if (at == first_hyphen) continue;
    const bool digit = c >= '0' && c <= '9';
    if (!digit && (c < 'a' || c > 'f')) return std::nullopt;
    out = out << 4 | (digit ? c - '0' : c - 'a' + 10);
  }
  return out;
}

void write_event(std::string& out, const EventRecord& event) { out.append(encode_event(event)); }

WrittenEvent written(const EventRecord& event) {
  return {event.account, event.region, std::string(encode_event(event))};
}
WrittenEvent written(const EventDraft& draft) {
  return {std::string(draft.account), std::string(draft.region), std::string(encode_event(draft))};
}

Result<EventRecord> read_event(std::string_view bytes) { return read_fields<EventRecord>(bytes); }
Result<EventView> view_event(std::string_view bytes) { return read_fields<EventView>(bytes); }
Result<Activity> view_activity(std::string_view bytes) { return read_fields<Activity>(bytes); }

}  // namespace haar::events
