#include "story/sample.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>

#include "epcis/attributes.hpp"
#include "epcis/document.hpp"

namespace tally::story {
namespace {

constexpr std::size_t kGlnPrefixDigits = 9;
constexpr std::size_t kPrefixDigitsMax = 12;

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  if (!in) throw std::runtime_error(file.string() + " cannot be read");
  return out.str();
}

// The digits from the company prefix on: behind a GTIN's indicator digit, all of a GLN.
std::string company_digits(const epcis::Gs1Key& key) {
  return key.kind == epcis::KeyKind::sgtin ? key.primary.substr(1) : key.primary;
}

const epcis::Identifier* owner_in(const std::vector<epcis::TypedIdentifier>& list) {
  const auto found =
      std::ranges::find_if(list, [](const auto& entry) { return entry.type == "owning_party"; });
  return found == list.end() || !found->id.key ? nullptr : &found->id;
}

class Reader {
 public:
  explicit Reader(const epcis::Document& document) : document_(document) {}

  void read(Sample& sample) {
    sample.events = document_.events.size();
    for (const auto& event : document_.events) commissioning(event, sample);
    if (sample.commissioned.empty()) {
      throw std::runtime_error("the document commissions no serialised item");
    }
    for (const auto& event : document_.events) note_urns(event);
    sample.brand_prefix = brand_prefix();
    for (const auto& event : document_.events) owner_change(event, sample.commissioned.front());
    sample.partner_prefixes = partner_prefixes(sample.brand_prefix);
  }

 private:
  void commissioning(const epcis::Event& event, Sample& sample) {
    const auto* object = std::get_if<epcis::ObjectEvent>(&event.what);
    if (object == nullptr || object->action != epcis::Action::add) return;
    if (sample.commissioned.empty()) {
      for (auto& [name, value] : epcis::attributes(event)) sample.attributes[name] = value;
    }
    for (const auto& epc : object->epcs) {
      if (!epc.key || epc.key->kind != epcis::KeyKind::sgtin) continue;
      sample.commissioned.push_back(epc.key->canonical());
      digits_.push_back(company_digits(*epc.key));
    }
  }

  void note_urns(const epcis::Event& event) {
    for (const auto* thing : epcis::things(event)) {
      if (thing->key && thing->key->company_prefix()) {
        from_urns_.emplace(*thing->key->company_prefix());
      }
    }
  }

  std::string brand_prefix() const {
    for (const auto& prefix : from_urns_) {
      if (std::ranges::all_of(digits_, [&](const auto& d) { return d.starts_with(prefix); })) {
        return prefix;
      }
    }
    auto common = digits_.front().substr(0, kPrefixDigitsMax);
    for (const auto& digits : digits_) {
      const auto differs = std::ranges::mismatch(common, digits).in1;
      common.erase(differs, common.end());
    }
    if (common.size() < 4) throw std::runtime_error("its items are of more than one brand");
    return common;
  }

  void owner_change(const epcis::Event& event, const std::string& first_item) {
    const auto* to = owner_in(event.destinations);
    if (to == nullptr || owner_in(event.sources) == nullptr) return;
    const auto digits = company_digits(*to->key).substr(0, kPrefixDigitsMax);
    if (std::ranges::find(owners_, digits) == owners_.end()) owners_.push_back(digits);
    if (std::ranges::any_of(epcis::things(event), [&](const auto* thing) {
          return thing->key && thing->key->canonical() == first_item;
        })) {
      std::rotate(owners_.begin(), std::ranges::find(owners_, digits), owners_.end());
    }
  }

  std::vector<std::string> partner_prefixes(const std::string& brand) const {
    std::vector<std::string> out;
    for (const auto& owner : owners_) {
      const auto shorter = owner.substr(0, kGlnPrefixDigits);
      const bool shared =
          brand.starts_with(shorter) || std::ranges::count_if(owners_, [&](const auto& other) {
                                          return other.starts_with(shorter);
                                        }) > 1;
      if (!owner.starts_with(brand)) out.push_back(shared ? owner : shorter);
    }
    return out;
  }

  const epcis::Document& document_;
  std::vector<std::string> digits_;  // of the commissioned items
  std::set<std::string> from_urns_;
  std::vector<std::string> owners_;
};

}  // namespace

Sample read_sample(const std::filesystem::path& file) {
  Sample sample;
  sample.text = read_text(file);
  const auto document = epcis::parse_document(sample.text);
  if (!document) {
    const auto& fault = document.error().front();
    throw std::runtime_error(
        fmt::format("{}: {} at {}", file.string(), epcis::to_string(fault.code), fault.pointer));
  }
  Reader(*document).read(sample);
  return sample;
}

}  // namespace tally::story
