// Internal to `audit`: one log against the others: what partners' receipts promise, and each
// exchange on both sides.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "node/audit/collect.h"
#include "node/audit/party_log.h"
#include "node/audit/report.h"
#include "node/audit/trust.h"

namespace schakel::audit {

using PartyLogs = std::map<std::string, PartyLog>;

// Holds every receipt, own and logged by a partner, against the tree of the log that signed it. A
// log that was rewritten and signed again differs from what its partners hold: it is named, with
// the entries among which the change lies. Returns per party how far its log is fixed that way.
std::map<std::string, uint64_t> CheckReceipts(const PartyLogs& logs,
                                              const Trust& trust,
                                              Collector& collector);

// Matches each exchange, holds it against its covenant version, and fills in the exchange, the time
// and the witnesses of the findings about its entries.
std::vector<ExchangeReport> MatchExchanges(const PartyLogs& logs,
                                           const Trust& trust,
                                           Collector& collector);

// A request, and an answer to it, against the covenant version that the request names. `followed`:
// the answer whose waiting cells this one closes, when it names one that is at hand.
void CheckRequest(const Kept<statement::Request>& request,
                  const Trust& trust,
                  Collector& collector);
void CheckAnswer(const Kept<statement::Request>& request,
                 const Kept<statement::Answer>& answer,
                 const Kept<statement::Answer>* followed,
                 const Trust& trust,
                 Collector& collector);

// Per pair of logs at hand, the heads of exchange.md 15.
std::vector<PairReport> ComparePairs(const PartyLogs& logs);

}  // namespace schakel::audit
