// Colours and sizes of a page. The colours are those of Okabe and Ito, which people who see few colours can tell apart;
// nothing is said by colour alone.

export const ink = {
  text: '#16212b',
  soft: '#55636f',
  line: '#c9d2d9',
  shade: '#f3f6f8',
  paper: '#ffffff',
  accent: '#0b4f8a',
  ok: '#00795a',
  excursion: '#b8480a',
  unknown: '#8a6100',
  band: '#d55e00',
  door: '#0072b2',
  defrost: '#56b4e9',
} as const;

/** Lines of probes, told apart by dashes too. */
export const probeLines = [
  { colour: '#0b4f8a', dash: undefined },
  { colour: '#009e73', dash: undefined },
  { colour: '#a3508a', dash: undefined },
  { colour: '#b07d00', dash: [5, 1.5] },
  { colour: '#3d7fb5', dash: [2.5, 1.5] },
  { colour: '#4b4b4b', dash: [1, 1.2] },
] as const;

/** Points. */
export const sizes = { title: 20, heading: 11.5, text: 8.5, small: 7.2, tiny: 6.4 } as const;

export const stateColours = { OK: ink.ok, EXCURSION: ink.excursion, UNKNOWN: ink.unknown } as const;
