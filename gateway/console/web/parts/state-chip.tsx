// The three states of a probe. A gap or a fault is never OK: OK, EXCURSION and UNKNOWN.

import type { ProbeNow } from '../../api/now.js';
import { t } from '../words/language.js';
import { Chip, type Tone } from './chip.js';

const tones: Readonly<Record<ProbeNow['state'], Tone>> = { ok: 'ok', excursion: 'bad', unknown: 'unknown' };

export function StateChip({ state }: { state: ProbeNow['state'] }) {
  return <Chip tone={tones[state]} words={t(`state.${state}`)} />;
}
