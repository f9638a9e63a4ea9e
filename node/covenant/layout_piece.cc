#include "node/covenant/layout_piece.h"

#include <algorithm>
#include <memory>

#include "node/covenant/layout.h"

namespace schakel::covenant {
namespace {

using canon::Position;
using canon::YamlComment;
using canon::YamlNode;
using Kind = YamlNode::Kind;

void Spell(const YamlNode& node, Piece& piece) {
  const auto value = canon::ToValue(node);
  const bool typed = value.ok() && value->AsString() == nullptr;
  const bool fill = !node.quoted && node.scalar == "fill";
  piece.scalar = typed || fill ? node.scalar : SpellText(node.scalar);
  piece.word = !typed && !fill && piece.scalar == node.scalar;
}

Piece Build(const YamlNode& node, std::string key, Position position) {
  Piece piece;
  piece.key = std::move(key);
  piece.position = position;
  piece.kind = node.kind;
  if (node.kind == Kind::kScalar) Spell(node, piece);
  for (const YamlNode& item : node.items)
    piece.children.push_back(Build(item, "", item.position));
  for (const YamlNode::Entry& entry : node.entries)
    piece.children.push_back(Build(entry.value, entry.key, entry.position));
  return piece;
}

// A piece in the order of the file, with the pieces that hold it.
struct Spot {
  Piece* piece;
  const Spot* holder;  // null for the root's children
  bool starts_line = false;
};

class Attacher {
 public:
  Attacher(Piece& root, std::string_view text) {
    Walk(root, nullptr);
    size_t line_start = 0;
    while (line_start <= text.size()) {
      const size_t end = std::min(text.find('\n', line_start), text.size());
      const std::string_view line = text.substr(line_start, end - line_start);
      empty_.push_back(line.find_first_not_of(' ') == std::string_view::npos);
      line_start = end + 1;
    }
  }

  void Run(const std::vector<YamlComment>& comments) {
    size_t next = 0;
    for (const Spot* spot : order_) {
      for (; next < comments.size() && comments[next].position < spot->piece->position; ++next)
        Take(comments[next], spot);
      if (spot->starts_line && EmptyAbove(spot->piece->position.line)) {
        spot->piece->lead.emplace_back();
      }
      last_ = spot;
    }
    for (; next < comments.size(); ++next)
      Take(comments[next], nullptr);
  }

 private:
  void Walk(Piece& piece, const Spot* holder) {
    for (Piece& child : piece.children) {
      const bool same =
          !order_.empty() && order_.back()->piece->position.line == child.position.line;
      spots_.push_back(std::make_unique<Spot>(Spot{&child, holder, !same}));
      const Spot* spot = spots_.back().get();
      order_.push_back(spot);
      Walk(child, spot);
    }
  }

  [[nodiscard]] bool EmptyAbove(int line) const {
    const auto above = static_cast<size_t>(line - 2);
    return line >= 2 && above < empty_.size() && empty_[above];
  }

  // Where the piece starts on its line as people see it: an item at its dash.
  static int ColumnOf(const Piece& piece) {
    constexpr int kDash = 2;
    return piece.key.empty() ? std::max(1, piece.position.column - kDash) : piece.position.column;
  }

  static bool Holds(const Spot* holder, const Spot* spot) {
    for (; spot != nullptr; spot = spot->holder) {
      if (spot == holder) return true;
    }
    return false;
  }

  void Take(const YamlComment& comment, const Spot* next) {
    if (!comment.alone) {
      Behind(comment, next);
      return;
    }
    std::vector<std::string>& lines = LinesFor(comment, next);
    if (EmptyAbove(comment.position.line)) lines.emplace_back();
    lines.push_back(comment.text);
  }

  std::vector<std::string>& LinesFor(const YamlComment& comment, const Spot* next) const {
    const Spot* before = last_;
    while (before != nullptr && before->holder != nullptr &&
           (!before->starts_line || ColumnOf(*before->piece) > comment.position.column)) {
      before = before->holder;
    }
    if (next == nullptr) return before->piece->foot;
    const bool deeper = comment.position.column > ColumnOf(*next->piece);
    if (!deeper || before == nullptr || Holds(before, next)) return next->piece->lead;
    return before->piece->foot;
  }

  void Behind(const YamlComment& comment, const Spot* next) {
    const int line = comment.position.line;
    const auto first = std::find_if(order_.begin(), order_.end(), [&](const Spot* spot) {
      return spot->piece->position.line == line && spot->piece->position < comment.position;
    });
    if (first == order_.end()) {
      if (last_ == nullptr) {
        next->piece->lead.push_back(comment.text);
      } else {
        last_->piece->behind.push_back(comment.text);
      }
      return;
    }
    Piece* piece = (*first)->piece;
    // A list's item starts where its first member does; the comment is about that one.
    while (!piece->children.empty() && piece->children.front().position == piece->position)
      piece = &piece->children.front();
    piece->behind.push_back(comment.text);
  }

  std::vector<std::unique_ptr<Spot>> spots_;
  std::vector<const Spot*> order_;
  std::vector<bool> empty_;
  const Spot* last_ = nullptr;
};

std::string Below(const std::string& path, const Piece& child) {
  // Names of the author's own are `*`; the language's stay themselves.
  const std::vector<std::string_view>& known = KeyOrder(path);
  const bool named = std::find(known.begin(), known.end(), child.key) != known.end();
  const std::string step = named ? child.key : "*";
  return path.empty() ? step : path + "." + step;
}

void SortAt(Piece& piece, const std::string& path) {
  const std::vector<std::string_view>& known = KeyOrder(path);
  if (piece.kind == Kind::kMapping && !known.empty()) {
    std::stable_sort(
        piece.children.begin(), piece.children.end(), [&](const auto& a, const auto& b) {
          return std::find(known.begin(), known.end(), a.key) <
                 std::find(known.begin(), known.end(), b.key);
        });
  }
  for (Piece& child : piece.children) {
    const bool prose =
        child.key == "title" || child.key == "name" || child.key == "law" || child.key == "text";
    if (prose && child.word && std::find(known.begin(), known.end(), child.key) != known.end()) {
      child.scalar = '"' + child.scalar + '"';
    }
    SortAt(child, Below(path, child));
  }
}

bool HasComment(const std::vector<std::string>& lines) {
  return std::any_of(
      lines.begin(), lines.end(), [](const std::string& line) { return !line.empty(); });
}

}  // namespace

bool Piece::CommentedInside() const {
  return std::any_of(children.begin(), children.end(), [](const Piece& child) {
    return HasComment(child.lead) || !child.behind.empty() || HasComment(child.foot) ||
           child.CommentedInside();
  });
}

Piece PieceOf(const YamlNode& root) {
  return Build(root, "", root.position);
}

void Attach(Piece& root, std::string_view text, const std::vector<YamlComment>& comments) {
  if (root.children.empty()) {
    for (const YamlComment& comment : comments)
      root.lead.push_back(comment.text);
    return;
  }
  Attacher(root, text).Run(comments);
}

void Sort(Piece& root) {
  SortAt(root, "");
}

}  // namespace schakel::covenant
