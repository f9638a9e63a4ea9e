#include "node/covenant/overlay.h"

#include <algorithm>
#include <utility>

#include "node/canon/json.h"
#include "node/covenant/author.h"
#include "node/covenant/check.h"
#include "node/covenant/read_document.h"
#include "node/covenant/reading.h"
#include "node/crypto/hash.h"

namespace schakel::covenant {
namespace {

constexpr int64_t kLanguage = 1;
constexpr size_t kMaxReasonBytes = 1000;

void CheckDeny(Deny& deny, const std::string& party, Issues& issues) {
  const std::string path = Join("/rules", deny.index);
  if (!deny.id.starts_with(kOverlayPrefix)) {
    issues.Add("E104",
               path + "/id",
               Quoted(deny.id) + " looks like a rule that the partners signed",
               "begin it with `" + std::string(kOverlayPrefix) + "`");
  }
  // Denying what another gives would only make this node refuse whole answers.
  if (!deny.from.empty() && deny.from != std::set<std::string>{party}) {
    issues.Add("E104",
               path + "/deny/from",
               "an overlay narrows what its own party gives",
               "write `" + party + "` or `any`");
  }
  deny.from = {party};
}

// Everything but the bytes and their hash.
Overlay ReadOverlay(const canon::Value& value, const Document& document, Issues& issues) {
  Overlay overlay;
  Fields in(value, "", issues);
  if (!in.object()) return overlay;
  const canon::Value* language = in.Need("overlay");
  if (language == nullptr) return overlay;
  if (const int64_t* number = language->AsInt(); number == nullptr || *number != kLanguage) {
    issues.Add("E100", in.At("overlay"), "unknown language version", "this build reads 1");
    return overlay;
  }
  if (const auto lineage = ParseUuid(in.Text("lineage")); lineage.ok()) {
    overlay.lineage = *lineage;
    if (overlay.lineage != document.lineage)
      issues.Add("E105", in.At("lineage"), "is not the lineage of this covenant");
  } else if (in.Has("lineage")) {
    issues.Add("E104", in.At("lineage"), "must be a UUID in lower case");
  }
  overlay.party = in.Text("party");
  if (!overlay.party.empty() && !document.parties.contains(overlay.party)) {
    issues.Add("E105",
               in.At("party"),
               "unknown party " + Quoted(overlay.party),
               DidYouMeanKey(overlay.party, document.parties));
  }
  overlay.reason = in.Text("reason");
  if (overlay.reason.size() > kMaxReasonBytes) {
    issues.Add("E104", in.At("reason"), "is longer than 1000 bytes");
  }
  overlay.retain = in.MaybePeriod("retain");
  // The rules are read by the covenant's own reader, over its names.
  Document scratch = document;
  scratch.permits.clear();
  scratch.denies.clear();
  if (in.Has("rules")) {
    DocumentReader(scratch, issues).ReadRules(in);
  } else if (!overlay.retain) {
    issues.Add("E102", "", "narrows nothing: it has neither `rules` nor `retain`");
  }
  in.Done();
  for (const Permit& permit : scratch.permits) {
    issues.Add("E104",
               Join("/rules", permit.index) + "/permit",
               "an overlay only takes away",
               "a permit needs a new version that every party signs");
  }
  scratch.permits.clear();
  for (Deny& deny : scratch.denies)
    CheckDeny(deny, overlay.party, issues);
  if (issues.empty()) CheckRules(scratch, issues);
  overlay.denies = std::move(scratch.denies);
  return overlay;
}

void Finish(Overlay& overlay, std::string canonical) {
  overlay.canonical = std::move(canonical);
  overlay.hash = crypto::Sha256(overlay.canonical);
}

Period Shorter(const Period& a, const Period& b) {
  return CompareLength(a, b) <= 0 ? a : b;
}

}  // namespace

Result<Overlay> ParseOverlay(std::string_view canonical, const Document& document) {
  if (canonical.size() > kMaxOverlayBytes) return Exhausted("an overlay of more than 64 KiB");
  const canon::Value value = TRY(canon::ParseCanonical(canonical));
  TRY(CheckSeen(canonical));
  Issues issues;
  Overlay overlay = ReadOverlay(value, document, issues);
  if (!issues.empty()) {
    const Issue& first = issues.list().front();
    return Malformed("overlay " + (first.path.empty() ? "/" : first.path) + ": " + first.message);
  }
  Finish(overlay, std::string(canonical));
  return overlay;
}

AuthoredOverlay ReadOverlayYaml(std::string_view text,
                                std::string_view file,
                                const Document& document) {
  canon::YamlResult yaml = canon::ParseYaml(text, file, kMaxOverlayBytes);
  if (!yaml.root) return {std::nullopt, std::move(yaml.findings)};
  const auto remark = [](std::string id, std::string message) {
    Remark out;
    out.severity = canon::Finding::Severity::kError;
    out.id = std::move(id);
    out.message = std::move(message);
    return out;
  };
  std::vector<Remark> remarks;
  AuthoredOverlay out;
  const auto value = canon::ToValue(*yaml.root);
  if (!value.ok()) {
    remarks.push_back(remark("E103", value.error().detail));
  } else {
    Issues issues;
    Overlay overlay = ReadOverlay(*value, document, issues);
    std::string canonical = canon::Write(*value);
    if (canonical.size() > kMaxOverlayBytes)
      issues.Add("E104", "", "is larger than 64 KiB in its canonical form");
    for (const Issue& issue : issues.list()) {
      Remark placed = remark(issue.id, issue.message);
      placed.path = issue.path;
      placed.at_key = issue.at == Issue::At::kKey;
      placed.fix = issue.fix;
      remarks.push_back(std::move(placed));
    }
    if (issues.empty()) {
      Finish(overlay, std::move(canonical));
      out.overlay = std::move(overlay);
    }
  }
  out.findings = PlaceRemarks(text, file, remarks);
  return out;
}

Result<Document> Narrow(const Document& document, const Overlay& overlay) {
  // Whatever it was read against, it has to say the same of this document.
  const Overlay read = TRY(ParseOverlay(overlay.canonical, document));
  Document narrowed = document;
  size_t index = document.permits.size() + document.denies.size();
  for (const Deny& deny : read.denies) {
    narrowed.denies.push_back(deny);
    narrowed.denies.back().index = index++;
  }
  if (!read.retain) return narrowed;
  for (Permit& permit : narrowed.permits) {
    if (permit.from != read.party) continue;
    permit.retain = Shorter(permit.retain.value_or(document.default_retain), *read.retain);
  }
  return narrowed;
}

}  // namespace schakel::covenant
