#include "node/policy/annex.h"

#include <algorithm>
#include <map>
#include <utility>

#include "node/base/bytes.h"
#include "node/covenant/tests.h"
#include "node/covenant/trust.h"
#include "node/policy/annex_duties.h"
#include "node/policy/annex_words.h"
#include "node/policy/count_words.h"
#include "node/policy/space.h"
#include "node/policy/words.h"
#include "node/report/words.h"

namespace schakel::policy {
namespace {

using covenant::Document;
using Kind = Annex::Part::Kind;
using Row = std::vector<std::string>;

class Maker {
 public:
  Maker(const covenant::Covenant& covenant, bool draft)
      : covenant_(covenant), document_(covenant.document()), draft_(draft) {
    annex_.title = document_.title;
    annex_.version = "versie " + std::to_string(document_.version);
    if (!draft) annex_.hash = EncodeHex(document_.hash);
    lacking_ = UnsupportedIn(document_);
  }

  Annex Make() && {
    Opening();
    Covenant();
    Parties();
    Purposes();
    Bases();
    Facts();
    Categories();
    Counts();
    Flows();
    Denies();
    Duties();
    People();
    Tests();
    Sheet();
    return std::move(annex_);
  }

 private:
  void Section(std::string title) { annex_.parts.push_back({Kind::kSection, std::move(title)}); }
  void Head(std::string title) { annex_.parts.push_back({Kind::kHead, std::move(title)}); }
  void Text(std::string text) { annex_.parts.push_back({Kind::kText, std::move(text)}); }
  void Table(Row heads, std::vector<Row> rows) {
    annex_.parts.push_back({Kind::kTable, "", std::move(heads), std::move(rows)});
  }

  // Of a date in a draft, for which something may stand in.
  [[nodiscard]] std::string Provisional() const { return draft_ ? " (voorlopig)" : ""; }

  void Opening() {
    if (draft_) {
      Text(
          "ONTWERP. Sleutels, data of hashes zijn nog niet ingevuld; wat daarvoor hieronder staat, "
          "is voorlopig. Dit ontwerp heeft geen hash en is niet te ondertekenen.");
    }
    Text(
        "Deze bijlage is gemaakt uit het convenant dat de partijen ondertekenen en zegt hetzelfde. "
        "De systemen van de partijen laten alleen gaan wat hier is toegelaten. Wat mensen "
        "daarnaast "
        "moeten doen, staat onder \"Geheimhouding, informeren en rechten\".");
    if (!lacking_.empty()) {
      Text(
          "LET OP: niet uit te voeren. De systemen van de partijen kunnen nog niet alles wat hier "
          "staat, en nemen het convenant daarom zo niet in gebruik. Zij kunnen nog niet: " +
          Unsupported() + ". Zonder die regels kan het wel.");
    }
    Text(
        "Wat hier niet staat, wordt niet verstrekt. Een verbod gaat voor een toelating. Is iets "
        "waarvan een toelating of een verbod afhangt niet bekend, dan wordt niet verstrekt.");
  }

  void Covenant() {
    Section("Het convenant");
    std::vector<Row> rows{
        {"Titel", document_.title},
        {"Versie", std::to_string(document_.version)},
        {"Volgt op",
         document_.previous ? "de versie met hash " + EncodeHex(*document_.previous)
                            : "geen eerdere versie"},
        {"Kenmerk", draft_ ? "nog in te vullen" : ToString(document_.lineage)}};
    if (!document_.regime.empty()) rows.push_back({"Regime", document_.regime});
    rows.push_back({"Geldig",
                    DayWords(document_, document_.valid_from) + " " +
                        UntilWords(document_, document_.valid_until) + Provisional()});
    if (document_.review_by) {
      rows.push_back({"Herzien",
                      "uiterlijk " +
                          DayWords(document_, *document_.review_by - std::chrono::milliseconds{1}) +
                          Provisional()});
    }
    rows.push_back(
        {"Uittreden",
         document_.on_leave == covenant::OnLeave::kContinue
             ? "treedt een partij uit, dan blijft het convenant tussen de andere partijen gelden"
             : "treedt een partij uit, dan eindigt het convenant voor alle partijen"});
    rows.push_back(
        {"Intrekken",
         "elke partij kan het convenant intrekken; dan wordt onder deze versie niets meer "
         "verstrekt"});
    rows.push_back(
        {"Actueel",
         "voor elke verstrekking is van de andere partij een ondertekende bevestiging nodig "
         "van ten hoogste " +
             PeriodWords(document_.status_max_age) + " oud dat het convenant nog geldt"});
    Table({}, std::move(rows));
    if (!document_.documents.empty()) {
      Head("Stukken die erbij horen");
      std::vector<Row> papers;
      for (const auto& [id, paper] : document_.documents)
        papers.push_back({id,
                          paper.title,
                          paper.sha256 == Hash{} ? "nog in te vullen" : EncodeHex(paper.sha256)});
      Table({"Stuk", "Titel", "SHA-256"}, std::move(papers));
    }
    const std::vector<Row> abbreviations = Abbreviations(document_);
    if (!abbreviations.empty()) {
      Head("Afkortingen");
      Table({}, abbreviations);
    }
  }

