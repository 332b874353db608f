// When a version is healthy: by what its gateway role has told, whether that process is still there, and how long.

import { describe, expect, it } from 'vitest';
import { Probation } from '../../../gateway/update/probation.js';
import type { VersionSign } from '../../../gateway/update/version-sign.js';

const terms = { folder: '/v/new', signBefore: 'old', readyLimitMs: 10_000, probationMs: 3_000 };
const sign = (id: string, phase: VersionSign['phase'], folder = '/v/new'): VersionSign => ({
  ...{ format: 'coldgate-version-sign', version: 1, id, software: '0.2.0', folder, phase },
  process: { pid: 1, startTicks: '1', bootId: 'b' },
});
const running = sign('a', 'running');

describe('a version on probation', () => {
  it('is healthy when one process has run for the whole time, and not a moment before', () => {
    const probation = new Probation(terms, 0);
    expect(probation.look(sign('a', 'starting'), true, 500)).toBeUndefined();
    expect(probation.look(running, true, 1_000)).toBeUndefined();
    expect(probation.look(running, true, 3_999)).toBeUndefined();
    expect(probation.look(running, true, 4_000)).toEqual({ isHealthy: true });
  });

  it('begins anew with each start', () => {
    const probation = new Probation(terms, 0);
    probation.look(running, true, 1_000);
    expect(probation.look(sign('b', 'running'), true, 3_900)).toBeUndefined();
    expect(probation.look(sign('b', 'running'), true, 6_899)).toBeUndefined();
    expect(probation.look(sign('b', 'running'), true, 6_900)).toEqual({ isHealthy: true });
  });

  it('that brings no record to the disk in time is slow, however alive it is', () => {
    const probation = new Probation(terms, 0);
    expect(probation.look(sign('a', 'starting'), true, 9_999)).toBeUndefined();
    expect(probation.look(sign('a', 'starting'), true, 10_000)).toMatchObject({ code: 'VERSION_SLOW' });
  });

  it('that was ready in time is not slow while it is watched', () => {
    const probation = new Probation(terms, 0);
    probation.look(running, true, 9_900);
    expect(probation.look(running, true, 12_000)).toBeUndefined();
    expect(probation.look(running, true, 12_900)).toEqual({ isHealthy: true });
  });

  it('that ends three times crashes, whether its ends or only its next starts were seen', () => {
    const probation = new Probation(terms, 0);
    expect(probation.look(running, false, 100)).toBeUndefined();
    expect(probation.look(running, false, 200)).toBeUndefined();
    expect(probation.look(sign('b', 'starting'), true, 300)).toBeUndefined();
    expect(probation.look(sign('c', 'starting'), true, 400)).toBeUndefined();
    expect(probation.look(sign('c', 'starting'), false, 500)).toMatchObject({ code: 'VERSION_CRASHES' });
  });

  it('that has ended is not healthy, however long its sign lies there', () => {
    const probation = new Probation(terms, 0);
    probation.look(running, true, 100);
    expect(probation.look(running, false, 5_000)).toBeUndefined();
    expect(probation.look(running, false, 10_000)).toMatchObject({ code: 'VERSION_SLOW' });
  });

  it.each([
    ['of another version', sign('a', 'running', '/v/old')],
    ['of before the restart', sign('old', 'running')],
    ['that is not there', undefined],
  ])('takes no sign %s for its own', (_what, other) => {
    const probation = new Probation(terms, 0);
    expect(probation.look(other, true, 5_000)).toBeUndefined();
    expect(probation.look(other, true, 10_000)).toMatchObject({ code: 'VERSION_SLOW' });
  });
});
