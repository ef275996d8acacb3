#include "market/schema.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <set>

#include "contracts/command.hpp"

namespace tally::market {
namespace {

void check(const std::vector<ParameterSchema>& parameters, const std::string& where) {
  std::set<std::string_view> names;
  for (const auto& parameter : parameters) {
    const auto here = where + "/" + std::string(parameter.name);
    EXPECT_TRUE(names.insert(parameter.name).second) << here << " is there twice";
    EXPECT_TRUE(parameter.doc.ends_with('.')) << here;
    boost::json::error_code error;
    const auto example = boost::json::parse(parameter.example, error);
    EXPECT_FALSE(error) << here << ": " << parameter.example;
    EXPECT_EQ(parameter.type == ParameterType::word, !parameter.words.empty()) << here;
    EXPECT_EQ(parameter.type == ParameterType::object, !parameter.members.empty()) << here;
    if (parameter.type == ParameterType::word && example.is_string()) {
      EXPECT_NE(std::ranges::find(parameter.words, std::string_view(example.get_string())),
                parameter.words.end())
          << here;
    }
    if (example.is_object() && !parameter.members.empty()) {
      for (const auto& member : example.get_object()) {
        EXPECT_NE(std::ranges::find(parameter.members, std::string_view(member.key()),
                                    &ParameterSchema::name),
                  parameter.members.end())
            << here << ": " << std::string_view(member.key());
      }
    }
    if (!parameter.instead_of.empty()) {
      EXPECT_NE(std::ranges::find(parameters, parameter.instead_of, &ParameterSchema::name),
                parameters.end())
          << here;
      EXPECT_FALSE(parameter.required) << here;
    }
    check(parameter.members, here);
  }
}

TEST(Schema, OfEveryCommand) {
  EXPECT_EQ(command_schemas().size(), std::variant_size_v<contracts::CommandAlternatives>);
  contracts::CommandNumber last = 0;
  for (const auto& schema : command_schemas()) {
    EXPECT_GT(schema.number, last);
    last = schema.number;
    EXPECT_EQ(schema.name, contracts::command_name(schema.number));
    EXPECT_TRUE(schema.doc.ends_with('.')) << schema.name;
    EXPECT_EQ(find_command_schema(schema.name), &schema);
    // A request has them all in one object.
    auto all = request_schema();
    all.insert(all.end(), schema.parameters.begin(), schema.parameters.end());
    check(all, std::string(schema.name));
  }
  EXPECT_EQ(find_command_schema("asset_transfr"), nullptr);
  EXPECT_EQ(find_command_schema(""), nullptr);
}

TEST(Schema, TypesHaveNames) {
  for (auto type = 0; type <= static_cast<int>(ParameterType::object); ++type) {
    EXPECT_NE(name(static_cast<ParameterType>(type)), "unknown");
  }
}

}  // namespace
}  // namespace tally::market
