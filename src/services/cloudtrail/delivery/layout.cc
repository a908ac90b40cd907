#include "services/cloudtrail/delivery/layout.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <boost/json.hpp>
#include <new>

#include "auth/sha256.h"
#include "base/encoding.h"

namespace haar::cloudtrail {
namespace {

namespace json = boost::json;

constexpr std::size_t unique_length = 16;
constexpr std::string_view unique_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr int gzip_window = 15 + 16;  // zlib's way to ask for gzip's head and foot
constexpr int zlib_memory = 8;        // zlib's default

// "2026-11-30T22:05:00Z" without its punctuation.
std::string compact(Timestamp time) {
  std::string out = format_iso8601(time);
  std::erase_if(out, [](char c) { return c == '-' || c == ':'; });
  return out;
}

std::string folder_of(const FileOrigin& of, std::string_view kind, Timestamp at) {
  std::string day = format_iso8601(at).substr(0, 10);
  std::ranges::replace(day, '-', '/');
  return fmt::format("{}{}AWSLogs/{}{}{}/{}/{}/{}/", of.prefix, of.prefix.empty() ? "" : "/", of.organization,
                     of.organization.empty() ? "" : "/", of.account, kind, of.region, day);
}

json::value text_or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }
json::value time_or_null(Timestamp time) {
  return time == Timestamp{} ? json::value(nullptr) : json::value(format_iso8601(time));
}

}  // namespace

// The time of a log file's name has no seconds.
std::string log_file_name(const FileOrigin& of, Timestamp at, std::string_view unique) {
  const std::string time = compact(at).substr(0, 13) + "Z";
  return fmt::format("{}{}_CloudTrail_{}_{}_{}.json.gz", folder_of(of, "CloudTrail", at), of.account, of.region, time, unique);
}

std::string digest_file_name(const FileOrigin& of, Timestamp end) {
  return fmt::format("{}{}_CloudTrail-Digest_{}_{}_{}_{}.json.gz", folder_of(of, "CloudTrail-Digest", end), of.account,
                     of.region, of.trail, of.home_region, compact(end));
}

std::string unique_part(std::string_view seed) {
  const std::string bytes = from_hex(auth::sha256_hex(seed)).value_or("");
  std::string out;
  for (std::size_t i = 0; i < unique_length && i < bytes.size(); ++i)
    out += unique_alphabet[static_cast<unsigned char>(bytes[i]) % unique_alphabet.size()];
  return out;
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, zlib_memory, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib only reads it
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (done != Z_STREAM_END) throw std::bad_alloc();
  return out;
}

std::string digest_json(const Digest& digest) {
  Timestamp oldest{}, newest{};
  json::array files;
  for (const DigestedFile& file : digest.files) {
    oldest = oldest == Timestamp{} ? file.oldest : std::min(oldest, file.oldest);
    newest = std::max(newest, file.newest);
    files.push_back(json::object{{"s3Bucket", file.bucket}, {"s3Object", file.object}, {"hashValue", file.sha256},
                                 {"hashAlgorithm", "SHA-256"}, {"newestEventTime", format_iso8601(file.newest)},
                                 {"oldestEventTime", format_iso8601(file.oldest)}});
  }
  const bool first = digest.previous_object.empty();
  return json::serialize(json::object{
      {"awsAccountId", digest.account},
      {"digestStartTime", format_iso8601(digest.start)},
      {"digestEndTime", format_iso8601(digest.end)},
      {"digestS3Bucket", digest.bucket},
      {"digestS3Object", digest.object},
      {"digestPublicKeyFingerprint", digest.fingerprint},
      {"digestSignatureAlgorithm", "SHA256withRSA"},
      {"newestEventTime", time_or_null(newest)},
      {"oldestEventTime", time_or_null(oldest)},
      {"previousDigestS3Bucket", text_or_null(digest.previous_bucket)},
      {"previousDigestS3Object", text_or_null(digest.previous_object)},
      {"previousDigestHashValue", text_or_null(digest.previous_sha256)},
      {"previousDigestHashAlgorithm", first ? json::value(nullptr) : json::value("SHA-256")},
      {"previousDigestSignature", text_or_null(digest.previous_signature)},
      {"logFiles", std::move(files)}});
}

std::string string_to_sign(const Digest& digest, std::string_view sha256) {
  return fmt::format("{}\n{}/{}\n{}\n{}", format_iso8601(digest.end), digest.bucket, digest.object, sha256,
                     digest.previous_signature.empty() ? "null" : digest.previous_signature);
}

}  // namespace haar::cloudtrail
