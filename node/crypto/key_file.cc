#include "node/crypto/key_file.h"

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/base/check.h"
#include "node/base/reason.h"

namespace schakel::crypto {
namespace {

constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;
constexpr mode_t kGroupAndOthers = S_IRWXG | S_IRWXO;

// A file descriptor, closed at the end of its scope.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] bool ok() const { return descriptor_ >= 0; }
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

Error SystemError(const std::string& path, int number) {
  const ErrorCode code = number == ENOENT   ? ErrorCode::kNotFound
                         : number == EEXIST ? ErrorCode::kConflict
                         : number == EACCES || number == EPERM || number == ELOOP
                             ? ErrorCode::kDenied
                             : ErrorCode::kUnavailable;
  Error error{code, path + ": " + std::generic_category().message(number)};
  switch (number) {
    case ENOENT:
      return Because(std::move(error), Reason::kFileMissing, {{"file", path}});
    case EEXIST:
      return Because(std::move(error), Reason::kFileExists, {{"file", path}});
    case EACCES:
    case EPERM:
      return Because(std::move(error), Reason::kFileNoRight, {{"file", path}});
    default:
      return error;
  }
}

// One line: base64 and a newline.
SecretBytes Encode(ByteView secret) {
  const size_t text_bytes =
      sodium_base64_ENCODED_LEN(secret.size(), sodium_base64_VARIANT_ORIGINAL);
  SecretBytes line(text_bytes);  // the place of the terminating zero becomes the newline
  auto* text = reinterpret_cast<char*>(line.mutable_view().data());
  CHECK(sodium_bin2base64(
            text, text_bytes, secret.data(), secret.size(), sodium_base64_VARIANT_ORIGINAL) !=
        nullptr);
  line.mutable_view().back() = '\n';
  return line;
}

Result<void> WriteAll(const std::string& path, int descriptor, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return SystemError(path, errno);
    }
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return {};
}

// Reads until `room` is full or the file ends; the number of bytes read.
Result<size_t> ReadUpTo(const std::string& path, int descriptor, std::span<uint8_t> room) {
  size_t filled = 0;
  while (filled < room.size()) {
    const ssize_t got = read(descriptor, room.data() + filled, room.size() - filled);
    if (got < 0) {
      if (errno == EINTR) continue;
      return SystemError(path, errno);
    }
    if (got == 0) break;
    filled += static_cast<size_t>(got);
  }
  return filled;
}

Result<void> FillAndSync(const std::string& path, int descriptor, ByteView secret) {
  // The mode given to open() passes the umask, which may have taken our own right to read.
  if (fchmod(descriptor, kOwnerOnly) != 0) return SystemError(path, errno);
  const SecretBytes line = Encode(secret);
  TRY(WriteAll(path, descriptor, line.view()));
  if (fsync(descriptor) != 0) return SystemError(path, errno);
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  const File directory(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.ok() || fsync(directory.get()) != 0) return SystemError(folder, errno);
  return {};
}

}  // namespace

Result<void> WriteKeyFile(const std::string& path, ByteView secret) {
  CHECK(!secret.empty());
  const File file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kOwnerOnly));
  if (!file.ok()) return SystemError(path, errno);
  Result<void> written = FillAndSync(path, file.get(), secret);
  if (!written) unlink(path.c_str());  // half a key would stand in the way of the next try
  return written;
}

Result<SecretBytes> ReadKeyFile(const std::string& path, size_t size) {
  CHECK(size > 0);
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.ok()) return SystemError(path, errno);
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return SystemError(path, errno);
  if (!S_ISREG(status.st_mode)) return Malformed(path + ": not a regular file");
  if ((status.st_mode & kGroupAndOthers) != 0) {
    return Because(Denied(path + ": a key file must be closed to group and others (chmod 600)"),
                   Reason::kKeyFileOpen,
                   {{"file", path}});
  }
  const size_t line_bytes = sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL);
  SecretBytes line(line_bytes + 1);  // one more, to see a file that is too long
  const size_t got = TRY(ReadUpTo(path, file.get(), line.mutable_view()));
  SecretBytes secret(size);
  size_t decoded = 0;
  const auto* text = reinterpret_cast<const char*>(line.view().data());
  if (got != line_bytes || text[line_bytes - 1] != '\n' ||
      sodium_base642bin(secret.mutable_view().data(),
                        size,
                        text,
                        line_bytes - 1,
                        nullptr,
                        &decoded,
                        nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0 ||
      decoded != size) {
    return Because(
        Malformed(path + ": not one line of base64 of a key of " + std::to_string(size) + " bytes"),
        Reason::kKeyFileFormat,
        {{"file", path}});
  }
  return secret;
}

}  // namespace schakel::crypto
