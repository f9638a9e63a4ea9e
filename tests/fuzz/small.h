// A small covenant to ask whatever comes in about.
#pragma once

#include <memory>
#include <utility>

#include "node/base/check.h"
#include "node/covenant/author.h"
#include "node/covenant/decide.h"

namespace schakel {

inline constexpr const char* kSmallCovenant = R"yaml(covenant: 1
lineage: fill
version: 1
title: "Klein"
valid: {from: fill, until: fill}
timezone: UTC
status_max_age: PT24H
parties:
  a: {name: "A", oin: "00000099000000001001", organisation: a, roots: fill, threshold: fill}
  b: {name: "B", oin: "00000099000000001002", organisation: b, roots: fill, threshold: fill}
purposes:
  p: {text: "P"}
bases:
  open: {law: "wet", giver: [a], purposes: [p]}
facts:
  age:  {type: age, from: persoon.geboortedatum}
  role: {type: enum, values: [dader, getuige], from: record.rol}
categories:
  k: {about: person, fields: {naam: name, datum: date, soort: code}, meta: {rol: code}}
defaults: {retain: P6M, onward: none, journal: both}
rules:
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {age: {min: 12}, role: [dader]}
    fields: {naam: plain, datum: month}
tests: []
)yaml";

inline const covenant::Covenant& SmallCovenant() {
  static const auto covenant = [] {
    covenant::DraftCovenant draft =
        covenant::ReadDraft(kSmallCovenant, "c.yaml", Day{std::chrono::year{2026} / 1 / 1});
    CHECK(draft.authored.document.has_value());
    auto compiled = covenant::Covenant::Compile(std::move(*draft.authored.document));
    CHECK(compiled.ok());
    return std::move(*compiled);
  }();
  return *covenant;
}

}  // namespace schakel
