#include "epcis/vocabulary.hpp"

#include <algorithm>

namespace tally::epcis {

namespace {

struct Row {
  std::string_view urn;    // prefix of the URN spelling; empty if there is none
  std::string_view web;    // prefix of the Web URI
  std::string_view curie;  // the same with the standard prefix of the EPCIS context
  std::string_view words;  // between spaces
};

// In the order of Vocabulary.
constexpr Row kRows[] = {
    {"urn:epcglobal:cbv:bizstep:", "https://ref.gs1.org/cbv/BizStep-", "cbv:BizStep-",
     " accepting arriving assembling collecting commissioning consigning creating_class_instance "
     "cycle_counting decommissioning departing destroying disassembling dispensing encoding "
     "entering_exiting holding inspecting installing killing loading other packing picking "
     "receiving removing repackaging repairing replacing reserving retail_selling sampling "
     "sensor_reporting shipping staging_outbound stock_taking stocking storing transporting "
     "unloading unpacking void_shipping "},
    {"urn:epcglobal:cbv:disp:", "https://ref.gs1.org/cbv/Disp-", "cbv:Disp-",
     " active available completeness_inferred completeness_verified conformant container_closed "
     "container_open damaged destroyed dispensed disposed encoded expired in_progress in_transit "
     "inactive mismatch_class mismatch_instance mismatch_quantity needs_replacement "
     "no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled reserved "
     "retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable "
     "unknown "},
    {"urn:epcglobal:cbv:btt:", "https://ref.gs1.org/cbv/BTT-", "cbv:BTT-",
     " bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt "},
    {"urn:epcglobal:cbv:sdt:", "https://ref.gs1.org/cbv/SDT-", "cbv:SDT-",
     " location owning_party possessing_party "},
    {"urn:epcglobal:cbv:er:", "https://ref.gs1.org/cbv/ER-", "cbv:ER-",
     " did_not_occur incorrect_data "},
    {"", "https://gs1.org/voc/", "gs1:",
     " AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude "
     "AmountOfSubstance AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum "
     "AngularVelocity Area Capacitance Conductance Conductivity Count Density Dimensionless "
     "DoseEquivalent DoseEquivalentRate DynamicViscosity ElectricCharge ElectricCurrent "
     "ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency Illuminance "
     "Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux "
     "LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass "
     "MassConcentration MassFlowRate MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy "
     "MolarMass MolarVolume Power Pressure RadiantFlux RadiantIntensity Radioactivity "
     "RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume Speed SurfaceDensity "
     "SurfaceTension "
     "Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux "
     "Wavenumber "},
    {"", "https://gs1.org/voc/", "gs1:", " ALARM_CONDITION ERROR_CONDITION "},
    {"", "https://ref.gs1.org/cbv/Comp-", "cbv:Comp-",
     " altitude axial_distance azimuth easting elevation_angle geocoordinate height latitude "
     "longitude northing polar_angle spherical_radius x y z "},
};

const Row& row_of(Vocabulary vocabulary) { return kRows[static_cast<std::size_t>(vocabulary)]; }

/// What follows a standard prefix of the row, in any spelling.
std::optional<std::string_view> bare_word(const Row& row, std::string_view text) {
  for (const std::string_view prefix : {row.urn, row.web, row.curie}) {
    if (!prefix.empty() && text.starts_with(prefix)) return text.substr(prefix.size());
  }
  return std::nullopt;
}

bool has_word(const Row& row, std::string_view word) {
  return !word.empty() && !word.contains(' ') && row.words.contains(" " + std::string(word) + " ");
}

}  // namespace

std::optional<std::string> normalise(Vocabulary vocabulary, std::string_view text) {
  const Row& row = row_of(vocabulary);
  const auto bare = bare_word(row, text);
  if (bare && has_word(row, *bare)) return std::string(*bare);
  if (!text.contains(':')) {
    return has_word(row, text) ? std::optional(std::string(text)) : std::nullopt;
  }
  if (text.starts_with("urn:epcglobal:cbv:")) return std::nullopt;
  return is_uri(text) ? std::optional(std::string(text)) : std::nullopt;
}

std::string web_uri(Vocabulary vocabulary, std::string_view text) {
  const Row& row = row_of(vocabulary);
  if (const auto bare = bare_word(row, text)) return std::string(row.web) + std::string(*bare);
  if (!text.contains(':')) return std::string(row.web) + std::string(text);
  return std::string(text);
}

std::string web_uri_of_urn(std::string_view text) {
  for (const Row& row : kRows) {
    if (!row.urn.empty() && text.starts_with(row.urn)) {
      return std::string(row.web) + std::string(text.substr(row.urn.size()));
    }
  }
  return std::string(text);
}

bool is_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto in_scheme = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == '_';
  };
  if (!is_letter(text.front())) return false;
  if (!std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), in_scheme)) {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && !std::string_view("<>\"{}|\\^`\x7f").contains(c);
  });
}

}  // namespace tally::epcis
