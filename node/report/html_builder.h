// Puts a page together so that text cannot become markup: only literals of the program are taken as
// markup, everything else is escaped. Internal to the module.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "node/report/html.h"

namespace schakel::report {

class Html {
 public:
  template <size_t N>
  Html& Raw(const char (&markup)[N]) {
    out_.append(markup, N - 1);
    return *this;
  }
  Html& Text(std::string_view text) {
    out_ += EscapeHtml(text);
    return *this;
  }
  // A coordinate or the number in an anchor: digits only.
  Html& Number(int64_t number) {
    out_ += std::to_string(number);
    return *this;
  }
  Html& Add(const Html& part) {
    out_ += part.out_;
    return *this;
  }

  [[nodiscard]] bool empty() const { return out_.empty(); }
  [[nodiscard]] const std::string& text() const { return out_; }

 private:
  std::string out_;
};

inline Html EscapedText(std::string_view text) {
  return Html().Text(text);
}

// A table of which the rows fall apart into labelled lines on a phone.
class HtmlTable {
 public:
  HtmlTable(std::string_view caption, std::vector<std::string> heads)
      : caption_(caption), heads_(std::move(heads)) {}

  // As many cells as heads; the first one heads its row. `soft` marks the row of a soft fact.
  void Add(const std::vector<Html>& cells, bool soft = false);
  [[nodiscard]] Html Write() const;

 private:
  std::string caption_;
  std::vector<std::string> heads_;
  Html rows_;
};

// The bars of `values` with their labels below: a label each, and a second one where it is not
// empty. `caption` says what they are; a reader without pictures gets the values as text.
struct Bar {
  std::string label;
  std::string below;
  int value = 0;
};
Html BarChart(std::string_view caption, const std::vector<Bar>& bars);

}  // namespace schakel::report
