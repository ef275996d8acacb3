#include "cli/lot_file.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "cli/files.hpp"
#include "unit/cli/person.hpp"

namespace tally::cli {
namespace {

using test::Person;

constexpr const char* kLot = "01/09506000134352/10/SPRING";

class LotFiles : public testing::Test {
 protected:
  LotFiles() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~LotFiles() override { std::filesystem::remove_all(folder_); }

  Result<LotFile> make(const std::string& list, const std::string& lot = kLot) {
    std::ofstream(folder_ / "list") << list;
    return make_lot_file(file(), lot, folder_ / "list", person_);
  }
  [[nodiscard]] std::filesystem::path file() const { return folder_ / "lot"; }
  [[nodiscard]] std::string text() const {
    const auto bytes = read_file(file());
    return bytes ? std::string(as_text(*bytes)) : std::string();
  }
  void put(const std::string& text) { std::ofstream(file(), std::ios::binary) << text; }
  template <typename T>
  static std::string complaint(const Result<T>& result) {
    return result ? "fine" : result.error().message;
  }

  Person person_;
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() /
      ("tally-lot-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
};

TEST_F(LotFiles, KeepWhatTheListHas) {
  const auto made = make("A1\nB2\nC3\n");
  ASSERT_TRUE(made) << complaint(made);
  const auto read = read_lot_file(file());
  ASSERT_TRUE(read) << complaint(read);
  EXPECT_EQ(read->lot, kLot);
  EXPECT_EQ(read->serials, (std::vector<std::string>{"A1", "B2", "C3"}));
  EXPECT_EQ(read->root, made->root);
  EXPECT_EQ(read->secret, made->secret);
  EXPECT_EQ(std::filesystem::status(file()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  // The same list again changes nothing.
  const auto before = text();
  EXPECT_EQ(make("A1\nB2\nC3\n")->root, made->root);
  EXPECT_EQ(text(), before);
}

TEST_F(LotFiles, AreTakenUpWhereTheyEnded) {
  const auto whole = make("A1\nB2\nC3\n");
  const auto bytes = text();
  const auto head = bytes.find("A1\n");
  // Cut off anywhere: in a line, behind one, before the first.
  for (auto size = head; size < bytes.size(); ++size) {
    put(bytes.substr(0, size));
    EXPECT_FALSE(read_lot_file(file()));
    const auto again = make("A1\nB2\nC3\n");
    ASSERT_TRUE(again) << size << ": " << complaint(again);
    EXPECT_EQ(again->root, whole->root);
    EXPECT_EQ(text(), bytes);
  }
}

TEST_F(LotFiles, HoldOneListOfOneLot) {
  ASSERT_TRUE(make("A1\nB2\n"));
  EXPECT_NE(complaint(make("A1\nX9\n")).find("line 2: the file has another list"),
            std::string::npos);
  EXPECT_NE(complaint(make("A1\n")).find("more serials than the list"), std::string::npos);
  EXPECT_NE(complaint(make("A1\nB2\nC3\n")).find("line 3: more than 2"), std::string::npos);
  EXPECT_NE(complaint(make("A1\nB2\n", "01/09506000134352/10/AUTUMN")).find("of another lot"),
            std::string::npos);
  EXPECT_TRUE(read_lot_file(file()));
}

TEST_F(LotFiles, RefuseAListThatIsNoList) {
  EXPECT_NE(complaint(make("A1\nB2\nA1\n")).find("line 3: A1 stands twice"), std::string::npos);
  std::filesystem::remove(file());
  EXPECT_NE(complaint(make("")).find("there is no serial"), std::string::npos);
  std::filesystem::remove(file());
  EXPECT_NE(complaint(make("A1\nb c\n")).find("line 2: this is no serial"), std::string::npos);
  EXPECT_NE(complaint(make("A1\n", "01/09506000134352/21/A1")).find("no key of a lot"),
            std::string::npos);
}

TEST_F(LotFiles, FindWhatWasChanged) {
  ASSERT_TRUE(make("A1\nB2\n"));
  auto bytes = text();
  bytes.replace(bytes.find("B2"), 2, "B3");
  put(bytes);
  EXPECT_NE(complaint(read_lot_file(file())).find("the root is not that"), std::string::npos);
  put("something else\n");
  EXPECT_NE(complaint(read_lot_file(file())).find("line 1"), std::string::npos);
}

TEST_F(LotFiles, SayHowFarTheyAre) {
  std::string list;
  for (int i = 0; i < 200'000; ++i) list += std::to_string(i) + "\n";
  ASSERT_TRUE(make(list));
  EXPECT_EQ(person_.err_text, "100000 serials\n200000 serials\n");
}

}  // namespace
}  // namespace tally::cli
