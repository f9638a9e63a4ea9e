// Internal to `covenant`: how a covenant's YAML is laid out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "node/canon/yaml.h"
#include "node/canon/yaml_comments.h"

namespace schakel::covenant {

// The tree in normal form, with the comments and the blank lines of the text that it was read from.
std::string WriteLayout(const canon::YamlNode& root,
                        std::string_view text,
                        const std::vector<canon::YamlComment>& comments);

// The names of an object of the language, in the order of the document model; `path` is what the
// document's keys are, with `*` for a name or a place in a list: "parties.*". Empty for an object
// whose names are the author's own.
const std::vector<std::string_view>& KeyOrder(std::string_view path);

// As YAML in flow style: plain where it is a name, a day or a UUID, else between double quotes.
std::string SpellText(std::string_view text);

}  // namespace schakel::covenant
