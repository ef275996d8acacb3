#include "market/check_parameters.hpp"

#include "unit/market/world.hpp"

namespace tally::market {
namespace {

const std::vector<ParameterSchema>& schema() {
  static const std::vector<ParameterSchema> kSchema{
      {.name = "name",
       .type = ParameterType::text,
       .required = true,
       .doc = "",
       .example = "\"a\""},
      {.name = "word",
       .type = ParameterType::word,
       .doc = "",
       .example = "\"a\"",
       .words = {"genuine", "fake"}},
      {.name = "count", .type = ParameterType::number, .doc = "", .example = "1"},
      {.name = "size",
       .type = ParameterType::number,
       .doc = "",
       .example = "1",
       .instead_of = "count"},
      {.name = "parts",
       .type = ParameterType::object,
       .list = true,
       .doc = "",
       .example = "{}",
       .members = {{.name = "a/b~c",
                    .type = ParameterType::boolean,
                    .required = true,
                    .doc = "",
                    .example = "true"}}}};
  return kSchema;
}

TEST(CheckParameters, HoldsThemAgainstTheSchema) {
  struct Row {
    std::string object;
    std::string_view outcome;  ///< The code and the field, or "ok".
  };
  const std::vector<Row> rows{
      {"{'name': 'n'}", "ok"},
      {"{'name': 'n', 'word': 'fake', 'count': 1, 'parts': [{'a/b~c': true}]}", "ok"},
      {"{'name': 'n', 'word': null, 'size': '18446744073709551615', 'parts': []}", "ok"},
      {"{'nmae': 'n'}", "unknown_parameter /nmae"},
      {"{}", "field_missing /name"},
      {"{'name': null}", "field_missing /name"},
      {"{'name': 1}", "bad_parameter /name"},
      {"{'name': ['n']}", "bad_parameter /name"},
      {"{'name': 'n', 'word': 'real'}", "bad_parameter /word"},
      {"{'name': 'n', 'count': -1}", "bad_parameter /count"},
      {"{'name': 'n', 'count': 1.5}", "bad_parameter /count"},
      {"{'name': 'n', 'count': 1e3}", "bad_parameter /count"},
      {"{'name': 'n', 'count': '18446744073709551616'}", "bad_parameter /count"},
      {"{'name': 'n', 'count': 1, 'size': 1}", "bad_parameter /count"},
      {"{'name': 'n', 'parts': {}}", "bad_parameter /parts"},
      {"{'name': 'n', 'parts': [null]}", "bad_parameter /parts/0"},
      {"{'name': 'n', 'parts': [{'a/b~c': true}, {}]}", "field_missing /parts/1/a~1b~0c"},
      {"{'name': 'n', 'parts': [{'a/b~c': 'yes'}]}", "bad_parameter /parts/0/a~1b~0c"},
      // In the order of the checks: what is unknown, then forms, then what is missing.
      {"{'x': 1, 'word': 'real'}", "unknown_parameter /x"},
      {"{'word': 'real'}", "bad_parameter /word"}};
  struct Nothing final : contracts::Registry {
    [[nodiscard]] const contracts::RegistryEntry* find(const contracts::RegistryKey&) const final {
      return nullptr;
    }
  } const nothing;
  for (const auto& row : rows) {
    Reading reading{nothing, contracts::NetworkKind::development};
    check_parameters(parse(row.object), schema(), {}, reading);
    const auto outcome = reading.ok()
                             ? std::string("ok")
                             : fmt::format("{} {}", contracts::name(reading.error->error.code),
                                           reading.error->field);
    EXPECT_EQ(outcome, row.outcome) << row.object;
  }
}

TEST(CheckParameters, NamesTheNearest) {
  auto world = furnished();
  const auto built = world->build("asset_transfer", "ana", "{'paymnets': []}");
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().detail, "there is no such parameter; did you mean payments?");
  const auto no_command = world->build("asset_tranfser", "ana", "{}");
  ASSERT_FALSE(no_command);
  EXPECT_EQ(no_command.error().detail, "there is no such command; did you mean asset_transfer?");
  const auto look_alike = world->build(
      "asset_transfer", "ana", "{'payments': [{'to': '@bo', 'asset': 'EVR', 'amount': '1'}]}");
  ASSERT_FALSE(look_alike);
  EXPECT_EQ(look_alike.error().detail, "there is no such asset; did you mean EUR?");
}

}  // namespace
}  // namespace tally::market