  [[nodiscard]] std::string Keys(const std::vector<crypto::PublicKey>& roots, int threshold) const {
    if (draft_) return "nog in te vullen";
    return std::to_string(threshold) + " van " + std::to_string(roots.size());
  }

  void Parties() {
    Section("Partijen");
    std::vector<Row> rows;
    for (const auto& [id, party] : document_.parties) {
      rows.push_back(
          {id, party.name, party.oin, party.organisation, Keys(party.roots, party.threshold)});
    }
    Table({"Partij", "Naam", "OIN", "Organisatie", "Sleutels nodig"}, std::move(rows));
    if (document_.auditors.empty()) return;
    Head("Wie controleert");
    std::vector<Row> auditors;
    for (const auto& [id, auditor] : document_.auditors) {
      const std::set<std::string> organisations(auditor.organisations.begin(),
                                                auditor.organisations.end());
      const std::set<std::string> categories(auditor.categories.begin(), auditor.categories.end());
      auditors.push_back({auditor.name,
                          NamesWords(organisations, "geen"),
                          NamesWords(categories, "alle soorten"),
                          auditor.detail == "decisions"
                              ? "logregels en beslissingen, geen inhoud"
                              : "logregels, geen beslissingen en geen inhoud",
                          UntilWords(document_, auditor.until)});
    }
    Table({"Naam", "Bij", "Over", "Ziet", "Mandaat"}, std::move(auditors));
  }

  void Purposes() {
    Section("Doelen");
    std::vector<Row> rows;
    for (const auto& [id, text] : document_.purposes)
      rows.push_back({id, text});
    Table({"Doel", "Omschrijving"}, std::move(rows));
  }

  void Bases() {
    Section("Grondslagen");
    std::vector<Row> rows;
    for (const auto& [id, basis] : document_.bases) {
      std::string more;
      const auto add = [&more](const std::string& text) {
        more += (more.empty() ? "" : "; ") + text;
      };
      const auto paper = document_.documents.find(basis.instrument);
      if (paper != document_.documents.end()) add("met " + paper->second.title);
      if (basis.until) add(UntilWords(document_, *basis.until));
      if (!basis.needs.empty()) {
        add("alleen als vaststaat: " + report::FactName(report::Language::kDutch, basis.needs));
      }
      if (!basis.bsn.empty()) {
        add("een BSN mag, alleen om te vergelijken, gaan tussen " + NamesWords(basis.bsn, ""));
      }
      rows.push_back({id,
                      basis.law,
                      NamesWords(basis.giver, "niemand"),
                      NamesWords(basis.purposes, "geen"),
                      more.empty() ? "-" : more});
    }
    Table({"Grondslag", "Wet", "Gever", "Doel", "Bijzonderheden"}, std::move(rows));
  }

  void Facts() {
    Section("Waarvan een verstrekking kan afhangen");
    std::vector<Row> rows;
    for (const auto& [id, fact] : document_.facts) {
      rows.push_back(
          {report::FactName(report::Language::kDutch, id), id, KindWords(fact), SourceWords(fact)});
    }
    Table({"Omstandigheid", "Naam", "Waarde", "Waar zij uit blijkt"}, std::move(rows));
  }

  static std::string FieldList(const std::map<std::string, covenant::FieldType>& fields) {
    std::vector<std::string> out;
    for (const auto& [field, type] : fields)
      out.push_back(field + " (" + TypeWords(type) + ")");
    return Joined(out);
  }

