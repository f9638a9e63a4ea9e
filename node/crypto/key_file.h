// Secret keys in files: one line of base64, mode 0600, owner only.
#pragma once

#include <string>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/crypto/secret.h"

namespace schakel::crypto {

// Creates the file (it must not exist) with mode 0600, synced with its folder.
Result<void> WriteKeyFile(const std::string& path, ByteView secret);
// kDenied when group or others may read it; kMalformed unless it holds exactly `size` bytes.
Result<SecretBytes> ReadKeyFile(const std::string& path, size_t size);

}  // namespace schakel::crypto
