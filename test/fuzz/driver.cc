// The loop around LLVMFuzzerTestOneInput: mutates inputs from a seed until the time is up. g++ has no
// libFuzzer, and the sanitizers do the finding; what this lacks, coverage feedback, is made up for by
// targets that reach deep by themselves (their first byte chooses the part) and by pieces of the grammar.
//
//   codec_fuzz [--seconds N] [--seed N] [--corpus DIR] [--crash FILE] [FILE...]
//
// Files are run as they are; with --seconds they and the corpus are also what is mutated. The input at hand
// is in a file before it runs, so that a crash leaves it behind: run the program with that file to see the
// crash again.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t input_bytes_max = 8 * 1024;
constexpr std::size_t pool_max = 4096;
constexpr int seconds_default = 60;

// Pieces of what the targets read: a mutation that inserts one reaches further than a random byte.
constexpr std::string_view pieces[] = {
    "Action=CreateUser&Version=2010-05-08", "&UserName=", "&Tags.member.1.Key=", "&Tags.member.2.Value=",
    "&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8", "&IpPermissions.1.FromPort=", "&GroupId=sg-0123456789abcdef0",
    "&Filter.1.Name=", "&Filter.1.Value.1=", "&DryRun=true", "&MaxItems=", "&Marker=", "&DBClusterIdentifier=",
    "&VpcSecurityGroupIds.VpcSecurityGroupId.1=", "&ReturnValues.member.", "%00", "%C3%A9", "%F4%90%80%80", "%", "+",
    ".1", ".0", ".999999999", ".-1", ".18446744073709551616", "&", "=", "<?xml version=\"1.0\"?>",
    "<CreateUserResponse><CreateUserResult><User>", "</User></CreateUserResult></CreateUserResponse>",
    "<UserName>", "</UserName>", "<member>", "</member>", "<item/>", "&amp;", "&#x0;", "&#1114112;", "<![CDATA[", "]]>",
    "<!--", "-->", "<!DOCTYPE a [<!ENTITY b \"c\">]>", "{\"Version\":\"2012-10-17\",\"Statement\":[", "]}",
    "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}", "\"Condition\":{\"StringLike\":{\"aws:username\":\"",
    "\"ForAllValues:StringEquals\":", "\"IpAddress\":{\"aws:SourceIp\":\"::ffff:10.0.0.1/104\"}", "\"NotAction\":[",
    "\"NotResource\":", "\"Principal\":{\"AWS\":\"", "arn:aws:iam::111122223333:user/", "${aws:username}", "${*}",
    "${aws:PrincipalTag/team, 'x'}", "\\u0000", "\\ud800", "\"Null\":{\"aws:MultiFactorAuthPresent\":\"false\"}",
    "\"Email\":\"a@example.com\"", "\"AccountName\":", "\"Tags\":[{\"Key\":\"a\",\"Value\":\"b\"}]", "\"MaxResults\":20",
    "\"NextToken\":", "\"ResourceId\":\"123456789012\"", "\"Accounts\":[{\"JoinedTimestamp\":1576540098.123", "\"__type\":\"a#B:c\"",
    "\"Handshake\":{\"Resources\":[{\"Resources\":[", "AWSOrganizationsV20161128.ListRoots", "\\ud83d\\ude39", "%2F", "/tail",
    "\"policies\": {\"identity\": [", "\"boundary\": []", "\"scp\": [[", "\"rcp\": [[]]", "\"resource\": {", "\"endpoint\": [\"",
    "\"context\": {\"aws:SourceIp\": [\"10.0.0.1\"]}", "{\"principal\": {\"anonymous\": true}, \"action\": \"s3:GetObject\", \"resource\": \"*\"}\n",
    "\"principalArn\": \"arn:aws:iam::111122223333:role/x/app\"", "\"issuer\": \"", "\"managementAccount\": true, ", "\n", "\\u000a",
    "1e999", "-0", "[[[[[[[[", "{\"\":{\"\":", "null", "true", "AWS4-HMAC-SHA256 Credential=",
    "AKIAIOSFODNN7EXAMPLE/20150830/us-east-1/iam/aws4_request", ", SignedHeaders=host;x-amz-date, Signature=",
    "X-Amz-Algorithm=AWS4-HMAC-SHA256", "&X-Amz-Credential=", "&X-Amz-Date=20150830T123600Z", "&X-Amz-Expires=604800",
    "&X-Amz-SignedHeaders=host", "&X-Amz-Signature=", "&X-Amz-Security-Token=", "Host:localhost\n",
    "X-Amz-Date:20150830T123600Z\n", "x-amz-content-sha256:UNSIGNED-PAYLOAD\n", "POST\n/\n\n", "GET\n/../%2e%2e//a\n",
    "{\"alg\":\"ES256\",\"kid\":\"k1\"}\n{\"iss\":\"", "\"alg\":\"none\"", "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"", "\"crv\":\"P-256\"",
    "<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status>",
    "<saml:Assertion ID=\"a\" Version=\"2.0\" IssueInstant=\"2026-11-20T12:00:00Z\">", "</saml:Assertion>",
    "<ds:Signature><ds:SignedInfo><ds:Reference URI=\"#a\">", "</ds:Reference></ds:SignedInfo></ds:Signature>",
    "<saml:EncryptedAssertion>", "</saml:EncryptedAssertion>", "<saml:Issuer>https://idp.example.com</saml:Issuer>",
    "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"", "<md:IDPSSODescriptor>"};

struct Options {
  int seconds = 0;
  std::uint64_t seed = 0;
  bool has_seed = false;
  std::string crash;
  std::vector<std::string> files;
};

void usage(const char* program) {
  std::fprintf(stderr, "use: %s [--seconds N] [--seed N] [--corpus DIR] [--crash FILE] [FILE...]\n", program);
  std::exit(2);
}

void add_folder(std::vector<std::string>& files, const std::string& folder) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());  // a seed means the same run everywhere
}

