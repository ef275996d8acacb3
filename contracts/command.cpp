#include "contracts/command.hpp"

#include <array>


namespace tally::contracts {
namespace {

struct Name {
  CommandNumber number;
  std::string_view text;
};

// In the order of CommandBody's alternatives.
constexpr std::array kNames{
    Name{10, "operator_add"},      Name{11, "operator_remove"},
    Name{12, "operator_rotate"},   Name{13, "member_admit"},
    Name{14, "member_revoke"},     Name{15, "prefix_register"},
    Name{16, "prefix_withdraw"},   Name{17, "accredit"},
    Name{18, "accreditation_revoke"}, Name{19, "licence_grant"},
    Name{20, "licence_revoke"},    Name{30, "asset_define"},
    Name{31, "asset_issue"},       Name{32, "asset_transfer"},
    Name{33, "asset_redeem"},      Name{34, "asset_burn"},
    Name{35, "asset_freeze"},      Name{40, "item_commission"},
    Name{41, "item_admit"},        Name{42, "item_observe"},
    Name{43, "item_transfer"},     Name{44, "item_attest"},
    Name{45, "item_challenge"},    Name{46, "item_flag_set"},
    Name{47, "item_decommission"}, Name{48, "item_claim"},
    Name{50, "delegation_grant"},  Name{51, "delegation_revoke"},
    Name{60, "order_offer"},       Name{61, "order_fund"},
    Name{62, "order_accept"},      Name{63, "order_ship"},
    Name{64, "order_deliver"},     Name{65, "order_release"},
    Name{66, "order_refund"},      Name{67, "order_withdraw"},
    Name{68, "order_timeout"},     Name{69, "order_dispute"},
    Name{80, "profile_set"},       Name{81, "profile_grant"},
    Name{82, "profile_revoke"},
};
static_assert(kNames.size() == std::variant_size_v<CommandBody>);

}  // namespace

CommandNumber command_number(const CommandBody& body) { return kNames[body.index()].number; }

std::string_view command_name(CommandNumber number) {
  for (const auto& name : kNames) {
    if (name.number == number) return name.text;
  }
  return "unknown";
}

std::optional<CommandNumber> command_number(std::string_view name) {
  for (const auto& entry : kNames) {
    if (entry.text == name) return entry.number;
  }
  return std::nullopt;
}

}  // namespace tally::contracts
