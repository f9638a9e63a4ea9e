// The only file that sees yaml-cpp, and the only one of canon that catches.
//
// yaml-cpp's Node interface hides what must be refused (it takes duplicate keys, resolves aliases
// and tags, converts 012 as octal and quoted numbers), so its event stream is read instead.
#include "node/canon/yaml.h"

#include <map>
#include <sstream>
#include <utility>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "node/base/bytes.h"
#include "node/base/limits.h"
#include "node/canon/unseen.h"
#include "node/canon/yaml_text.h"

namespace schakel::canon {
namespace {

constexpr size_t kMaxFindings = 50;
constexpr size_t kMaxQuoted = 40;

std::string Quote(std::string_view text) {
  return "`" + std::string(text.substr(0, kMaxQuoted)) + (text.size() > kMaxQuoted ? "..." : "") +
         "`";
}

// True when the text at `offset` opens a quote that never closes.
bool IsOpenQuote(std::string_view text, size_t offset) {
  if (offset >= text.size() || (text[offset] != '"' && text[offset] != '\'')) return false;
  const char quote = text[offset];
  for (size_t i = offset + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      const bool doubled = quote == '\'' && i + 1 < text.size() && text[i + 1] == quote;
      if (!doubled) return false;
      ++i;
    }
  }
  return true;
}

// Builds the tree. yaml-cpp cannot be told to stop, so after a fatal finding events are ignored.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::string_view text) : text_(text), lines_(text) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 2) {
      Report(mark, "E008", "a second document, or text after the end", "keep one document a file");
      stopped_ = true;
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    if (stopped_) return;
    Frame* frame = frames_.empty() ? nullptr : &frames_.back();
    const bool in_mapping = frame != nullptr && frame->node.kind == YamlNode::Kind::kMapping;
    const char* const fix = "write \"\" for an empty text, quote the word null, or leave it out";
    if (in_mapping && frame->key) {
      Add({"",
           frame->key_position,
           Finding::Severity::kError,
           "E009",
           Quote(*frame->key) + " has no value",
           fix});
    } else if (in_mapping) {
      Report(mark, "E009", "a key is missing", "");
    } else {
      Report(mark, "E009", "a value is missing", fix);
    }
    YamlNode node;
    node.position = At(mark);
    Place(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    if (stopped_) return;
    Report(mark, "E011", "an alias (*)", "write the value out");
    YamlNode node;
    node.position = At(mark);
    Place(std::move(node));
  }

  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t anchor,
                const std::string& value) override {
    if (stopped_) return;
    CheckProperties(mark, IsTaggedScalar(mark, tag), anchor);
    CheckScalar(mark, value);
    YamlNode node;
    node.position = At(mark);
    node.scalar = value;
    node.quoted = tag == "!";  // how yaml-cpp marks what is not plain
    Place(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlNode::Kind::kSequence);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlNode::Kind::kMapping);
  }
  void OnMapEnd() override { Close(); }

  void Report(const YAML::Mark& mark, const char* id, std::string message, std::string fix) {
    Add({"", At(mark), Finding::Severity::kError, id, std::move(message), std::move(fix)});
  }

  [[nodiscard]] bool stopped() const { return stopped_; }
  std::vector<Finding>& findings() { return findings_; }
  std::optional<YamlNode>& root() { return root_; }

 private:
  struct Frame {
    YamlNode node;
    std::optional<std::string> key;  // read, its value not yet
    Position key_position;
    std::map<std::string, int, std::less<>> lines;  // of the keys so far
  };

  void Add(Finding finding) {
    if (findings_.size() < kMaxFindings) findings_.push_back(std::move(finding));
  }

  // yaml-cpp's own columns count bytes; its offset is exact.
  [[nodiscard]] Position At(const YAML::Mark& mark) {
    return lines_.At(mark.pos < 0 ? 0 : static_cast<size_t>(mark.pos));
  }

  void CheckProperties(const YAML::Mark& mark, bool tagged, YAML::anchor_t anchor) {
    if (anchor != 0) Report(mark, "E010", "an anchor (&)", "write the value out where it is used");
    if (tagged) Report(mark, "E012", "a tag (!)", "remove it");
  }

  // yaml-cpp gives `?` for a plain scalar and `!` for any other one; the tag `!` of an author looks
  // like the latter, and only the source tells them apart.
  [[nodiscard]] bool IsTaggedScalar(const YAML::Mark& mark, const std::string& tag) const {
    const auto offset = static_cast<size_t>(mark.pos);
    const bool bare = mark.pos >= 0 && offset < text_.size() && text_[offset] == '!';
    return bare || (!tag.empty() && tag != "?" && tag != "!");
  }

  void CheckScalar(const YAML::Mark& mark, std::string_view value) {
    // yaml-cpp ends an open quote at the end of a file whose last line is ended, so that a
    // forgotten quote would swallow every key behind it.
    if (mark.pos >= 0 && IsOpenQuote(text_, static_cast<size_t>(mark.pos))) {
      Report(mark, "E007", "not valid YAML: a quote that does not end", "close it");
    }
    // Escapes can spell what the text itself may not hold.
    bool bad = !IsUtf8(value);
    for (size_t i = 0; !bad && i < value.size();)
      bad = IsUnseen(NextCodePoint(value, i));
    if (!bad) return;
    Report(mark, "E005", "an escaped character that people cannot see", "remove it");
    stopped_ = true;
  }

  void Open(const YAML::Mark& mark,
            const std::string& tag,
            YAML::anchor_t anchor,
            YamlNode::Kind kind) {
    if (stopped_) return;
    CheckProperties(mark, !tag.empty() && tag != "?", anchor);
    if (frames_.size() == kMaxJsonDepth) {
      Report(
          mark, "E016", "nested deeper than " + std::to_string(kMaxJsonDepth), "write it flatter");
      stopped_ = true;
      return;
    }
    Frame frame;
    frame.node.kind = kind;
    frame.node.position = At(mark);
    frames_.push_back(std::move(frame));
  }

  void Close() {
    if (stopped_) return;
    YamlNode node = std::move(frames_.back().node);
    frames_.pop_back();
    Place(std::move(node));
  }

  // Gives the finished node its place: the root, an item, a key or a value.
  void Place(YamlNode node) {
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.kind == YamlNode::Kind::kSequence) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.key) {
      TakeKey(frame, std::move(node));
    } else {
      YamlNode::Entry entry{std::move(*frame.key), frame.key_position, std::move(node)};
      frame.node.entries.push_back(std::move(entry));
      frame.key.reset();
    }
  }

  void TakeKey(Frame& frame, YamlNode node) {
    const auto report = [&](const char* id, std::string message, std::string fix) {
      Add({"", node.position, Finding::Severity::kError, id, std::move(message), std::move(fix)});
    };
    frame.key_position = node.position;
    frame.key = std::move(node.scalar);
    if (node.kind != YamlNode::Kind::kScalar) {
      report("E014", "a key that is not text", "");
      return;
    }
    for (const char c : *frame.key) {
      if (static_cast<unsigned char>(c) >= 0x80 || static_cast<unsigned char>(c) < 0x20) {
        report("E014", "a key that is not printable ASCII", "use letters a to z");
        return;
      }
    }
    if (*frame.key == "<<") {
      report("E013", "a merge key (<<)", "write the members out");
      return;
    }
    const auto [first, inserted] = frame.lines.emplace(*frame.key, node.position.line);
    if (!inserted) {
      report("E015",
             "the key " + Quote(*frame.key) + " stands on line " + std::to_string(first->second) +
                 " already",
             "remove one of them");
    }
  }

  std::string_view text_;
  LineMap lines_;
  std::vector<Frame> frames_;
  std::optional<YamlNode> root_;
  std::vector<Finding> findings_;
  int documents_ = 0;
  bool stopped_ = false;
};

