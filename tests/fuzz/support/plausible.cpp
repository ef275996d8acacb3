#include "fuzz/support/plausible.hpp"

#include "codec/wire/block_fields.hpp"
#include "codec/wire/transaction_fields.hpp"
#include "codec/words.hpp"
#include "crypto/hash.hpp"
#include "fuzz/support/propose.hpp"

namespace tally::fuzz {
namespace {

using namespace contracts;

// Each prefix begins some of the keys below.
constexpr std::string_view kPrefixes[] = {"9506000", "95060001", "9509999", "4012345"};
constexpr std::string_view kGs1Keys[] = {
    "01/09506000134352/21/A1", "01/09506000134352/21/A2", "01/09506000134352/21/A3",
    "01/09506000134352/21/A4", "01/09506000134352/21/A5", "01/09506000134352/21/A6",
    "8004/95060001C1",         "8004/9509999C1",          "8004/9509999C2",
    "8004/9509999C3",          "8003/04012345123456S1",   "8004/4012345X"};
constexpr std::string_view kSymbols[] = {"EUR", "OWE", "POINT", "TOKEN", "EVR", "BOND"};

class Maker : public codec::wire::Visitor {
 public:
  Maker(Input& input, const Model* model, std::optional<std::size_t> choice = {})
      : input_(input), model_(model), choice_(choice) {}

  template <typename T>
  void field(std::uint32_t, std::string_view name, T& x, auto, auto) {
    fill(name, x);
  }
  template <typename T>
  void alternative(std::uint32_t, std::string_view name, auto& x, auto, auto) {
    if (position_++ == *choice_) fill(name, x.template emplace<T>());
  }
  void oneof(auto& x) {
    if (!choice_) choice_ = input_.choice(std::variant_size_v<std::remove_cvref_t<decltype(x)>>);
    fields(*this, x);
  }
  void require(bool) {}

  template <typename T>
  void fill(std::string_view name, T& x) {
    using namespace codec::wire;
    if constexpr (std::same_as<T, bool>) {
      x = input_.flag();
    } else if constexpr (std::same_as<T, PublicKey>) {
      x = people()[input_.choice(people().size())];
    } else if constexpr (std::same_as<T, AssetId>) {
      x = model_ == nullptr ? AssetId{} : plausible_asset(input_, *model_);
    } else if constexpr (Number<T>) {
      x = static_cast<T>(number(name));
    } else if constexpr (Enum<T>) {
      x = codec::kWords<T>[input_.choice(codec::kWords<T>.size())].value;
    } else if constexpr (Fixed<T>) {
      bytes_of(x)[0] = static_cast<std::uint8_t>(input_.choice(4));
      if constexpr (std::same_as<T, Hash32>) {
        if (name == "hash") x = locked();
      }
    } else if constexpr (std::same_as<T, Bytes>) {
      x = {input_.byte()};
    } else if constexpr (std::same_as<T, std::string>) {
      x = text(name);
    } else if constexpr (is_variant<T>) {
      Maker(input_, model_).oneof(x);
    } else {
      Maker inner(input_, model_);
      fields(inner, x);
    }
  }
  template <typename T>
  void fill(std::string_view name, std::optional<T>& x) {
    x.reset();
    if (input_.flag()) fill(name, x.emplace());
  }
  template <typename T>
    requires(!codec::wire::Text<std::vector<T>>)
  void fill(std::string_view name, std::vector<T>& x) {
    x.clear();
    for (auto left = input_.choice(4); left > 0; --left) fill(name, x.emplace_back());
    // Lists of keys and the like are ascending wherever that is asked for.
    if constexpr (std::same_as<T, PublicKey> || std::same_as<T, std::string>) {
      std::ranges::sort(x);
      const auto again = std::ranges::unique(x);
      x.erase(again.begin(), again.end());
    }
  }

 private:
  static Hash32 locked() { return crypto::sha256(kPlausiblePreimage); }

  std::uint64_t number(std::string_view name) {
    const auto value = input_.number();
    if (name == "quorum" || name == "threshold") return 1 + value % 4;
    if (name == "commands") return plausible_number(value);
    if (name == "confidence_bps") return value * 40;
    if (name == "not_before_ms" && model_ != nullptr) return model_->block.time_ms + value - 100;
    return value;
  }
  // A command that may be delegated.
  static std::uint64_t plausible_number(std::uint64_t value) {
    constexpr std::uint64_t kNumbers[] = {AssetTransfer::kNumber, ItemCommission::kNumber,
                                          ItemObserve::kNumber,   ItemTransfer::kNumber,
                                          OrderOffer::kNumber,    OrderFund::kNumber,
                                          ItemAdmit::kNumber,     9};
    return kNumbers[value % std::size(kNumbers)];
  }
  std::string text(std::string_view name) {
    if (name.starts_with("gs1_key")) return plausible_gs1_key(input_);
    if (name.starts_with("prefix")) return std::string(one(kPrefixes));
    if (name == "symbol") return std::string(one(kSymbols));
    return input_.flag() ? "colour" : "size";
  }
  template <std::size_t N>
  std::string_view one(const std::string_view (&list)[N]) {
    return list[input_.choice(N)];
  }

  Input& input_;
  const Model* model_;
  std::optional<std::size_t> choice_;
  std::size_t position_ = 0;
};

}  // namespace

std::string plausible_gs1_key(Input& input) {
  return std::string(kGs1Keys[input.choice(std::size(kGs1Keys))]);
}

AssetId plausible_asset(Input& input, const Model& model) {
  std::vector<AssetId> assets;
  for (const auto& [key, entry] : model.registry.entries) {
    if (key.kind == RegistryKind::asset) assets.push_back(AssetId{key.id});
  }
  const auto index = input.choice(8);
  return index < assets.size() ? assets[index] : AssetId{Hash32{static_cast<std::uint8_t>(index)}};
}

RegistryKey plausible_reference(Input& input, const Model& model) {
  std::vector<RegistryKey> keys;
  for (const auto& [key, entry] : model.registry.entries) {
    if (key.kind == RegistryKind::delegation) keys.push_back(key);
  }
  const auto index = input.choice(8);
  return index < keys.size() ? keys[index] : RegistryKey{RegistryKind::delegation, Hash32{1}};
}

CommandBody plausible_command(Input& input, std::size_t kind, const Model& model) {
  CommandBody out;
  Maker(input, &model, kind).oneof(out);
  return out;
}

template <typename T>
T plausible(Input& input) {
  T out{};
  Maker(input, nullptr).fill("", out);
  return out;
}
template Lock plausible<Lock>(Input& input);
template Grant plausible<Grant>(Input& input);

}  // namespace tally::fuzz