  [[nodiscard]] static std::string CountWords(const covenant::Aggregate& counts) {
    return CountBrief(report::Language::kDutch, counts) + ", van " +
           (counts.of.empty() ? "getallen van de gever" : counts.of);
  }

  // What the nodes do to a count before it goes: each rule once, with the categories it is of.
  void Counts() {
    std::map<std::string, std::set<std::string>> rules;
    for (const auto& [id, category] : document_.categories) {
      if (category.aggregate) {
        rules[CountRule(report::Language::kDutch, *category.aggregate)].insert(id);
      }
    }
    counted_ = !rules.empty();
    if (!counted_) return;
    Section("Tellingen");
    for (const auto& [rule, categories] : rules) {
      Head(NamesWords(categories, ""));
      Text(rule);
    }
    Head("Waartegen dit niet beschermt");
    Text(
        "Wie zelf een deel van een som leverde, of de groep van dichtbij kent, kan meer uit een "
        "getal "
        "lezen dan er staat. Eén persoon kan bijna alle gegevens achter een getal hebben. Getallen "
        "over groepen met dezelfde personen zijn tegen elkaar af te zetten.");
  }

  void Categories() {
    Section("Soorten gegevens");
    std::vector<Row> rows;
    for (const auto& [id, category] : document_.categories) {
      std::string about = category.about_person ? "een persoon" : "de groep, geen personen";
      if (category.aggregate) about += "; " + CountWords(*category.aggregate);
      rows.push_back({CategoryWords(id),
                      about,
                      FieldList(category.fields),
                      category.meta.empty() ? "-" : FieldList(category.meta)});
    }
    Table({"Soort", "Over", "Gegevens", "Alleen voor de toets, gaat nooit weg"}, std::move(rows));
  }

  Row When(const covenant::Permit& permit) const {
    std::vector<std::string> out;
    for (const auto& [fact, test] : permit.when)
      out.push_back(ConditionWords(document_, fact, test));
    const std::string& needs = document_.bases.at(permit.basis).needs;
    if (!needs.empty() && !permit.when.contains(needs)) {
      out.push_back(ConditionWords(document_, needs, covenant::BoolTest{true}));
    }
    return {"Alleen als", out.empty() ? "altijd" : Joined(out, "; ")};
  }

  std::vector<Row> RowsOf(const covenant::Permit& permit) const {
    const covenant::Basis& basis = document_.bases.at(permit.basis);
    std::string law = basis.law;
    const auto paper = document_.documents.find(basis.instrument);
    if (paper != document_.documents.end()) law += "; " + paper->second.title;
    if (basis.until) law += "; " + UntilWords(document_, *basis.until);
    std::vector<std::string> fields;
    for (const auto& [field, form] : permit.fields)
      fields.push_back(field + ": " + FormWords(form));
    for (const auto& [field, type] : document_.categories.at(permit.category).fields) {
      if (!permit.fields.contains(field)) fields.push_back(field + ": wordt niet verstrekt");
    }
    std::sort(fields.begin(), fields.end());
    std::vector<Row> rows{{"Grondslag", law + " (" + permit.basis + ")"},
                          When(permit),
                          {"Gegevens", Joined(fields, "; ")}};
    const auto lacking = lacking_.find(permit.id);
    if (lacking != lacking_.end()) {
      rows.push_back({"Let op", "nog niet uit te voeren: " + NamesWords(lacking->second, "")});
    }
    if (!permit.require.empty()) {
      rows.push_back(
          {"Verplicht",
           NamesWords(permit.require, "") + "; ontbreekt dat, dan wordt niets verstrekt"});
    }
    rows.push_back({"Bewaren", PeriodWords(permit.retain.value_or(document_.default_retain))});
    rows.push_back({"Doorgeven", OnwardWords(permit.onward.value_or(document_.default_onward))});
    if (permit.approval) {
      rows.push_back({"Akkoord vooraf",
                      "van " + permit.approval->by + " (" + permit.approval->role + ")" +
                          (permit.approval->not_requester ? ", niet van wie vraagt" : "") +
                          "; geldig " +
                          report::PeriodText(report::Language::kDutch, permit.approval->valid)});
    }
    return rows;
  }

