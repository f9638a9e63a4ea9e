#include "node/canon/yaml_comments.h"

#include <algorithm>
#include <map>

#include "node/canon/yaml_text.h"

namespace schakel::canon {
namespace {

// Where each scalar and key starts, with the column of what holds it.
using Starts = std::map<Position, int>;

void Collect(const YamlNode& node, int holder, Starts& starts) {
  if (node.kind == YamlNode::Kind::kScalar) starts.emplace(node.position, holder);
  for (const YamlNode& item : node.items)
    Collect(item, node.position.column, starts);
  for (const YamlNode::Entry& entry : node.entries) {
    starts.emplace(entry.position, node.position.column);
    Collect(entry.value, node.position.column, starts);
  }
}

class Scanner {
 public:
  Scanner(std::string_view text, const Starts& starts) : text_(text), starts_(starts) {}

  std::vector<YamlComment> Scan() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const auto start = starts_.find(position_);
      if (start != starts_.end() && (c == '"' || c == '\'')) {
        SkipQuoted(c);
      } else if (start != starts_.end() && (c == '|' || c == '>')) {
        SkipBlock(start->second);
      } else if (c == '#' && (at_ == 0 || text_[at_ - 1] == ' ' || text_[at_ - 1] == '\n')) {
        Take();
      } else {
        Advance();
      }
    }
    return std::move(comments_);
  }

 private:
  void Advance() {
    if (text_[at_] == '\n') {
      ++position_.line;
      position_.column = 1;
      line_start_ = ++at_;
      return;
    }
    NextCodePoint(text_, at_);
    ++position_.column;
  }

  void SkipLine() {
    while (at_ < text_.size() && text_[at_] != '\n')
      Advance();
  }

  void SkipQuoted(char quote) {
    Advance();
    while (at_ < text_.size()) {
      const char c = text_[at_];
      Advance();
      if (quote == '"' && c == '\\' && at_ < text_.size()) {
        Advance();
      } else if (c == quote) {
        // In single quotes a quote is written twice.
        if (quote == '"' || at_ >= text_.size() || text_[at_] != quote) return;
        Advance();
      }
    }
  }

  // A block scalar goes on as long as lines are empty or indented as far as its first one, or as
  // its header says.
  void SkipBlock(int holder_column) {
    size_t indent = 0;
    while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != ' ') {
      if (text_[at_] >= '1' && text_[at_] <= '9') {
        indent = static_cast<size_t>(holder_column - 1 + (text_[at_] - '0'));
      }
      Advance();
    }
    // The header's own line may end in a comment.
    while (at_ < text_.size() && text_[at_] == ' ')
      Advance();
    if (at_ < text_.size() && text_[at_] == '#') Take();
    SkipLine();
    while (at_ < text_.size()) {
      const size_t first = text_.find_first_not_of(' ', at_ + 1);
      const bool empty = first == std::string_view::npos || text_[first] == '\n';
      const size_t depth = empty ? 0 : first - at_ - 1;
      if (!empty && indent == 0) indent = std::max<size_t>(depth, 1);
      if (!empty && depth < indent) return;
      Advance();
      SkipLine();
    }
  }

  void Take() {
    YamlComment comment;
    comment.position = position_;
    comment.alone = text_.substr(line_start_, at_ - line_start_).find_first_not_of(' ') ==
                    std::string_view::npos;
    const size_t begin = at_;
    SkipLine();
    comment.text = std::string(text_.substr(begin, at_ - begin));
    comment.text.erase(comment.text.find_last_not_of(' ') + 1);
    comments_.push_back(std::move(comment));
  }

  std::string_view text_;
  const Starts& starts_;
  size_t at_ = 0;
  size_t line_start_ = 0;
  Position position_;
  std::vector<YamlComment> comments_;
};

}  // namespace

std::vector<YamlComment> ReadComments(std::string_view text, const YamlNode& root) {
  Starts starts;
  Collect(root, 1, starts);
  return Scanner(text, starts).Scan();
}

}  // namespace schakel::canon
