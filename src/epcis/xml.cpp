#include "epcis/xml.hpp"

#include <expat.h>
#include <algorithm>
#include <memory>
#include <optional>

#include "base/check.hpp"

namespace tally::epcis {

namespace {

// Between the parts of a name, as Expat hands it over. A namespace that holds it is refused by
// Expat itself.
constexpr char kSeparator = '\n';

// What is fed to Expat at once: a fault in the first megabyte costs no reading of the rest.
constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

bool is_space(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// `uri\nlocal\nprefix`, `uri\nlocal` or `local`.
XmlName name_of(std::string_view text) {
  XmlName out;
  const std::size_t first = text.find(kSeparator);
  if (first != std::string_view::npos) {
    out.space = text.substr(0, first);
    text.remove_prefix(first + 1);
  }
  const std::size_t second = text.find(kSeparator);
  out.local = text.substr(0, second);
  if (second != std::string_view::npos) out.prefix = text.substr(second + 1);
  return out;
}

/// Builds the tree from Expat's events. After a fault every further event is ignored.
class Builder {
 public:
  Builder(XML_Parser parser, const JsonLimits& limits) : parser_(parser), limits_(limits) {
    XML_SetUserData(parser, this);
    XML_SetReturnNSTriplet(parser, 1);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetStartDoctypeDeclHandler(parser, on_doctype);
  }

  [[nodiscard]] XmlElement take() { return std::move(root_); }

  /// The fault that Expat stopped at, or that this builder stopped it for.
  [[nodiscard]] XmlFault fault() const {
    return {error_.value_or(XmlError::syntax),
            static_cast<std::size_t>(std::max<XML_Index>(XML_GetCurrentByteIndex(parser_), 0)),
            path()};
  }

 private:
  static Builder& self(void* user) { return *static_cast<Builder*>(user); }

  static void on_start(void* user, const XML_Char* name, const XML_Char** attributes) {
    self(user).start(name, attributes);
  }
  static void on_end(void* user, const XML_Char*) {
    if (!self(user).error_) self(user).stack_.pop_back();
  }
  static void on_text(void* user, const XML_Char* text, int size) {
    self(user).text({text, static_cast<std::size_t>(size)});
  }
  static void on_doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    self(user).refuse(XmlError::doctype);
  }

  void refuse(XmlError error) {
    if (error_) return;
    error_ = error;
    XML_StopParser(parser_, XML_FALSE);
  }

  /// A part of the document as a view, if it is not too long.
  std::string_view bounded(const XML_Char* text) {
    const std::string_view out(text);
    if (out.size() <= limits_.string_bytes_max) return out;
    refuse(XmlError::string_too_long);
    return {};
  }

  // Pointers on the stack stay valid: an element's children grow only while it is innermost.
  void start(const XML_Char* name, const XML_Char** attributes) {
    if (error_) return;
    if (stack_.size() >= limits_.depth_max) return refuse(XmlError::too_deep);
    XmlElement* element = stack_.empty() ? &root_ : &stack_.back()->children.emplace_back();
    stack_.push_back(element);
    element->name = name_of(bounded(name));
    ++count_;
    for (; *attributes != nullptr && !error_; attributes += 2) {
      if (++count_ > limits_.values_max) return refuse(XmlError::too_many);
      element->attributes.push_back(
          {name_of(bounded(attributes[0])), std::string(bounded(attributes[1]))});
    }
    if (count_ > limits_.values_max) refuse(XmlError::too_many);
  }

  void text(std::string_view piece) {
    if (error_ || stack_.empty()) return;
    XmlElement& element = *stack_.back();
    if (!element.children.empty()) {
      element.mixed = element.mixed || !is_space(piece);
    } else if (element.text.size() + piece.size() > limits_.string_bytes_max) {
      refuse(XmlError::string_too_long);
    } else {
      element.text += piece;
    }
  }

  [[nodiscard]] std::string path() const {
    std::string out;
    for (std::size_t i = 0; i < stack_.size(); ++i) {
      const std::string& local = stack_[i]->name.local;
      out += "/" + local;
      if (i == 0) continue;
      const auto number = std::ranges::count(stack_[i - 1]->children, local,
                                             [](const auto& child) { return child.name.local; });
      if (number > 1) out += "[" + std::to_string(number) + "]";
    }
    return out;
  }

  const XML_Parser parser_;
  const JsonLimits limits_;
  XmlElement root_;
  std::vector<XmlElement*> stack_;
  std::size_t count_ = 0;
  std::optional<XmlError> error_;
};

}  // namespace

std::expected<XmlElement, XmlFault> parse_xml(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes_max) {
    return std::unexpected(XmlFault{XmlError::too_large, limits.bytes_max, {}});
  }
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(
      XML_ParserCreateNS(nullptr, kSeparator), &XML_ParserFree);
  CHECK(parser != nullptr);
  Builder builder(parser.get(), limits);
  do {
    const std::string_view chunk = text.substr(0, kChunkBytes);
    text.remove_prefix(chunk.size());
    const auto status = XML_Parse(parser.get(), chunk.data(), static_cast<int>(chunk.size()),
                                  text.empty() ? XML_TRUE : XML_FALSE);
    if (status != XML_STATUS_OK) return std::unexpected(builder.fault());
  } while (!text.empty());
  return builder.take();
}

}  // namespace tally::epcis
