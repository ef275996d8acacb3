#include "codec/transaction.hpp"

#include <tally/v1/transaction.pb.h>

#include "malformed.hpp"
#include "support.hpp"

namespace tally::codec {
namespace {

using contracts::Transaction;

v1::Transaction parsed(ByteView body) {
  v1::Transaction message;
  EXPECT_TRUE(message.ParseFromArray(body.data(), static_cast<int>(body.size())));
  return message;
}

Bytes joined(std::initializer_list<ByteView> parts) {
  Bytes out;
  for (const auto& part : parts) append(out, part);
  return out;
}

// The top-level fields of a body, tag included.
std::vector<Bytes> split(ByteView body) {
  std::vector<Bytes> out;
  const auto varint = [&](std::size_t& at) {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      value |= std::uint64_t{body[at] & 0x7fu} << shift;
      if ((body[at++] & 0x80) == 0) return value;
    }
  };
  for (std::size_t at = 0; at < body.size();) {
    const auto start = at;
    const auto type = varint(at) & 7;
    const auto value = varint(at);
    if (type == 2) at += value;
    out.emplace_back(body.begin() + static_cast<std::ptrdiff_t>(start),
                     body.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return out;
}

TEST(Body, RoundTripsWithEverythingInIt) {
  const auto tx = largest_transaction();
  const auto body = encode_body(tx);
  const auto decoded = decode_body(body);
  ASSERT_TRUE(decoded) << outcome(decoded);
  EXPECT_EQ(*decoded, tx);
  EXPECT_EQ(encode_body(*decoded), body);
}

TEST(Body, RoundTripsRandomTransactions) {
  Values values{.full = false, .rng = std::mt19937_64(2026)};
  for (int i = 0; i < 3'000; ++i) {
    const auto tx = sample_transaction(values);
    const auto body = encode_body(tx);
    const auto decoded = decode_body(body);
    ASSERT_TRUE(decoded) << i << ": " << outcome(decoded);
    ASSERT_EQ(*decoded, tx) << i;
  }
}

// Any serialiser that writes fields in the order of their numbers writes the canonical form.
TEST(Body, IsWhatProtobufWrites) {
  Values values{.full = false, .rng = std::mt19937_64(7)};
  for (int i = 0; i < 500; ++i) {
    const auto body = encode_body(i == 0 ? largest_transaction() : sample_transaction(values));
    ASSERT_EQ(serialise(parsed(body)), body) << i;
  }
}

TEST(Body, AcceptsNothingButCanonicalBytes) {
  const auto body = encode_body(transfer());
  for (std::size_t size = 0; size < body.size(); ++size) {
    const auto cut = ByteView(body).first(size);
    const auto decoded = decode_body(cut);
    if (decoded) {
      EXPECT_TRUE(std::ranges::equal(encode_body(*decoded), cut)) << size;
    }
  }
  std::mt19937_64 rng(3);
  const auto large = encode_body(largest_transaction());
  for (int i = 0; i < 20'000; ++i) {
    auto bytes = i % 2 == 0 ? body : large;
    for (auto left = rng() % 3 + 1; left > 0; --left) {
      bytes[rng() % bytes.size()] ^= static_cast<std::uint8_t>(1 << rng() % 8);
    }
    const auto decoded = decode_body(bytes);
    if (decoded) {
      ASSERT_EQ(encode_body(*decoded), bytes) << i;
    }
  }
}

TEST(Body, RefusesUnknownFieldsAtEveryLevel) {
  auto message = parsed(encode_body(largest_transaction()));
  int places = 0;
  with_unknown_fields(message, [&](ByteView bytes, const std::string& path) {
    EXPECT_EQ(code(decode_body(bytes)), "unknown_field") << path;
    ++places;
  });
  EXPECT_GT(places, 100);
}

TEST(Body, RefusesWrongLengthsEverywhere) {
  auto message = parsed(encode_body(largest_transaction()));
  int places = 0;
  for (const std::size_t size : {1u, 31u, 33u}) {
    with_changed_fields(
        message, FieldDescriptor::CPPTYPE_STRING,
        [&](Message& in, const FieldDescriptor* field) {
          const auto* reflection = in.GetReflection();
          if (field->type() != FieldDescriptor::TYPE_BYTES) return false;
          if (reflection->GetString(in, field).size() != 32) return false;
          reflection->SetString(&in, field, std::string(size, 'x'));
          return true;
        },
        [&](ByteView bytes, const std::string& path) {
          EXPECT_EQ(code(decode_body(bytes)), "field_length") << path;
          ++places;
        });
  }
  EXPECT_GT(places, 3 * 60);
}

TEST(Body, RefusesMissingBytesAndMessagesEverywhere) {
  auto message = parsed(encode_body(largest_transaction()));
  const auto clear = [](Message& in, const FieldDescriptor* field) {
    in.GetReflection()->ClearField(&in, field);
    return true;
  };
  int places = 0;
  with_changed_fields(
      message, FieldDescriptor::CPPTYPE_STRING,
      [&](Message& in, const FieldDescriptor* field) {
        if (field->type() != FieldDescriptor::TYPE_BYTES || field->has_presence()) return false;
        return in.GetReflection()->GetString(in, field).size() == 32 && clear(in, field);
      },
      [&](ByteView bytes, const std::string& path) {
        EXPECT_EQ(code(decode_body(bytes)), "field_missing") << path;
        ++places;
      });
  with_changed_fields(
      message, FieldDescriptor::CPPTYPE_MESSAGE,
      [&](Message& in, const FieldDescriptor* field) {
        // Those that may be absent.
        const auto& name = field->full_name();
        if (name.ends_with("AssetDefine.terms") || name.ends_with(".loyalty") ||
            name.ends_with(".holder")) {
          return false;
        }
        return clear(in, field);
      },
      [&](ByteView bytes, const std::string& path) {
        EXPECT_EQ(code(decode_body(bytes)), "field_missing") << path;
        ++places;
      });
  EXPECT_GT(places, 100);
}

TEST(Body, RefusesUnknownEnumValuesEverywhere) {
  auto message = parsed(encode_body(largest_transaction()));
  int places = 0;
  for (const int number : {-1, 77, 1 << 30}) {
    with_changed_fields(
        message, FieldDescriptor::CPPTYPE_ENUM,
        [&](Message& in, const FieldDescriptor* field) {
          in.GetReflection()->SetEnumValue(&in, field, number);
          return true;
        },
        [&](ByteView bytes, const std::string& path) {
          EXPECT_EQ(code(decode_body(bytes)), "field_value") << path;
          ++places;
        });
  }
  EXPECT_GT(places, 3 * 8);
}

TEST(Body, TellsWhichFieldIsWrong) {
  auto message = parsed(encode_body(largest_transaction()));
  message.mutable_outputs(3)->mutable_grant()->set_owner("short");
  EXPECT_EQ(outcome(decode_body(serialise(message))), "field_length 3 9");
  message.mutable_signers(1)->resize(31);
  EXPECT_EQ(outcome(decode_body(serialise(message))), "field_length 1 3");
  message.set_network_id("");
  EXPECT_EQ(outcome(decode_body(serialise(message))), "field_missing 0 2");
  message.mutable_inputs(1)
      ->GetReflection()
      ->MutableUnknownFields(message.mutable_inputs(1))
      ->AddVarint(9, 9);
  EXPECT_EQ(outcome(decode_body(serialise(message))), "unknown_field 1 6");
}

TEST(Body, RefusesEveryOtherForm) {
  const auto body = encode_body(transfer());
  const auto field = split(body);
  ASSERT_EQ(field.size(), 8u);  // 1 version, 2 network, 3 signer, 4 validity, 6 input, 8, 9, 9
  const Bytes rest(body.begin() + 2, body.end());
  const auto swapped = [&](std::size_t a, std::size_t b) {
    auto order = field;
    std::swap(order[a], order[b]);
    Bytes out;
    for (const auto& part : order) append(out, part);
    return out;
  };
  struct Row {
    std::string_view what;
    Bytes bytes;
    std::string_view code;
  };
  const std::vector<Row> rows{
      {"as it is", body, "ok"},
      {"a duplicate number", joined({body, field[3]}), "not_canonical"},
      {"a duplicate hash", joined({field[0], field[1], rest}), "not_canonical"},
      {"a number twice, the second other", joined({Bytes{0x08, 0x07}, body}), "not_canonical"},
      {"fields in another order", swapped(1, 3), "not_canonical"},
      {"a list after what follows it", swapped(4, 6), "not_canonical"},
      {"an overlong number", joined({Bytes{0x08, 0x81, 0x00}, rest}), "not_canonical"},
      {"an overlong tag", joined({Bytes{0x88, 0x00, 0x01}, rest}), "not_canonical"},
      {"an overlong length", joined({field[0], Bytes{0x12, 0xa0, 0x00}, ByteView(rest).subspan(2)}),
       "not_canonical"},
      {"a number beyond 32 bits", joined({Bytes{0x08, 0x81, 0x80, 0x80, 0x80, 0x10}, rest}),
       "not_canonical"},
      {"a default written",
       joined({field[0], field[1], field[2], Bytes{0x20, 0x00}, field[4], field[5], field[6],
               field[7]}),
       "not_canonical"},
      {"empty bytes written",
       joined({field[0], field[1], field[2], field[3], Bytes{0x2a, 0x00}, field[4], field[5],
               field[6], field[7]}),
       "not_canonical"},
      {"a number as bytes",
       joined({field[0], field[1], field[2], Bytes{0x22, 0x01, 0x01}, field[4]}), "unknown_field"},
      {"bytes as a number", joined({body, Bytes{0x50, 0x01}}), "unknown_field"},
      {"an end of no group", joined({body, Bytes{0x54}}), "not_protobuf"},
      {"field number 0", joined({body, Bytes{0x00, 0x00}}), "not_protobuf"},
      {"a tag alone", joined({body, Bytes{0x08}}), "not_protobuf"},
      {"an endless number", joined({body, Bytes(11, 0xff)}), "not_protobuf"},
      {"a length beyond the end", joined({body, Bytes{0x52, 0x21}}), "not_protobuf"},
      {"a length beyond memory", joined({body, Bytes{0x52, 0xff, 0xff, 0xff, 0xff, 0x07}}),
       "not_protobuf"},
      {"groups within groups", joined({body, Bytes(200, 0x5b), Bytes(200, 0x5c)}), "not_protobuf"},
      {"a few groups", joined({body, Bytes(9, 0x5b), Bytes(9, 0x5c)}), "unknown_field"},
      {"nothing", {}, "unknown_version"},
      {"an unknown version with unknown fields",
       joined({Bytes{0x08, 0x02}, rest, Bytes{0x58, 0x01}}), "unknown_version"},
      {"too large", Bytes(contracts::kBodyBytesMax + 1), "body_too_large"},
  };
  for (const auto& row : rows) EXPECT_EQ(code(decode_body(row.bytes)), row.code) << row.what;
}

// The forms of what is inside a command.
TEST(Body, RefusesOtherFormsInside) {
  auto tx = transfer();
  const auto with_command = [&](const Bytes& command) {
    const auto field = split(encode_body(tx));
    Bytes out;
    for (std::size_t i = 0; i < field.size(); ++i) {
      if (i != 5) {
        append(out, field[i]);
        continue;
      }
      out.push_back(0x42);
      out.push_back(static_cast<std::uint8_t>(command.size()));
      append(out, command);
    }
    return out;
  };
  const Bytes inputs{0x0a, 1, 0}, outputs{0x12, 2, 0, 1}, transfer_body{0x82, 2, 0};
  EXPECT_EQ(code(decode_body(with_command(joined({inputs, outputs, transfer_body})))), "ok");
  const Bytes unpacked{0x10, 0, 0x10, 1};
  EXPECT_EQ(code(decode_body(with_command(joined({inputs, unpacked, transfer_body})))),
            "not_canonical");
  const Bytes split_list{0x12, 1, 0, 0x12, 1, 1};
  EXPECT_EQ(code(decode_body(with_command(joined({inputs, split_list, transfer_body})))),
            "not_canonical");
  EXPECT_EQ(code(decode_body(with_command(joined({transfer_body, inputs, outputs})))),
            "not_canonical");
  const Bytes accept_body{0xf2, 3, 0};
  EXPECT_EQ(code(decode_body(with_command(joined({inputs, outputs, accept_body, transfer_body})))),
            "not_canonical")
      << "two commands in one";
  EXPECT_EQ(code(decode_body(with_command(joined({inputs, outputs})))), "field_missing");
  const Bytes unknown_command{0xca, 2, 0};  // 41 is item_admit, 99 is nothing
  EXPECT_EQ(code(decode_body(with_command(joined({inputs, outputs, unknown_command})))),
            "field_missing");
  const Bytes nothing{0x9a, 6, 0};
  EXPECT_EQ(code(decode_body(with_command(joined({inputs, outputs, nothing})))), "unknown_field");

  tx.commands[0].body = contracts::AssetFreeze{.asset = {}, .holder = {}, .frozen = true};
  auto message = parsed(encode_body(tx));
  auto bytes = serialise(message);
  const Bytes frozen{0x18, 0x01};
  const auto at = std::ranges::search(bytes, frozen).begin();
  ASSERT_NE(at, bytes.end());
  at[1] = 2;
  EXPECT_EQ(code(decode_body(bytes)), "not_canonical") << "a bool of 2";

  tx.commands[0].body = contracts::PrefixWithdraw{.prefix = "prefix", .reason_hash = {}};
  bytes = encode_body(tx);
  const auto text = std::ranges::search(bytes, as_bytes("prefix")).begin();
  ASSERT_NE(text, bytes.end());
  *text = 0xff;
  EXPECT_EQ(code(decode_body(bytes)), "not_protobuf") << "a string that is not UTF-8";
}

TEST(Body, TellsAbsentFromZero) {
  auto tx = transfer();
  const auto absent = encode_body(tx);
  tx.note_hash.emplace();
  const auto zero = encode_body(tx);
  EXPECT_EQ(zero.size(), absent.size() + 34);
  EXPECT_EQ(decode_body(absent)->note_hash, std::nullopt);
  EXPECT_EQ(decode_body(zero)->note_hash, Hash32{});
  EXPECT_EQ(outcome(decode_body(joined({absent, Bytes{0x52, 0x00}}))), "field_length 0 10");

  contracts::ItemObserve observe{{"8004/1"}, {}, contracts::Disposition::other, {}, {}, {}};
  tx.commands[0].body = observe;
  EXPECT_EQ(decode_body(encode_body(tx))->commands[0].body, contracts::CommandBody(observe));
}

TEST(Body, HoldsCountsAgainstTheirLimitsFirst) {
  struct Row {
    std::string_view code;
    std::size_t max;
    std::function<void(Transaction&, std::size_t)> fill;
  };
  const std::vector<Row> rows{
      {"too_many_signers", contracts::kSignersMax, [](auto& tx, auto n) { tx.signers.resize(n); }},
      {"too_many_inputs", contracts::kInputsMax, [](auto& tx, auto n) { tx.inputs.resize(n); }},
      {"too_many_references", contracts::kReferencesMax,
       [](auto& tx, auto n) { tx.references.resize(n); }},
      {"too_many_commands", contracts::kCommandsMax,
       [](auto& tx, auto n) { tx.commands.resize(n, {{}, {}, contracts::OrderAccept{}}); }},
      {"too_many_outputs", contracts::kOutputsMax, [](auto& tx, auto n) { tx.outputs.resize(n); }},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto tx = transfer();
    rows[i].fill(tx, rows[i].max);
    EXPECT_EQ(code(decode_body(encode_body(tx))), "ok") << rows[i].code;
    for (std::size_t k = i; k < rows.size(); ++k) rows[k].fill(tx, rows[k].max + 1);
    auto bytes = encode_body(tx);
    append(bytes, Bytes{0x58, 0x01});  // An unknown field, which comes after.
    EXPECT_EQ(outcome(decode_body(bytes)), std::string(rows[i].code) + " " +
                                               std::to_string(rows[i].max) + " " +
                                               std::to_string(rows[i].max));
  }
}

TEST(Body, TakesTheLargestBody) {
  auto tx = transfer();
  contracts::ItemClaim claim;
  claim.gs1_keys.assign(2'600, std::string(95, 'x'));
  tx.commands[0].body = claim;
  auto& last = std::get<contracts::ItemClaim>(tx.commands[0].body).gs1_keys.emplace_back();
  last.assign(contracts::kBodyBytesMax - encode_body(tx).size() - 2, 'y');
  while (encode_body(tx).size() < contracts::kBodyBytesMax) last.push_back('y');
  ASSERT_EQ(encode_body(tx).size(), contracts::kBodyBytesMax);
  EXPECT_EQ(code(decode_body(encode_body(tx))), "ok");
  last.push_back('y');
  EXPECT_EQ(outcome(decode_body(encode_body(tx))), "body_too_large 0 262144");
}

TEST(Envelope, RoundTrips) {
  for (const SignedTransaction& signed_tx :
       {SignedTransaction{}, SignedTransaction{encode_body(transfer()), {Bytes(64, 1)}},
        SignedTransaction{Bytes(contracts::kBodyBytesMax),
                          std::vector<Bytes>(contracts::kSignersMax, Bytes(64, 2))},
        SignedTransaction{{1}, {{}, {1}, {}}}}) {
    const auto decoded = decode_signed(encode_signed(signed_tx));
    ASSERT_TRUE(decoded) << outcome(decoded);
    EXPECT_EQ(*decoded, signed_tx);
  }
}

TEST(Envelope, RefusesWhatIsMalformed) {
  const auto good = encode_signed({{1, 2}, {{3}}});
  const Bytes body{0x0a, 1, 7};
  const auto many = encode_signed({{1}, std::vector<Bytes>(contracts::kSignersMax + 1)});
  const auto large = encode_signed({Bytes(contracts::kBodyBytesMax + 1), {}});
  struct Row {
    std::string_view what;
    Bytes bytes;
    std::string outcome;
  };
  const std::vector<Row> rows{
      {"as it is", good, "ok"},
      {"too large", Bytes(kSignedBytesMax + 1),
       "body_too_large 0 " + std::to_string(kSignedBytesMax)},
      {"truncated", Bytes(good.begin(), good.end() - 1), "not_protobuf 0 0"},
      {"a body too large", joined({many, large, Bytes{0x18, 1}}), "body_too_large 0 262144"},
      {"too many witnesses", joined({many, Bytes{0x18, 1}}), "witness_count 32 32"},
      {"an unknown field", joined({body, good, Bytes{0x18, 1}}), "unknown_field 0 0"},
      {"two bodies", joined({body, good}), "not_canonical 0 0"},
      {"a witness before the body", joined({Bytes{0x12, 1, 7}, body}), "not_canonical 0 0"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(outcome(decode_signed(row.bytes)), row.outcome) << row.what;
}

TEST(Transactions, KeepTheirFormat) {
  Golden golden("transactions");
  golden.add("transfer", encode_body(transfer()));
  golden.add("signed_transfer", encode_signed({encode_body(transfer()), {Bytes(64, 0x5a)}}));
  golden.add("full", encode_body([] {
               Values values;
               return sample_transaction(values);
             }()));
  for (std::size_t i = 0; i < std::variant_size_v<contracts::CommandAlternatives>; ++i) {
    auto tx = transfer();
    tx.commands[0].body = alternative<contracts::CommandBody>(i);
    const auto number = contracts::command_number(tx.commands[0].body);
    golden.add(contracts::command_name(number), encode_body(tx));
  }
}

}  // namespace
}  // namespace tally::codec
