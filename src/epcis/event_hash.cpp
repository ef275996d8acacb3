#include "epcis/event_hash.hpp"

#include <algorithm>
#include <span>

#include "crypto/hash.hpp"
#include "epcis/canonical_value.hpp"
#include "epcis/vocabulary.hpp"

namespace tally::epcis {

namespace {

/// How a standard field is written. `word`: its bare values are of a vocabulary.
struct FieldRule {
  enum class Form : std::uint8_t { value, time, word, children, list } form;
  std::string_view name;
  Vocabulary vocabulary = Vocabulary::biz_step;
  std::string_view element = {};             // what an entry of a list is called
  std::span<const FieldRule> children = {};  // of an object, or of a list's entries if objects
};

using enum FieldRule::Form;

constexpr FieldRule kQuantity[] = {{value, "epcClass"}, {value, "quantity"}, {value, "uom"}};
constexpr FieldRule kPersistent[] = {{word, "set", Vocabulary::disposition},
                                     {word, "unset", Vocabulary::disposition}};
constexpr FieldRule kPlace[] = {{value, "id"}};
constexpr FieldRule kBizTransaction[] = {{word, "type", Vocabulary::biz_transaction_type},
                                         {value, "bizTransaction"}};
constexpr FieldRule kSource[] = {{word, "type", Vocabulary::source_destination_type},
                                 {value, "source"}};
constexpr FieldRule kDestination[] = {{word, "type", Vocabulary::source_destination_type},
                                      {value, "destination"}};
constexpr FieldRule kSensorMetadata[] = {
    {time, "time"},
    {time, "startTime"},
    {time, "endTime"},
    {value, "deviceID"},
    {value, "deviceMetadata"},
    {value, "rawData"},
    {value, "dataProcessingMethod"},
    {value, "bizRules"},
};
constexpr FieldRule kSensorReport[] = {
    {word, "type", Vocabulary::measurement},
    {word, "exception", Vocabulary::alert},
    {value, "deviceID"},
    {value, "deviceMetadata"},
    {value, "rawData"},
    {value, "dataProcessingMethod"},
    {time, "time"},
    {value, "microorganism"},
    {value, "chemicalSubstance"},
    {value, "value"},
    {word, "component", Vocabulary::component},
    {value, "stringValue"},
    {value, "booleanValue"},
    {value, "hexBinaryValue"},
    {value, "uriValue"},
    {value, "minValue"},
    {value, "maxValue"},
    {value, "meanValue"},
    {value, "sDev"},
    {value, "percRank"},
    {value, "percValue"},
    {value, "uom"},
    {value, "coordinateReferenceSystem"},
};
constexpr FieldRule kSensorElement[] = {
    {children, "sensorMetadata", {}, {}, kSensorMetadata},
    {children, "sensorReport", {}, {}, kSensorReport},
};

// The canonical order of an event's fields, of all types together.
constexpr FieldRule kEvent[] = {
    {time, "eventTime"},
    {value, "eventTimeZoneOffset"},
    {value, "certificationInfo"},
    {value, "parentID"},
    {list, "epcList", {}, "epc"},
    {list, "inputEPCList", {}, "epc"},
    {list, "childEPCs", {}, "epc"},
    {list, "quantityList", {}, "quantityElement", kQuantity},
    {list, "childQuantityList", {}, "quantityElement", kQuantity},
    {list, "inputQuantityList", {}, "quantityElement", kQuantity},
    {list, "outputEPCList", {}, "epc"},
    {list, "outputQuantityList", {}, "quantityElement", kQuantity},
    {value, "action"},
    {value, "transformationID"},
    {word, "bizStep", Vocabulary::biz_step},
    {word, "disposition", Vocabulary::disposition},
    {children, "persistentDisposition", {}, {}, kPersistent},
    {children, "readPoint", {}, {}, kPlace},
    {children, "bizLocation", {}, {}, kPlace},
    {list, "sensorElementList", {}, "sensorElement", kSensorElement},
};

// What comes last, sorted together with the extensions: the reference implementation leaves these
// to its common ending. An entry is its fields alone, without a name of its own.
constexpr FieldRule kSortedLists[] = {
    {list, "bizTransactionList", {}, {}, kBizTransaction},
    {list, "sourceList", {}, {}, kSource},
    {list, "destinationList", {}, {}, kDestination},
};

constexpr std::string_view kIgnored[] = {"type", "eventID", "recordTime", "@context",
                                         "errorDeclaration"};
// The text of an element that has attributes or elements too, in JSON made of XML.
constexpr std::string_view kTextName = "#text";
constexpr std::string_view kComments[] = {"comment", "rdfs:comment"};

template <typename Range>
bool contains(const Range& range, std::string_view name) {
  return std::find(std::begin(range), std::end(range), name) != std::end(range);
}

std::string join_sorted(std::vector<std::string> parts) {
  std::sort(parts.begin(), parts.end());
  std::string out;
  for (const std::string& part : parts) out += part;
  return out;
}

std::string scalar_text(const Json& json) {
  if (json.kind == Json::Kind::boolean) return json.flag ? "true" : "false";
  return json.text;
}

class Writer {
 public:
  Writer(const Context& context, std::span<const std::string> ignored)
      : context_(context), ignored_(ignored) {}

