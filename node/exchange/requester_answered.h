// Inside the requester: one answer on its way through the checks.
#pragma once

#include <string>
#include <vector>

#include "node/exchange/requester.h"

namespace schakel::exchange {

// What came back, verified as far as signatures go; the content is not looked at yet.
struct Requester::Answered {
  statement::SignedStatement request;
  statement::Request asked;
  statement::SignedStatement answer;
  statement::Answer content;
  statement::SignedStatement receipt;
  std::string status;
  std::vector<Bytes> frames;  // header first
};

}  // namespace schakel::exchange
