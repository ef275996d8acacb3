// From JSON pointers to XPaths: where a fault is, for the author of an XML document.
#include <algorithm>
#include <charconv>
#include <optional>

#include "epcis/xml_document.hpp"

namespace tally::epcis {

namespace {

/// A JSON name whose XML name differs, or whose entries have a name in XML. `wrapped`: the entries
/// stand in an element of their own, instead of being repeated.
struct NameRow {
  std::string_view json;
  std::string_view xml;
  std::string_view item = {};
  bool wrapped = true;
};

constexpr NameRow kNames[] = {
    {"epcisBody", "EPCISBody"},
    {"queryResults", "QueryResults"},
    {"eventList", "EventList", "*"},
    {"epcisHeader", "EPCISHeader"},
    {"epcisMasterData", "EPCISMasterData"},
    {"vocabularyList", "VocabularyList", "Vocabulary"},
    {"vocabularyElementList", "VocabularyElementList", "VocabularyElement"},
    {"attributes", "attribute", "attribute", false},
    {"children", "children", "id"},
    {"epcList", "epcList", "epc"},
    {"childEPCs", "childEPCs", "epc"},
    {"inputEPCList", "inputEPCList", "epc"},
    {"outputEPCList", "outputEPCList", "epc"},
    {"quantityList", "quantityList", "quantityElement"},
    {"childQuantityList", "childQuantityList", "quantityElement"},
    {"inputQuantityList", "inputQuantityList", "quantityElement"},
    {"outputQuantityList", "outputQuantityList", "quantityElement"},
    {"bizTransactionList", "bizTransactionList", "bizTransaction"},
    {"sourceList", "sourceList", "source"},
    {"destinationList", "destinationList", "destination"},
    {"sensorElementList", "sensorElementList", "sensorElement"},
    {"correctiveEventIDs", "correctiveEventIDs", "correctiveEventID"},
};

/// Elements whose standard fields are attributes.
constexpr std::string_view kWithAttributes[] = {
    "EPCISDocument", "EPCISQueryDocument", "Vocabulary",     "VocabularyElement",
    "attribute",     "sensorReport",       "sensorMetadata", "bizTransaction",
    "source",        "destination"};

std::string unescape(std::string_view segment) {
  std::string out;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] == '~' && i + 1 < segment.size()) {
      out += segment[++i] == '1' ? '/' : '~';
    } else {
      out += segment[i];
    }
  }
  return out;
}

std::optional<std::size_t> index_of(std::string_view segment) {
  std::size_t out = 0;
  const auto read = std::from_chars(segment.data(), segment.data() + segment.size(), out);
  if (read.ec != std::errc{} || read.ptr != segment.data() + segment.size()) return std::nullopt;
  return out;
}

class Path {
 public:
  explicit Path(bool query) : element_(query ? "EPCISQueryDocument" : "EPCISDocument") {
    text_ = "/" + element_;
  }

  void step(std::string_view name) {
    if (const auto index = index_of(name); index && row_ != nullptr && !row_->item.empty()) {
      if (row_->wrapped) text_ += "/" + std::string(row_->item);
      text_ += "[" + std::to_string(*index + 1) + "]";
      element_ = row_->item;
      row_ = nullptr;
      return;
    } else if (index) {
      text_ += "[" + std::to_string(*index + 1) + "]";
      return;
    }
    // The element itself says its type and its value.
    if (name == element_ || (name == "type" && (element_ == "*" || is_root()))) return;
    if (name == "#text") return;
    if (name.starts_with('@')) return;
    const auto at = std::ranges::find(kNames, name, &NameRow::json);
    row_ = at != std::end(kNames) ? &*at : nullptr;
    const bool attribute = row_ == nullptr && !name.contains(':') && has_attributes(name);
    element_ = row_ != nullptr ? row_->xml : name;
    text_ += (attribute ? "/@" : "/") + element_;
  }

  [[nodiscard]] std::string text() const { return text_; }

 private:
  [[nodiscard]] bool is_root() const { return element_.starts_with("EPCIS") && row_ == nullptr; }
  [[nodiscard]] bool has_attributes(std::string_view name) const {
    return name != "attribute" &&
           std::ranges::find(kWithAttributes, element_) != std::end(kWithAttributes);
  }

  std::string element_;  // the innermost so far
  const NameRow* row_ = nullptr;
  std::string text_;
};

}  // namespace

std::string xml_path(std::string_view pointer, bool query_document) {
  Path out(query_document);
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    out.step(unescape(pointer.substr(0, end)));
    pointer.remove_prefix(end);
  }
  return out.text();
}

}  // namespace tally::epcis
