// A covenant as small as a test of one rule needs: parties a, b and c; purposes p and q; a category
// about persons (`k`), one about the group (`g`) and `persoon`. The test writes the rules.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "tests/unit/covenant/example.h"

namespace schakel::covenant {

inline std::string MiniYaml(const std::string& rules, const std::string& tests = " []") {
  std::string text = R"(covenant: 1
lineage: 7b0c4c7e-6f2a-4d53-9c55-5f4f5d0b9a11
version: 1
title: Klein
valid: {from: 2026-01-01, until: 2026-12-31}
timezone: Europe/Amsterdam
status_max_age: PT24H
limits: {subjects_per_request: 40, persons_per_group_per_quarter: 60, request_ttl: P14D}
parties:
  a: {name: A, oin: "00000099000000001001", organisation: oa, roots: ["ed25519:A"], threshold: 1}
  b: {name: B, oin: "00000099000000001002", organisation: ob, roots: ["ed25519:B"], threshold: 1}
  c: {name: C, oin: "00000099000000001003", organisation: oc, roots: ["ed25519:C"], threshold: 1}
purposes:
  p: {text: P}
  q: {text: Q}
bases:
  open: {law: wet, giver: [a], purposes: [p, q], bsn: [a, b]}
  ended: {law: wet, giver: [a], purposes: [p, q], until: 2026-06-30}
  asked: {law: wet, giver: [a], purposes: [p], needs: consent}
facts:
  step: {type: enum, values: ["1", "2", "3"], ordered: true, stated_by: {any: [a, b], threshold: 2}}
  listed: {type: bool, about: person, stated_by: {any: [b], threshold: 1}}
  size: {type: int, range: {min: 0, max: 99}, stated_by: {any: [b], threshold: 1}}
  age: {type: age, from: persoon.geboortedatum}
  sealed: {type: bool, from: persoon.afgeschermd}
  role: {type: enum, values: [dader, getuige], from: record.rol}
  consent: {type: bool, from: record.toestemming}
categories:
  k: {about: person, fields: {naam: name, datum: date, soort: code, tekst: freetext}, meta: {rol: code, toestemming: bool}}
  g: {about: group, fields: {datum: date, soort: code}}
  persoon: {about: person, fields: {naam: name, geboortedatum: date, bsn: bsn}}
defaults: {retain: P6M, onward: none, journal: both}
rules:)";
  for (const std::string label : {"A", "B", "C"}) {
    text = Replaced(text, "ed25519:" + label, crypto::KeyId(KeyOf(label).public_key()));
  }
  return text + rules + "\ntests:" + tests + "\n";
}

inline std::unique_ptr<const Covenant> Mini(const std::string& rules) {
  return MustCompile(MustRead(MiniYaml(rules)));
}

// A question about a's records in `category` for b and purpose p, in the spring of 2026.
inline Question AskMini(std::string category, Facts facts = {}) {
  Question question;
  question.from = "a";
  question.to = "b";
  question.purpose = "p";
  question.category = std::move(category);
  question.facts = std::move(facts);
  question.now = FirstInstantOf(Day{std::chrono::year{2026} / 4 / 1}, Zone::kAmsterdam);
  return question;
}

inline FactValue Is(const char* value) {
  return FactValue{std::string(value)};
}
inline FactValue Is(bool value) {
  return FactValue{value};
}
inline FactValue Between(int64_t low, int64_t high) {
  return FactValue{IntInterval{low, high}};
}

}  // namespace schakel::covenant
