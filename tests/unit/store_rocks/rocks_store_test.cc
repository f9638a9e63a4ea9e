#include "node/store/rocks_store.h"

#include <gtest/gtest.h>

#include "tests/unit/store/port_contract.h"
#include "tests/unit/store_rocks/temp_folder.h"

namespace schakel::store {
namespace {

std::unique_ptr<RocksStore> OpenAt(const std::string& path) {
  auto opened = RocksStore::Open({.path = path, .create_if_missing = true});
  EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().detail);
  return opened.ok() ? *std::move(opened) : nullptr;
}

class OneRocksStore final : public StoreUnderTest {
 public:
  OneRocksStore() : store_(OpenAt(folder_.Database())) {}
  Store& store() override { return *store_; }

 private:
  TempFolder folder_;
  std::unique_ptr<RocksStore> store_;
};

INSTANTIATE_TEST_SUITE_P(RocksStore,
                         PortContract,
                         testing::Values(Implementation{
                             "Rocks", [] { return std::make_unique<OneRocksStore>(); }}),
                         ImplementationName);

}  // namespace
}  // namespace schakel::store