  static std::string OnwardWords(const std::set<std::string>& onward) {
    return onward.empty() ? "niet" : "aan " + NamesWords(onward, "");
  }

  // Rules that say the same about one cell but for their conditions stand together.
  void Flows() {
    Section("Wie verstrekt wat aan wie");
    std::map<Cell, std::vector<const covenant::Permit*>> cells;
    for (const covenant::Permit& permit : document_.permits)
      cells[{permit.from, permit.to, permit.purpose, permit.category}].push_back(&permit);
    if (cells.empty()) Text("Niemand verstrekt iets.");
    for (const auto& [cell, permits] : cells) {
      Head(cell.from + " aan " + cell.to + ": " + CategoryWords(cell.category) + ", doel " +
           cell.purpose);
      std::vector<const covenant::Permit*> left = permits;
      while (!left.empty()) {
        std::vector<Row> rows = RowsOf(*left.front());
        std::vector<std::string> ids;
        std::vector<std::string> whens;
        rows[1].clear();
        std::erase_if(left, [&](const covenant::Permit* other) {
          std::vector<Row> theirs = RowsOf(*other);
          theirs[1].clear();
          if (theirs != rows) return false;
          ids.push_back(other->id);
          whens.push_back(When(*other)[1]);
          return true;
        });
        std::vector<Row> out{{ids.size() == 1 ? "Regel" : "Regels", Joined(ids)}, rows[0]};
        for (size_t i = 0; i < ids.size(); ++i) {
          out.push_back({i == 0 ? "Alleen als" : "of als",
                         whens[i] + (ids.size() == 1 ? "" : " (" + ids[i] + ")")});
        }
        out.insert(out.end(), rows.begin() + 2, rows.end());
        Table({}, std::move(out));
      }
    }
  }

  static std::string Axis(const std::set<std::string>& names, const std::string& any) {
    return names.empty() ? any : NamesWords(names, "");
  }

  void Denies() {
    Section("Wat nooit wordt verstrekt");
    if (document_.denies.empty())
      Text("Er zijn geen verboden naast wat hierboven niet is toegelaten.");
    std::vector<Row> rows;
    for (const covenant::Deny& deny : document_.denies) {
      std::string what = "van " + Axis(deny.from, "elke partij") + " aan " +
                         Axis(deny.to, "elke partij") + ", " + ReachWords(covenant_, deny);
      if (!deny.purpose.empty()) what += ", doel " + NamesWords(deny.purpose, "");
      if (!deny.fields.empty()) {
        what += "; alleen het gegeven " + NamesWords(deny.fields, "");
        std::vector<std::string> spared;
        for (const covenant::Form& form : deny.unless_form)
          spared.push_back(FormWords(form));
        if (!spared.empty()) what += ", behalve: " + Joined(spared, "; ");
      }
      std::vector<std::string> when;
      for (const auto& [fact, test] : deny.when)
        when.push_back(ConditionWords(document_, fact, test));
      rows.push_back(
          {deny.id,
           deny.text.empty() ? "-" : deny.text,
           what,
           when.empty() ? "altijd" : Joined(when, "; ") + "; ook als dat niet bekend is"});
    }
    if (!rows.empty()) Table({"Regel", "Verbod", "Waarvoor", "Wanneer"}, std::move(rows));
  }

  void Duties() {
    Section("Bewaren, doorgeven, vastleggen en grenzen");
    const covenant::Limits& limits = document_.limits;
    std::vector<Row> rows{
        {"Bewaren",
         "ten hoogste " + PeriodWords(document_.default_retain) + "; een regel kan korter zijn"},
        {"Doorgeven",
         document_.default_onward.empty() ? "niet, tenzij een regel een partij noemt"
                                          : "aan " + NamesWords(document_.default_onward, "") +
                                                ", tenzij een regel anders zegt"},
        {"Vastleggen", "gever en ontvanger leggen elke verstrekking vast in hun log"},
        {"Per verzoek",
         limits.subjects_per_request == 0
             ? "over personen wordt niets gevraagd"
             : "ten hoogste " + std::to_string(limits.subjects_per_request) + " personen"},
        {"Per groep",
         limits.persons_per_group_per_quarter == 0
             ? "over personen wordt niets gevraagd"
             : "ten hoogste " + std::to_string(limits.persons_per_group_per_quarter) +
                   " personen in een kwartaal"}};
    if (limits.request_ttl)
      rows.push_back({"Verzoek vervalt", "na " + PeriodWords(*limits.request_ttl)});
    if (limits.approval_ttl) {
      rows.push_back({"Akkoord vervalt", "na " + PeriodWords(*limits.approval_ttl)});
    }
    if (document_.min_cell > 0) {
      rows.push_back({"Tellingen",
                      "een getal onder " + std::to_string(document_.min_cell) + " blijft weg" +
                          (counted_ ? "; zie het hoofdstuk Tellingen" : "")});
    }
    Table({}, std::move(rows));
  }

