#include "codec/registry.hpp"

#include <tally/v1/registry.pb.h>

#include "malformed.hpp"
#include "support.hpp"

namespace tally::codec {
namespace {

using contracts::RegistryEntry;
using contracts::RegistryKind;
using contracts::RegistryWrite;

using contracts::kind_of;

RegistryWrite write_of(std::size_t kind) {
  Values values;
  return {{contracts::kEntryKinds[kind], sample<Hash32>(values)}, alternative<RegistryEntry>(kind)};
}

TEST(Entries, RoundTrip) {
  for (std::size_t i = 0; i < contracts::kRegistryKinds; ++i) {
    const auto entry = alternative<RegistryEntry>(i);
    const auto decoded = decode_entry(kind_of(entry), encode_entry(entry));
    ASSERT_TRUE(decoded) << i << ": " << outcome(decoded);
    EXPECT_EQ(*decoded, entry);
  }
  Values values{.full = false, .rng = std::mt19937_64(5)};
  for (int i = 0; i < 3'000; ++i) {
    const auto entry = sample<RegistryEntry>(values);
    const auto decoded = decode_entry(kind_of(entry), encode_entry(entry));
    ASSERT_TRUE(decoded) << i << ": " << outcome(decoded);
    ASSERT_EQ(*decoded, entry) << i;
    const RegistryWrite write{{kind_of(entry), sample<Hash32>(values)}, entry};
    const auto decoded_write = decode_write(encode_write(write));
    ASSERT_TRUE(decoded_write) << i << ": " << outcome(decoded_write);
    ASSERT_EQ(*decoded_write, write) << i;
  }
}

TEST(Entries, DefaultsAreShort) {
  EXPECT_EQ(encode_entry(contracts::MemberEntry{}).size(), 34u);
  EXPECT_EQ(*decode_entry(RegistryKind::member, encode_entry(contracts::MemberEntry{})),
            RegistryEntry(contracts::MemberEntry{}));
}

TEST(Entries, RefuseWhatIsMalformed) {
  for (std::size_t i = 0; i < contracts::kRegistryKinds; ++i) {
    const auto bytes = encode_write(write_of(i));
    v1::RegistryWrite message;
    ASSERT_TRUE(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    with_unknown_fields(message, [&](ByteView changed, const std::string& path) {
      EXPECT_EQ(code(decode_write(changed)), "unknown_field") << path;
    });
    with_changed_fields(
        message, FieldDescriptor::CPPTYPE_ENUM,
        [&](Message& in, const FieldDescriptor* field) {
          in.GetReflection()->SetEnumValue(&in, field, 99);
          return true;
        },
        [&](ByteView changed, const std::string& path) {
          EXPECT_EQ(code(decode_write(changed)), "field_value") << path;
        });
    const auto entry = encode_entry(write_of(i).entry);
    const auto kind = contracts::kEntryKinds[i];
    EXPECT_EQ(code(decode_entry(kind, ByteView(entry).first(entry.size() - 1))), "not_protobuf")
        << i;
    auto twice = entry;
    append(twice, entry);
    EXPECT_EQ(code(decode_entry(kind, twice)), "not_canonical") << i;
    EXPECT_EQ(code(decode_entry(kind, Bytes(kEntryBytesMax + 1))), "body_too_large");
  }
}

TEST(Entries, RefuseTheZeroOfAnEnumWithoutOne) {
  contracts::ItemEntry item;
  item.status = static_cast<contracts::ItemStatus>(0);
  EXPECT_EQ(outcome(decode_entry(RegistryKind::item, encode_entry(item))), "field_missing 0 2");
  item.status = contracts::ItemStatus::admitted;
  item.disposition = contracts::Disposition::other;  // Zero is one of these.
  EXPECT_EQ(code(decode_entry(RegistryKind::item, encode_entry(item))), "ok");
}

TEST(Writes, RefuseAnEntryOfAnotherKind) {
  const auto bytes = encode_write(write_of(1));
  v1::RegistryWrite message;
  ASSERT_TRUE(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  message.mutable_key()->set_kind(v1::REGISTRY_KIND_ITEM);
  EXPECT_EQ(code(decode_write(serialise(message))), "field_value");
  EXPECT_DEATH((void)encode_write({{RegistryKind::item, {}}, contracts::MemberEntry{}}), "");
}

TEST(Entries, KeepTheirFormat) {
  Golden golden("registries");
  for (std::size_t i = 0; i < contracts::kRegistryKinds; ++i) {
    const std::string name(word(contracts::kEntryKinds[i]));
    golden.add(name, encode_entry(write_of(i).entry));
    golden.add(name + "_write", encode_write(write_of(i)));
  }
}

}  // namespace
}  // namespace tally::codec
