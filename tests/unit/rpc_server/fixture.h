// A peer server with a handler that answers from fixed bytes, and clients for it.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <schakel/v1/exchange.grpc.pb.h>

#include "node/base/mutex.h"
#include "node/crypto/entropy.h"
#include "node/crypto/secret.h"
#include "node/rpc/client/peer_channel.h"
#include "node/rpc/server/server.h"

namespace schakel::rpc {

// Who may connect. Safe for concurrent use.
class Registry {
 public:
  void Add(const crypto::PublicKey& key, std::string party) EXCLUDES_LOCK(mutex_) {
    MutexLock lock(mutex_);
    parties_[key] = std::move(party);
  }
  void Drop(const crypto::PublicKey& key) EXCLUDES_LOCK(mutex_) {
    MutexLock lock(mutex_);
    parties_.erase(key);
  }
  Authorise authorise() {
    return [this](const crypto::PeerCertificate& certificate) -> Result<std::string> {
      MutexLock lock(mutex_);
      const auto found = parties_.find(certificate.key);
      if (found == parties_.end()) return Denied("an unknown key");
      return found->second;
    };
  }

 private:
  Mutex mutex_;
  std::map<crypto::PublicKey, std::string> parties_ GUARDED_BY(mutex_);
};

class Refusals final : public RefusalLog {
 public:
  void OnRefusal(const Refusal& refusal) override EXCLUDES_LOCK(mutex_) {
    MutexLock lock(mutex_);
    seen_.push_back(refusal);
    changed_.NotifyAll();
  }
  // Waits for the first refusal of the method; ctest's time limit is the end of patience.
  Refusal Await(const std::string& method) EXCLUDES_LOCK(mutex_) {
    MutexLock lock(mutex_);
    const Refusal* found = nullptr;
    changed_.Wait(mutex_, [&]() REQUIRES_LOCK(mutex_) {
      for (const Refusal& refusal : seen_) {
        if (refusal.method == method) found = &refusal;
      }
      return found != nullptr;
    });
    return *found;
  }
  size_t count() EXCLUDES_LOCK(mutex_) {
    MutexLock lock(mutex_);
    return seen_.size();
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  std::vector<Refusal> seen_ GUARDED_BY(mutex_);
};

// Answers with fixed bytes, unless the test puts a function in place. Functions are set before the
// call that uses them.
class FakeNode final : public PeerHandler, public LogHandler {
 public:
  std::function<Result<void>(const std::string&, const wire::SendRequest&, SendSink&)> on_send;
  std::function<Result<void>(const std::string&)> on_deliver;
  std::function<Result<void>(ChunkSink&)> on_export;

  Result<void> Send(const std::string& party,
                    const wire::SendRequest& request,
                    SendSink& sink) override {
    calls_.fetch_add(1);
    if (on_send) return on_send(party, request, sink);
    return sink.Open({"answer to " + party, "receipt of " + request.request, ""});
  }
  Result<void> Deliver(const std::string& party, const wire::DeliverRequest& request) override {
    calls_.fetch_add(1);
    if (on_deliver) return on_deliver(party);
    return request.receipt == "receipt" ? Result<void>() : Corrupt("another receipt");
  }
  Result<wire::Greeting> Greet(const std::string& party, const wire::Greeting& greeting) override {
    calls_.fetch_add(1);
    return wire::Greeting{"hello " + party, greeting.statements};
  }
  Result<void> Export(const std::string& /*party*/,
                      const wire::ExportRequest& /*request*/,
                      ChunkSink& sink) override {
    calls_.fetch_add(1);
    if (on_export) return on_export(sink);
    return NotFound("no such lineage");
  }
  Result<void> Copies(const std::string& party,
                      const wire::ExportRequest& /*request*/,
                      ChunkSink& sink) override {
    calls_.fetch_add(1);
    return sink.Put({"checkpoint", ToBytes("copies for " + party), true});
  }
  Result<wire::CheckpointReply> Checkpoint(const std::string& party,
                                           const wire::CheckpointRequest& request) override {
    calls_.fetch_add(1);
    return wire::CheckpointReply{party + "\n" + ToString(request.lineage)};
  }
  int calls() const { return calls_.load(); }

