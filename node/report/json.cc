#include "node/report/json.h"

#include "node/canon/json.h"

namespace schakel::report {

std::string WriteJson(const ScanReport& report) {
  std::string text = canon::WritePretty(ToValue(report));
  if (text.empty() || text.back() != '\n') text += '\n';
  return text;
}

}  // namespace schakel::report