  [[nodiscard]] std::string event(const Json& json) const {
    std::string out = "eventType=";
    if (const Json* type = json.find("type")) out += type->text;
    std::vector<std::string> rest;
    for (const FieldRule& rule : kEvent) {
      if (!contains(ignored_, rule.name)) out += field(rule, json, rest);
    }
    for (const JsonMember& member : json.members) {
      if (contains(kIgnored, member.name) || is_ruled(kEvent, member.name)) continue;
      if (contains(ignored_, canonical_name(member.name, context_))) continue;
      const auto sorted = std::find_if(std::begin(kSortedLists), std::end(kSortedLists),
                                       [&](const FieldRule& r) { return r.name == member.name; });
      if (sorted != std::end(kSortedLists)) {
        rest.push_back(field(*sorted, json, rest));
      } else if (member.name != "ilmd" || !member.value.members.empty()) {
        add_extension(member.name, member.value, rest);
      }
    }
    return out + join_sorted(std::move(rest));
  }

 private:
  static bool is_ruled(std::span<const FieldRule> rules, std::string_view name) {
    return std::any_of(rules.begin(), rules.end(),
                       [&](const FieldRule& rule) { return rule.name == name; });
  }

  [[nodiscard]] std::string scalar(const FieldRule& rule, const Json& json) const {
    const std::string text = scalar_text(json);
    if (rule.form == time) {
      const auto timestamp = parse_timestamp(text);
      return timestamp ? timestamp->iso() : text;
    }
    const bool bare = rule.form == word && json.is_string() && !text.empty();
    return canonical_value(bare ? web_uri(rule.vocabulary, text) : text, context_);
  }

  /// `name=value`, `name` and the fields of an object, or nothing if there is nothing in it. What
  /// has no place in the order goes to `rest`, under the name.
  [[nodiscard]] std::string entry(const FieldRule& rule, std::string_view name, const Json& json,
                                  std::vector<std::string>& rest) const {
    if (!json.is_object()) {
      const std::string text = scalar(rule, json);
      return text.empty() ? "" : std::string(name) + "=" + text;
    }
    std::vector<std::string> inner_rest;
    const std::string inside = object(rule.children, json, inner_rest);
    if (!inner_rest.empty()) {
      rest.push_back(std::string(name) + join_sorted(std::move(inner_rest)));
    }
    return inside.empty() ? "" : std::string(name) + inside;
  }

