#include "main/analyze/analyze_command.h"

#include <cerrno>
#include <cstring>

#include "main/analyze/analyze_lines.h"

namespace haar::main {
namespace {

enum Status { all_pass = 0, some_fail = 1, not_understood = 2, undecided = 3 };

}  // namespace

const char* const analyze_help =
    "Reads JSON Lines, each a question about policies, and prints a JSON line for each. The answers are exact: a FAIL\n"
    "names a request that proves it, and what is not decided is UNDECIDED with the reason. For a team's CI.\n\n"
    "  {\"check\": \"newAccess\", \"type\": \"identity\" | \"resource\", \"policy\": DOC, \"base\": DOC}\n"
    "      whether the policy allows what the base policy does not\n"
    "  {\"check\": \"accessNotGranted\", \"type\": ..., \"policy\": DOC,\n"
    "   \"access\": [{\"actions\": [\"iam:PassRole\"], \"resources\": [\"arn:...\"]}]}\n"
    "      whether it allows any of these; only actions, or only resources, will do\n"
    "  {\"check\": \"publicAccess\", \"policy\": DOC}\n"
    "      whether a resource policy lets everybody in\n"
    "  {\"check\": \"unusedActions\", \"type\": ..., \"policy\": DOC, \"used\": [\"s3:GetObject\", ...]}\n"
    "      whether it allows actions of which none was used\n\n"
    "(on one line each) are answered with\n\n"
    "  {\"result\": \"PASS\" | \"FAIL\" | \"UNDECIDED\",\n"
    "   \"statements\": [{\"index\": 0, \"sid\": \"...\", \"witness\": {\"principal\": ..., \"action\": ..., \"resource\": ...,\n"
    "                   \"context\": {...}, \"words\": \"...\"}}],\n"
    "   \"undecided\": [{\"index\": 0, \"sid\": \"...\", \"why\": \"...\"}]}\n\n"
    "DOC: a policy document as a JSON object, or as a string that holds one. A bad line is answered with\n"
    "{\"error\": {\"code\": ..., \"message\": ..., \"line\": n}}.\n\n"
    "Exit status: 0 every check passed, 1 one failed, 2 the file, the arguments or a line were not understood, 3 none\n"
    "failed but one was not decided.\n"
    "More, with examples: docs/howto/analyze.md\n";

int analyze_lines(LineReader& reader, const Terminal& terminal) {
  bool fail = false, open = false, error = false;
  const bool readable = answer_lines(reader, terminal, [&](LineReader::Next next, std::string_view line, std::size_t number) {
    Analysis analysis = next == LineReader::Next::line ? analyze_line(line, number) : analyze_too_long(number);
    fail = fail || analysis.verdict == Verdict::fail;
    open = open || analysis.verdict == Verdict::undecided;
    error = error || analysis.verdict == Verdict::error;
    return std::move(analysis.line);
  });
  if (!readable) return not_understood;
  if (error || !terminal.out) return not_understood;
  return fail ? some_fail : open ? undecided : all_pass;
}

int analyze(const std::string& file, const Terminal& terminal) {
  return with_lines(file, analyze_line_bytes_max, terminal, analyze_lines);
}

}  // namespace haar::main
