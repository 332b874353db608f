// A truck that drives along a route, back and forth: its place as a function of time, for the virtual receivers.

export interface Waypoint {
  readonly latitudeDegE7: number;
  readonly longitudeDegE7: number;
}

/** Basel, Freiburg, Offenburg, Karlsruhe: about 190 km of the A5. */
export const defaultRoute: readonly Waypoint[] = [
  { latitudeDegE7: 475_596_000, longitudeDegE7: 75_886_000 },
  { latitudeDegE7: 479_990_000, longitudeDegE7: 78_421_000 },
  { latitudeDegE7: 484_735_000, longitudeDegE7: 79_498_000 },
  { latitudeDegE7: 490_069_000, longitudeDegE7: 84_037_000 },
];

const mmPerDegE7OfLatitude = 11.12;

/** Where the truck is after `drivenMs` at `speedMmPerS`, to 1e-7 degrees. The route has at least one point. */
export function placeOnRoute(route: readonly Waypoint[], drivenMs: number, speedMmPerS: number): Waypoint {
  const lengthsMm = route.slice(1).map((to, index) => distanceMm(route[index] ?? to, to));
  const totalMm = lengthsMm.reduce((sum, length) => sum + length, 0);
  const [first = { latitudeDegE7: 0, longitudeDegE7: 0 }] = route;
  if (totalMm === 0) return first;
  const drivenMm = ((drivenMs / 1000) * speedMmPerS) % (2 * totalMm);
  let leftMm = drivenMm > totalMm ? 2 * totalMm - drivenMm : drivenMm;
  for (const [index, lengthMm] of lengthsMm.entries()) {
    const [from, to] = [route[index] ?? first, route[index + 1] ?? first];
    if (leftMm <= lengthMm && lengthMm > 0) return between(from, to, leftMm / lengthMm);
    leftMm -= lengthMm;
  }
  return route.at(-1) ?? first;
}

function between(from: Waypoint, to: Waypoint, share: number): Waypoint {
  return {
    latitudeDegE7: Math.round(from.latitudeDegE7 + (to.latitudeDegE7 - from.latitudeDegE7) * share),
    longitudeDegE7: Math.round(from.longitudeDegE7 + (to.longitudeDegE7 - from.longitudeDegE7) * share),
  };
}

/** On a plane that touches the globe: enough for a demo. */
function distanceMm(from: Waypoint, to: Waypoint): number {
  const narrowing = Math.cos(((from.latitudeDegE7 / 1e7) * Math.PI) / 180);
  const north = (to.latitudeDegE7 - from.latitudeDegE7) * mmPerDegE7OfLatitude;
  const east = (to.longitudeDegE7 - from.longitudeDegE7) * mmPerDegE7OfLatitude * narrowing;
  return Math.hypot(north, east);
}
