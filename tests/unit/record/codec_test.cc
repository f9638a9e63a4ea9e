#include "node/record/codec.h"

#include <gtest/gtest.h>

#include "tests/unit/record/example.h"

namespace schakel::record {
namespace {

StoredRecord Full() {
  StoredRecord stored;
  stored.view = 300;
  Record& record = stored.record;
  record.id.bytes.fill(1);
  record.category = "incident";
  record.subject.emplace().bytes.fill(2);
  record.group = "VLD-2026-001";
  record.hardness = Hardness::kSoft;
  record.revision = 300;
  record.fact_date = *ParseIsoDate("2009-05-00");
  record.source = "bvh";
  record.source_key = "PL9999-1";
  record.fields = {{"datum", *ParseIsoDate("2026-02-11")},
                   {"leeg", Empty{}},
                   {"naam", MakeName("José", "van der", "Meer")},
                   {"soort", std::string("1.4.5")}};
  record.meta = {{"ja", true}, {"nee", false}};
  return stored;
}

Subject TwoViews() {
  Subject subject;
  subject.id.bytes.fill(3);
  Subject::View view;
  view.id = 1;
  view.source = "bvh";
  view.row.person = MakePerson(MakeName("José", "van der", "Meer"), "2007-11-30", "123456782");
  view.row.attributes = {{"afgeschermd", false}, {"verstrekkingsbeperking", Empty{}}};
  view.row.person_key = "P-1";
  subject.views = {view, view};
  subject.views[1].id = 0xffffffff;
  subject.views[1].row.leading = true;
  return subject;
}

RowRef PersonRef() {
  RowRef ref;
  ref.subject.bytes.fill(4);
  ref.group = "VLD-2026-001";
  ref.category = "incident";
  ref.record.bytes.fill(5);
  ref.view = 7;
  ref.revision = 9;
  ref.digest.fill(6);
  return ref;
}

// Decodes every truncation and every flipped bit: refused, or the encoding of what it decodes to.
template <typename Decode, typename Encode>
void ExpectStrict(const Bytes& bytes, Decode decode, Encode encode) {
  for (size_t length = 0; length < bytes.size(); ++length) {
    const auto decoded = decode(ByteView(bytes).first(length));
    ASSERT_FALSE(decoded.ok()) << length;
    EXPECT_EQ(decoded.error().code, ErrorCode::kCorrupt);
  }
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes changed = bytes;
    changed[bit / 8] = static_cast<uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
    const auto decoded = decode(changed);
    if (!decoded.ok()) continue;
    EXPECT_EQ(encode(*decoded), changed) << bit;
  }
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_FALSE(decode(longer).ok());
}

TEST(RecordCodecTest, RoundTripsAndIsStrict) {
  EXPECT_EQ(*DecodeRecord(EncodeRecord(Full())), Full());
  EXPECT_EQ(*DecodeRecord(EncodeRecord({})), StoredRecord());
  ExpectStrict(EncodeRecord(Full()), DecodeRecord, EncodeRecord);
}

TEST(RecordCodecTest, ARowIsEncodedAsTheRecordThatItBecomes) {
  for (const bool about_person : {true, false}) {
    StoredRecord stored = Full();
    if (!about_person) stored.record.subject.reset();
    const Record& record = stored.record;
    NewRecord row;
    row.category = record.category;
    row.group = record.group;
    row.hardness = record.hardness;
    row.fact_date = record.fact_date;
    row.first_processed = record.first_processed;
    row.source = record.source;
    row.source_key = record.source_key;
    row.fields = record.fields;
    row.meta = record.meta;
    RowRef ref;
    ref.about_person = about_person;
    if (about_person) ref.subject = *record.subject;
    ref.record = record.id;
    ref.view = stored.view;
    ref.revision = record.revision;
    EXPECT_EQ(EncodeRecordOf(row, ref), EncodeRecord(stored));
  }
}

TEST(ViewsCodecTest, RoundTripsAndIsStrict) {
  const Subject subject = TwoViews();
  EXPECT_EQ(*DecodeViews(subject.id, EncodeViews(subject)), subject);
  ExpectStrict(
      EncodeViews(subject),
      [&subject](ByteView bytes) { return DecodeViews(subject.id, bytes); },
      EncodeViews);
}

TEST(RowRefCodecTest, RoundTripsAndIsStrict) {
  EXPECT_EQ(*DecodeRowRef(EncodeRowRef(PersonRef())), PersonRef());
  RowRef group = PersonRef();
  group.about_person = false;
  group.subject = {};
  EXPECT_EQ(*DecodeRowRef(EncodeRowRef(group)), group);
  ExpectStrict(EncodeRowRef(PersonRef()), DecodeRowRef, EncodeRowRef);
}

TEST(RecordCodecTest, ADateThatDoesNotExistIsRefused) {
  Record record;
  record.fact_date = {2026, 2, 31};
  EXPECT_FALSE(DecodeRecord(EncodeRecord({record, 0})).ok());
  record.fact_date = {2026, 0, 5};
  EXPECT_FALSE(DecodeRecord(EncodeRecord({record, 0})).ok());
}

TEST(RecordCodecTest, HugeCountsCostNothing) {
  Bytes views = {1};
  for (int i = 0; i < 8; ++i)
    views.push_back(0xff);
  views.push_back(0x7f);
  EXPECT_FALSE(DecodeViews({}, views).ok());
}

}  // namespace
}  // namespace schakel::record
