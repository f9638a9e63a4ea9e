// Rules over the small covenant of covenant/mini.h, as text.
#pragma once

#include <string>

#include "tests/unit/covenant/mini.h"

namespace schakel::policy {

// K1 from a to b with the parts that a test varies.
struct Rule {
  std::string when = "{age: {min: 12}}";
  std::string fields = "{naam: plain, datum: month}";
  std::string more{};
};
inline std::string Text(const Rule& rule) {
  return "\n  - id: K1\n    permit: {from: a, to: b, purpose: p, basis: open, category: k}\n"
         "    when: " +
         rule.when + "\n    fields: " + rule.fields + rule.more;
}

inline std::string DenyText(const std::string& id, const std::string& more) {
  return "\n  - id: " + id +
         "\n    deny: {from: any, to: any, purpose: any, category: any}\n    text: t\n    " + more;
}

}  // namespace schakel::policy
