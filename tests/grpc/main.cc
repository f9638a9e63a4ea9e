#include <gtest/gtest.h>

#include "node/crypto/secret.h"
#include "node/rpc/transport/tls.h"
#include "tests/grpc/network.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  schakel::crypto::Init();
  schakel::rpc::PrepareTransport();
  const int failed = RUN_ALL_TESTS();
  schakel::hostile::Network::End();
  return failed;
}
