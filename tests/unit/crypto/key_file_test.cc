#include "node/crypto/key_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace schakel::crypto {
namespace {

namespace fs = std::filesystem;

class KeyFileTest : public testing::Test {
 protected:
  KeyFileTest() {
    std::string pattern = testing::TempDir() + "schakel-key-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ + "/tls.key";
    for (size_t i = 0; i < secret_.size(); ++i)
      secret_[i] = static_cast<uint8_t>(i * 7);
  }
  ~KeyFileTest() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string Content() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void Put(const std::string& content) const {
    std::ofstream(path_, std::ios::binary) << content;
    chmod(path_.c_str(), 0600);
  }
  [[nodiscard]] ErrorCode ReadError(size_t size = 32) const {
    const auto secret = ReadKeyFile(path_, size);
    EXPECT_FALSE(secret.ok());
    return secret.ok() ? ErrorCode::kInternal : secret.error().code;
  }

  std::string folder_;
  std::string path_;
  Bytes secret_ = Bytes(32);
};

TEST_F(KeyFileTest, RoundTripsAsOneLineForTheOwnerOnly) {
  ASSERT_TRUE(WriteKeyFile(path_, secret_).ok());
  EXPECT_EQ(Content(), EncodeBase64(secret_) + "\n");
  struct stat status {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  const auto secret = ReadKeyFile(path_, 32);
  ASSERT_TRUE(secret.ok());
  EXPECT_EQ(Bytes(secret->view().begin(), secret->view().end()), secret_);
}

TEST_F(KeyFileTest, ModeDoesNotDependOnTheUmask) {
  const mode_t before = umask(0777);
  const bool written = WriteKeyFile(path_, secret_).ok();
  umask(before);
  ASSERT_TRUE(written);
  EXPECT_TRUE(ReadKeyFile(path_, 32).ok());
}

TEST_F(KeyFileTest, RefusesAFileThatGroupOrOthersMayReach) {
  ASSERT_TRUE(WriteKeyFile(path_, secret_).ok());
  for (const mode_t mode : {0644U, 0640U, 0604U, 0620U, 0602U, 0610U, 0601U}) {
    chmod(path_.c_str(), mode);
    EXPECT_EQ(ReadError(), ErrorCode::kDenied) << std::oct << mode;
  }
  chmod(path_.c_str(), 0400);
  EXPECT_TRUE(ReadKeyFile(path_, 32).ok());
}

TEST_F(KeyFileTest, RefusesAnotherSize) {
  for (const size_t size : {1U, 31U, 33U, 64U}) {
    Put(EncodeBase64(Bytes(size, 1)) + "\n");
    EXPECT_EQ(ReadError(), ErrorCode::kMalformed) << size;
    EXPECT_TRUE(ReadKeyFile(path_, size).ok()) << size;
  }
}

TEST_F(KeyFileTest, RefusesEveryOtherSpelling) {
  const std::string line = EncodeBase64(secret_) + "\n";
  for (size_t size = 0; size < line.size(); ++size) {
    Put(line.substr(0, size));
    EXPECT_EQ(ReadError(), ErrorCode::kMalformed) << size;
  }
  for (const std::string& content :
       {line + "\n", "\n" + line, " " + line, line + line, line.substr(0, 44) + "\r\n"}) {
    Put(content);
    EXPECT_EQ(ReadError(), ErrorCode::kMalformed) << content;
  }
  std::string url = line;
  url[3] = '-';
  Put(url);
  EXPECT_EQ(ReadError(), ErrorCode::kMalformed);
  // Base64 of 32 bytes with a bit set behind the last one.
  Put(std::string(42, 'A') + "B=\n");
  EXPECT_EQ(ReadError(), ErrorCode::kMalformed);
  Put(std::string(43, 'A') + "=\n");
  EXPECT_TRUE(ReadKeyFile(path_, 32).ok());
}

TEST_F(KeyFileTest, NeverOverwrites) {
  Put("something else");
  const auto again = WriteKeyFile(path_, secret_);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  EXPECT_EQ(Content(), "something else");
  // Nor through a link to nowhere.
  const std::string link = folder_ + "/link";
  fs::create_symlink(folder_ + "/nowhere", link);
  EXPECT_EQ(WriteKeyFile(link, secret_).error().code, ErrorCode::kConflict);
  EXPECT_FALSE(fs::exists(folder_ + "/nowhere"));
}

TEST_F(KeyFileTest, SaysWhatIsMissing) {
  EXPECT_EQ(ReadError(), ErrorCode::kNotFound);
  EXPECT_EQ(WriteKeyFile(folder_ + "/no/tls.key", secret_).error().code, ErrorCode::kNotFound);
  fs::create_directory(path_);
  fs::permissions(path_, fs::perms::owner_all);
  EXPECT_EQ(ReadError(), ErrorCode::kMalformed);
}

TEST_F(KeyFileTest, DoesNotWaitForAPipe) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(ReadError(), ErrorCode::kMalformed);
}

TEST_F(KeyFileTest, ErrorsDoNotQuoteTheContent) {
  const std::string line = EncodeBase64(secret_);
  Put(line);
  const auto secret = ReadKeyFile(path_, 32);
  ASSERT_FALSE(secret.ok());
  EXPECT_EQ(secret.error().detail.find(line.substr(0, 8)), std::string::npos);
}

}  // namespace
}  // namespace schakel::crypto
