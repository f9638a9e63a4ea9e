#include "cli/files.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <set>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/base/limits.h"
#include "node/base/reason.h"
#include "node/crypto/hash.h"

namespace schakel::cli {
namespace {

namespace fs = std::filesystem;

Error FromErrno(const std::string& path, int error) {
  switch (error) {
    case EEXIST:
      return Because(Conflict(path + " exists already"), Reason::kFileExists, {{"file", path}});
    case ENOENT:
      return Because(NotFound(path + " is not there"), Reason::kFileMissing, {{"file", path}});
    case EACCES:
    case EPERM:
      return Because(Denied(path + ": no right to use it"), Reason::kFileNoRight, {{"file", path}});
    case EISDIR:
      return Because(Malformed(path + " is a folder"), Reason::kFileIsFolder, {{"file", path}});
    case ENOTDIR:
      return Because(
          NotFound(path + ": a part of it is no folder"), Reason::kFileMissing, {{"file", path}});
    default:
      return Because(Unavailable(path + ": " + std::generic_category().message(error)),
                     Reason::kFileUnreadable,
                     {{"file", path}});
  }
}

Error FromCode(const std::string& path, const std::error_code& error) {
  return FromErrno(path, error.value());
}

// Closes on destruction.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int value() const { return value_; }

 private:
  int value_;
};

Result<void> WriteAll(int file, const std::string& path, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FromErrno(path, errno);
    content.remove_prefix(static_cast<size_t>(written));
  }
  if (::fsync(file) != 0) return FromErrno(path, errno);
  return {};
}

// `told` is the limit that a file over `max_bytes` is said to exceed.
Result<std::string> ReadUpTo(const std::string& path, size_t max_bytes, size_t told) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.value() < 0) return FromErrno(path, errno);
  std::string content;
  std::string piece(64 << 10, '\0');
  for (;;) {
    const ssize_t got = ::read(file.value(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FromErrno(path, errno);
    if (got == 0) return content;
    content.append(piece, 0, static_cast<size_t>(got));
    if (content.size() > max_bytes) {
      return Because(Exhausted(path + " is larger than " + std::to_string(told) + " bytes"),
                     Reason::kFileTooLarge,
                     {{"file", path}, {"limit", std::to_string(told)}});
    }
  }
}

}  // namespace

Result<std::string> ReadFile(const std::string& path, size_t max_bytes) {
  return ReadUpTo(path, max_bytes, max_bytes);
}

Result<std::string> ReadCovenantFile(const std::string& path) {
  return ReadUpTo(path, kMaxCovenantBytes + 1, kMaxCovenantBytes);
}

Result<void> WriteNewFile(const std::string& path, std::string_view content, FileMode mode) {
  const mode_t bits = mode == FileMode::kPrivate ? 0600 : 0644;
  const Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, bits));
  if (file.value() < 0) return FromErrno(path, errno);
  auto written = WriteAll(file.value(), path, content);
  if (!written) ::unlink(path.c_str());
  return written;
}

Result<void> ReplaceFile(const std::string& path, std::string_view content, FileMode mode) {
  const std::string next = path + ".new";
  ::unlink(next.c_str());
  if (auto written = WriteNewFile(next, content, mode); !written) {
    // Who asked for `path` knows nothing of the file beside it.
    Error error = std::move(written).error();
    error.detail = path + ": cannot be written: " + error.detail;
    if (error.arguments.contains("file")) error.arguments["file"] = path;
    return error;
  }
  if (::rename(next.c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(next.c_str());
    return FromErrno(path, error);
  }
  return {};
}

Result<void> MakeFolder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return FromCode(path, error);
  return {};
}

Result<void> MakePrivateFolder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0) return FromErrno(path, errno);
  return {};
}

bool Exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

bool IsFolder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

Result<Hash> HashFile(const std::string& path) {
  if (IsFolder(path))
    return Because(Malformed(path + " is a folder"), Reason::kFileIsFolder, {{"file", path}});
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return Because(
        NotFound(path + " is not there or cannot be read"), Reason::kFileMissing, {{"file", path}});
  crypto::Sha256Stream digest;
  std::string piece(64 << 10, '\0');
  while (file) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    digest.Add(AsBytes(std::string_view(piece).substr(0, static_cast<size_t>(file.gcount()))));
  }
  if (file.bad())
    return Because(
        Unavailable(path + " cannot be read"), Reason::kFileUnreadable, {{"file", path}});
  return digest.Finish();
}

Result<Hash> HashOfDocument(const std::string& text) {
  const auto hash = DecodeHash(text);
  return hash ? Result<Hash>(*hash) : HashFile(text);
}

Result<std::vector<std::string>> ListFiles(const std::string& folder, std::string_view suffix) {
  std::error_code error;
  std::vector<std::string> names;
  fs::directory_iterator at(folder, error);
  if (error) return FromCode(folder, error);
  for (; at != fs::directory_iterator(); at.increment(error)) {
    if (error) return FromCode(folder, error);
    std::string name = at->path().filename().string();
    if (name.ends_with(suffix) && name.size() > suffix.size()) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<statement::SignedStatement> ReadStatement(const std::string& path) {
  std::string text = TRY(ReadFile(path, kMaxStatementBytes + 1));
  if (text.ends_with('\n')) text.pop_back();
  auto parsed = statement::SignedStatement::Parse(text);
  if (!parsed) {
    return Because(
        Error{parsed.error().code, path + " is no signed statement: " + parsed.error().detail},
        Reason::kStatementFormat,
        {{"file", path}});
  }
  return *std::move(parsed);
}

Result<std::vector<StatementFile>> ReadStatements(const std::vector<std::string>& folders) {
  std::vector<StatementFile> statements;
  std::set<std::string> seen;
  for (const std::string& folder : folders) {
    for (const std::string& name : TRY(ListFiles(folder, ".json"))) {
      const std::string path = (fs::path(folder) / name).string();
      statement::SignedStatement read = TRY(ReadStatement(path));
      if (seen.insert(read.Encode()).second) statements.push_back({path, std::move(read)});
    }
  }
  return statements;
}

Result<void> WriteStatement(const std::string& path, const statement::SignedStatement& statement) {
  return WriteNewFile(path, statement.Encode() + "\n", FileMode::kPublic);
}

}  // namespace schakel::cli
