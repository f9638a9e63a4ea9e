#include "node/statement/note.h"

#include <algorithm>

#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "node/crypto/merkle.h"

namespace schakel::statement {
namespace {

constexpr uint8_t kEd25519Type = 0x01;
constexpr std::string_view kSignaturePrefix = "\xe2\x80\x94 ";  // U+2014 and a space
constexpr size_t kKeyIdBytes = 4;

// The characters with the Unicode property White_Space outside ASCII, which a key name may not
// hold.
constexpr std::string_view kUnicodeSpaces[] = {"\xc2\x85",
                                               "\xc2\xa0",
                                               "\xe1\x9a\x80",
                                               "\xe2\x80\x80",
                                               "\xe2\x80\x81",
                                               "\xe2\x80\x82",
                                               "\xe2\x80\x83",
                                               "\xe2\x80\x84",
                                               "\xe2\x80\x85",
                                               "\xe2\x80\x86",
                                               "\xe2\x80\x87",
                                               "\xe2\x80\x88",
                                               "\xe2\x80\x89",
                                               "\xe2\x80\x8a",
                                               "\xe2\x80\xa8",
                                               "\xe2\x80\xa9",
                                               "\xe2\x80\xaf",
                                               "\xe2\x81\x9f",
                                               "\xe3\x80\x80"};

// Precondition: the text is UTF-8 without controls.
bool IsKeyName(std::string_view name) {
  if (name.empty() || name.find_first_of(" +\n") != std::string_view::npos) return false;
  return std::none_of(std::begin(kUnicodeSpaces),
                      std::end(kUnicodeSpaces),
                      [name](std::string_view space) { return name.find(space) != name.npos; });
}

struct SignatureLine {
  std::string_view name;
  Bytes bytes;  // key id, then the signature
};

struct Note {
  std::string_view text;  // with its last line feed
  std::vector<SignatureLine> signatures;
};

// Takes the line up to the next line feed off `rest`, or refuses.
Result<std::string_view> TakeLine(std::string_view& rest) {
  const size_t end = rest.find('\n');
  if (end == std::string_view::npos) return Malformed("note: a line that does not end");
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

Result<SignatureLine> ParseSignatureLine(std::string_view line) {
  if (!line.starts_with(kSignaturePrefix)) return Malformed("note: not a signature line");
  line.remove_prefix(kSignaturePrefix.size());
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return Malformed("note: a signature line without a name");
  SignatureLine out;
  out.name = line.substr(0, space);
  if (!IsKeyName(out.name)) return Malformed("note: not a key name");
  out.bytes = TRY(DecodeBase64(line.substr(space + 1)));
  if (out.bytes.size() <= kKeyIdBytes) return Malformed("note: a signature that is too short");
  return out;
}

// Split at the last empty line: the text may hold empty lines, signatures do not.
Result<Note> ParseNote(std::string_view bytes) {
  if (bytes.size() > kMaxNoteBytes) return Malformed("note: over the size limit");
  if (!IsUtf8(bytes)) return Malformed("note: not UTF-8");
  const bool control = std::any_of(bytes.begin(), bytes.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f;
  });
  if (control) return Malformed("note: a control character");
  const size_t split = bytes.rfind("\n\n");
  if (split == std::string_view::npos) return Malformed("note: no empty line");
  Note note;
  note.text = bytes.substr(0, split + 1);
  std::string_view rest = bytes.substr(split + 2);
  if (rest.empty()) return Malformed("note: no signature");
  while (!rest.empty())
    note.signatures.push_back(TRY(ParseSignatureLine(TRY(TakeLine(rest)))));
  return note;
}

Result<uint64_t> ParseSize(std::string_view text) {
  constexpr size_t kMaxDigits = 19;  // of 2^63 - 1
  if (text.empty() || text.size() > kMaxDigits) return Malformed("checkpoint: not a size");
  if (text[0] == '0' && text.size() > 1) return Malformed("checkpoint: a size with a leading zero");
  uint64_t size = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return Malformed("checkpoint: not a size");
    size = size * 10 + static_cast<uint64_t>(c - '0');
  }
  if (size > static_cast<uint64_t>(INT64_MAX)) return Malformed("checkpoint: not a size");
  return size;
}

Result<Checkpoint> ParseCheckpoint(std::string_view text) {
  Checkpoint checkpoint;
  const std::string_view origin = TRY(TakeLine(text));
  if (!IsKeyName(origin)) return Malformed("checkpoint: not an origin");
  checkpoint.origin = std::string(origin);
  checkpoint.size = TRY(ParseSize(TRY(TakeLine(text))));
  checkpoint.root = TRY(DecodeBase64Array<32>(TRY(TakeLine(text))));
  if (!text.empty()) return Malformed("checkpoint: an extension line");
  if (checkpoint.size == 0 && checkpoint.root != crypto::EmptyRoot()) {
    return Malformed("checkpoint: size 0 with a root of something");
  }
  return checkpoint;
}

std::string CheckpointText(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
         EncodeBase64(checkpoint.root) + "\n";
}

}  // namespace

uint32_t NoteKeyId(std::string_view name, uint8_t type, const crypto::PublicKey& key) {
  Bytes bytes = ToBytes(name);
  bytes.push_back('\n');
  bytes.push_back(type);
  Append(bytes, key.bytes);
  return ReadU32(crypto::Sha256(ByteView(bytes)));
}

std::string VerifierKey(std::string_view name, const crypto::PublicKey& key) {
  Bytes id;
  AppendU32(id, NoteKeyId(name, kEd25519Type, key));
  Bytes typed = {kEd25519Type};
  Append(typed, key.bytes);
  return std::string(name) + "+" + EncodeHex(id) + "+" + EncodeBase64(typed);
}

std::string SignCheckpoint(const Checkpoint& checkpoint, const crypto::SigningKey& log_key) {
  const std::string text = CheckpointText(checkpoint);
  Bytes signature;
  AppendU32(signature, NoteKeyId(checkpoint.origin, kEd25519Type, log_key.public_key()));
  Append(signature, log_key.Sign(AsBytes(text)));
  return text + "\n" + std::string(kSignaturePrefix) + checkpoint.origin + " " +
         EncodeBase64(signature) + "\n";
}

Result<Checkpoint> OpenCheckpoint(std::string_view note,
                                  std::string_view origin,
                                  const crypto::PublicKey& log_key) {
  const Note parsed = TRY(ParseNote(note));
  Checkpoint checkpoint = TRY(ParseCheckpoint(parsed.text));
  if (checkpoint.origin != origin) return Denied("checkpoint: of another log");
  const uint32_t id = NoteKeyId(origin, kEd25519Type, log_key);
  bool verified = false;
  for (const SignatureLine& line : parsed.signatures) {
    if (line.name != origin || ReadU32(line.bytes) != id) continue;
    crypto::SignatureBytes signature{};
    if (line.bytes.size() != kKeyIdBytes + signature.size()) {
      return Denied("checkpoint: a log signature of the wrong length");
    }
    std::copy(line.bytes.begin() + kKeyIdBytes, line.bytes.end(), signature.begin());
    TRY(crypto::VerifySignature(log_key, AsBytes(parsed.text), signature));
    verified = true;
  }
  if (!verified) return Denied("checkpoint: no signature of the log");
  return checkpoint;
}

Result<Checkpoint> ReadCheckpointUnverified(std::string_view note) {
  const Note parsed = TRY(ParseNote(note));
  return ParseCheckpoint(parsed.text);
}

}  // namespace schakel::statement
