// What this node's party keeps at home by itself.

#include "node/canon/json.h"
#include "node/engine/method_table.h"

namespace schakel::engine {
namespace {

using canon::Value;

Result<Value> Shown(Engine& engine) {
  const auto overlay = engine.covenants().OwnOverlay();
  if (!overlay) return Value::Object{{"set", false}};
  return Value::Object{{"set", true},
                       {"hash", EncodeHex(overlay->hash)},
                       {"party", overlay->party},
                       {"reason", overlay->reason},
                       {"overlay", TRY(canon::ParseCanonical(overlay->canonical))}};
}

}  // namespace

Result<Value> OverlayShow(MethodCall& call) {
  TRY(call.params.Done());
  return Shown(call.engine);
}

Result<Value> OverlaySet(MethodCall& call) {
  const std::string canonical = TRY(call.params.Text("overlay"));
  TRY(call.params.Done());
  if (canonical.empty()) return Malformed("an overlay without text");
  TRY(call.engine.SetOverlay(canonical, call.caller.id));
  return Shown(call.engine);
}

Result<Value> OverlayClear(MethodCall& call) {
  TRY(call.params.Done());
  TRY(call.engine.SetOverlay("", call.caller.id));
  return Shown(call.engine);
}

}  // namespace schakel::engine
