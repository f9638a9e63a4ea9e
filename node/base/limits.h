// Every limit that a peer or a file can run into. Each is tested below, at and above.
// proto/README.md, "Limits", states the ones a peer meets.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace schakel {

inline constexpr size_t kMaxJsonDepth = 32;
inline constexpr size_t kMaxCovenantBytes = 1 << 20;
inline constexpr size_t kMaxConfigBytes = 256 << 10;
inline constexpr size_t kMaxStatementBytes = 64 << 10;
inline constexpr size_t kMaxSignatures = 16;
inline constexpr size_t kMaxLogEntryBytes = 8 << 10;
inline constexpr size_t kMaxNoteBytes = 16 << 10;
inline constexpr size_t kMaxBodyBytes = 1 << 20;
inline constexpr size_t kMaxReleaseBytes = 64 << 10;
inline constexpr size_t kMaxReleases = 200'000;
inline constexpr size_t kFramePlaintextBytes = 16 << 10;
inline constexpr size_t kMaxFrames = 1 << 16;
inline constexpr size_t kMaxPeerMessageBytes = 2 << 20;
inline constexpr size_t kMaxStatementsPerGreeting = 1'000;
inline constexpr size_t kMaxDocumentsPerGreeting = 1;  // of a covenant, offered as a draft
inline constexpr size_t kMaxStatementsPerParty = 100;  // of a lineage, kept
inline constexpr size_t kMaxDraftsPerSender = 3;       // of the next version, kept
inline constexpr size_t kMaxAcceptsPerDraft = 8;       // of a party, by roots only it names
inline constexpr size_t kMaxExportPathBytes = 200;
inline constexpr size_t kMaxChunkBytes = 64 << 10;  // of an exported or imported file
inline constexpr size_t kMaxOperatorParamsBytes = 2 << 20;
inline constexpr size_t kMaxOperatorResultBytes = 32 << 20;
inline constexpr size_t kMaxOperatorMessageBytes = kMaxOperatorResultBytes + (64 << 10);
inline constexpr size_t kMaxSubjectsPerRequest = 1'000;  // above any covenant's own limit
inline constexpr size_t kMaxCsvRowBytes = 64 << 10;
inline constexpr size_t kMaxFieldBytes = 16 << 10;

inline constexpr std::chrono::milliseconds kIssuedTolerance = std::chrono::minutes{5};
// How long a Request lives at most where the covenant sets no limits.request_ttl.
inline constexpr std::chrono::milliseconds kDefaultRequestLife = std::chrono::days{14};
// How long after a version took the place of another an answer under that one is still taken.
inline constexpr std::chrono::milliseconds kSupersededGrace = std::chrono::minutes{5};
inline constexpr std::chrono::milliseconds kMaxDelegation = std::chrono::days{90};
inline constexpr std::chrono::milliseconds kMaxFactLife = std::chrono::days{90};
inline constexpr std::chrono::milliseconds kPrekeyRotation = std::chrono::hours{12};
inline constexpr std::chrono::milliseconds kPrekeyGrace = std::chrono::hours{1};
inline constexpr std::chrono::milliseconds kSmallRequestFloor{10};
inline constexpr size_t kSmallRequestSubjects = 5;

}  // namespace schakel