 private:
  std::atomic<int> calls_ = 0;
};

inline crypto::SigningKey KeyFromSeed(uint64_t seed) {
  crypto::SeededEntropy entropy(seed);
  return crypto::SigningKey::Generate(entropy);
}

inline crypto::TlsIdentity IdentityOf(const crypto::SigningKey& key, const std::string& name) {
  const Instant from = FromMillis(1'790'000'000'000);
  Result<crypto::TlsIdentity> identity = crypto::MakeTlsIdentity(
      key, name + ".example", AsBytes("{\"delegation\":1}"), from, from + std::chrono::days{90});
  EXPECT_TRUE(identity.ok());
  return *std::move(identity);
}

// politie serves; gemeente and om may connect.
class PeerServerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    crypto::Init();
    PrepareTransport();
  }

  void SetUp() override {
    registry_.Add(politie_.public_key(), "politie");
    registry_.Add(gemeente_.public_key(), "gemeente");
    registry_.Add(om_.public_key(), "om");
    Start("127.0.0.1:0");
  }

  void Start(const std::string& listen,
             std::chrono::milliseconds call_limit = std::chrono::minutes{10}) {
    server_.reset();
    PeerServerOptions options;
    options.listen = listen;
    options.identity = IdentityOf(politie_, "politie");
    options.authorise = registry_.authorise();
    options.call_limit = call_limit;
    auto server = PeerServer::Start(std::move(options), node_, node_, refusals_);
    ASSERT_TRUE(server.ok()) << server.error().detail;
    server_ = *std::move(server);
    server_->SetServing(true);
  }

  std::string address() { return "127.0.0.1:" + std::to_string(server_->port()); }

  PeerChannelOptions ClientOptions(const crypto::SigningKey& key, const std::string& name) {
    PeerChannelOptions options;
    options.address = address();
    options.party = "politie";
    options.identity = IdentityOf(key, name);
    options.authorise = registry_.authorise();
    return options;
  }

  std::unique_ptr<PeerChannel> Client() {
    return std::make_unique<PeerChannel>(ClientOptions(gemeente_, "gemeente"));
  }

  // A channel without this project's client rules, to send what they would not.
  std::shared_ptr<grpc::Channel> RawChannel() {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(address(),
                                     ClientTls(IdentityOf(gemeente_, "gemeente"),
                                               "politie",
                                               registry_.authorise(),
                                               [](const Error&) {}),
                                     arguments);
  }

  void ExpectStillServes() {
    const Result<wire::Greeting> reply = Client()->Greet({"status", {}});
    ASSERT_TRUE(reply.ok()) << reply.error().detail;
    EXPECT_EQ(reply->status, "hello gemeente");
  }

  const crypto::SigningKey politie_ = KeyFromSeed(1);
  const crypto::SigningKey gemeente_ = KeyFromSeed(2);
  const crypto::SigningKey om_ = KeyFromSeed(3);
  const crypto::SigningKey stranger_ = KeyFromSeed(4);
  Registry registry_;
  Refusals refusals_;
  FakeNode node_;
  std::unique_ptr<PeerServer> server_;
};

// Collects an answer.
class Collector : public ReplyReceiver {
 public:
  std::vector<wire::Opening> openings;
  std::vector<Bytes> frames;
  std::function<Result<void>()> on_frame;

  Result<void> OnOpening(const wire::Opening& opening) override {
    openings.push_back(opening);
    return {};
  }
  Result<void> OnFrame(ByteView frame) override {
    frames.emplace_back(frame.begin(), frame.end());
    return on_frame ? on_frame() : Result<void>();
  }
};

}  // namespace schakel::rpc
