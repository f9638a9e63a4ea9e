#include "node/report/html_builder.h"

#include <algorithm>

#include "node/report/table.h"
#include "node/report/words.h"

namespace schakel::report {
namespace {

// In units of the drawing, which scales with its column.
constexpr int64_t kChartWidth = 360;
constexpr int64_t kChartTop = 18;      // room for the figure above the highest bar
constexpr int64_t kChartBottom = 120;  // the line on which the bars stand
constexpr int64_t kChartHeight = 154;

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string out;
  for (const char c : Printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

void HtmlTable::Add(const std::vector<Html>& cells, bool soft) {
  if (soft) {
    rows_.Raw("<tr class=\"soft\">");
  } else {
    rows_.Raw("<tr>");
  }
  for (size_t i = 0; i < heads_.size(); ++i) {
    const Html cell = i < cells.size() ? cells[i] : Html();
    if (i == 0) {
      rows_.Raw("<th scope=\"row\"");
    } else {
      rows_.Raw("<td");
    }
    if (cell.empty()) rows_.Raw(" class=\"none\"");
    rows_.Raw(" data-l=\"").Text(heads_[i]).Raw("\"><div>").Add(cell).Raw("</div>");
    if (i == 0) {
      rows_.Raw("</th>");
    } else {
      rows_.Raw("</td>");
    }
  }
  rows_.Raw("</tr>\n");
}

Html HtmlTable::Write() const {
  Html out;
  out.Raw("<div class=\"scroll stack\"><table>");
  if (!caption_.empty()) out.Raw("<caption>").Text(caption_).Raw("</caption>");
  out.Raw("<thead><tr>");
  for (const std::string& head : heads_)
    out.Raw("<th scope=\"col\">").Text(head).Raw("</th>");
  out.Raw("</tr></thead><tbody>\n").Add(rows_).Raw("</tbody></table></div>\n");
  return out;
}

Html BarChart(std::string_view caption, const std::vector<Bar>& bars) {
  Html out;
  if (bars.empty()) return out;
  int highest = 1;
  std::string spoken;
  for (const Bar& bar : bars) {
    highest = std::max(highest, bar.value);
    spoken += (spoken.empty() ? "" : ", ") + bar.label + ": " + NumberText(bar.value);
  }
  out.Raw("<figure><figcaption>").Text(caption).Raw("</figcaption><svg viewBox=\"0 0 ");
  out.Number(kChartWidth).Raw(" ").Number(kChartHeight).Raw("\" role=\"img\" aria-label=\"");
  out.Text(spoken).Raw("\"><line x1=\"0\" y1=\"").Number(kChartBottom).Raw("\" x2=\"");
  out.Number(kChartWidth).Raw("\" y2=\"").Number(kChartBottom).Raw("\"/>\n");
  const auto step = kChartWidth / static_cast<int64_t>(bars.size());
  int64_t left = 0;
  for (const Bar& bar : bars) {
    const int64_t middle = left + step / 2;
    const int64_t height = (kChartBottom - kChartTop) * bar.value / highest;
    const auto words = [&](int64_t y) { out.Number(middle).Raw("\" y=\"").Number(y).Raw("\">"); };
    if (height > 0) {
      out.Raw("<rect x=\"").Number(left + step / 6).Raw("\" y=\"").Number(kChartBottom - height);
      out.Raw("\" width=\"").Number(step - step / 3).Raw("\" height=\"").Number(height);
      out.Raw("\"/>");
    }
    out.Raw("<text class=\"v\" x=\"");
    words(kChartBottom - height - 5);
    out.Text(NumberText(bar.value)).Raw("</text><text class=\"l\" x=\"");
    words(kChartBottom + 15);
    out.Text(bar.label).Raw("</text>");
    if (!bar.below.empty()) {
      out.Raw("<text class=\"l\" x=\"");
      words(kChartBottom + 30);
      out.Text(bar.below).Raw("</text>");
    }
    out.Raw("\n");
    left += step;
  }
  return out.Raw("</svg></figure>\n");
}

}  // namespace schakel::report
