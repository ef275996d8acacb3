#include "codec/registry.hpp"

#include <tally/v1/registry.pb.h>

#include "codec/wire/decode.hpp"
#include "codec/wire/registry_fields.hpp"

namespace tally::codec {
namespace {

using contracts::RegistryEntry;
using contracts::RegistryKind;
using contracts::Result;

template <typename Entry, typename M>
Result<RegistryEntry> decode_as(ByteView bytes) {
  auto entry = wire::decode<Entry, M>(bytes, kEntryBytesMax);
  if (!entry) return std::unexpected(entry.error());
  return RegistryEntry(std::move(*entry));
}

}  // namespace

Bytes encode_entry(const RegistryEntry& entry) {
  return std::visit([](const auto& alternative) { return wire::encode(alternative); }, entry);
}

Result<RegistryEntry> decode_entry(RegistryKind kind, ByteView bytes) {
  switch (kind) {
    case RegistryKind::network:
      return decode_as<contracts::NetworkEntry, v1::NetworkEntry>(bytes);
    case RegistryKind::member:
      return decode_as<contracts::MemberEntry, v1::MemberEntry>(bytes);
    case RegistryKind::prefix:
      return decode_as<contracts::PrefixEntry, v1::PrefixEntry>(bytes);
    case RegistryKind::accreditation:
      return decode_as<contracts::AccreditationEntry, v1::AccreditationEntry>(bytes);
    case RegistryKind::licence:
      return decode_as<contracts::LicenceEntry, v1::LicenceEntry>(bytes);
    case RegistryKind::delegation:
      return decode_as<contracts::DelegationEntry, v1::DelegationEntry>(bytes);
    case RegistryKind::asset:
      return decode_as<contracts::AssetEntry, v1::AssetEntry>(bytes);
    case RegistryKind::symbol:
      return decode_as<contracts::SymbolEntry, v1::SymbolEntry>(bytes);
    case RegistryKind::freeze:
      return decode_as<contracts::FreezeEntry, v1::FreezeEntry>(bytes);
    case RegistryKind::item:
      return decode_as<contracts::ItemEntry, v1::ItemEntry>(bytes);
    case RegistryKind::order:
      return decode_as<contracts::OrderEntry, v1::OrderEntry>(bytes);
    case RegistryKind::profile:
      return decode_as<contracts::ProfileEntry, v1::ProfileEntry>(bytes);
    case RegistryKind::lot:
      return decode_as<contracts::LotEntry, v1::LotEntry>(bytes);
    case RegistryKind::lot_page:
      return decode_as<contracts::LotPageEntry, v1::LotPageEntry>(bytes);
    case RegistryKind::transformation:
      return decode_as<contracts::TransformationEntry, v1::TransformationEntry>(bytes);
    case RegistryKind::authentication_case:
      return decode_as<contracts::CaseEntry, v1::CaseEntry>(bytes);
    case RegistryKind::panel:
      return decode_as<contracts::PanelEntry, v1::PanelEntry>(bytes);
    case RegistryKind::appraiser:
      return decode_as<contracts::AppraiserEntry, v1::AppraiserEntry>(bytes);
    case RegistryKind::requester:
      return decode_as<contracts::RequesterEntry, v1::RequesterEntry>(bytes);
  }
  return contracts::fail(contracts::ErrorCode::field_value);
}

Bytes encode_write(const contracts::RegistryWrite& write) { return wire::encode(write); }

Result<contracts::RegistryWrite> decode_write(ByteView bytes) {
  return wire::decode<contracts::RegistryWrite, v1::RegistryWrite>(bytes, kEntryBytesMax + 64);
}

}  // namespace tally::codec
