#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "node/base/bytes.h"
#include "node/policy/count_words.h"
#include "node/policy/explain.h"
#include "node/policy/render.h"
#include "node/policy/words.h"
#include "node/report/html.h"
#include "node/report/words.h"

namespace schakel::policy {
namespace {

using canon::Value;
using report::Printable;

constexpr Words kFrom{"geeft", "gives"};
constexpr Words kTo{"krijgt", "gets"};
constexpr Words kPurpose{"doel", "purpose"};
constexpr Words kCategory{"categorie", "category"};
constexpr Words kAccess{"mag", "may"};
constexpr Words kFields{"velden en vorm", "fields and form"};
constexpr Words kRules{"regels", "rules"};
constexpr Words kDuties{"daarna", "after that"};
constexpr Words kStops{"houdt tegen", "stopped by"};
constexpr Words kNever{"nooit", "never"};
constexpr Words kPermit{"onder voorwaarden", "under conditions"};
constexpr Words kApproval{"na akkoord", "after approval"};
constexpr Words kKeep{"bewaren", "keep"};
constexpr Words kOnward{"door naar", "on to"};
constexpr Words kNotOnward{"niet doorgeven", "not onward"};
constexpr Words kEmpty{"Geen regel staat iets toe.", "No rule permits anything."};
constexpr Words kTitle{"Wie mag wat zien", "Who may see what"};
constexpr Words kVersion{"versie", "version"};
constexpr Words kNothing{"geen verbod", "no deny"};
constexpr Words kUncounted{"telt niet mee", "not counted"};
constexpr Words kNotMet{"voldoet niet aan", "does not meet"};
constexpr Words kBasisEnded{"grondslag verlopen", "legal basis ended"};
constexpr Words kNoForm{"geen regel geeft dit veld", "no rule gives this field"};
constexpr Words kHash{"SHA-256", "SHA-256"};
constexpr Words kDraftHash{"ONTWERP, hash nog niet definitief:", "DRAFT, hash not final:"};
constexpr Words kKind{"telling", "count"};
constexpr Words kRuleNotes{"Regels", "Rules"};
constexpr Words kOnlyIf{"Alleen als", "Only if"};
constexpr Words kWith{"alleen met", "only with"};
constexpr Words kDenies{"Verboden", "Denies"};
constexpr Words kCounts{"Tellingen", "Counts"};
constexpr Words kElse{
    "Wat hier niet staat, wordt niet verstrekt. Onbekende gegevens over een persoon gelden als een "
    "weigering.",
    "What is not here is not given. What is unknown about a person counts as a refusal."};

std::string AccessText(const MatrixRow& row, Language language) {
  switch (row.access) {
    case MatrixRow::Access::kNever:
      return kNever.In(language);
    case MatrixRow::Access::kApproval:
      return std::string(kApproval.In(language)) + " (" + Joined(row.approvals) + ")";
    case MatrixRow::Access::kPermit:
      return kPermit.In(language);
  }
  return "";
}

// "incident_telling (telling per kwartaal, niet onder 5, afgerond op 5)".
std::string CategoryText(const MatrixRow& row, Language language) {
  if (!row.counts) return row.cell.category;
  return row.cell.category + " (" + CountBrief(language, *row.counts) + ")";
}

// What holds the cell back: denies, what a permit itself asks for, and what is not counted.
std::string StopsText(const MatrixRow& row, Language language) {
  std::vector<std::string> out;
  if (!row.denies.empty()) out.push_back(Joined(row.denies));
  std::map<std::string, std::set<std::string>> rules;  // by the facts that they miss
  for (const auto& [rule, facts] : row.unmet) {
    std::vector<std::string> names;
    for (const std::string& fact : facts)
      names.push_back(report::FactName(language, fact));
    rules[Joined(names)].insert(rule);
  }
  for (const auto& [names, ids] : rules)
    out.push_back(std::string(kNotMet.In(language)) + " " + Joined(ids) + ": " + names);
  if (row.basis_ended) out.emplace_back(kBasisEnded.In(language));
  if (!row.uncounted.empty()) {
    out.push_back(std::string(kUncounted.In(language)) + ": " + Joined(row.uncounted));
  }
  if (!out.empty()) return Joined(out, "; ");
  return row.access == MatrixRow::Access::kNever ? kNoForm.In(language) : kNothing.In(language);
}

using Notes = std::vector<std::pair<std::string, std::string>>;

// The texts of the denies that rows name, by id.
Notes DenyNotes(const covenant::Document& document, const std::vector<MatrixRow>& rows) {
  std::set<std::string> named;
  for (const MatrixRow& row : rows) {
    named.insert(row.denies.begin(), row.denies.end());
    named.insert(row.uncounted.begin(), row.uncounted.end());
  }
  Notes out;
  for (const covenant::Deny& deny : document.denies) {
    if (named.contains(deny.id) && !deny.text.empty()) out.emplace_back(deny.id, deny.text);
  }
  std::sort(out.begin(), out.end());
  return out;
}

// On which law each rule rests that rows name, and what has to be true for it, by id.
Notes RuleNotes(const covenant::Document& document,
                const std::vector<MatrixRow>& rows,
                Language language) {
  std::set<std::string> named;
  for (const MatrixRow& row : rows)
    named.insert(row.rules.begin(), row.rules.end());
  Notes out;
  for (const covenant::Permit& permit : document.permits) {
    if (!named.contains(permit.id)) continue;
    std::string text = BasisText(language, document, permit) + ". " + kOnlyIf.In(language) + ": " +
                       ConditionsText(language, document, permit);
    if (!permit.require.empty()) {
      text += std::string("; ") + kWith.In(language) + ": " + RequiredText(language, permit);
    }
    out.emplace_back(permit.id, std::move(text));
  }
  std::sort(out.begin(), out.end());
  return out;
}

// How the counts of the rows are made: each rule once, with the categories that follow it.
Notes CountNotes(const std::vector<MatrixRow>& rows, Language language) {
  std::map<std::string, std::set<std::string>> by_rule;
  for (const MatrixRow& row : rows) {
    if (row.counts) by_rule[CountRule(language, *row.counts)].insert(row.cell.category);
  }
  Notes out;
  for (const auto& [rule, categories] : by_rule)
    out.emplace_back(Joined(categories), rule);
  return out;
}

std::string FieldsText(const MatrixRow& row, Language language) {
  std::string out;
  for (const auto& [field, forms] : row.fields) {
    std::set<std::string> names;
    for (const covenant::Form& form : forms)
      names.insert(report::FormName(language, ToString(form)));
    out += (out.empty() ? "" : ", ") + report::FieldName(language, field) + ": " +
           Joined(names, " / ");
  }
  return out;
}

std::string DutiesText(const MatrixRow& row, Language language) {
  if (row.access == MatrixRow::Access::kNever) return "";
  std::set<std::string> periods;
  for (const std::string& period : row.retain)
    periods.insert(report::PeriodText(language, period));
  std::string out = std::string(kKeep.In(language)) + " " + Joined(periods, " / ");
  out += row.onward.empty() ? std::string(", ") + kNotOnward.In(language)
                            : std::string(", ") + kOnward.In(language) + " " + Joined(row.onward);
  return out;
}

std::vector<std::string> Heads(Language language) {
  std::vector<std::string> out;
  for (const Words* words :
       {&kFrom, &kTo, &kPurpose, &kCategory, &kAccess, &kFields, &kDuties, &kRules, &kStops}) {
    out.emplace_back(words->In(language));
  }
  return out;
}

// Which of CellsOfRow holds the ids of rules.
constexpr size_t kRulesColumn = 7;

std::vector<std::string> CellsOfRow(const MatrixRow& row, Language language) {
  return {row.cell.from,
          row.cell.to,
          row.cell.purpose,
          CategoryText(row, language),
          AccessText(row, language),
          FieldsText(row, language),
          DutiesText(row, language),
          Joined(row.rules),
          StopsText(row, language)};
}

// "K1:age K1:listed", for tools.
std::string UnmetIds(const MatrixRow& row) {
  std::vector<std::string> out;
  for (const auto& [rule, facts] : row.unmet) {
    for (const std::string& fact : facts)
      out.push_back(rule + ":" + fact);
  }
  return Joined(out, " ");
}

// Ids that no line breaks within, though they hold a hyphen.
std::string IdsHtml(const std::set<std::string>& ids) {
  std::string out;
  for (const std::string& id : ids) {
    out += (out.empty() ? "" : ", ");
    out += "<span class=\"id\">" + report::EscapeHtml(id) + "</span>";
  }
  return out;
}

// A cell of RFC 4180, and no formula.
std::string CsvCell(const std::string& text) {
  std::string out = Printable(text);
  if (!out.empty() && std::string_view("=+-@").find(out.front()) != std::string_view::npos) {
    out.insert(out.begin(), '\'');
  }
  if (out.find_first_of(";\"") == std::string::npos) return out;
  std::string quoted = "\"";
  for (const char c : out) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string CsvLine(const std::vector<std::string>& cells) {
  std::string out;
  for (const std::string& cell : cells)
    out += (out.empty() ? "" : ";") + CsvCell(cell);
  return out + "\r\n";
}

std::string MarkdownCell(const std::string& text) {
  std::string out;
  for (const char c : Printable(text)) {
    if (std::string_view("|\\*_`<>[]").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

Value TextsJson(const std::set<std::string>& texts) {
  return Value(Value::Array(texts.begin(), texts.end()));
}

const char* AccessName(MatrixRow::Access access) {
  switch (access) {
    case MatrixRow::Access::kNever:
      return "never";
    case MatrixRow::Access::kApproval:
      return "needs";
    case MatrixRow::Access::kPermit:
      return "permit";
  }
  return "";
}

constexpr char kStyle[] = R"css(
@page { size: A4 landscape; margin: 14mm }
body { margin: 1.5rem auto; max-width: 80rem; padding: 0 1rem; color: #1b1f24; background: #fff;
  font: 15px/1.45 "Noto Sans", "Segoe UI", Roboto, Arial, sans-serif; overflow-wrap: break-word }
h1 { font-size: 1.6rem; margin: 0 0 .3rem }
p { margin: .3rem 0; max-width: 50rem }
.hash { font-family: "Noto Sans Mono", Consolas, monospace; font-size: .85rem; overflow-wrap: anywhere }
p.hash { max-width: none }
.id { white-space: nowrap }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .85rem; margin: 1rem 0 }
th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid #d5dae0 }
thead th { border-bottom: 2px solid #1b1f24; color: #56606b }
tr { break-inside: avoid }
tr.never td { color: #8a3b00 }
.draft { border-left: 4px solid #8a3b00; background: #fdf3ea; padding: .4rem .8rem }
h2 { font-size: 1.1rem; margin: 1.4rem 0 .3rem }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .2rem 1rem; margin: 0; font-size: .85rem }
dt { font-weight: 600; max-width: 18rem } dd { margin: 0; max-width: 60rem }
)css";

}  // namespace

std::string Heading(const covenant::Document& document, Language language) {
  return Printable(document.title) + ", " + kVersion.In(language) + " " +
         std::to_string(document.version);
}

std::string HashLine(const Origin& origin, Language language) {
  return std::string((origin.draft ? kDraftHash : kHash).In(language)) + " " +
         EncodeHex(origin.document.hash);
}

std::string MatrixText(const Origin& origin,
                       const std::vector<MatrixRow>& rows,
                       Language language,
                       const report::Paper& paper) {
  // The hash alone on a line: 64 digits and what they are do not fit on one.
  std::string out = Heading(origin.document, language) + "\n" +
                    (origin.draft ? kDraftHash : kHash).In(language) + "\n" +
                    EncodeHex(origin.document.hash) + "\n\n";
  if (rows.empty()) return out + kEmpty.In(language) + "\n";
  // A paragraph per cell: nine columns do not fit on a terminal.
  for (const MatrixRow& row : rows) {
    const bool never = row.access == MatrixRow::Access::kNever;
    out += report::Inked(row.cell.from + " > " + row.cell.to + "  " + row.cell.category,
                         report::Ink::kStrong,
                         paper) +
           "  (" + row.cell.purpose + ")\n";
    report::Table table;
    if (row.counts) table.Add({{kKind.In(language)}, {CountBrief(language, *row.counts)}});
    table.Add({{kAccess.In(language)},
               {AccessText(row, language), never ? report::Ink::kWarn : report::Ink::kPlain}});
    if (!row.fields.empty()) table.Add({{kFields.In(language)}, {FieldsText(row, language)}});
    if (!never) table.Add({{kDuties.In(language)}, {DutiesText(row, language)}});
    table.Add({{kRules.In(language)}, {Joined(row.rules)}});
    table.Add({{kStops.In(language)}, {StopsText(row, language)}});
    out += table.Write(paper, 2);
  }
  const auto notes = [&](const Words& title, const Notes& some) {
    if (some.empty()) return;
    out += std::string("\n") + title.In(language) + "\n";
    report::Table table;
    for (const auto& [name, text] : some)
      table.Add({{name}, {text}});
    out += table.Write(paper, 2);
  };
  notes(kRuleNotes, RuleNotes(origin.document, rows, language));
  notes(kDenies, DenyNotes(origin.document, rows));
  notes(kCounts, CountNotes(rows, language));
  out += "\n";
  for (const std::string& line : report::Wrap(kElse.In(language), paper.width))
    out += line + "\n";
  return out;
}

std::string MatrixCsv(const Origin& origin, const std::vector<MatrixRow>& rows) {
  std::string out = CsvLine({"from",
                             "to",
                             "purpose",
                             "category",
                             "access",
                             "field",
                             "forms",
                             "retain",
                             "onward",
                             "approval",
                             "rules",
                             "denies",
                             "unmet",
                             "uncounted",
                             "bases",
                             "covenant"});
  // Of a template no hash counts.
  const std::string hash = origin.draft ? "" : EncodeHex(origin.document.hash);
  for (const MatrixRow& row : rows) {
    std::set<std::string> bases;
    for (const covenant::Permit& permit : origin.document.permits) {
      if (row.rules.contains(permit.id)) bases.insert(permit.basis);
    }
    const auto line = [&](const std::string& field, const std::string& forms) {
      out += CsvLine({row.cell.from,
                      row.cell.to,
                      row.cell.purpose,
                      row.cell.category,
                      AccessName(row.access),
                      field,
                      forms,
                      Joined(row.retain, " "),
                      Joined(row.onward, " "),
                      Joined(row.approvals, " "),
                      Joined(row.rules, " "),
                      Joined(row.denies, " "),
                      UnmetIds(row),
                      Joined(row.uncounted, " "),
                      Joined(bases, " "),
                      hash});
    };
    if (row.fields.empty()) line("", "");
    for (const auto& [field, forms] : row.fields) {
      std::set<std::string> names;
      for (const covenant::Form& form : forms)
        names.insert(ToString(form));
      line(field, Joined(names, " "));
    }
  }
  return out;
}

std::string MatrixMarkdown(const Origin& origin,
                           const std::vector<MatrixRow>& rows,
                           Language language) {
  std::string out = "# " + std::string(kTitle.In(language)) + "\n\n" +
                    MarkdownCell(Heading(origin.document, language)) + "  \n" +
                    MarkdownCell(HashLine(origin, language)) + "\n\n";
  const auto line = [&out](const std::vector<std::string>& cells) {
    out += "|";
    for (const std::string& cell : cells)
      out += " " + MarkdownCell(cell) + " |";
    out += "\n";
  };
  const std::vector<std::string> heads = Heads(language);
  line(heads);
  out += "|";
  for (size_t i = 0; i < heads.size(); ++i)
    out += "---|";
  out += "\n";
  for (const MatrixRow& row : rows)
    line(CellsOfRow(row, language));
  const auto notes = [&out, language](const Words& title, const Notes& some) {
    if (some.empty()) return;
    out += std::string("\n## ") + title.In(language) + "\n\n";
    for (const auto& [name, text] : some)
      out += "- " + MarkdownCell(name) + ": " + MarkdownCell(text) + "\n";
  };
  notes(kRuleNotes, RuleNotes(origin.document, rows, language));
  notes(kDenies, DenyNotes(origin.document, rows));
  notes(kCounts, CountNotes(rows, language));
  return out + "\n" + kElse.In(language) + "\n";
}

std::string MatrixHtml(const Origin& origin,
                       const std::vector<MatrixRow>& rows,
                       Language language) {
  const auto text = [](const std::string& from) { return report::EscapeHtml(from); };
  std::string out =
      std::string("<!DOCTYPE html>\n<html lang=\"") + report::LanguageName(language) +
      "\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'\">\n<title>" +
      text(kTitle.In(language)) + "</title>\n<style>" + kStyle + "</style>\n</head>\n<body>\n<h1>" +
      text(kTitle.In(language)) + "</h1>\n<p>" + text(Heading(origin.document, language)) +
      (origin.draft ? "</p>\n<p class=\"hash draft\">" : "</p>\n<p class=\"hash\">") +
      text(HashLine(origin, language)) + "</p>\n<div class=\"scroll\"><table>\n<thead><tr>";
  for (const std::string& head : Heads(language))
    out += "<th scope=\"col\">" + text(head) + "</th>";
  out += "</tr></thead>\n<tbody>\n";
  for (const MatrixRow& row : rows) {
    out += row.access == MatrixRow::Access::kNever ? "<tr class=\"never\">" : "<tr>";
    const std::vector<std::string> cells = CellsOfRow(row, language);
    for (size_t i = 0; i < cells.size(); ++i)
      out += "<td>" + (i == kRulesColumn ? IdsHtml(row.rules) : text(cells[i])) + "</td>";
    out += "</tr>\n";
  }
  out += "</tbody>\n</table></div>\n";
  const auto notes = [&](const Words& title, const Notes& some) {
    if (some.empty()) return;
    out += "<h2>" + text(title.In(language)) + "</h2>\n<dl>\n";
    for (const auto& [name, note] : some)
      out += "<dt>" + text(name) + "</dt><dd>" + text(note) + "</dd>\n";
    out += "</dl>\n";
  };
  notes(kRuleNotes, RuleNotes(origin.document, rows, language));
  notes(kDenies, DenyNotes(origin.document, rows));
  notes(kCounts, CountNotes(rows, language));
  return out + "<p>" + text(kElse.In(language)) + "</p>\n</body>\n</html>\n";
}

Value MatrixJson(const std::vector<MatrixRow>& rows) {
  Value::Array out;
  for (const MatrixRow& row : rows) {
    Value::Object fields;
    for (const auto& [field, forms] : row.fields) {
      Value::Array names;
      for (const covenant::Form& form : forms)
        names.emplace_back(ToString(form));
      fields[field] = std::move(names);
    }
    Value::Object unmet;
    for (const auto& [rule, facts] : row.unmet)
      unmet[rule] = TextsJson(facts);
    out.push_back(Value::Object{{"from", row.cell.from},
                                {"to", row.cell.to},
                                {"purpose", row.cell.purpose},
                                {"category", row.cell.category},
                                {"access", AccessName(row.access)},
                                {"fields", std::move(fields)},
                                {"retain", TextsJson(row.retain)},
                                {"onward", TextsJson(row.onward)},
                                {"approval", TextsJson(row.approvals)},
                                {"rules", TextsJson(row.rules)},
                                {"denies", TextsJson(row.denies)},
                                {"unmet", std::move(unmet)},
                                {"uncounted", TextsJson(row.uncounted)},
                                {"counts", row.counts.has_value()},
                                {"example", row.example}});
  }
  return Value(std::move(out));
}

}  // namespace schakel::policy
