#include "node/policy/annex_duties.h"

#include <algorithm>
#include <string_view>

#include "node/covenant/check.h"
#include "node/policy/annex_words.h"

namespace schakel::policy {
namespace {

using covenant::Document;

bool BasisNames(const Document& document, std::string_view law) {
  return std::any_of(document.bases.begin(), document.bases.end(), [law](const auto& basis) {
    return NamesLaw(basis.second.law, law);
  });
}

std::string ThingOf(const covenant::Issue& issue) {
  if (issue.path.ends_with("/approval")) return "een akkoord vooraf";
  if (issue.message.find("`coarse(") != std::string::npos)
    return "een vergroving die geen node kent";
  if (issue.path.find("/fields/") != std::string::npos) {
    return "een tekst die een mens heeft gelezen en vrijgegeven";
  }
  return issue.path;
}

std::string RuleAt(const Document& document, const std::string& path) {
  for (const covenant::Permit& permit : document.permits) {
    if (path.starts_with("/rules/" + std::to_string(permit.index) + "/")) return permit.id;
  }
  return path;
}

}  // namespace

std::map<std::string, std::set<std::string>> UnsupportedIn(const Document& document) {
  covenant::Issues issues;
  covenant::CheckSupport(document, issues);
  std::map<std::string, std::set<std::string>> out;
  for (const covenant::Issue& issue : issues.list())
    out[RuleAt(document, issue.path)].insert(ThingOf(issue));
  return out;
}

std::vector<std::vector<std::string>> DutyRows(const Document& document) {
  std::vector<std::vector<std::string>> rows;
  if (BasisNames(document, "Wpg")) {
    rows.push_back(
        {"Geheimhouding",
         "Wie politiegegevens ontvangt, houdt ze geheim, behalve voor zover een "
         "wettelijk voorschrift tot verstrekken verplicht of zijn taak daartoe noodzaakt "
         "(Wpg art. 7 lid 2). De politie wijst ontvangers daarop (Bpg art. 4:8). "
         "Doorgeven dat hierboven is toegelaten, blijft daaronder vallen."});
    rows.push_back(
        {"Rechten, Wpg",
         "Een betrokkene kan de politie vragen aan wie zijn gegevens in de vier jaar "
         "daarvoor zijn verstrekt (Wpg art. 25 lid 1 onder c) en vragen ze te verbeteren "
         "(Wpg art. 28)."});
  }
  if (BasisNames(document, "AVG")) {
    rows.push_back({"Informeren",
                    "Wie gegevens over iemand krijgt van een ander dan die persoon, informeert hem "
                    "(AVG art. 14), tenzij een uitzondering geldt (AVG art. 14 lid 5; UAVG art. "
                    "41)."});
    rows.push_back(
        {"Rechten, AVG",
         "Een betrokkene kan inzage, verbetering en wissing vragen en bezwaar maken (AVG "
         "art. 15, 16, 17 en 21), binnen de grenzen van die wet."});
  }
  return rows;
}

}  // namespace schakel::policy
