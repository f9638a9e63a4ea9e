#include "node/record/pseudonym.h"

#include <gtest/gtest.h>

#include "node/record/forms.h"
#include "tests/unit/record/example.h"

namespace schakel::record {
namespace {

using covenant::FieldType;
using covenant::Form;
using covenant::FormKind;

constexpr char kBsn[] = "123456782";
constexpr char kRow[] = "5e6a1e3c-0f0b-4c5d-9e8f-1a2b3c4d5e6f";
const Form kToRecipient{FormKind::kPseudonymRecipient, ""};
const Form kInCovenant{FormKind::kPseudonymCovenant, ""};

Uuid Lineage(uint8_t first) {
  Uuid out;
  for (size_t i = 0; i < out.bytes.size(); ++i)
    out.bytes[i] = static_cast<uint8_t>(first + i);
  return out;
}
crypto::Key32 Secret(uint8_t byte) {
  std::array<uint8_t, 32> bytes{};
  bytes.fill(byte);
  return crypto::Key32(bytes);
}
Pseudonyms Of(uint8_t secret,
              const char* recipient = "gemeente",
              const char* purpose = "groepsscan",
              uint8_t lineage = 0) {
  return {Lineage(lineage), purpose, recipient, Secret(secret)};
}

// Computed with Python's hmac and hashlib: each part behind its u16be length, the first 16 bytes.
TEST(Pseudonyms, AreTheMacOfTheReadme) {
  EXPECT_EQ(Of(7).ForRecipient(kBsn), "d3706fbe97d70c2cfc74e33c4500e6bb");
  EXPECT_EQ(Of(7).ForCovenant(kRow), "b530d055612c10cb7e903798a34e1c6d");
}

TEST(Pseudonyms, ForARecipientLinkOneGiverRecipientAndPurpose) {
  const std::string name = Of(7).ForRecipient(kBsn);
  EXPECT_EQ(Of(7).ForRecipient(kBsn), name);
  EXPECT_NE(Of(7).ForRecipient("111222333"), name);
  EXPECT_NE(Of(8).ForRecipient(kBsn), name);                               // another giver
  EXPECT_NE(Of(7, "om").ForRecipient(kBsn), name);                         // recipient
  EXPECT_NE(Of(7, "gemeente", "hulp").ForRecipient(kBsn), name);           // purpose
  EXPECT_NE(Of(7, "gemeente", "groepsscan", 1).ForRecipient(kBsn), name);  // lineage
  // No two parts run together.
  EXPECT_NE(Of(7, "gemeentex", "groepsscan").ForRecipient(kBsn),
            Of(7, "gemeente", "xgroepsscan").ForRecipient(kBsn));
}

TEST(Pseudonyms, InACovenantLinkEveryGiverAndRecipientForOnePurpose) {
  const auto name = Of(7).ForCovenant(kRow);
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(Of(8, "om").ForCovenant(kRow), name);
  EXPECT_NE(Of(7, "gemeente", "hulp").ForCovenant(kRow), name);
  EXPECT_NE(Of(7, "gemeente", "groepsscan", 1).ForCovenant(kRow), name);
}

// Whatever can be guessed can be found behind a name whose key is no secret.
TEST(Pseudonyms, InACovenantAreOfRandomReferencesOnly) {
  for (const char* guessable : {kBsn,
                                "",
                                "rij 3",
                                "5e6a1e3c-0f0b-1c5d-9e8f-1a2b3c4d5e6f",  // version 1
                                "5e6a1e3c-0f0b-7c5d-9e8f-1a2b3c4d5e6f",  // version 7
                                "5e6a1e3c-0f0b-4c5d-ce8f-1a2b3c4d5e6f",  // another variant
                                "5E6A1E3C-0F0B-4C5D-9E8F-1A2B3C4D5E6F",  // another spelling
                                "5e6a1e3c-0f0b-4c5d-9e8f-1a2b3c4d5e6f "}) {
    EXPECT_EQ(Of(7).ForCovenant(guessable), std::nullopt) << guessable;
  }
}

TEST(Pseudonyms, ArriveInTheirShapeAlone) {
  const Pseudonyms names = Of(7);
  const auto bsn =
      ApplyForm(FieldType::kBsn, kToRecipient, std::string(kBsn), DayOn("2026-03-14"), &names);
  ASSERT_EQ(bsn, FieldValue(names.ForRecipient(kBsn)));
  EXPECT_TRUE(CheckForm(FieldType::kBsn, kToRecipient, *bsn).ok());
  const auto row =
      ApplyForm(FieldType::kRef, kInCovenant, std::string(kRow), DayOn("2026-03-14"), &names);
  ASSERT_EQ(row, FieldValue(*names.ForCovenant(kRow)));
  EXPECT_TRUE(CheckForm(FieldType::kRef, kInCovenant, *row).ok());
  // Never the value itself, and never another form's field.
  EXPECT_FALSE(CheckForm(FieldType::kBsn, kToRecipient, std::string(kBsn)).ok());
  EXPECT_FALSE(CheckForm(FieldType::kRef, kInCovenant, std::string(kRow)).ok());
  EXPECT_FALSE(CheckForm(FieldType::kRef, kInCovenant, std::string(32, 'G')).ok());
  EXPECT_FALSE(CheckForm(FieldType::kRef, kInCovenant, std::string(31, 'a')).ok());
  EXPECT_FALSE(CheckForm(FieldType::kRef, kInCovenant, std::string(33, 'a')).ok());
  EXPECT_FALSE(CheckForm(FieldType::kBsn, kInCovenant, *row).ok());
  EXPECT_FALSE(CheckForm(FieldType::kRef, kToRecipient, *bsn).ok());
  EXPECT_EQ(ApplyForm(FieldType::kRef, kInCovenant, std::string(kBsn), DayOn("2026-03-14"), &names),
            std::nullopt);
}

}  // namespace
}  // namespace schakel::record
