// The comments of a YAML file, which the reader drops: for tools that write the file again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "node/canon/yaml.h"

namespace schakel::canon {

struct YamlComment {
  Position position;  // of its #
  std::string text;   // from the # on, without spaces at its end
  bool alone = true;  // nothing but spaces in front of it on its line
};

// Every comment, in the file's order. Precondition: ParseYaml gave `root` for this text; a # inside
// a quoted or block scalar is none.
std::vector<YamlComment> ReadComments(std::string_view text, const YamlNode& root);

}  // namespace schakel::canon