  [[nodiscard]] std::string field(const FieldRule& rule, const Json& parent,
                                  std::vector<std::string>& rest) const {
    const Json* json = parent.find(rule.name);
    if (json == nullptr) return {};
    if (!json->is_array()) return entry(rule, rule.name, *json, rest);
    const bool named = rule.form == list;
    std::vector<std::string> entries;
    std::vector<std::string> inner_rest;
    for (const Json& item : json->items) {
      if (item.is_array()) continue;
      entries.push_back(entry(rule, named ? rule.element : rule.name, item, inner_rest));
    }
    if (named && !inner_rest.empty()) {
      rest.push_back(std::string(rule.name) + join_sorted(std::move(inner_rest)));
    } else {
      rest.insert(rest.end(), inner_rest.begin(), inner_rest.end());
    }
    const std::string inside = join_sorted(std::move(entries));
    return named && !inside.empty() ? std::string(rule.name) + inside : inside;
  }

  /// The ruled fields in their order, then extensions. The reference implementation tells these by
  /// the slash at the end of their namespace, and leaves all else to the end of the event.
  [[nodiscard]] std::string object(std::span<const FieldRule> rules, const Json& json,
                                   std::vector<std::string>& rest) const {
    std::string out;
    for (const FieldRule& rule : rules) out += field(rule, json, rest);
    const bool alone = json.members.size() == 1 && !json.members.front().value.is_array();
    std::vector<std::string> extensions;
    for (const JsonMember& member : json.members) {
      if (is_ruled(rules, member.name)) continue;
      const bool here = !alone && canonical_name(member.name, context_).contains("/}");
      add_extension(member.name, member.value, here ? extensions : rest);
    }
    return out + join_sorted(std::move(extensions));
  }

  /// Extensions have no known order: everything is sorted, entries of arrays repeat the name.
  void add_extension(std::string_view raw_name, const Json& json,
                     std::vector<std::string>& out) const {
    if (contains(kComments, raw_name)) return;
    const std::string name = canonical_name(raw_name, context_);
    if (json.is_array() && name.ends_with("List")) {
      std::vector<std::string> entries;
      const std::string_view element = raw_name.substr(0, raw_name.size() - 4);
      for (const Json& item : json.items) add_extension(element, item, entries);
      out.push_back(name + join_sorted(std::move(entries)));
    } else if (json.is_array()) {
      for (const Json& item : json.items) add_extension(raw_name, item, out);
    } else if (json.is_object()) {
      std::vector<std::string> entries;
      std::string text;
      for (const JsonMember& member : json.members) {
        if (member.name == kTextName) {
          text = value_text(member.value);
        } else {
          add_extension(member.name, member.value, entries);
        }
      }
      out.push_back(name + text + join_sorted(std::move(entries)));
    } else {
      out.push_back(name + value_text(json));
    }
  }

  /// `=value`, or nothing if that is empty.
  [[nodiscard]] std::string value_text(const Json& json) const {
    const std::string text = canonical_value(scalar_text(json), context_);
    return text.empty() ? "" : "=" + text;
  }

  const Context& context_;
  const std::span<const std::string> ignored_;
};

}  // namespace

std::string event_prehash(const Json& event, const Context& context,
                          std::span<const std::string> ignored) {
  const Json* own = event.find("@context");
  auto added = own != nullptr ? parse_context(*own) : std::unexpected(DocumentFault{});
  if (!added) return Writer(context, ignored).event(event);
  added->prefixes.insert(added->prefixes.begin(), context.prefixes.begin(), context.prefixes.end());
  return Writer(*added, ignored).event(event);
}

std::string event_hash(const Json& event, const Context& context,
                       std::span<const std::string> ignored) {
  const std::string text = event_prehash(event, context, ignored);
  return "ni:///sha-256;" + to_hex(crypto::sha256(as_bytes(text))) + "?ver=CBV2.0";
}

std::string event_hash(const Event& event, const Context& context,
                       std::span<const std::string> ignored) {
  return event_hash(to_json(event), context, ignored);
}

}  // namespace tally::epcis
