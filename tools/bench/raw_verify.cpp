#include "bench/raw_verify.hpp"

#include <future>

#include "base/check.hpp"
#include "contracts/transaction.hpp"
#include "crypto/schnorr.hpp"

namespace tally::bench {
namespace {

struct Signed {
  crypto::PublicKey key;
  Hash32 message;
  crypto::Signature signature;
};

std::vector<Signed> unpack(const std::vector<codec::SignedTransaction>& transactions) {
  std::vector<Signed> out;
  const auto count = std::min<std::size_t>(transactions.size(), 20'000);
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto tx = codec::decode_body(transactions[i].body);
    CHECK(tx && tx->signers.size() == 1);
    out.push_back({tx->signers[0], contracts::txid(tx->network_id, transactions[i].body).bytes,
                   *crypto::Signature::from(transactions[i].witnesses[0])});
  }
  return out;
}

}  // namespace

double raw_verify_per_s(const std::vector<codec::SignedTransaction>& transactions, unsigned threads,
                        std::chrono::milliseconds duration) {
  const auto signatures = unpack(transactions);
  const auto start = std::chrono::steady_clock::now();
  const auto end = start + duration;
  std::vector<std::future<std::uint64_t>> parts;
  for (unsigned part = 0; part < threads; ++part) {
    parts.push_back(std::async(std::launch::async, [&, part] {
      std::uint64_t done = 0;
      for (auto i = static_cast<std::size_t>(part); std::chrono::steady_clock::now() < end;
           i = (i + threads) % signatures.size()) {
        // parse and verify, as a node without a cache of keys would
        CHECK(crypto::verify(signatures[i].key, signatures[i].message, signatures[i].signature));
        ++done;
      }
      return done;
    }));
  }
  std::uint64_t total = 0;
  for (auto& part : parts) total += part.get();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  return static_cast<double>(total) / took.count();
}

}  // namespace tally::bench
