#include <algorithm>
#include <string>

#include "node/engine/engine.h"
#include "node/exchange/lines.h"

namespace schakel::engine {

Result<void> Engine::OnExport(std::string_view caller,
                              const Uuid& lineage_id,
                              const log::FileSink& sink) {
  const auto view = covenants().At(now());
  Lineage* const open = lineage();
  if (!view || open == nullptr) return Denied("no covenant is in force");
  const covenant::Document& document = view->document();
  const auto auditor = document.auditors.find(std::string(caller));
  if (auditor == document.auditors.end()) return Denied("not an auditor of this covenant");
  const covenant::Auditor& mandate = auditor->second;
  if (now() >= mandate.until) return Denied("the auditor's mandate is over");
  const auto& scope = mandate.organisations;
  const std::string& organisation = document.parties.at(self().party).organisation;
  if (std::find(scope.begin(), scope.end(), organisation) == scope.end()) {
    return Denied("the auditor's mandate does not cover this organisation");
  }
  if (lineage_id != document.lineage) return NotFound("another lineage");

  TRY(log::ExportFiles(store(), open->log->origin(), sink));
  if (mandate.detail == "decisions") {
    TRY(exchange::ExportLines(open->context, mandate.categories, sink));
  }
  // An entry is judged by the version it names, which may be an earlier one.
  for (const auto& [hash, canonical] : TRY(covenants().Versions())) {
    TRY(sink("covenant/" + EncodeHex(hash) + ".json", AsBytes(canonical)));
  }
  for (const auto& [digest, held] : view->statements)
    TRY(sink("statements.jsonl", AsBytes(held.Encode() + "\n")));
  return CommitLocal("log_exported", std::string(caller), {});
}

}  // namespace schakel::engine
