// Internal to `policy`: what the renderers share.
#pragma once

#include <string>
#include <string_view>

#include "node/report/messages.h"

namespace schakel::policy {

// Dutch and English beside each other.
struct Words {
  const char* dutch;
  const char* english;
  [[nodiscard]] const char* In(report::Language language) const {
    return language == report::Language::kDutch ? dutch : english;
  }
};

template <typename Texts>
std::string Joined(const Texts& texts, std::string_view between = ", ") {
  std::string out;
  for (const std::string& text : texts) {
    if (!out.empty()) out += between;
    out += text;
  }
  return out;
}

}  // namespace schakel::policy
