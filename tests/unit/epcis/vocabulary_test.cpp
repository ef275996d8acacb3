#include "epcis/vocabulary.hpp"

#include <gtest/gtest.h>

namespace tally::epcis {
namespace {

struct Row {
  Vocabulary vocabulary;
  std::string_view text;
  std::optional<std::string> bare;
};

TEST(Vocabulary, EverySpellingBecomesTheBareWord) {
  const Row rows[] = {
      {Vocabulary::biz_step, "receiving", "receiving"},
      {Vocabulary::biz_step, "urn:epcglobal:cbv:bizstep:receiving", "receiving"},
      {Vocabulary::biz_step, "https://ref.gs1.org/cbv/BizStep-receiving", "receiving"},
      {Vocabulary::biz_step, "cbv:BizStep-receiving", "receiving"},
      {Vocabulary::biz_step, "https://brand.example/steps/polishing",
       "https://brand.example/steps/polishing"},
      {Vocabulary::biz_step, "polishing", std::nullopt},
      {Vocabulary::biz_step, "urn:epcglobal:cbv:bizstep:polishing", std::nullopt},
      {Vocabulary::biz_step, "urn:epcglobal:cbv:disp:in_transit", std::nullopt},
      {Vocabulary::biz_step, "https://ref.gs1.org/cbv/BizStep-polishing",
       "https://ref.gs1.org/cbv/BizStep-polishing"},  // a later version may have it
      {Vocabulary::biz_step, "in_transit", std::nullopt},
      {Vocabulary::biz_step, "receiving shipping", std::nullopt},
      {Vocabulary::biz_step, "", std::nullopt},
      {Vocabulary::biz_step, "has space:x y", std::nullopt},
      {Vocabulary::disposition, "urn:epcglobal:cbv:disp:in_transit", "in_transit"},
      {Vocabulary::biz_transaction_type, "https://ref.gs1.org/cbv/BTT-po", "po"},
      {Vocabulary::source_destination_type, "urn:epcglobal:cbv:sdt:owning_party", "owning_party"},
      {Vocabulary::error_reason, "incorrect_data", "incorrect_data"},
      {Vocabulary::measurement, "gs1:Temperature", "Temperature"},
      {Vocabulary::measurement, "Radioactivity", "Radioactivity"},
      {Vocabulary::measurement, "Activity", std::nullopt},
      {Vocabulary::measurement, "gs1:MT-Temperature", "gs1:MT-Temperature"},
      {Vocabulary::component, "cbv:Comp-latitude", "latitude"},
      {Vocabulary::alert, "ALARM_CONDITION", "ALARM_CONDITION"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(normalise(row.vocabulary, row.text), row.bare) << row.text;
  }
}

TEST(Vocabulary, WebUris) {
  EXPECT_EQ(web_uri(Vocabulary::biz_step, "receiving"),
            "https://ref.gs1.org/cbv/BizStep-receiving");
  EXPECT_EQ(web_uri(Vocabulary::biz_step, "urn:epcglobal:cbv:bizstep:receiving"),
            "https://ref.gs1.org/cbv/BizStep-receiving");
  EXPECT_EQ(web_uri(Vocabulary::measurement, "Speed"), "https://gs1.org/voc/Speed");
  EXPECT_EQ(web_uri(Vocabulary::biz_step, "https://a/b"), "https://a/b");
  EXPECT_EQ(web_uri_of_urn("urn:epcglobal:cbv:disp:active"), "https://ref.gs1.org/cbv/Disp-active");
  EXPECT_EQ(web_uri_of_urn("urn:epcglobal:cbv:bt:1:2"), "urn:epcglobal:cbv:bt:1:2");
}

TEST(Vocabulary, Uris) {
  for (const auto text :
       {"a:b", "urn:epc:id:sgtin:1.2.3", "https://a/%20", "ex_1:f", "ni:///x", "a:"}) {
    EXPECT_TRUE(is_uri(text)) << text;
  }
  for (const auto text : {"", "a", ":a", "1:a", "a b:c", "a:b c", "a:<b>", "a:\x01", "é:x"}) {
    EXPECT_FALSE(is_uri(text)) << text;
  }
}

}  // namespace
}  // namespace tally::epcis
