// One fixed scan of the invented Veldrijk with everything in it that a rendering can meet.
#pragma once

#include "node/base/date.h"
#include "node/report/model.h"

namespace schakel::report::sample {

inline Day At(int year, unsigned month, unsigned day) {
  return IncompleteDate{year, month, day}.Earliest();
}
inline Instant Noon(int year, unsigned month, unsigned day) {
  return Instant{At(year, month, day)} + std::chrono::hours{11} + std::chrono::minutes{4};
}

inline Source Given(int number, const char* party, const char* name, const char* category) {
  Source source;
  source.number = number;
  source.party = party;
  source.party_name = name;
  source.category = category;
  source.ref = std::string("VLD-2026-003/2@") + party;
  source.exchange = "0192f0c1-7a2b-7c3d-8e4f-0123456789ab";
  source.received = Noon(2026, 11, 26);
  return source;
}

inline std::vector<Source> Sources() {
  Source list = Given(1, "politie", "Politie, basisteam Veldrijk", "namenlijst");
  list.ref = "VLD-2026-003/1@politie";
  list.rules = {"N01"};
  list.bases = {"Wpg art. 16 lid 1 onder b"};
  Source incident = Given(2, "politie", "Politie, basisteam Veldrijk", "incident");
  incident.rules = {"I01", "I02"};
  incident.bases = {"Wpg art. 20"};
  Source soft = Given(3, "politie", "Politie, basisteam Veldrijk", "mutatie");
  soft.rules = {"M01"};
  soft.bases = {"Wpg art. 20"};
  Source cases = Given(4, "om", "Openbaar Ministerie, parket Veldrijk", "strafzaak");
  cases.rules = {"S01"};
  cases.bases = {"Wjsg art. 39f"};
  Source own;
  own.number = 5;
  own.party = "gemeente";
  own.party_name = "Gemeente Veldrijk";
  own.category = "overlastmelding";
  own.own = true;
  Source signal = Given(6, "politie", "Politie, basisteam Veldrijk", "signaal");
  signal.ref = "VLD-2026-003/1@politie";
  signal.rules = {"G01"};
  signal.bases = {"Wpg art. 16 lid 1 onder b"};
  return {list, incident, soft, cases, own, signal};
}

inline Person Jayden() {
  Person person;
  person.number = 1;
  person.row = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
  person.name = "Jayden Visser";
  person.birth = {2007, 3, 14};
  person.age = IntInterval{19, 19};
  person.address = Address::kShown;
  person.address_text = "Stationsplein 3, 9999 AB Veldrijk";
  person.listed_by = {"politie", "gemeente"};
  person.reasons = {"verdachte"};
  person.facts = {
      {"incident",
       false,
       {{"datum", "month", "2026-10"},
        {"soort", "plain", "vernieling"},
        {"plaats", "coarse(buurt)", "BU99990102"}},
       2,
       At(2027, 2, 26),
       {}},
      {"mutatie",
       true,
       {{"datum", "month", "2026-09"},
        {"bron", "plain", "eigen waarneming"},
        {"betrouwbaarheid", "plain", "waarschijnlijk"},
        {"thema", "plain", "gezien met anderen van de groep op het stationsplein"}},
       3,
       At(2027, 2, 26),
       {"om"}},
      {"overlastmelding",
       false,
       {{"datum", "plain", "2026-08-21"}, {"soort", "plain", "geluidsoverlast"}},
       5,
       std::nullopt,
       {}},
      {"strafzaak",
       false,
       {{"datum", "year", "2025"}, {"soort", "plain", "dagvaarding"}},
       4,
       At(2027, 5, 30),
       {}},
  };
  person.cells = {{{"politie", "incident"}, Stand::kDelivered},
                  {{"politie", "antecedent"}, Stand::kNoResult},
                  {{"politie", "mutatie"}, Stand::kDelivered},
                  {{"om", "strafzaak"}, Stand::kDelivered},
                  {{"jongerenwerk", "contact"}, Stand::kNoAnswer},
                  {{"gemeente", "overlastmelding"}, Stand::kOwn}};
  return person;
}

inline Person Zoe() {
  Person person;
  person.number = 2;
  person.row = "3f2504e0-4f89-41d3-9a0c-0305e82c3302";
  person.name = "Zoë Anna-Sofía van den Broek-van der Westelaken";
  person.birth = {2009, 5, 0};
  person.age = IntInterval{17, 17};
  person.address = Address::kShielded;
  person.listed_by = {"politie"};
  person.cells = {{{"politie", "incident"}, Stand::kNoResult},
                  {{"politie", "antecedent"}, Stand::kNoResult},
                  {{"politie", "mutatie"}, Stand::kNoResult},
                  {{"om", "strafzaak"}, Stand::kRefused},
                  {{"jongerenwerk", "contact"}, Stand::kNotAsked}};
  return person;
}

inline Person Unknown() {
  Person person;
  person.number = 3;
  person.row = "3f2504e0-4f89-41d3-9a0c-0305e82c3303";
  person.name = "Ömer 't Hart";
  person.listed_by = {"jongerenwerk"};
  person.cells = {{{"politie", "incident"}, Stand::kPending}};
  return person;
}

inline std::vector<Gap> Gaps() {
  return {{"politie", "namenlijst", Stand::kDelivered, "", Noon(2026, 11, 20), std::nullopt},
          {"politie", "signaal", Stand::kDelivered, "", Noon(2026, 11, 20), std::nullopt},
          {"politie", "incident", Stand::kDelivered, "", Noon(2026, 11, 26), std::nullopt},
          {"politie", "antecedent", Stand::kNoResult, "", Noon(2026, 11, 26), std::nullopt},
          {"politie", "mutatie", Stand::kPending, "", std::nullopt, Noon(2026, 12, 10)},
          {"om", "strafzaak", Stand::kRefused, "step", Noon(2026, 11, 26), std::nullopt},
          {"jongerenwerk", "contact", Stand::kNoAnswer, "", std::nullopt, Noon(2026, 12, 10)},
          {"halt", "afdoening", Stand::kNotAsked, "", std::nullopt, std::nullopt},
          {"gemeente", "overlastmelding", Stand::kOwn, "", std::nullopt, std::nullopt}};
}

inline ScanReport Report() {
  ScanReport report;
  report.ref = "VLD-2026-003";
  report.name = "De Hoek";
  report.areas = {"BU99990102", "BU99990103"};
  report.step = "3";
  report.decisions = {{"3", std::string(64, 'a'), {"gemeente", "politie"}, Noon(2026, 11, 24)},
                      {"2B", std::string(64, 'b'), {"gemeente", "om"}, Noon(2026, 11, 18)}};
  report.version = 2;
  report.reference_day = At(2026, 12, 8);
  report.expires = At(2027, 2, 26);
  report.municipality = "Gemeente Veldrijk";
  report.covenant_title = "Samenwerkingsconvenant jeugdgroepenaanpak Veldrijk";
  report.covenant_version = 3;
  report.covenant_hash = std::string(60, '0') + "b07d";
  report.list_version = 2;
  report.list_established = Noon(2026, 11, 24);
  report.group_facts = {{"signaal",
                         false,
                         {{"datum", "month", "2026-09"},
                          {"soort", "plain", "hinderlijk rondhangen"},
                          {"plaats", "coarse(buurt)", "BU99990102"}},
                         6,
                         At(2027, 5, 20),
                         {}}};
  report.persons = {Jayden(), Zoe(), Unknown()};
  report.gaps = Gaps();
  report.sources = Sources();
  report.counts = {{"incident", {{"2026-08", 4}, {"2026-10", 13}}},
                   {"mutatie", {{"2026-09", 1}}},
                   {"overlastmelding", {{"2026-08", 7}, {"2026", 2}}},
                   {"signaal", {{"2026-09", 1}}},
                   {"strafzaak", {{"2025", 1}}}};
  return report;
}

}  // namespace schakel::report::sample