  void People() {
    Section("Geheimhouding, informeren en rechten");
    std::vector<Row> rows = DutyRows(document_);
    const bool some = !rows.empty();
    if (some) Table({}, std::move(rows));
    Text((some ? std::string("Hoe de partijen dit doen, en wie het doet, zegt dit bestand niet")
               : std::string("Wat de wet hierover van de partijen vraagt, zegt dit bestand niet")) +
         (document_.documents.empty() ? "; zij leggen het apart vast."
                                      : ": zie de stukken die bij het convenant horen."));
  }

  // Each thing once, with its rules.
  [[nodiscard]] std::string Unsupported() const {
    std::map<std::string, std::set<std::string>> rules;
    for (const auto& [rule, things] : lacking_) {
      for (const std::string& thing : things)
        rules[thing].insert(rule);
    }
    std::vector<std::string> out;
    for (const auto& [thing, ids] : rules)
      out.push_back(thing + " (" + (ids.size() == 1 ? "regel " : "regels ") + Joined(ids) + ")");
    return Joined(out, "; ");
  }

  void Tests() {
    Section("Proeven");
    const size_t failed = covenant::RunTests(covenant_).size();
    const bool one = document_.tests.size() == 1;
    std::string outcome = one ? "slaagde zij." : "slaagden zij alle.";
    if (failed > 0) outcome = "mislukten: " + std::to_string(failed) + ".";
    Text("Het convenant bevat " + std::to_string(document_.tests.size()) +
         (one ? " proef: een vraag" : " proeven: vragen") +
         " met het antwoord dat de partijen daarop afspreken. Bij het maken van deze bijlage " +
         outcome + " Een systeem waarop een proef mislukt, neemt het convenant niet in gebruik.");
  }

  void Sheet() {
    Section("Ondertekenblad");
    if (draft_) {
      Text(
          "Dit is een ontwerp. Het ondertekenblad met de hash volgt als het convenant is "
          "ingevuld.");
      return;
    }
    Text(
        "Ondergetekenden kennen het convenant \"" + document_.title + "\", " + annex_.version +
        ", met de hash hieronder, en aanvaarden het namens hun organisatie. De hash is die van het "
        "bestand dat hun systeem uitvoert; wie het bestand heeft, rekent haar na met: schakel "
        "covenant hash covenant.json, of: sha256sum covenant.json. Lees haar elkaar voor.");
    annex_.parts.push_back({Kind::kHash, ""});
    for (const auto& [id, party] : document_.parties) {
      const std::string signer = SignerOf(party.organisation);
      annex_.parts.push_back(
          {Kind::kSign,
           party.name,
           {"Naam",
            "Functie" + (signer.empty() ? "" : " (" + signer + ")"),
            "Plaats en datum",
            "Handtekening"},
           {{"Partij", id + ", OIN " + party.oin},
            {"Vingerafdruk", Joined(HashGroups(covenant::RootFingerprint(party.roots)), " ")},
            {"Sleutels", Keys(party.roots, party.threshold) + " ondertekenen"}}});
    }
  }

  const covenant::Covenant& covenant_;
  const Document& document_;
  bool draft_;
  bool counted_ = false;
  std::map<std::string, std::set<std::string>> lacking_;  // by rule: what the nodes refuse
  Annex annex_;
};

}  // namespace

Annex MakeAnnex(const covenant::Covenant& covenant, bool draft) {
  return Maker(covenant, draft).Make();
}

std::vector<std::string> HashGroups(const std::string& hash) {
  constexpr size_t kGroup = 4;
  std::vector<std::string> out;
  for (size_t i = 0; i < hash.size(); i += kGroup)
    out.push_back(hash.substr(i, kGroup));
  return out;
}

}  // namespace schakel::policy
