#include <algorithm>
#include <string>
#include <utility>

#include "node/policy/annex.h"
#include "node/policy/words.h"
#include "node/report/html.h"
#include "node/report/table.h"

namespace schakel::policy {
namespace {

using Kind = Annex::Part::Kind;
using Part = Annex::Part;

constexpr size_t kWidth = 100;
constexpr size_t kShown = 4;  // groups of the hash that stand above a section
constexpr const char* kBookmark = "Bijlage bij het convenant en ondertekenblad";

// "3f9a c21e 77ab 0012 ..."
std::string ShortHash(const Annex& annex) {
  if (annex.hash.empty()) return "ontwerp, geen hash";
  std::vector<std::string> groups = HashGroups(annex.hash);
  groups.resize(std::min(groups.size(), kShown));
  return "hash " + Joined(groups, " ") + " ...";
}

class TextWriter {
 public:
  explicit TextWriter(const Annex& annex) : annex_(annex) {}

  std::string Write() && {
    Lines(annex_.title, 0);
    out_ += annex_.version + "\n";
    Lines(kBookmark, 0);
    out_ += annex_.hash.empty() ? "Ontwerp, geen hash\n" : "SHA-256 " + annex_.hash + "\n";
    for (const Part& part : annex_.parts)
      Write(part);
    return std::move(out_);
  }

 private:
  void Lines(const std::string& text, size_t indent) {
    for (const std::string& line : report::Wrap(text, kWidth - indent))
      out_ += std::string(indent, ' ') + line + "\n";
  }

  void Write(const Part& part) {
    switch (part.kind) {
      case Kind::kSection:
        head_ = 0;
        return Section(part.text);
      case Kind::kHead:
        out_ += "\n";
        return Lines(std::to_string(section_) + "." + std::to_string(++head_) + "  " +
                         report::Printable(part.text),
                     0);
      case Kind::kText:
        out_ += "\n";
        return Lines(part.text, 0);
      case Kind::kTable:
        return Table(part);
      case Kind::kSign:
        return Sign(part);
      case Kind::kHash:
        return Hash();
    }
  }

  void Section(const std::string& title) {
    std::string left = std::to_string(++section_) + "  " + report::Printable(title);
    const std::string right = annex_.version + ", " + ShortHash(annex_);
    const size_t used = report::DisplayWidth(left) + report::DisplayWidth(right);
    left += used + 2 <= kWidth ? std::string(kWidth - used, ' ') + right : "\n" + right;
    out_ += "\n\n" + left + "\n" + std::string(kWidth, '-') + "\n";
  }

  void Table(const Part& part) {
    report::Table table = part.heads.empty() ? report::Table() : report::Table(part.heads);
    if (part.heads.empty()) table.AtLeast(0, kLabel);
    for (const std::vector<std::string>& row : part.rows) {
      std::vector<report::Cell> cells;
      for (const std::string& cell : row)
        cells.push_back({cell});
      table.Add(cells);
    }
    if (!part.heads.empty()) out_ += "\n";
    out_ += table.Write({.width = kWidth}, part.heads.empty() ? 2 : 0);
  }

  void Sign(const Part& part) {
    out_ += "\n";
    Lines(part.text, 0);
    Table({Kind::kTable, "", {}, part.rows});
    for (const std::string& head : part.heads) {
      const std::string label = "  " + report::Printable(head) + "  ";
      const size_t used = report::DisplayWidth(label);
      out_ += "\n" + label +
              std::string(std::max<size_t>(kWidth - std::min(used, kWidth), kLine), '_') + "\n";
    }
  }

  void Hash() {
    const std::vector<std::string> groups = HashGroups(annex_.hash);
    out_ += "\n";
    for (size_t i = 0; i < groups.size(); i += kShown) {
      out_ += "  " + std::to_string(i / kShown + 1) + "   ";
      for (size_t j = i; j < std::min(i + kShown, groups.size()); ++j)
        out_ += "  " + groups[j];
      out_ += "\n";
    }
  }

  static constexpr size_t kLabel = 14;
  static constexpr size_t kLine = 20;

