// The words that EPCIS documents use bare, and what they stand for: facts of the CBV 2.0 context (epcis-context.jsonld 2.0.0).
// Bundled, since a gateway loads no context from the network.

const cbv = 'https://ref.gs1.org/cbv/';
const voc = 'https://gs1.org/voc/';

function terms(prefix: string, words: string): ReadonlyMap<string, string> {
  return new Map(
    words
      .trim()
      .split(/\s+/)
      .map((word) => [word, `${prefix}${word}`]),
  );
}

export const bizSteps = terms(
  `${cbv}BizStep-`,
  `
  accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting
  decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting
  installing killing loading other packing picking receiving removing repackaging repairing replacing reserving
  retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting
  unloading unpacking void_shipping
`,
);

export const dispositions = terms(
  `${cbv}Disp-`,
  `
  active available completeness_verified completeness_inferred conformant container_closed container_open damaged
  destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_instance mismatch_class
  mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed
  recalled reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown
`,
);

export const bizTransactionTypes = terms(
  `${cbv}BTT-`,
  `
  bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt
`,
);

export const sourceDestinationTypes = terms(
  `${cbv}SDT-`,
  `
  owning_party possessing_party location
`,
);

export const measurementTypes = terms(
  voc,
  `
  AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Radioactivity Altitude AmountOfSubstance
  AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance
  Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity
  ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency
  Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux
  LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate
  MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux
  RadiantIntensity RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume Speed SurfaceDensity
  SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber
`,
);

export const sensorExceptions = terms(
  voc,
  `
  ALARM_CONDITION ERROR_CONDITION
`,
);

export const components = terms(
  `${cbv}Comp-`,
  `
  x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting northing latitude
  longitude altitude
`,
);
