// The CBV event hash: every document of the reference implementation's tests, in JSON-LD and in
// XML, events of all five types.
#include "epcis/event_hash.hpp"

#include "conformance/vectors.hpp"
#include "epcis/xml_document.hpp"

namespace tally::conformance {
namespace {

/// One document in one of its forms, as JSON.
struct Form {
  std::string name;
  epcis::Json json;
  std::vector<std::string> hashes;
  std::vector<std::string> ignored;
};

class EventHashVectors : public Vectors {
 protected:
  static constexpr const char* kFolder = "epcis-event-hash";

  /// The files' names with this ending, without it.
  [[nodiscard]] static std::vector<std::string> names(std::string_view ending) {
    std::vector<std::string> out;
    const auto folder = std::filesystem::path(std::getenv("TALLY_VECTORS")) / kFolder;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() == ending) out.push_back(entry.path().stem());
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  [[nodiscard]] std::string file(const std::string& name) const {
    return text(std::string(kFolder) + "/" + name);
  }

  [[nodiscard]] std::vector<std::string> lines(const std::string& name) const {
    std::istringstream stream(file(name));
    std::vector<std::string> out;
    for (std::string line; std::getline(stream, line);) {
      if (!line.empty()) out.push_back(line);
    }
    return out;
  }

  /// The document as the standard has it. One of them lacks two elements around its results, which
  /// the reference implementation does not look for.
  [[nodiscard]] std::string xml(const std::string& name) const {
    std::string out = file(name + ".xml");
    if (out.find("<EPCISBody>") != std::string::npos) return out;
    const auto insert = [&](std::string_view at, std::string_view what, bool behind) {
      const std::size_t found = out.find(at);
      EXPECT_NE(found, std::string::npos) << at;
      out.insert(found + (behind ? at.size() : 0), what);
    };
    insert("<queryName>", "<EPCISBody><QueryResults>", false);
    insert("</resultsBody>", "</QueryResults></EPCISBody>", true);
    return out;
  }

  /// The fields that the hashes of a document leave out: it names them itself, but the caller
  /// decides.
  static std::vector<std::string> ignored_in(const std::string& name) {
    if (name.find("IgnoreFields") == std::string::npos) return {};
    return {"{https://ns.example.com/epcis/}testField1",
            "{https://ns.example.com/epcis/}testField2"};
  }

  [[nodiscard]] std::vector<Form> forms() const {
    std::vector<Form> out;
    for (const std::string& name : names(".jsonld")) {
      auto json = epcis::parse_json(file(name + ".jsonld"));
      EXPECT_TRUE(json) << name;
      out.push_back({name + ".jsonld", std::move(json).value_or(epcis::Json{}),
                     lines(name + ".hashes"), ignored_in(name)});
    }
    for (const std::string& name : names(".xml")) {
      auto json = epcis::json_of_xml(xml(name));
      EXPECT_TRUE(json) << name;
      out.push_back({name + ".xml", std::move(json).value_or(epcis::Json{}),
                     lines(name + ".hashes"), ignored_in(name)});
    }
    return out;
  }

  static const std::vector<epcis::Json>& events_of(const epcis::Json& json) {
    const epcis::Json* body = json.find("epcisBody");
    if (const auto* results = body->find("queryResults")) body = results->find("resultsBody");
    return body->find("eventList")->items;
  }
};

TEST_F(EventHashVectors, EveryDocumentIsThere) {
  EXPECT_GE(names(".jsonld").size(), 10U);
  EXPECT_GE(names(".xml").size(), 12U);
  // No hash without a document.
  for (const std::string& name : names(".hashes")) {
    const auto folder = std::filesystem::path(std::getenv("TALLY_VECTORS")) / kFolder;
    EXPECT_TRUE(std::filesystem::exists(folder / (name + ".jsonld")) ||
                std::filesystem::exists(folder / (name + ".xml")))
        << name;
  }
}

TEST_F(EventHashVectors, HashesOfRawEvents) {
  for (const Form& form : forms()) {
    SCOPED_TRACE(form.name);
    const auto context = epcis::parse_context(*form.json.find("@context"));
    ASSERT_TRUE(context);
    const auto& events = events_of(form.json);
    ASSERT_EQ(events.size(), form.hashes.size());
    for (std::size_t i = 0; i < events.size(); ++i) {
      EXPECT_EQ(epcis::event_hash(events[i], *context, form.ignored), form.hashes[i])
          << epcis::event_prehash(events[i], *context, form.ignored);
    }
  }
}

TEST_F(EventHashVectors, CapturedDocumentsHaveTheSameHashes) {
  std::size_t read = 0;
  for (const Form& form : forms()) {
    SCOPED_TRACE(form.name);
    const auto document = epcis::read_document(form.json);
    ASSERT_TRUE(document) << to_string(document.error().at(0).code) << ' '
                          << document.error().at(0).pointer;
    ASSERT_EQ(document->events.size(), form.hashes.size());
    for (std::size_t i = 0; i < form.hashes.size(); ++i) {
      const epcis::Event& event = document->events[i];
      EXPECT_EQ(epcis::event_hash(event, document->context, form.ignored), form.hashes[i]);
      // What is printed and read again is the same event.
      const auto printed = epcis::to_json(event);
      const auto again = epcis::parse_event(printed);
      ASSERT_TRUE(again);
      EXPECT_EQ(epcis::to_json(*again), printed);
      ++read;
    }
  }
  EXPECT_GE(read, 60U);
}

}  // namespace
}  // namespace tally::conformance
