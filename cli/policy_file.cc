#include "cli/policy_file.h"

#include <array>
#include <utility>

#include "cli/files.h"
#include "node/base/date.h"
#include "node/canon/yaml.h"
#include "node/covenant/author.h"
#include "node/policy/space.h"

namespace schakel::cli {
namespace {

Failure FirstOf(Context& context, const std::vector<canon::Finding>& findings) {
  for (const canon::Finding& finding : findings)
    context.Warn(canon::ToString(finding));
  Failure failure;
  failure.code = ErrorCodeName(ErrorCode::kMalformed);
  failure.message = canon::ToString(findings.front());
  if (findings.size() > 1) {
    failure.message += " (and " + std::to_string(findings.size() - 1) + " more)";
  }
  failure.hint = "mend the places named above; schakel covenant lint tells them all";
  return failure;
}

}  // namespace

Outcome<Policy> LoadCovenant(Context& context, const std::string& path) {
  std::string text = TRY(Hinted(ReadCovenantFile(path), context.Say(Message::kPathHint)));
  Policy out;
  covenant::Document document;
  if (path.ends_with(".json")) {
    if (text.ends_with('\n')) text.pop_back();
    document = TRY(Hinted(covenant::ParseDocument(text),
                          "give the file as `schakel covenant prepare` made it, or the YAML"));
  } else {
    const Day today = DayOf(context.clock().Now(), Zone::kAmsterdam);
    covenant::DraftCovenant draft = covenant::ReadDraft(text, path, today);
    if (!draft.authored.document) return FirstOf(context, draft.authored.findings);
    document = std::move(*draft.authored.document);
    out.draft = draft.filled;
  }
  out.covenant = TRY(Hinted(covenant::Covenant::Compile(std::move(document)),
                            "two rules contradict each other; see node/covenant/README.md"));
  return out;
}

Outcome<Policy> LoadPolicy(Context& context, const std::string& path) {
  Policy out = TRY(LoadCovenant(context, path));
  const std::array<const covenant::Covenant*, 1> one{out.covenant.get()};
  TRY(Hinted(policy::CheckAskable(one), kTooMany));
  return out;
}

}  // namespace schakel::cli
