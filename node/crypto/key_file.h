// Secret keys in files: base64 and a newline, mode 0600. Errors name the path, never the content.
#pragma once

#include <string>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/crypto/secret.h"

namespace schakel::crypto {

// Creates the file with mode 0600 whatever the umask, synced with its folder; nothing is left
// behind when that fails. kConflict when something of that name exists, kNotFound without the
// folder, kDenied without the right to write there, kUnavailable when the disk refuses.
// Precondition: `secret` is not empty.
Result<void> WriteKeyFile(const std::string& path, ByteView secret);
// kNotFound without the file, kDenied when group or others have any right to it, kMalformed unless
// it is a regular file with exactly the line that WriteKeyFile makes of `size` bytes.
Result<SecretBytes> ReadKeyFile(const std::string& path, size_t size);

}  // namespace schakel::crypto
