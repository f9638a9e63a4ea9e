// Who signs with a party's roots in a home: what `covenant sign`, `revoke`, `leave` and
// `undelegate` have in common. Files only, no node.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/covenant_file.h"
#include "cli/failure.h"
#include "cli/home.h"
#include "node/covenant/document.h"
#include "node/statement/types.h"

namespace schakel::cli {

// The home's party, those of its roots that are here, and what the statements say of its node.
struct Signer {
  PartyFile party;
  int threshold = 0;
  std::vector<crypto::SigningKey> roots;
  std::string node;
  std::vector<std::string> addresses;
  std::vector<statement::DelegatedKey> keys;
};

// Fails when the covenant does not name the home's party, or lists none of the roots that are here
// while some are. None here is right when the party is the one that the covenant means: its roots
// then sign elsewhere (`covenant cosign`).
Outcome<Signer> OpenSigner(const Context& context,
                           const std::string& home,
                           const covenant::Document& document);

// A delegation of the keys in the home, from `now` for so many days and no longer than the
// covenant; its seq is that of a statement made now, plus one.
canon::Value DelegationOf(const Signer& signer,
                          const covenant::Document& document,
                          int days,
                          Instant now);

// Writes the statement into the folder, signed by the roots that are here; without any, the bytes
// that other machines are to sign (.draft). Returns the path.
Outcome<std::string> WriteSigned(const Context& context,
                                 const Unsigned& made,
                                 const Signer& signer,
                                 const std::string& folder);

// How to gather the signatures that are missing, as commands for the other roots.
std::string CosignText(const Context& context,
                       const std::string& covenant,
                       const std::string& files);

// Of an option: a number of days that a delegation can have.
Wrong CheckDelegationDays(const std::string& value);

}  // namespace schakel::cli
