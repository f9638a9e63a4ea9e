#include "node/covenant/layout.h"

#include <algorithm>
#include <set>
#include <utility>

#include "node/covenant/layout_piece.h"

namespace schakel::covenant {
namespace {

using Kind = canon::YamlNode::Kind;

constexpr size_t kWidth = 200;  // README, "Layout"
constexpr size_t kStep = 2;

// Behind an empty line, whatever the author left.
const std::set<std::string, std::less<>> kApart{
    "parties", "purposes", "bases", "facts", "categories", "defaults", "rules", "tests"};
// Whose members or items each have a line or more of their own.
const std::set<std::string, std::less<>> kOpen{
    "documents", "parties", "auditors", "purposes", "bases", "facts", "categories"};
const std::set<std::string, std::less<>> kLists{"rules", "tests"};

// As people count them.
size_t Columns(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string KeyText(const Piece& piece) {
  return SpellText(piece.key) + ":";
}

std::string Flow(const Piece& piece) {
  if (piece.kind == Kind::kScalar) return piece.scalar;
  const bool list = piece.kind == Kind::kSequence;
  std::string out = list ? "[" : "{";
  for (const Piece& child : piece.children) {
    if (out.size() > 1) out += ", ";
    if (!list) out += KeyText(child) + " ";
    out += Flow(child);
  }
  return out + (list ? "]" : "}");
}

// Comments inside what must stand on one line go above it.
void Lift(Piece& piece, std::vector<std::string>& lead) {
  for (Piece& child : piece.children) {
    for (auto* lines : {&child.lead, &child.behind, &child.foot}) {
      std::copy_if(lines->begin(), lines->end(), std::back_inserter(lead), [](const auto& line) {
        return !line.empty();
      });
      lines->clear();
    }
    Lift(child, lead);
  }
}

class Writer {
 public:
  std::string Take() && {
    const size_t first = out_.find_first_not_of('\n');
    if (first == std::string::npos) return "";
    return out_.substr(first);
  }

  void Document(Piece& root) {
    if (root.kind != Kind::kMapping || root.children.empty()) {
      Lift(root, root.lead);
      Comments(0, root.lead);
      Line(0, Flow(root));
      return;
    }
    for (Piece& piece : root.children) {
      const bool apart = piece.lead.empty() || !piece.lead.front().empty();
      if (kApart.contains(piece.key) && apart) piece.lead.insert(piece.lead.begin(), "");
    }
    Mapping(root, 0, /*open=*/false);
  }

 private:
  void Line(size_t indent, const std::string& text) {
    out_ += std::string(text.empty() ? 0 : indent, ' ') + text + "\n";
  }

  // At most one empty line in a row, and none at the top.
  void Comments(size_t indent, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
      if (line.empty() && (out_.empty() || out_.ends_with("\n\n"))) continue;
      Line(indent, line);
    }
  }

  static std::string Behind(const Piece& piece) {
    std::string out;
    for (const std::string& text : piece.behind)
      out += "  " + text;
    return out;
  }

  static bool OnOneLine(const Piece& piece, size_t used) {
    return piece.kind == Kind::kScalar || piece.children.empty() ||
           (!piece.CommentedInside() && used + Columns(Flow(piece)) <= kWidth);
  }

  static bool OfScalars(const Piece& piece) {
    return piece.kind == Kind::kSequence && !piece.CommentedInside() &&
           std::all_of(piece.children.begin(), piece.children.end(), [](const Piece& child) {
             return child.kind == Kind::kScalar;
           });
  }

  // Mappings on one line that follow each other stand below each other: the length of the longest
  // key in each such run, 0 for what is in none.
  static std::vector<size_t> Pads(const Piece& mapping, size_t indent, bool open) {
    std::vector<size_t> pads(mapping.children.size(), 0);
    if (!open) return pads;
    const auto fits = [&](const Piece& piece) {
      return piece.kind == Kind::kMapping && OnOneLine(piece, indent + KeyText(piece).size() + 1);
    };
    for (size_t i = 0; i < pads.size();) {
      size_t end = i;
      size_t longest = 0;
      while (end < pads.size() && fits(mapping.children[end]))
        longest = std::max(longest, KeyText(mapping.children[end++]).size());
      std::fill(pads.begin() + static_cast<ptrdiff_t>(i),
                pads.begin() + static_cast<ptrdiff_t>(end),
                longest);
      i = end + 1;
    }
    return pads;
  }

  // `open`: its members are the author's own names, one below the other.
  void Mapping(Piece& mapping, size_t indent, bool open, bool behind_dash = false) {
    const std::vector<size_t> pads = Pads(mapping, indent, open);
    for (size_t i = 0; i < mapping.children.size(); ++i) {
      Piece& piece = mapping.children[i];
      const bool top = indent == 0;
      // Behind its last line it would be about what stands there.
      if (!OnOneLine(piece, indent + KeyText(piece).size() + 1) && OfScalars(piece)) {
        std::move(piece.behind.begin(), piece.behind.end(), std::back_inserter(piece.lead));
        piece.behind.clear();
      }
      if (!behind_dash || i > 0) {
        Comments(indent, piece.lead);
        out_ += std::string(indent, ' ');
      }
      Member(piece, indent, pads[i], top);
      Comments(indent, piece.foot);
    }
  }

  void Member(Piece& piece, size_t indent, size_t pad, bool top) {
    const std::string key = KeyText(piece);
    const size_t used = indent + key.size() + 1;
    const bool section = top && (kOpen.contains(piece.key) || kLists.contains(piece.key)) &&
                         !piece.children.empty() && piece.kind != Kind::kScalar;
    if (!section && OnOneLine(piece, used)) {
      const size_t gap = std::max(pad, key.size()) - key.size() + 1;
      out_ += key + std::string(gap, ' ') + Flow(piece) + Behind(piece) + "\n";
      return;
    }
    if (OfScalars(piece)) {
      out_ += key + " " + Wrapped(piece, used) + Behind(piece) + "\n";
      return;
    }
    out_ += key + Behind(piece) + "\n";
    if (piece.kind == Kind::kMapping) {
      Mapping(piece, indent + kStep, section);
    } else {
      Sequence(piece, indent + kStep, top && kLists.contains(piece.key));
    }
  }

  // A list that is too long for one line goes on below its first item.
  static std::string Wrapped(const Piece& list, size_t indent) {
    std::string out = "[";
    size_t column = indent + 1;
    for (size_t i = 0; i < list.children.size(); ++i) {
      const std::string& text = list.children[i].scalar;
      const bool last = i + 1 == list.children.size();
      if (i > 0 && column + Columns(text) + 1 > kWidth) {
        out.pop_back();
        out += "\n" + std::string(indent + 1, ' ');
        column = indent + 1;
      }
      out += text + (last ? "]" : ", ");
      column += Columns(text) + kStep;
    }
    return out;
  }

  // `open`: each member of an item has a line of its own.
  void Sequence(Piece& sequence, size_t indent, bool open) {
    for (Piece& item : sequence.children) {
      const bool block = item.kind == Kind::kMapping && !item.children.empty() &&
                         (open || !OnOneLine(item, indent + kStep));
      if (block) {
        std::vector<std::string>& first = item.children.front().lead;
        item.lead.insert(item.lead.end(), first.begin(), first.end());
      } else {
        Lift(item, item.lead);
      }
      Comments(indent, item.lead);
      out_ += std::string(indent, ' ') + "- ";
      if (block) {
        item.children.front().behind.insert(
            item.children.front().behind.begin(), item.behind.begin(), item.behind.end());
        Mapping(item, indent + kStep, /*open=*/false, /*behind_dash=*/true);
      } else {
        out_ += Flow(item) + Behind(item) + "\n";
      }
      Comments(indent, item.foot);
    }
  }

  std::string out_;
};

}  // namespace

std::string WriteLayout(const canon::YamlNode& root,
                        std::string_view text,
                        const std::vector<canon::YamlComment>& comments) {
  Piece piece = PieceOf(root);
  Attach(piece, text, comments);
  Sort(piece);
  Writer writer;
  writer.Document(piece);
  return std::move(writer).Take();
}

}  // namespace schakel::covenant
