#include "fault/attacks/attacked_node.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cmath>
#include <fstream>
#include <mutex>
#include <stdexcept>

#include "app/config.hpp"
#include "client/development.hpp"
#include "client/http_client.hpp"
#include "codec/genesis.hpp"
#include "contracts/address.hpp"
#include "contracts/asset.hpp"
#include "contracts/limits.hpp"
#include "crypto/hash.hpp"
#include "fault/common/answer.hpp"

namespace tally::fault {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kProtobuf = "application/x-protobuf";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kPrefix = "950600013";
constexpr std::string_view kItem = "01/09506000134352/21/HONEST-1";
// The honest member's own rate is far below. The first two are kTightRequests.
constexpr std::string_view kTightSettings[] = {"http.requests_per_second_per_ip=500",
                                               "http.requests_burst_per_ip=500",
                                               "http.look_ups_per_second_per_ip=300",
                                               "http.look_ups_burst_per_ip=300",
                                               "http.head_ms_max=500",
                                               "http.write_ms_max=500",
                                               "engine.unsigned_rate_per_second=50",
                                               "engine.unsigned_rate_burst=100"};
constexpr std::uint64_t kTightRequests = 500;  // in a second, and at once

contracts::PublicKey key(std::string_view name) {
  return crypto::public_key(client::development_key(name));
}

contracts::NetworkId network() {
  static const auto kId =
      contracts::network_id(codec::encode_genesis(client::development_genesis()));
  return kId;
}

contracts::AssetId asset() {
  return contracts::asset_id(key("issuer"), *contracts::fold_symbol("TEST"));
}

client::HttpClient connect(const std::string& url) {
  client::ClientOptions options;
  options.io_ms_max = 10'000;
  return std::move(*client::HttpClient::open(url, options));
}

boost::json::object answer_of(const std::expected<client::ClientResponse, client::ClientError>& r) {
  if (!r) throw std::runtime_error(fmt::format("no answer: {}", client::name(r.error())));
  boost::json::error_code ec;
  auto value = boost::json::parse(r->body, ec);
  if (ec || !value.is_object()) throw std::runtime_error("an answer that is no JSON: " + r->body);
  return std::move(value.get_object());
}

double ms(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

std::filesystem::path choose_data_dir(const Options& options) {
  constexpr const char* kMemory = "/dev/shm";
  if (::access(kMemory, W_OK) != 0) return options.work_dir / "data";
  return std::filesystem::path(kMemory) / fmt::format("tally-torture-{}", ::getpid());
}

std::optional<Placed> placed(const boost::json::object& answer) {
  const auto* number = answer.if_contains("first_output_number");
  if (number == nullptr) return std::nullopt;
  return Placed{*contracts::Txid::parse(answer.at("txid").as_string()),
                std::stoull(std::string(number->as_string()))};
}

}  // namespace

codec::SignedTransaction sign_simple(contracts::Transaction tx, contracts::CommandBody body,
                                     const std::vector<std::string_view>& signers,
                                     std::uint64_t now_ms) {
  tx.version = contracts::kTransactionVersion;
  tx.network_id = network();
  tx.valid_until_ms = now_ms + contracts::kValidityMsDefault;
  for (const auto name : signers) tx.signers.push_back(key(name));
  contracts::Command command{{}, {}, std::move(body)};
  for (std::uint32_t i = 0; i < tx.inputs.size(); ++i) command.inputs.push_back(i);
  for (std::uint32_t i = 0; i < tx.outputs.size(); ++i) command.outputs.push_back(i);
  tx.commands = {std::move(command)};
  codec::SignedTransaction out{codec::encode_body(tx), {}};
  const auto id = contracts::txid(tx.network_id, out.body);
  for (const auto name : signers) {
    const auto signature = crypto::sign(client::development_key(name), id.bytes);
    out.witnesses.emplace_back(signature.bytes.begin(), signature.bytes.end());
  }
  return out;
}

contracts::Coin coin_of(std::string_view owner, std::uint64_t amount) {
  return {asset(), amount, contracts::KeyLock{key(owner)}};
}

void spend(contracts::Transaction& tx, const Placed& from, std::uint32_t index) {
  tx.inputs.push_back({from.first + index, {from.txid, index}, std::nullopt});
}

std::uint64_t AttackedNode::requests_max(std::chrono::duration<double> time) const {
  const app::Config config;
  const auto rate = tight_ ? kTightRequests : config.http.requests_per_ip.per_second;
  const auto burst = tight_ ? kTightRequests : config.http.requests_per_ip.burst;
  return burst + static_cast<std::uint64_t>(std::ceil(static_cast<double>(rate) * time.count()));
}

AttackedNode::AttackedNode(const Options& options, bool tight)
    : tight_(tight), data_dir_(choose_data_dir(options)) {
  ProgramOptions program;
  program.path = options.bin_dir / "tallyd";
  program.arguments = {"--dev", "--data", data_dir_.string(), "--listen", "127.0.0.1:0"};
  std::vector<std::string_view> settings{"log.level=error"};
  if (tight_) settings.insert(settings.end(), std::begin(kTightSettings), std::end(kTightSettings));
  for (const auto setting : settings) {
    program.arguments.emplace_back("--set");
    program.arguments.emplace_back(setting);
  }
  program.output = options.work_dir / "tallyd.log";
  program_ = std::make_unique<Program>(std::move(program));
  const auto line = program_->wait_for_line("listening on ", 60s);
  if (!line) throw std::runtime_error("tallyd does not start: " + program_->printed());
  url_ = *line;
  port_ = static_cast<std::uint16_t>(std::stoul(url_.substr(url_.rfind(':') + 1)));

  using namespace contracts;
  MemberAdmit admit;
  for (const auto* name : {"ana", "mallory", "issuer", "brand"}) admit.keys.push_back(key(name));
  const std::vector<std::string_view> operators{"operator-1", "operator-2"};
  settle(sign_simple({}, std::move(admit), operators, time_ms()));
  AssetDefine define;
  define.issuer = key("issuer");
  define.kind = AssetKind::utility;
  define.symbol = "TEST";
  define.policies.supply_max = 1'000'000;
  settle(sign_simple({}, std::move(define), {"issuer"}, time_ms()));
  for (auto [owner, place] : {std::pair{"ana", &ana_}, std::pair{"mallory", &mallory_}}) {
    Transaction issue;
    for (std::uint32_t i = 0; i < kCoins; ++i) issue.outputs.push_back(coin_of(owner, 10));
    *place = settle(
        sign_simple(std::move(issue), AssetIssue{asset(), kCoins * 10}, {"issuer"}, time_ms()));
  }
  const auto evidence = crypto::tagged_hash("test/hash", {as_bytes("evidence")});
  settle(sign_simple({}, PrefixRegister{std::string(kPrefix), key("brand"), evidence}, operators,
                     time_ms()));
  Transaction made;
  made.outputs.push_back(Item{std::string(kItem), KeyLock{key("brand")}});
  settle(sign_simple(std::move(made), ItemCommission{std::string(kPrefix), evidence, {}}, {"brand"},
                     time_ms()));
  item_target_ = fmt::format("/v1/items/{}", kItem);
}

AttackedNode::~AttackedNode() {
  program_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(data_dir_, ignored);
}

Placed AttackedNode::settle(const codec::SignedTransaction& transaction) const {
  auto client = connect(url_);
  const auto answer = answer_of(
      client.post("/v1/transactions", kProtobuf, as_text(codec::encode_signed(transaction))));
  const auto place = placed(answer);
  if (!place) throw std::runtime_error("not settled: " + boost::json::serialize(answer));
  return *place;
}

std::uint64_t AttackedNode::time_ms() const {
  auto client = connect(url_);
  const auto answer = answer_of(client.get("/v1/network"));
  return std::stoull(std::string(answer.at("time_ms").as_string()));
}

std::string AttackedNode::address_of(std::string_view name) { return development_address(name); }

std::string AttackedNode::sign_in(std::string_view name) const {
  auto client = connect(url_);
  const auto session = fault::sign_in(client, name);
  if (!session) throw std::runtime_error(fmt::format("{} cannot sign in", name));
  return *session;
}

std::uint64_t AttackedNode::resident_bytes() const {
  std::ifstream file(fmt::format("/proc/{}/statm", program_->id()));
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

bool AttackedNode::healthy() {
  if (program_->wait(0ms)) return false;
  auto client = connect(url_);
  const auto ready = client.get("/readyz");
  return ready && ready->status == 200;
}

double quantile(std::vector<double> values, double part) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto place = std::ceil(part * static_cast<double>(values.size()));
  return values[std::min(values.size(), static_cast<std::size_t>(std::max(1.0, place))) - 1];
}

HonestMember::HonestMember(AttackedNode& node) : node_(node) {
  for (std::size_t i = 0; i < kWorkers; ++i) {
    threads_.emplace_back([this, i, token = node.sign_in("ana")] { pay(i, token); });
    threads_.emplace_back([this, i] { look_up(kWorkers + i); });
  }
}

HonestMember::~HonestMember() {
  stopping_ = true;
  for (auto& thread : threads_) thread.join();
}

Honest HonestMember::take() {
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  auto out = std::exchange(met_, {});
  for (const auto& call : calls_) {
    // One that has only begun, or not yet, says nothing.
    if (call.kind == nullptr || now - call.due < kPeriod) continue;
    (out.*call.kind).push_back(ms(now - call.due));
  }
  return out;
}

bool HonestMember::on_time() {
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  return std::ranges::all_of(
      calls_, [&](const Call& call) { return call.kind != nullptr && now - call.due < kPeriod; });
}

void HonestMember::begin(std::size_t index, Call call) {
  {
    const std::lock_guard lock(mutex_);
    calls_[index] = call;
  }
  std::this_thread::sleep_until(call.due);
}

void HonestMember::end(std::size_t index) {
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  const auto call = std::exchange(calls_[index], {});
  if (!stopping_) (met_.*call.kind).push_back(ms(now - call.due));
}

// Calls until `try_once` says that it was answered as it should be, and so every kPeriod.
template <typename Try>
void HonestMember::work(std::size_t index, std::vector<double> Honest::* kind, Try&& try_once) {
  for (auto due = Clock::now() + kPeriod * index / calls_.size(); !stopping_; due += kPeriod) {
    begin(index, {kind, due});
    while (!stopping_ && !try_once()) {
      {
        const std::lock_guard lock(mutex_);
        ++met_.refused;
      }
      std::this_thread::sleep_for(5ms);
    }
    end(index);
  }
}

void HonestMember::pay(std::size_t index, std::string token) {
  auto client = connect(node_.url());
  const std::vector<client::ClientHeader> headers{{"Authorization", "Bearer " + token}};
  auto at = node_.coins_of_ana();
  auto output = static_cast<std::uint32_t>(index);
  std::optional<Bytes> payment;  // which is sent until it has settled
  work(index, &Honest::transfers_ms, [&] {
    if (!payment) {
      contracts::Transaction tx;
      spend(tx, at, output);
      tx.outputs.push_back(coin_of("ana", 10));
      const auto now = std::chrono::system_clock::now().time_since_epoch();
      const auto now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
      payment = codec::encode_signed(sign_simple(std::move(tx), contracts::AssetTransfer{}, {"ana"},
                                                 static_cast<std::uint64_t>(now_ms)));
    }
    const auto answer = client.post("/v1/transactions", kProtobuf, as_text(*payment), headers);
    if (!answer || answer->status != 200) return false;
    at = *placed(boost::json::parse(answer->body).as_object());
    output = 0;
    payment.reset();
    return true;
  });
}

void HonestMember::look_up(std::size_t index) {
  auto client = connect(node_.url());
  work(index, &Honest::look_ups_ms, [&] {
    const auto answer = client.get(node_.item_target());
    return answer && answer->status == 200;
  });
}

}  // namespace tally::fault
