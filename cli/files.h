// Files that the command line reads and writes. Errors name the path, never the content.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/statement/signed.h"

namespace schakel::cli {

enum class FileMode { kPublic, kPrivate };  // 0644, 0600

// kNotFound, kExhausted above the limit, kUnavailable when it cannot be read.
Result<std::string> ReadFile(const std::string& path, size_t max_bytes);

// A covenant, one byte over its limit included: the end of line that an editor puts behind JSON
// does not count. Whoever parses the text refuses a longer one.
Result<std::string> ReadCovenantFile(const std::string& path);

// Writes a file that does not exist yet, synced. kConflict when something of that name is there,
// kNotFound without its folder; nothing is left behind when it fails.
Result<void> WriteNewFile(const std::string& path, std::string_view content, FileMode mode);
// The same, in the place of a file that is there; readers see the old or the new one.
Result<void> ReplaceFile(const std::string& path, std::string_view content, FileMode mode);

// A folder that may be there already, with the folders above it.
Result<void> MakeFolder(const std::string& path);
// A folder that is not there yet, mode 0700. kConflict when it is.
Result<void> MakePrivateFolder(const std::string& path);

// Whether anything of that name is there; false when nobody can tell.
bool Exists(const std::string& path);
bool IsFolder(const std::string& path);

// SHA-256 of a file of any size.
Result<Hash> HashFile(const std::string& path);
// `text` is 64 hex digits, or the path of a file that is hashed.
Result<Hash> HashOfDocument(const std::string& text);

// The names in the folder that end so, sorted, without the folder.
Result<std::vector<std::string>> ListFiles(const std::string& folder, std::string_view suffix);

struct StatementFile {
  std::string path;
  statement::SignedStatement statement;
};
// Every signed statement in the folders (*.json), a file each; what is another statement of the
// same bytes twice counts once. kMalformed names a file that is none.
Result<std::vector<StatementFile>> ReadStatements(const std::vector<std::string>& folders);
// One signed statement, its line with or without a newline.
Result<statement::SignedStatement> ReadStatement(const std::string& path);
Result<void> WriteStatement(const std::string& path, const statement::SignedStatement& statement);

}  // namespace schakel::cli
