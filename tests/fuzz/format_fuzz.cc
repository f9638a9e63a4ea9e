// Whatever YAML is read is laid out with the same meaning and its comments, in one way; whatever
// canonical bytes become YAML come back the same; and canonical bytes are read with findings or a
// document, never both.
#include <cstdint>
#include <set>
#include <sstream>
#include <string>

#include "node/base/bytes.h"
#include "node/base/check.h"
#include "node/canon/json.h"
#include "node/canon/yaml_comments.h"
#include "node/covenant/author.h"
#include "node/covenant/format.h"
#include "node/crypto/secret.h"

namespace {

using namespace schakel;

constexpr size_t kMaxBytes = 1 << 20;

std::multiset<std::string> CommentWords(std::string_view text) {
  std::multiset<std::string> words;
  const canon::YamlResult yaml = canon::ParseYaml(text, "f", kMaxBytes);
  CHECK(yaml.root.has_value());
  for (const canon::YamlComment& comment : canon::ReadComments(text, *yaml.root)) {
    std::istringstream stream(comment.text);
    for (std::string word; stream >> word;)
      words.insert(word);
  }
  return words;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  crypto::Init();
  const std::string_view text = AsText({data, size});
  const covenant::FormattedYaml formatted = covenant::FormatYaml(text, "f");
  CHECK(formatted.text.has_value() == formatted.findings.empty());
  if (formatted.text) {
    CHECK(CommentWords(*formatted.text) == CommentWords(text));
    const covenant::FormattedYaml again = covenant::FormatYaml(*formatted.text, "f");
    CHECK(again.text == formatted.text);
  }
  if (const auto yaml = covenant::FormatCanonical(text); yaml.ok()) {
    CHECK(canon::Write(*covenant::ConvertYaml(*yaml, "f").value) == text);
    CHECK(covenant::FormatYaml(*yaml, "f").text == *yaml);
  }
  const covenant::AuthoredCovenant read = covenant::ReadCanonical(text, "f");
  CHECK(read.document.has_value() == read.findings.empty());
  return 0;
}
