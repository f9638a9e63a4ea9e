// Text for people in a fixed number of columns. Pure functions and plain values.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace schakel::report {

// The same text without anything that could act on a terminal or a page: white space of any kind
// becomes a space; control characters, characters that turn the reading direction or take no room,
// and bytes that are no UTF-8 become U+FFFD. Idempotent.
std::string Printable(std::string_view text);

// Columns that the printable form of `text` takes on a terminal: none for a combining mark, two for
// a wide East Asian character, else one. The same on every machine and in every locale.
size_t DisplayWidth(std::string_view text);

// The printable form of `text` in lines of at most `width` columns (at least 1), broken at spaces;
// a word that does not fit on a line is broken within. At least one line.
std::vector<std::string> Wrap(std::string_view text, size_t width);

// What a text is for, shown as colour where there is colour; the words say it as well.
enum class Ink { kPlain, kStrong, kQuiet, kWarn };

struct Paper {
  size_t width = 78;
  bool colour = false;  // ANSI escapes; without them nothing else changes
};

// `text` between the escapes of its ink, or as it is on paper without colour.
std::string Inked(std::string_view text, Ink ink, const Paper& paper);

struct Cell {
  std::string text;
  Ink ink = Ink::kPlain;
};

// Rows in aligned columns, two spaces apart. Cells wrap within their column; the widest columns
// give way until the table fits the paper. No line has spaces at its end or is wider than the
// paper, as long as that has room for three columns per cell.
class Table {
 public:
  // Without heads the table has no line above its rows, and as many columns as its first row.
  Table() = default;
  explicit Table(const std::vector<std::string>& heads);

  // A row with fewer cells is filled with empty ones; surplus cells are dropped.
  void Add(const std::vector<Cell>& row);
  // Numbers: to the right of their column, counted from 0.
  void AlignRight(size_t column);
  // At least so many columns, so that tables under each other line up.
  void AtLeast(size_t column, size_t width);

  [[nodiscard]] bool empty() const { return rows_.empty(); }
  // The lines, each with a newline, `indent` spaces before each.
  [[nodiscard]] std::string Write(const Paper& paper, size_t indent = 0) const;

 private:
  struct Shape {
    bool right = false;
    size_t at_least = 1;
  };
  [[nodiscard]] std::vector<size_t> Widths(size_t room) const;
  void WriteRow(const std::vector<Cell>& row,
                const std::vector<size_t>& widths,
                const Paper& paper,
                size_t indent,
                std::string& out) const;

  std::vector<Cell> heads_;
  std::vector<Shape> shapes_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace schakel::report
