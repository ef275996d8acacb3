// The CBV event hash: every JSON-LD document of the reference implementation's tests, events of all
// five types.
#include "epcis/event_hash.hpp"

#include "conformance/vectors.hpp"

namespace tally::conformance {
namespace {

class EventHashVectors : public Vectors {
 protected:
  static constexpr const char* kFolder = "epcis-event-hash";

  /// The documents' names without their ending.
  [[nodiscard]] static std::vector<std::string> names() {
    std::vector<std::string> out;
    const auto folder = std::filesystem::path(std::getenv("TALLY_VECTORS")) / kFolder;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() == ".jsonld") out.push_back(entry.path().stem());
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  [[nodiscard]] std::vector<std::string> lines(const std::string& name) const {
    std::istringstream stream(text(std::string(kFolder) + "/" + name));
    std::vector<std::string> out;
    for (std::string line; std::getline(stream, line);) {
      if (!line.empty()) out.push_back(line);
    }
    return out;
  }

  [[nodiscard]] epcis::Json document(const std::string& name) const {
    auto json = epcis::parse_json(text(std::string(kFolder) + "/" + name + ".jsonld"));
    EXPECT_TRUE(json) << name;
    return std::move(json).value_or(epcis::Json{});
  }

  static const epcis::Json& events_of(const epcis::Json& json) {
    const epcis::Json* body = json.find("epcisBody");
    if (const auto* results = body->find("queryResults")) body = results->find("resultsBody");
    return *body->find("eventList");
  }
};

TEST_F(EventHashVectors, HashesOfRawEvents) {
  const auto documents = names();
  EXPECT_GE(documents.size(), 10U);
  for (const std::string& name : documents) {
    SCOPED_TRACE(name);
    const auto json = document(name);
    const auto context = epcis::parse_context(*json.find("@context"));
    ASSERT_TRUE(context);
    const auto hashes = lines(name + ".hashes");
    const auto& events = events_of(json).items;
    ASSERT_EQ(events.size(), hashes.size());
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      EXPECT_EQ(epcis::event_hash(events[i], *context), hashes[i])
          << epcis::event_prehash(events[i], *context);
    }
  }
}

TEST_F(EventHashVectors, ReadingAnEventDoesNotChangeItsHash) {
  std::size_t read = 0;
  for (const std::string& name : names()) {
    SCOPED_TRACE(name);
    const auto json = document(name);
    const auto context = epcis::parse_context(*json.find("@context"));
    const auto hashes = lines(name + ".hashes");
    const auto& events = events_of(json).items;
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      const auto event = epcis::parse_event(events[i]);
      if (!event) {
        EXPECT_EQ(event.error().code, epcis::DocumentError::unsupported_event_type);
        continue;
      }
      ++read;
      EXPECT_EQ(epcis::event_hash(*event, *context), hashes[i]);
    }
  }
  EXPECT_GE(read, 20U);
}

}  // namespace
}  // namespace tally::conformance
