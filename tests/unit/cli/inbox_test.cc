#include <gmock/gmock.h>

#include "cli/text.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using canon::Value;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSeen = "3f9a21bc00000000000000000000000000000000000000000000000000000000";

class InboxTest : public CliTest {
 protected:
  InboxTest() { ActAs("bakker"); }

  Value::Object Waiting() const {
    return {{"exchange", "019e3a87-3500-7a11-8b22-1c33d44e55f6"},
            {"from", "gemeente"},
            {"ref", "VLD-2026-001/2@politie"},
            {"group", "VLD-2026-001"},
            {"category", "mutatie"},
            {"roles", Value::Array{"approver"}},
            {"yours", true},
            {"created", ToMillis(clock.now)},
            {"deadline", ToMillis(clock.now + std::chrono::days{3})}};
  }
  static Value Item(const char* name) {
    const auto field = [](const char* form, const char* value) {
      return Value(Value::Object{{"form", form}, {"value", value}});
    };
    return Value::Object{{"name", name},
                         {"birth", "2009-02-24"},
                         {"soft", true},
                         {"fields",
                          Value::Object{{"datum", field("month", "2026-06")},
                                        {"toelichting", field("reviewed", "Staat bij de bank.")}}},
                         {"withheld", Value::Object{{"plaats", "no form"}}},
                         {"by", Value::Array{"M01"}},
                         {"retain", "P3M"},
                         {"onward", Value::Array{}}};
  }
  Value Look(Value::Array items) const {
    Value::Object look = Waiting();
    look["group_name"] = "De Hoek";
    look["motivation"] = "Beeld per persoon";
    look["requester"] = Value::Object{
        {"name", "M. de Boer"}, {"function", "regisseur"}, {"telephone", "088 000 0003"}};
    look["asked"] = 5;
    look["matched"] = 4;
    look["doubtful"] = 1;
    look["closed"] = "";
    look["seen"] = kSeen;
    look["items"] = std::move(items);
    return look;
  }
};

TEST_F(InboxTest, ListSaysWhatWaitsUntilWhenAndForWhom) {
  Value::Object other = Waiting();
  other["yours"] = false;
  other["category"] = "signaal";
  Value::Object decided = Waiting();
  decided["category"] = "contact";
  decided["decided"] = ToMillis(clock.now);
  node.Answer("inbox.list", Value::Object{{"waiting", Value::Array{Waiting(), other, decided}}});
  const Ran ran = Run({"inbox", "list"});
  EXPECT_EQ(ran.exit, Exit::kDone);
  EXPECT_THAT(ran.out, HasSubstr("18-06-2026"));
  EXPECT_THAT(ran.out, HasSubstr("approver, niet u\n"));
  EXPECT_THAT(ran.out, HasSubstr("beslist\n"));
  EXPECT_THAT(Run({"inbox", "list", "--lang", "en"}).out, HasSubstr("approver, not you\n"));
}

TEST_F(InboxTest, ListOfNothing) {
  node.Answer("inbox.list", Value::Object{{"waiting", Value::Array{}}});
  EXPECT_EQ(Run({"inbox", "list"}).out, "Niets wacht op een akkoord.\n");
}

TEST_F(InboxTest, ShowHasTheTextInFullAndTheCommandsToDecide) {
  node.Answer("inbox.show", Look({Item("Younes el Amrani"), Item("Jan Jansen")}));
  const Ran ran = Run({"inbox", "show", "VLD-2026-001/2@politie", "--categorie", "mutatie"});
  EXPECT_EQ(ran.exit, Exit::kDone);
  EXPECT_THAT(ran.out, HasSubstr("M. de Boer, regisseur, 088 000 0003, gemeente"));
  EXPECT_THAT(ran.out, HasSubstr("5 gevraagd, 4 gevonden, 1 twijfel"));
  EXPECT_THAT(ran.out, HasSubstr("1  Younes el Amrani, 24-02-2009  (zacht)"));
  EXPECT_THAT(ran.out, HasSubstr("Staat bij de bank."));
  EXPECT_THAT(ran.out, HasSubstr("blijft thuis: geen regel geeft het"));
  EXPECT_THAT(ran.out,
              HasSubstr("schakel inbox approve VLD-2026-001/2@politie --categorie mutatie --gezien "
                        "3f9a21bc\n"));
  EXPECT_THAT(ran.out, HasSubstr("--gezien 3f9a21bc --zonder 2 --reden REDEN"));
}

TEST_F(InboxTest, ShowOfNothingAsksToCloseItAllTheSame) {
  node.Answer("inbox.show", Look({}));
  const Ran ran = Run({"inbox", "show", "VLD-2026-001/2@politie"});
  EXPECT_THAT(ran.out, HasSubstr("Niets te verstrekken. Sluit het toch"));
  EXPECT_THAT(ran.out, Not(HasSubstr("--zonder")));
}

TEST_F(InboxTest, ApproveSignsTheWholeLookThatWasTyped) {
  node.Answer("inbox.show", Look({Item("Younes el Amrani")}));
  node.Answer("inbox.decide",
              Value::Object{{"ref", "VLD-2026-001/2@politie"},
                            {"category", "mutatie"},
                            {"decision", "approve"},
                            {"items", 1},
                            {"left_out", 1}});
  const Ran ran = Run({"inbox",
                       "approve",
                       "VLD-2026-001/2@politie",
                       "--gezien",
                       "3f9a21bc",
                       "--zonder",
                       "2",
                       "--reden",
                       "herleidbaar"});
  EXPECT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("1 gaat, 1 blijft thuis"));
  const Called& called = node.calls.back();
  EXPECT_EQ(called.call.method, "inbox.decide");
  EXPECT_EQ(TextOf(called.params, "seen"), kSeen);
  EXPECT_EQ(*called.params.Find("without"), Value(Value::Array{2}));
}

TEST_F(InboxTest, DecidesNothingAboutAnotherLook) {
  node.Answer("inbox.show", Look({Item("Younes el Amrani")}));
  const Ran ran = Run({"inbox", "approve", "VLD-2026-001/2@politie", "--gezien", "3f9a21bd"});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("veranderd sinds u keek"));
  EXPECT_THAT(ran.err, HasSubstr("schakel inbox show VLD-2026-001/2@politie --categorie mutatie"));
  EXPECT_EQ(node.only().call.method, "inbox.show");
}

TEST_F(InboxTest, RefusingNeedsAReasonAndTheCode) {
  EXPECT_EQ(Run({"inbox", "refuse", "VLD-2026-001/2@politie", "--gezien", "3f9a21bc"}).exit,
            Exit::kUsage);
  EXPECT_EQ(Run({"inbox", "approve", "VLD-2026-001/2@politie", "--gezien", "3f9a21b"}).exit,
            Exit::kUsage);
  EXPECT_EQ(
      Run({"inbox", "approve", "VLD-2026-001/2@politie", "--gezien", "3f9a21bc", "--zonder", "0"})
          .exit,
      Exit::kUsage);
}

}  // namespace
}  // namespace schakel::cli
