// The covenant of policies/veldrijk.yaml, in force from June 2026.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "node/covenant/author.h"
#include "node/covenant/decide.h"
#include "tests/unit/covenant/example.h"

namespace schakel::record {

inline std::unique_ptr<const covenant::Covenant> LoadCovenant() {
  covenant::PrepareOptions options;
  options.lineage = *ParseUuid("0190a6e2-1f00-7000-8000-000000000001");
  options.from = Day{std::chrono::year{2026} / 6 / 1};
  options.until = Day{std::chrono::year{2027} / 5 / 31};
  options.review_by = Day{std::chrono::year{2027} / 3 / 1};
  for (const std::string id : {"politie", "gemeente", "om", "jongerenwerk", "auditdienst"}) {
    options.holders[id] = {
        {covenant::KeyOf(id + " 1").public_key(), covenant::KeyOf(id + " 2").public_key()}, 2};
  }
  auto authored =
      covenant::Prepare(covenant::ReadTestFile(SCHAKEL_TEST_DATA "/../../policies/veldrijk.yaml"),
                        "veldrijk.yaml",
                        options);
  for (const auto& finding : authored.findings)
    ADD_FAILURE() << canon::ToString(finding);
  return authored.document ? covenant::MustCompile(std::move(*authored.document)) : nullptr;
}

}  // namespace schakel::record
