// Inside the contributor: one Request on its way through the checks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "node/exchange/contributor.h"
#include "node/exchange/disclosure.h"
#include "node/exchange/facts.h"

namespace schakel::exchange {

// What proves the releases of the first answer and of one that follows it (PrivateKey).
inline constexpr const char* kFirstK = "k";
inline constexpr const char* kSecondK = "k/2";

struct Contributor::Incoming {
  std::string caller;
  std::shared_ptr<const LineageView> view;
  statement::SignedStatement signed_request;
  statement::Request request;
  const Bytes& sealed_body;
  Instant now;
  // Known once the body was opened:
  std::string body_json;
  record::Body body;
  StatedFacts facts;
  std::vector<AskedPerson> persons;
  std::vector<Hash> identity_tokens;
};

}  // namespace schakel::exchange
