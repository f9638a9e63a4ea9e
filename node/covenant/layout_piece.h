// Internal to `covenant`: a YAML tree with what people wrote around it, on its way to normal form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "node/canon/yaml.h"
#include "node/canon/yaml_comments.h"

namespace schakel::covenant {

// A member of a mapping (with a key), an item of a list (without), or the root.
struct Piece {
  std::string key;
  canon::Position position;
  canon::YamlNode::Kind kind = canon::YamlNode::Kind::kScalar;
  std::string scalar;  // as it is spelled
  bool word = false;   // a text that is spelled plain
  std::vector<Piece> children;
  // Comments: on lines above, behind it on its line, and on lines below it. An empty line above is
  // an empty text.
  std::vector<std::string> lead;
  std::vector<std::string> behind;
  std::vector<std::string> foot;

  // Whether anything inside carries a comment, so that it cannot stand on one line.
  [[nodiscard]] bool CommentedInside() const;
};

// The tree with its scalars spelled.
Piece PieceOf(const canon::YamlNode& root);

// Gives each comment and each empty line in the text to the piece that it stands with:
// - one on a line of its own to the next piece, or, when it is indented deeper than that, as a foot
//   to the piece before it that is no deeper than the comment;
// - one behind text to the first piece that starts on the line.
void Attach(Piece& root, std::string_view text, const std::vector<canon::YamlComment>& comments);

// Members in the order of the document model; what it does not know after them, as it stood.
// Titles, names, laws and texts are put between quotes.
void Sort(Piece& root);

}  // namespace schakel::covenant