Options read_options(int argc, char** argv) {
  Options options;
  options.crash = std::string(argv[0]) + ".crash";
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (!word.starts_with("--")) {
      options.files.push_back(word);
      continue;
    }
    if (i + 1 == argc) usage(argv[0]);
    const std::string value = argv[++i];
    if (word == "--seconds") options.seconds = std::atoi(value.c_str());
    else if (word == "--seed") options.seed = std::strtoull(value.c_str(), nullptr, 10), options.has_seed = true;
    else if (word == "--corpus") add_folder(options.files, value);
    else if (word == "--crash") options.crash = value;
    else usage(argv[0]);
  }
  if (options.seconds == 0 && options.files.empty()) options.seconds = seconds_default;
  if (!options.has_seed) options.seed = std::random_device{}();
  return options;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    std::exit(2);
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The file of the input at hand, mapped: writing to it survives any end of the process but costs no call.
class LastInput {
 public:
  explicit LastInput(const std::string& path) : path_(path) {
    fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd_ < 0 || ::ftruncate(fd_, map_bytes) != 0) {
      std::perror(path.c_str());
      std::exit(2);
    }
    map_ = static_cast<char*>(::mmap(nullptr, map_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0));
    if (map_ == MAP_FAILED) std::exit(2);
  }
  // Only a run that ends well comes here.
  ~LastInput() {
    ::munmap(map_, map_bytes);
    ::close(fd_);
    ::unlink(path_.c_str());
  }
  LastInput(const LastInput&) = delete;
  LastInput& operator=(const LastInput&) = delete;

  void run(const std::string& input) {
    const std::uint32_t size = static_cast<std::uint32_t>(std::min(input.size(), map_bytes - header_bytes));
    std::memcpy(map_, magic, 8);
    std::memcpy(map_ + 8, &size, sizeof size);
    std::memcpy(map_ + header_bytes, input.data(), size);
    // A copy of exactly this size: AddressSanitizer sees a read past its end.
    const std::vector<std::uint8_t> bytes(input.begin(), input.end());
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }

  // A crash file of this driver holds its input behind a header, since the file has one size.
  static std::string unwrap(std::string file) {
    std::uint32_t size = 0;
    if (file.size() != map_bytes || std::memcmp(file.data(), magic, 8) != 0) return file;
    std::memcpy(&size, file.data() + 8, sizeof size);
    return file.substr(header_bytes, size);
  }

 private:
  static constexpr char magic[9] = "haarfuzz";
  static constexpr std::size_t header_bytes = 16;
  static constexpr std::size_t map_bytes = 1 << 20;
  std::string path_;
  int fd_ = -1;
  char* map_ = nullptr;
};

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(random_() % n); }

  std::string mutate(const std::vector<std::string>& pool) {
    std::string out = pool[below(pool.size())];
    for (std::size_t changes = 1 + below(6); changes > 0; --changes) change(out, pool);
    if (out.size() > input_bytes_max) out.resize(input_bytes_max);
    return out;
  }

 private:
  void change(std::string& out, const std::vector<std::string>& pool) {
    const std::size_t at = below(out.size() + 1);
    switch (below(9)) {
      case 0:  // one byte, any value
        if (!out.empty()) out[below(out.size())] = static_cast<char>(random_());
        break;
      case 1:  // one bit
        if (!out.empty()) out[below(out.size())] ^= static_cast<char>(1U << below(8));
        break;
      case 2:
        out.insert(at, 1, static_cast<char>(random_()));
        break;
      case 3:
        out.erase(at, 1 + below(16));
        break;
      case 4:  // a part again
        out.insert(at, out.substr(below(out.size() + 1), 1 + below(64)));
        break;
      case 5: {  // the end of another
        const std::string& other = pool[below(pool.size())];
        out = out.substr(0, at) + other.substr(below(other.size() + 1));
        break;
      }
      case 6:  // the first byte chooses what a target does with the rest
        if (!out.empty()) out[0] = static_cast<char>(random_());
        break;
      default:
        out.insert(at, pieces[below(std::size(pieces))]);
    }
  }

  std::mt19937_64 random_;
};

