// What both sides of an exchange work with.
#pragma once

#include "node/base/seams.h"
#include "node/exchange/covenant_state.h"
#include "node/exchange/prekey.h"
#include "node/exchange/recovery.h"
#include "node/exchange/self.h"
#include "node/exchange/status.h"
#include "node/log/exchange_log.h"
#include "node/record/repository.h"
#include "node/store/key_table.h"
#include "node/store/store.h"

namespace schakel::exchange {

// Every reference outlives whoever is given the context.
struct Context {
  const Self& self;
  store::Store& store;
  store::KeyTable& keys;
  Entropy& entropy;
  CovenantState& covenants;
  StatusBook& statuses;
  PrekeyRing& prekeys;
  log::ExchangeLog& log;        // of the lineage
  log::ExchangeLog& local_log;  // for what has no place in the lineage's log
  record::Records& records;
  const Recovery& recovery;  // asked before anything of content moves
};

// The body key: BLAKE2b-256(X25519(request ephemeral, prekey), "schakel/v1/body" || ...). Each side
// passes its own secret and the other's public key.
Result<crypto::Key32> BodyKey(const crypto::Key32& own_secret,
                              const crypto::X25519Public& other,
                              const crypto::X25519Public& ephemeral,
                              const crypto::X25519Public& prekey,
                              const statement::Request& request);

// The longest that a Request may ask to be kept, from `issued` to `expires`: limits.request_ttl, or
// kDefaultRequestLife. The requester asks for exactly this, the contributor refuses more.
Result<std::chrono::milliseconds> MaxRequestLife(const covenant::Document& document);

// Until when somebody can approve what a Request asks for: limits.approval_ttl after it was taken,
// and never longer than the Request lives.
Instant ApprovalDeadline(const covenant::Document& document, Instant created, Instant expires);

// An entry about a statement to or from a peer, ready for the appender. `outcome` is ok or a code;
// a statement that the peer did not sign itself is kept as its digest.
log::NewEntry StatementEntry(const Self& self,
                             statement::Direction direction,
                             std::string_view peer,
                             const Uuid& exchange,
                             std::string_view purpose,
                             const statement::SignedStatement& signed_statement,
                             std::string_view outcome,
                             bool keep_bytes);

// An event for the local log: a type, and an exchange when it is about one.
log::NewEntry EventEntry(std::string_view type,
                         std::string_view peer,
                         std::string_view exchange,
                         std::string_view outcome);

}  // namespace schakel::exchange