  const Annex& annex_;
  std::string out_;
  int section_ = 0;
  int head_ = 0;
};

constexpr char kStyle[] = R"css(
body { margin: 1.5rem auto; max-width: 58rem; padding: 0 1rem 3rem; color: #1b1f24; background: #fff;
  font: 15px/1.45 "Noto Sans", "Segoe UI", Roboto, Arial, sans-serif; overflow-wrap: break-word }
* { box-sizing: border-box }
header { border-top: 6px solid #154273; padding-top: 1rem }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .2rem }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem; padding-top: .5rem; border-top: 2px solid #1b1f24; break-after: avoid;
  display: flex; flex-wrap: wrap; justify-content: space-between; gap: .2rem 1rem }
h2 small { font-weight: 400; font-size: .8rem; color: #56606b }
h3 { font-size: 1rem; margin: 1.3rem 0 .2rem; break-after: avoid }
p { margin: .4rem 0; max-width: 48rem }
.draft { border-left: 4px solid #8a3b00; background: #fdf3ea; padding: .5rem .9rem }
.mono, .hash { font-family: "Noto Sans Mono", "DejaVu Sans Mono", Consolas, monospace; font-size: .85rem; overflow-wrap: anywhere }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .88rem; margin: .4rem 0 }
th, td { text-align: left; vertical-align: top; padding: .28rem .8rem .28rem 0; border-bottom: 1px solid #d5dae0 }
thead th { border-bottom: 2px solid #1b1f24; color: #56606b }
tbody th { font-weight: 600; white-space: nowrap; width: 9rem }
tr { break-inside: avoid }
table.read td { border: 0; font: 1.15rem/1.7 "Noto Sans Mono", "DejaVu Sans Mono", Consolas, monospace; padding: 0 1.6rem 0 0; width: auto }
table.read { width: auto }
section.sheet { break-before: page }
.sign { border: 1px solid #1b1f24; padding: .6rem .9rem; margin: .9rem 0; break-inside: avoid }
.sign h3 { margin: 0 0 .3rem }
.sign .fill { display: grid; grid-template-columns: 1fr 1fr; gap: .3rem 1.4rem; margin-top: .5rem }
.sign .fill div { border-bottom: 1px solid #1b1f24; padding-top: 2.6rem; font-size: .8rem; color: #56606b }
@media print { body { font-size: 10pt; max-width: none; padding: 0; margin: 0 } }
@media (max-width: 40rem) { .sign .fill { grid-template-columns: 1fr } tbody th { white-space: normal; width: auto } }
)css";

class HtmlWriter {
 public:
  explicit HtmlWriter(const Annex& annex) : annex_(annex) {}

  std::string Write() && {
    const std::string title = Safe(annex_.title + ", " + annex_.version);
    out_ =
        "<!DOCTYPE html>\n<html lang=\"nl\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'\">\n<title>" +
        title + "</title>\n<style>" + PageStyle() + kStyle +
        "</style>\n</head>\n<body>\n<header><h1>" + Safe(annex_.title) + "</h1>\n<p>" +
        Safe(annex_.version) + ". " + kBookmark + "</p>\n<p class=\"hash\">" +
        (annex_.hash.empty() ? std::string("Ontwerp, geen hash") : "SHA-256 " + annex_.hash) +
        "</p></header>\n<main>\n";
    for (const Part& part : annex_.parts)
      Write(part);
    if (open_) out_ += "</section>\n";
    return std::move(out_) + "</main>\n</body>\n</html>\n";
  }

 private:
  // On paper the foot of every page says what it is a page of. Only digits get in here.
  [[nodiscard]] std::string PageStyle() const {
    return "\n@page { size: A4; margin: 16mm 15mm 20mm;\n"
           "  @bottom-left { font: 7.5pt monospace; color: #56606b; content: \"" +
           annex_.version + ", " + (annex_.hash.empty() ? "ontwerp, geen hash" : annex_.hash) +
           "\" }\n  @bottom-right { font: 7.5pt monospace; color: #56606b; "
           "content: counter(page) \" / \" counter(pages) } }";
  }

  static std::string Safe(const std::string& text) { return report::EscapeHtml(text); }

  void Write(const Part& part) {
    switch (part.kind) {
      case Kind::kSection:
        return Section(part.text);
      case Kind::kHead:
        out_ += "<h3>" + std::to_string(section_) + "." + std::to_string(++head_) + " " +
                Safe(part.text) + "</h3>\n";
        return;
      case Kind::kText:
        out_ += (IsAlarm(part.text) ? "<p class=\"draft\">" : "<p>") + Safe(part.text) + "</p>\n";
        first_ = false;
        return;
      case Kind::kTable:
        return Table(part);
      case Kind::kSign:
        return Sign(part);
      case Kind::kHash:
        return Hash();
    }
  }

  // What nobody may read past: a draft, or what the nodes refuse.
  [[nodiscard]] bool IsAlarm(const std::string& text) const {
    return section_ == 0 && ((annex_.hash.empty() && first_) || text.starts_with("LET OP"));
  }

  void Section(const std::string& title) {
    if (open_) out_ += "</section>\n";
    const bool sheet = !annex_.parts.empty() && &title == LastSection();
    out_ += sheet ? "<section class=\"sheet\">" : "<section>";
    open_ = true;
    head_ = 0;
    out_ += "<h2>" + std::to_string(++section_) + " " + Safe(title) + "<small>" +
            Safe(annex_.version + ", " + ShortHash(annex_)) + "</small></h2>\n";
  }

  // The signing sheet is the last one, and a page of its own.
  [[nodiscard]] const std::string* LastSection() const {
    const auto last = std::find_if(annex_.parts.rbegin(),
                                   annex_.parts.rend(),
                                   [](const Part& part) { return part.kind == Kind::kSection; });
    return last == annex_.parts.rend() ? nullptr : &last->text;
  }

  void Table(const Part& part) {
    out_ += "<div class=\"scroll\"><table>";
    if (!part.heads.empty()) {
      out_ += "<thead><tr>";
      for (const std::string& head : part.heads)
        out_ += "<th scope=\"col\">" + Safe(head) + "</th>";
      out_ += "</tr></thead>";
    }
    out_ += "<tbody>\n";
    for (const std::vector<std::string>& row : part.rows) {
      out_ += "<tr>";
      for (size_t i = 0; i < row.size(); ++i) {
        const bool hash = row[i].size() == kHashDigits &&
                          row[i].find_first_not_of("0123456789abcdef") == std::string::npos;
        const std::string text =
            hash ? "<span class=\"mono\">" + Safe(row[i]) + "</span>" : Safe(row[i]);
        out_ += i == 0 ? "<th scope=\"row\">" + text + "</th>" : "<td>" + text + "</td>";
      }
      out_ += "</tr>\n";
    }
    out_ += "</tbody></table></div>\n";
  }

  void Sign(const Part& part) {
    out_ += "<div class=\"sign\"><h3>" + Safe(part.text) + "</h3>\n";
    Table({Kind::kTable, "", {}, part.rows});
    out_ += "<div class=\"fill\">";
    for (const std::string& head : part.heads)
      out_ += "<div>" + Safe(head) + "</div>";
    out_ += "</div></div>\n";
  }

  void Hash() {
    const std::vector<std::string> groups = HashGroups(annex_.hash);
    out_ += "<table class=\"read\"><tbody>\n";
    for (size_t i = 0; i < groups.size(); i += kShown) {
      out_ += "<tr><td>" + std::to_string(i / kShown + 1) + "</td>";
      for (size_t j = i; j < std::min(i + kShown, groups.size()); ++j)
        out_ += "<td>" + Safe(groups[j]) + "</td>";
      out_ += "</tr>\n";
    }
    out_ += "</tbody></table>\n";
  }

  static constexpr size_t kHashDigits = 64;

  const Annex& annex_;
  std::string out_;
  int section_ = 0;
  int head_ = 0;
  bool open_ = false;
  bool first_ = true;
};

}  // namespace

std::string AnnexText(const Annex& annex) {
  return TextWriter(annex).Write();
}

std::string AnnexHtml(const Annex& annex) {
  return HtmlWriter(annex).Write();
}

}  // namespace schakel::policy