std::uint64_t fuzz(const Options& options, std::vector<std::string> pool, LastInput& last) {
  using Clock = std::chrono::steady_clock;
  Mutator mutator(options.seed);
  for (int first = 0; first < 16; ++first)
    for (const std::string_view piece : pieces) pool.push_back(static_cast<char>(first) + std::string(piece));
  const std::size_t kept = pool.size();
  const auto end = Clock::now() + std::chrono::seconds(options.seconds);
  std::uint64_t runs = 0;
  while (runs % 64 != 0 || Clock::now() < end) {
    std::string input = mutator.mutate(pool);
    last.run(input);
    ++runs;
    // Mutations of mutations: some are kept, so that inputs grow.
    if (mutator.below(8) != 0) continue;
    if (pool.size() < kept + pool_max) pool.push_back(std::move(input));
    else pool[kept + mutator.below(pool_max)] = std::move(input);
  }
  return runs;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_options(argc, argv);
  std::printf("%s: seed %llu\n", argv[0], static_cast<unsigned long long>(options.seed));
  std::fflush(stdout);
  LastInput last(options.crash + "." + std::to_string(::getpid()));
  std::vector<std::string> corpus;
  for (const std::string& path : options.files) corpus.push_back(LastInput::unwrap(read_file(path)));
  for (const std::string& input : corpus) last.run(input);
  const std::uint64_t runs = options.seconds > 0 ? fuzz(options, std::move(corpus), last) : 0;
  std::printf("%s: %zu files and %llu mutations in %d s, nothing found\n", argv[0], options.files.size(),
              static_cast<unsigned long long>(runs), options.seconds);
  return 0;
}
