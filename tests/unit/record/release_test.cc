#include "node/record/release.h"

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/crypto/entropy.h"
#include "schakel/v1/types.pb.h"
#include "tests/unit/record/example.h"

namespace schakel::record {
namespace {

using covenant::Form;
using covenant::FormKind;

const Day kToday = DayOn("2026-03-14");
const ReleaseAxes kToGemeente{"politie", "gemeente", "groepsscan"};

Uuid SomeId(uint8_t fill) {
  Uuid id;
  id.bytes.fill(fill);
  return id;
}

Record Incident() {
  Record record;
  record.id = SomeId(1);
  record.category = "incident";
  record.subject = SomeId(2);
  record.group = "VLD-2026-001";
  record.hardness = Hardness::kSoft;
  record.fact_date = *ParseIsoDate("2026-02-11");
  record.first_processed = *ParseIsoDate("2026-02-12");
  record.source = "bvh";
  record.source_key = "PL9999-2026000001";
  record.fields = {{"datum", *ParseIsoDate("2026-02-11")},
                   {"soort", std::string("1.4.5")},
                   {"plaats", std::string("BU99990102 Stationsplein 4")},
                   {"toelichting", std::string("met zijn broer")}};
  record.meta = {{"betrokkenheid", std::string("verdachte")}};
  return record;
}

covenant::Decision Permitted() {
  covenant::Decision decision;
  decision.outcome = covenant::Outcome::kPermit;
  decision.fields = {{"datum", {FormKind::kMonth, ""}},
                     {"soort", {FormKind::kPlain, ""}},
                     {"plaats", {FormKind::kCoarse, "buurt"}}};
  decision.withheld = {{"toelichting", "no form"}};
  decision.by = {"I01", "I02"};
  decision.retain = Period{3, Period::Unit::kMonths};
  return decision;
}

Projection ProjectIncident(const Record& record, const covenant::Decision& decision) {
  crypto::SeededEntropy entropy(1);
  return Project(ExampleCovenant(), record, decision, SomeId(7), kToday, nullptr, entropy);
}

Release SomeRelease() {
  return *ProjectIncident(Incident(), Permitted()).release;
}

Bytes Encoded(const Release& release) {
  return *EncodeRelease(release, ExampleCovenant());
}

Bytes Serialised(const v1::Release& message) {
  return ToBytes(message.SerializeAsString());
}

v1::Release SomeMessage() {
  v1::Release message;
  const Bytes bytes = Encoded(SomeRelease());
  EXPECT_TRUE(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  return message;
}

TEST(ProjectTest, CarriesThePermittedFieldsInTheirFormAndTheLabel) {
  const Projection projection = ProjectIncident(Incident(), Permitted());
  ASSERT_TRUE(projection.release.has_value());
  const Release& release = *projection.release;
  EXPECT_EQ(release.fields,
            (Fields{{"datum", std::string("2026-02")},
                    {"plaats", std::string("BU99990102")},
                    {"soort", std::string("1.4.5")}}));
  EXPECT_EQ(release.category, "incident");
  EXPECT_EQ(release.row, SomeId(7));
  EXPECT_EQ(release.hardness, Hardness::kSoft);
  EXPECT_EQ(release.by, (std::vector<std::string>{"I01", "I02"}));
  EXPECT_EQ(ToString(release.retain), "P3M");
  EXPECT_NE(release.id, Incident().id);
  EXPECT_EQ(projection.withheld, (std::map<std::string, std::string>{{"toelichting", "no form"}}));
}

// Nothing of the envelope goes along: a date or a key would tell what the form hides.
TEST(ProjectTest, TheBytesHoldNothingElseOfTheRecord) {
  const Record record = Incident();
  const std::string bytes = ToText(Encoded(SomeRelease()));
  for (const std::string& hidden : {record.source_key,
                                    record.group,
                                    std::string("2026-02-1"),
                                    std::string("bvh"),
                                    std::string("Stationsplein"),
                                    std::string("broer"),
                                    std::string("verdachte")}) {
    EXPECT_EQ(bytes.find(hidden), std::string::npos) << hidden;
  }
  EXPECT_EQ(bytes.find(std::string(AsText(record.id.bytes))), std::string::npos);
  EXPECT_EQ(bytes.find(std::string(AsText(record.subject->bytes))), std::string::npos);
}

TEST(ProjectTest, ADenyReleasesNothing) {
  covenant::Decision decision = Permitted();
  decision.outcome = covenant::Outcome::kDeny;
  decision.code = "DENIED_BY_RULE";
  const Projection projection = ProjectIncident(Incident(), decision);
  EXPECT_FALSE(projection.release.has_value());
  EXPECT_EQ(projection.code, "DENIED_BY_RULE");
}

TEST(ProjectTest, WhatNeedsAnApprovalReleasesNothing) {
  covenant::Decision decision = Permitted();
  decision.outcome = covenant::Outcome::kNeeds;
  EXPECT_FALSE(ProjectIncident(Incident(), decision).release.has_value());
}

TEST(ProjectTest, AFieldWithoutItsFormIsWithheld) {
  Record record = Incident();
  record.fields["plaats"] = std::string("Stationsplein 4");
  const Projection projection = ProjectIncident(record, Permitted());
  ASSERT_TRUE(projection.release.has_value());
  EXPECT_EQ(projection.release->fields.count("plaats"), 0u);
  EXPECT_EQ(projection.withheld.at("plaats"), "form");
}

TEST(ProjectTest, WithoutAnyFieldNothingLeaves) {
  Record record = Incident();
  record.fields = {
      {"datum", IncompleteDate{}}, {"soort", Empty{}}, {"toelichting", std::string("x")}};
  const Projection projection = ProjectIncident(record, Permitted());
  EXPECT_FALSE(projection.release.has_value());
  EXPECT_EQ(projection.code, "NO_FIELDS");
}

TEST(ProjectTest, ARequiredFieldThatItsFormWithholdsStopsTheRecord) {
  Record record = Incident();
  record.category = "namenlijst";
  record.fields = {{"naam", Name{}}, {"reden", std::string("lid")}};
  covenant::Decision decision = Permitted();
  decision.by = {"N01"};
  decision.fields = {{"naam", {FormKind::kPlain, ""}}, {"reden", {FormKind::kPlain, ""}}};
  EXPECT_EQ(ProjectIncident(record, decision).code, "INCOMPLETE");
  record.fields["naam"] = MakeName("José", "van der", "Meer");
  EXPECT_TRUE(ProjectIncident(record, decision).release.has_value());
}

TEST(ProjectTest, TwoReleasesOfOneRecordShareNoId) {
  crypto::SeededEntropy entropy(1);
  const covenant::Document covenant = ExampleCovenant();
  const auto first =
      Project(covenant, Incident(), Permitted(), SomeId(7), kToday, nullptr, entropy);
  const auto second =
      Project(covenant, Incident(), Permitted(), SomeId(7), kToday, nullptr, entropy);
  EXPECT_NE(first.release->id, second.release->id);
}

TEST(ReleaseCodecTest, RoundTripsAndIsDeterministic) {
  const Release release = SomeRelease();
  const Bytes bytes = Encoded(release);
  EXPECT_EQ(bytes, Encoded(release));
  const auto decoded = DecodeRelease(bytes, ExampleCovenant());
  ASSERT_TRUE(decoded.ok()) << decoded.error().detail;
  EXPECT_EQ(*decoded, release);
}

TEST(ReleaseCodecTest, EveryAlternativeRoundTrips) {
  covenant::Document covenant = ExampleCovenant();
  covenant.categories["incident"].fields["vlag"] = covenant::FieldType::kBool;
  covenant.categories["incident"].fields["wie"] = covenant::FieldType::kName;
  Release release = SomeRelease();
  release.fields = {{"datum", *ParseIsoDate("2009-05-00")},
                    {"soort", std::string("2009-05-00")},
                    {"vlag", false},
                    {"wie", MakeName("José", "", "Meer")}};
  const auto decoded = DecodeRelease(*EncodeRelease(release, covenant), covenant);
  ASSERT_TRUE(decoded.ok()) << decoded.error().detail;
  EXPECT_EQ(*decoded, release);
}

TEST(ReleaseCodecTest, ARecordAboutAGroupHasNoRow) {
  Release release = SomeRelease();
  release.category = "signaal";
  release.row.reset();
  const auto decoded = DecodeRelease(Encoded(release), ExampleCovenant());
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->row, std::nullopt);
}

// The number is the place in the sorted list of declared fields, from 1.
TEST(ReleaseCodecTest, FieldNumbersComeFromTheCatalogue) {
  const v1::Release message = SomeMessage();
  ASSERT_EQ(message.fields_size(), 3);
  EXPECT_EQ(message.fields(0).number(), 1u);  // datum
  EXPECT_EQ(message.fields(1).number(), 2u);  // plaats
  EXPECT_EQ(message.fields(2).number(), 3u);  // soort; 4 is toelichting
}

TEST(ReleaseCodecTest, EveryTruncationIsRefused) {
  const Bytes bytes = Encoded(SomeRelease());
  const covenant::Document covenant = ExampleCovenant();
  for (size_t length = 0; length < bytes.size(); ++length) {
    const auto decoded = DecodeRelease(ByteView(bytes).first(length), covenant);
    // A prefix that ends between two fields may be a smaller release, but never the same one.
    if (!decoded) continue;
    EXPECT_LT(decoded->fields.size(), 3u) << length;
  }
}

TEST(ReleaseCodecTest, EveryFlippedBitIsRefusedOrAnotherRelease) {
  const Release release = SomeRelease();
  const Bytes bytes = Encoded(release);
  const covenant::Document covenant = ExampleCovenant();
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes changed = bytes;
    changed[bit / 8] = static_cast<uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
    const auto decoded = DecodeRelease(changed, covenant);
    if (!decoded) continue;
    EXPECT_NE(*decoded, release) << bit;
    EXPECT_EQ(*EncodeRelease(*decoded, covenant), changed) << bit;
  }
}

TEST(ReleaseCodecTest, TrailingAndUnknownBytesAreRefused) {
  const covenant::Document covenant = ExampleCovenant();
  Bytes trailing = Encoded(SomeRelease());
  trailing.push_back(0);
  EXPECT_FALSE(DecodeRelease(trailing, covenant).ok());
  Bytes unknown = Encoded(SomeRelease());
  Append(unknown, ByteView(std::array<uint8_t, 2>{0x78, 0x01}));  // field 15, varint 1
  EXPECT_FALSE(DecodeRelease(unknown, covenant).ok());
}

TEST(ReleaseCodecTest, ARepeatedScalarIsRefused) {
  const Bytes once = Encoded(SomeRelease());
  Bytes twice = once;
  Append(twice, once);
  EXPECT_FALSE(DecodeRelease(twice, ExampleCovenant()).ok());
  Bytes kind = once;
  Append(kind, ByteView(std::array<uint8_t, 2>{0x20, 0x02}));  // kind again
  EXPECT_FALSE(DecodeRelease(kind, ExampleCovenant()).ok());
}

TEST(ReleaseCodecTest, AFieldTwiceOrOutOfOrderIsRefused) {
  v1::Release twice = SomeMessage();
  *twice.add_fields() = twice.fields(2);
  EXPECT_FALSE(DecodeRelease(Serialised(twice), ExampleCovenant()).ok());
  v1::Release swapped = SomeMessage();
  swapped.mutable_fields()->SwapElements(0, 1);
  EXPECT_FALSE(DecodeRelease(Serialised(swapped), ExampleCovenant()).ok());
}

TEST(ReleaseCodecTest, NumbersOutsideTheCatalogueAreRefused) {
  for (const uint32_t number : {0U, 5U, 0xffffffffU}) {
    v1::Release message = SomeMessage();
    message.mutable_fields(2)->set_number(number);
    EXPECT_FALSE(DecodeRelease(Serialised(message), ExampleCovenant()).ok()) << number;
  }
  v1::Release last = SomeMessage();
  last.mutable_fields(2)->set_number(4);
  EXPECT_TRUE(DecodeRelease(Serialised(last), ExampleCovenant()).ok());
}

TEST(ReleaseCodecTest, UnsortedListsAreRefused) {
  v1::Release rules = SomeMessage();
  rules.mutable_by()->SwapElements(0, 1);
  EXPECT_FALSE(DecodeRelease(Serialised(rules), ExampleCovenant()).ok());
  v1::Release onward = SomeMessage();
  onward.add_onward("om");
  EXPECT_TRUE(DecodeRelease(Serialised(onward), ExampleCovenant()).ok());
  onward.add_onward("jongerenwerk");
  EXPECT_FALSE(DecodeRelease(Serialised(onward), ExampleCovenant()).ok());
}

TEST(ReleaseCodecTest, MissingPartsAreRefused) {
  const auto refused = [](auto change) {
    v1::Release message = SomeMessage();
    change(message);
    return !DecodeRelease(Serialised(message), ExampleCovenant()).ok();
  };
  EXPECT_TRUE(refused([](v1::Release& m) { m.clear_id(); }));
  EXPECT_TRUE(refused([](v1::Release& m) { m.set_id("short"); }));
  EXPECT_TRUE(refused([](v1::Release& m) { m.set_row("short"); }));
  EXPECT_TRUE(refused([](v1::Release& m) { m.clear_kind(); }));
  EXPECT_TRUE(refused([](v1::Release& m) { m.set_kind(static_cast<v1::RecordKind>(3)); }));
  EXPECT_TRUE(refused([](v1::Release& m) { m.clear_by(); }));
  EXPECT_TRUE(refused([](v1::Release& m) { m.set_retain("3 months"); }));
  EXPECT_TRUE(refused([](v1::Release& m) { m.set_retain("P03M"); }));
  EXPECT_TRUE(refused([](v1::Release& m) { m.set_category("strafzaak"); }));
  EXPECT_TRUE(refused([](v1::Release& m) { m.clear_fields(); }));
  EXPECT_TRUE(refused([](v1::Release& m) { m.mutable_fields(0)->clear_value(); }));
  EXPECT_TRUE(refused([](v1::Release& m) { m.mutable_fields(0)->set_text(""); }));
  EXPECT_TRUE(refused([](v1::Release& m) { m.mutable_fields(0)->set_flag(true); }));
  EXPECT_TRUE(refused([](v1::Release& m) { m.mutable_fields(0)->mutable_name(); }));
  EXPECT_TRUE(refused([](v1::Release& m) { m.mutable_fields(2)->set_text("a\x1b"); }));
}

TEST(ReleaseCodecTest, SizeHasALimit) {
  covenant::Document covenant = ExampleCovenant();
  Release release = SomeRelease();
  release.fields = {};
  for (const char* field : {"f1", "f2", "f3", "f4", "f5"}) {
    covenant.categories["incident"].fields[field] = covenant::FieldType::kCode;
    release.fields[field] = std::string(13'000, 'x');
  }
  const auto fits = EncodeRelease(release, covenant);
  ASSERT_TRUE(fits.ok());
  const size_t room = kMaxReleaseBytes - fits->size();
  release.fields["f1"] = std::string(13'000 + room, 'x');
  const auto exact = EncodeRelease(release, covenant);
  ASSERT_TRUE(exact.ok());
  EXPECT_EQ(exact->size(), kMaxReleaseBytes);
  EXPECT_TRUE(DecodeRelease(*exact, covenant).ok());
  release.fields["f1"] = std::string(13'001 + room, 'x');
  EXPECT_EQ(EncodeRelease(release, covenant).error().code, ErrorCode::kExhausted);
  Bytes above = *exact;
  above.push_back(0);
  EXPECT_FALSE(DecodeRelease(above, covenant).ok());
}

TEST(CheckReleaseTest, WhatTheRulesPermitPasses) {
  const auto checked = CheckRelease(SomeRelease(), ExampleCovenant(), kToGemeente);
  EXPECT_TRUE(checked.ok()) << checked.error().detail;
}

TEST(CheckReleaseTest, FewerFieldsPass) {
  Release release = SomeRelease();
  release.fields.erase("plaats");
  EXPECT_TRUE(CheckRelease(release, ExampleCovenant(), kToGemeente).ok());
}

TEST(CheckReleaseTest, AnExcessFieldIsRefused) {
  Release release = SomeRelease();
  release.fields["toelichting"] = std::string("x");
  EXPECT_FALSE(CheckRelease(release, ExampleCovenant(), kToGemeente).ok());
  release = SomeRelease();
  release.fields["kleur"] = std::string("x");
  EXPECT_FALSE(CheckRelease(release, ExampleCovenant(), kToGemeente).ok());
}

TEST(CheckReleaseTest, AFinerFormIsRefused) {
  Release date = SomeRelease();
  date.fields["datum"] = *ParseIsoDate("2026-02-11");
  EXPECT_FALSE(CheckRelease(date, ExampleCovenant(), kToGemeente).ok());
  Release place = SomeRelease();
  place.fields["plaats"] = std::string("BU99990102 Stationsplein 4");
  EXPECT_FALSE(CheckRelease(place, ExampleCovenant(), kToGemeente).ok());
}

TEST(CheckReleaseTest, RulesOfAnotherCellAreRefused) {
  EXPECT_FALSE(
      CheckRelease(SomeRelease(), ExampleCovenant(), {"politie", "om", "groepsscan"}).ok());
  EXPECT_FALSE(
      CheckRelease(SomeRelease(), ExampleCovenant(), {"om", "gemeente", "groepsscan"}).ok());
  EXPECT_FALSE(CheckRelease(SomeRelease(), ExampleCovenant(), {"politie", "gemeente", "pga"}).ok());
  Release other_category = SomeRelease();
  other_category.by = {"N01"};
  EXPECT_FALSE(CheckRelease(other_category, ExampleCovenant(), kToGemeente).ok());
}

TEST(CheckReleaseTest, UnknownAndMissingRulesAreRefused) {
  Release release = SomeRelease();
  release.by = {"I01", "I99"};
  EXPECT_FALSE(CheckRelease(release, ExampleCovenant(), kToGemeente).ok());
  release.by = {"I01", "I01"};
  EXPECT_FALSE(CheckRelease(release, ExampleCovenant(), kToGemeente).ok());
  release.by = {};
  EXPECT_FALSE(CheckRelease(release, ExampleCovenant(), kToGemeente).ok());
}

TEST(CheckReleaseTest, KeptLongerIsRefusedAndShorterPasses) {
  Release release = SomeRelease();
  release.retain = {4, Period::Unit::kMonths};
  EXPECT_FALSE(CheckRelease(release, ExampleCovenant(), kToGemeente).ok());
  release.retain = {2, Period::Unit::kMonths};
  EXPECT_TRUE(CheckRelease(release, ExampleCovenant(), kToGemeente).ok());
}

TEST(CheckReleaseTest, PassedOnFurtherIsRefused) {
  Release release = SomeRelease();
  release.onward = {"om"};
  EXPECT_FALSE(CheckRelease(release, ExampleCovenant(), kToGemeente).ok());
}

TEST(CheckReleaseTest, ARequiredFieldMustBeThere) {
  Release release = SomeRelease();
  release.category = "namenlijst";
  release.by = {"N01"};
  release.onward = {"om"};
  release.fields = {{"naam", MakeName("José", "van der", "Meer")},
                    {"bsn", std::string("123456782")}};
  EXPECT_TRUE(CheckRelease(release, ExampleCovenant(), kToGemeente).ok());
  release.fields.erase("naam");
  EXPECT_FALSE(CheckRelease(release, ExampleCovenant(), kToGemeente).ok());
}

TEST(CheckReleaseTest, AnUnconditionalDenyHoldsWhateverThePermitSays) {
  Release release = SomeRelease();
  release.by = {"J01"};
  release.retain = {6, Period::Unit::kMonths};
  release.fields = {{"soort", std::string("1.4.5")}};
  EXPECT_FALSE(
      CheckRelease(release, ExampleCovenant(), {"politie", "jongerenwerk", "groepsscan"}).ok());
  covenant::Document covenant = ExampleCovenant();
  covenant.denies.pop_back();
  EXPECT_TRUE(CheckRelease(release, covenant, {"politie", "jongerenwerk", "groepsscan"}).ok());
}

TEST(CheckReleaseTest, AFieldDenyIsExcusedByItsForms) {
  covenant::Document covenant = ExampleCovenant();
  covenant.denies.front().unless_form.clear();
  Release release = SomeRelease();
  release.category = "namenlijst";
  release.by = {"N01"};
  release.fields = {{"naam", MakeName("José", "van der", "Meer")},
                    {"bsn", std::string("123456782")}};
  EXPECT_TRUE(CheckRelease(release, ExampleCovenant(), kToGemeente).ok());
  EXPECT_FALSE(CheckRelease(release, covenant, kToGemeente).ok());
}

TEST(CheckReleaseTest, ARowStandsWhereTheCategoryIsAboutPersonsOnly) {
  Release person = SomeRelease();
  person.row.reset();
  EXPECT_FALSE(CheckRelease(person, ExampleCovenant(), kToGemeente).ok());
  Release group = SomeRelease();
  group.category = "signaal";
  group.by = {"G01"};
  EXPECT_FALSE(CheckRelease(group, ExampleCovenant(), kToGemeente).ok());
  group.row.reset();
  EXPECT_TRUE(CheckRelease(group, ExampleCovenant(), kToGemeente).ok());
}

}  // namespace
}  // namespace schakel::record