void ReadEvents(std::string_view text, TreeBuilder& builder) {
  std::istringstream stream{std::string(text)};
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      builder.Report(YAML::Mark(), "E009", "the file holds nothing", "");
      return;
    }
    if (!builder.stopped()) static_cast<void>(parser.HandleNextDocument(builder));
  } catch (const YAML::Exception& fault) {
    if (builder.stopped()) return;
    if (fault.msg.starts_with(YAML::ErrorMsg::UNKNOWN_ANCHOR)) {
      builder.Report(fault.mark, "E011", "an alias (*)", "write the value out");
    } else {
      builder.Report(fault.mark,
                     "E007",
                     "not valid YAML: " + fault.msg,
                     "look at this line and the one above it: brackets, quotes, indentation");
    }
  }
}

}  // namespace

YamlResult ParseYaml(std::string_view text, std::string_view file, size_t max_bytes) {
  YamlResult result;
  result.findings = ScanText(text, max_bytes);
  if (result.findings.empty()) {
    TreeBuilder builder(text);
    ReadEvents(text, builder);
    result.findings = std::move(builder.findings());
    if (result.findings.empty()) result.root = std::move(builder.root());
  }
  for (Finding& finding : result.findings)
    finding.file = std::string(file);
  return result;
}

}  // namespace schakel::canon
