// What TLS in this process takes from OpenSSL's configuration, where the library that speaks it
// (gRPC) has no switch of its own.
#pragma once

namespace schakel::crypto {

// Servers made after this give no session tickets, so that no TLS 1.3 session is resumed: every
// connection proves the peer's key anew. Call it before any thread starts; a second call changes
// nothing. Ends the process on failure.
void ForbidTlsResumption();

}  // namespace schakel::crypto
